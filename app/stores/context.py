"""Who is asking, worked out once a request from the verified token: every look-up takes its workspace from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import g

from app.errors import Unauthorized


@dataclass(frozen=True, slots=True)
class Context:
    workspace_id: int
    store_id: int
    """The store whose admin the page is open in."""
    actor: str
    """For "started by": `shopify:<user id>`."""
    role: str = "view"
    """One of app.stores.roles.ROLES: what the person, or the API key, may do."""
    user_id: int | None = None
    """The row of the person; None for an API key."""


def current() -> Context:
    """The request's context. Raises Unauthorized where no guard has put one (a route without a guard)."""
    context = g.get("context")
    if context is None:
        raise Unauthorized("Open Shoutcode from your store's admin.")
    return cast(Context, context)
