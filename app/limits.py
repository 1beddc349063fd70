"""Limits on the routes that anybody may call, and on each API key.

Counted in the queue's server, in memory while that is away.
"""

from __future__ import annotations

import time

from flask import Flask, Response, g
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, in_memory_fallback_enabled=True, default_limits=[], headers_enabled=False)


def storage_url(redis_url: str) -> str:
    """The limiter's spelling of a Redis address."""
    return redis_url.replace("unix://", "redis+unix://", 1) if redis_url.startswith("unix://") else redis_url


def init_app(app: Flask) -> None:
    """Limits are kept by the functions that are decorated with one.

    The limiter's own hooks, which it leaves out for an app that it already has, serve limits on every route: there are
    none, and looking for them on each webhook took an eighth of the time of taking one in.
    """
    app.extensions.setdefault("limiter", set()).add(limiter)
    limiter.init_app(app)
    _tell(app)


KEY_RATE = "600 per minute"


@limiter.shared_limit(lambda: KEY_RATE, scope="api", key_func=lambda: g.context.actor)
def count_key() -> None:
    """One request of the API key in `g.context`; answers 429 when it has made too many."""


def _tell(app: Flask) -> None:
    """Says on each answer to an API key how much is left."""

    @app.after_request
    def add(response: Response) -> Response:
        context, limit = g.get("context"), limiter.current_limit
        if context is not None and context.user_id is None and limit is not None:
            seconds = max(1, int(limit.reset_at - time.time()))
            response.headers["RateLimit-Limit"] = str(limit.limit.amount)
            response.headers["RateLimit-Remaining"] = str(limit.remaining)
            response.headers["RateLimit-Reset"] = str(seconds)
            if response.status_code == 429:
                response.headers["Retry-After"] = str(seconds)
        return response
