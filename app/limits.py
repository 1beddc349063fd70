"""Limits on the routes that anybody may call. Counted in the queue's server, in memory while that is away."""

from __future__ import annotations

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, in_memory_fallback_enabled=True, default_limits=[], headers_enabled=False)


def storage_url(redis_url: str) -> str:
    """The limiter's spelling of a Redis address."""
    return redis_url.replace("unix://", "redis+unix://", 1) if redis_url.startswith("unix://") else redis_url
