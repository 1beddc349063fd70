"""Entry points for the queue and the schedule: what keeps a WooCommerce store connected."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import or_, select, update

from app.clock import now
from app.db import reading, transaction
from app.platforms.port import PlatformError
from app.platforms.woocommerce import facts, webhooks
from app.queue import enqueue
from app.stores import key_screen, pairing, woo
from app.stores.models import KeyGrant, Store, WooConnection

log = structlog.get_logger()


def look_after_all() -> None:
    """For the schedule: a job for each store, so that a slow one holds up nobody."""
    with reading() as session:
        query = select(Store.id, Store.state).where(
            Store.platform == woo.PLATFORM, Store.state.in_(("active", "needs_reauth"))
        )
        stores = session.execute(query.order_by(Store.id)).all()
    for store_id, state in stores:
        name = "set_up" if state == "active" else "recheck"
        enqueue(f"app.stores.woo_jobs.{name}", store_id, unique=f"{name}:{store_id}")


def set_up(store_id: int) -> None:
    """Webhooks there and active, and what the store says of its health. WooCommerce disables a webhook silently."""
    connection = woo.connection_of(store_id)
    if connection is None:
        return
    client = woo.client_for(connection)
    try:
        health = facts.health(client)
        _save_health(store_id, health)
        made = webhooks.ensure(client, woo.webhook_base(connection), connection.webhook_secret)
    except PlatformError as error:
        log.warning("store_not_set_up", store_id=store_id, code=error.code, detail=error.message)
        return
    if made:
        log.info("webhooks_made", store_id=store_id, topics=made)
    with transaction() as session:
        session.execute(update(WooConnection).where(WooConnection.store_id == store_id).values(webhooks_at=now()))


def recheck(store_id: int) -> None:
    """A store that refused our keys is asked once more; where it takes them, work goes on."""
    connection = woo.connection_of(store_id)
    if connection is None:
        return
    try:
        facts.store_facts(woo.client_for(connection, refused=lambda: None))
    except PlatformError as error:
        log.info("store_still_refuses", store_id=store_id, code=error.code)
        return
    with transaction() as session:
        session.execute(update(Store).where(Store.id == store_id, Store.state == "needs_reauth").values(state="active"))
    set_up(store_id)


def rotate_old_secrets() -> None:
    """For the schedule: signing secrets that are old, and rotations that did not come to their end."""
    old = or_(WooConnection.rotating, WooConnection.secret_since < now() - pairing.ROTATE_AFTER)
    query = select(WooConnection.store_id).join(Store, Store.id == WooConnection.store_id)
    with reading() as session:
        stores = session.scalars(
            query.where(WooConnection.signing_secret.is_not(None), Store.state == "active", old)
        ).all()
    for store_id in stores:
        enqueue("app.stores.woo_jobs.rotate", store_id, unique=f"rotate:{store_id}")


def rotate(store_id: int) -> None:
    try:
        pairing.rotate(store_id)
    except PlatformError as error:
        log.warning("secret_not_rotated", store_id=store_id, code=error.code, detail=error.message)


def check_keys(grant_id: int) -> None:
    """Keys that a store's key screen has granted: tried, and the store connected with them."""
    key_screen.check(grant_id)


def sweep_grants() -> None:
    """Keys whose job the queue lost, and grants that nobody came back to."""
    with reading() as session:
        waiting = session.scalars(select(KeyGrant.id).where(KeyGrant.state == "granted")).all()
    for grant_id in waiting:
        key_screen.check(grant_id)
    key_screen.drop_old()


def _save_health(store_id: int, health: dict[str, Any]) -> None:
    at: datetime = now()
    with transaction() as session:
        session.execute(
            update(WooConnection).where(WooConnection.store_id == store_id).values(health=health, health_at=at)
        )
        store = session.get_one(Store, store_id)
        store.price_decimals = health.get("price_decimals", store.price_decimals)
        store.plugin_version = str(health.get("plugin_version", store.plugin_version))[:20]
