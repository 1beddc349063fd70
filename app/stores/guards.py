"""Guards of routes; the name says how much each one proves."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

import structlog
from flask import g, request

from app.audit import trail
from app.auth.session_tokens import BadToken
from app.errors import Forbidden, Unauthorized
from app.limits import count_key
from app.stores import idempotency, keys, roles, visits
from app.stores.context import Context
from app.stores.install import StaleIdToken

P = ParamSpec("P")
R = TypeVar("R")
log = structlog.get_logger()

RETRY_HEADER = "X-Shopify-Retry-Invalid-Session-Request"
"""Tells App Bridge to fetch a new ID token and repeat the request once."""


WRITES = ("POST", "PUT", "PATCH", "DELETE")


class TokenRefused(Unauthorized):
    headers = {RETRY_HEADER: "1"}

    def __init__(self) -> None:
        super().__init__("Open Shoutcode in your store's admin again.", code="invalid_token")


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """The request carries a valid ID token of an installed store, or an API key, whose role may do this.

    `current()` then tells whose.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        g.context = _context_of(request.headers.get("Authorization", ""))
        structlog.contextvars.bind_contextvars(store_id=g.context.store_id)
        if g.context.user_id is None:
            count_key()
        _check_role(g.context)
        if request.method in WRITES:
            answer = idempotency.begin(g.context.workspace_id)
            if answer is not None:
                return cast(R, answer)
            trail.begin(_doing(g.context))
        return view(*args, **kwargs)

    return guarded


def _context_of(header: str) -> Context:
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise TokenRefused
    if token.startswith(keys.PREFIX):
        return keys.context_of(token)
    try:
        return visits.signed_in(token)
    except BadToken as error:
        log.info("id_token_refused", reason=str(error))
        raise TokenRefused from error
    except StaleIdToken as error:
        raise TokenRefused from error


def _operation() -> str:
    """The name of the view: what OpenAPI's operation is called after."""
    return (request.endpoint or "").rpartition(".")[2]


def _check_role(context: Context) -> None:
    needed = roles.needed(request.method, _operation())
    if not roles.allows(context.role, needed):
        raise Forbidden(
            f"Your role does not let you {roles.MEANINGS[needed]}. Ask somebody who manages Shoutcode here.",
            code="role",
        )
    if context.user_id is None and _operation() in roles.PEOPLE_ONLY:
        raise Forbidden("Only a person can do this, signed in at the store's admin.", code="people_only")


def _doing(context: Context) -> trail.Doing:
    """For the audit log: the operation's name, and what the path names last."""
    named = list((request.view_args or {}).items())
    subject, subject_id = named[-1] if named else ("", None)
    return trail.Doing(
        context.workspace_id, context.actor, _operation(),
        subject.removesuffix("_id"), subject_id, g.get("request_id", ""),
    )  # fmt: skip
