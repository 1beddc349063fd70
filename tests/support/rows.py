"""Rows that many tests need."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.clock import now
from app.stores.models import Store, StoreToken, Workspace
from tests.support.shopify import SHOP


def add_store(
    session: Session, domain: str = SHOP, *, workspace_id: int | None = None, token: bool = True, **changes: Any
) -> Store:
    """An installed store with a token that lasts an hour; its own workspace unless one is named."""
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
    if token:
        session.add(
            StoreToken(
                store_id=store.id, version=1, access_token="shpat_test", access_expires_at=now() + timedelta(hours=1),
                refresh_token="shprt_test", refresh_expires_at=now() + timedelta(days=90),
            )
        )  # fmt: skip
        session.flush()
    return store
