"""Rows that many tests need."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.clock import now
from app.stores.models import Store, StoreToken, User, Workspace
from tests.support.shopify import SHOP


def add_store(
    session: Session, domain: str = SHOP, *, workspace_id: int | None = None, token: bool = True, **changes: Any
) -> Store:
    """An installed store with a token that lasts an hour; its own workspace unless one is named. User 42 owns it."""
    if workspace_id is None:
        workspace = Workspace(name="Some Shop", time_zone="Europe/Berlin", created_at=now())
        session.add(workspace)
        session.flush()
        workspace_id = workspace.id
    facts = {
        "name": "Some Shop", "currency": "EUR", "time_zone": "Europe/Berlin", "plan": "Basic", "state": "active",
        "scopes": "write_discounts,read_orders,read_products", "facts_read_at": now(),
    }  # fmt: skip
    store = Store(workspace_id=workspace_id, platform="shopify", domain=domain, installed_at=now(), **(facts | changes))
    session.add(store)
    session.flush()
    add_user(session, store, "42", is_owner=True, role="manage")
    if token:
        session.add(
            StoreToken(
                store_id=store.id, version=1, access_token="shpat_test", access_expires_at=now() + timedelta(hours=1),
                refresh_token="shprt_test", refresh_expires_at=now() + timedelta(days=90),
            )
        )  # fmt: skip
        session.flush()
    return store


def add_user(session: Session, store: Store, number: str, **facts: Any) -> User:
    """Somebody who has opened the page before."""
    at = now()
    user = User(workspace_id=store.workspace_id, store_id=store.id, platform_user=number, name=f"User {number}",
                asked_at=at, known=True, created_at=at, **facts)  # fmt: skip
    session.add(user)
    session.flush()
    return user
