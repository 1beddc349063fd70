"""Entry points for the queue and the schedule: what webhooks have lost is found by asking the store.

Applying is idempotent, so every job here may run twice, be killed half-way, and run beside the webhooks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

import structlog
from sqlalchemy import select

from app.clock import now
from app.db import db, reading, transaction
from app.platforms.port import OrderSnapshot, PlatformError
from app.queue import enqueue
from app.redemptions import service
from app.redemptions.models import Order
from app.redemptions.rules import State
from app.stores.models import Store
from app.stores.service import platform_for

log = structlog.get_logger()

OVERLAP = timedelta(minutes=10)
BACK_FILL = timedelta(days=60)
"""As far as Shopify shows orders without the read_all_orders scope."""
NIGHTLY = timedelta(days=3)
BATCH, SQLITE_BATCH = 200, 25
"""Orders of one transaction; on SQLite a long one would hold up the webhooks."""


def reconcile_all() -> None:
    """For the schedule: a job for each store, so that a slow one holds up nobody."""
    for store_id in _active_stores():
        enqueue("app.redemptions.jobs.reconcile", store_id, unique=f"reconcile:{store_id}")


def check_all() -> None:
    """For the schedule, nightly: the last three days once more, in case the store's own clock or search was late."""
    for store_id in _active_stores():
        enqueue("app.redemptions.jobs.check", store_id, unique=f"check:{store_id}")


def reconcile(store_id: int) -> None:
    """Everything that changed since the mark, with an overlap; the first time, everything the store still shows."""
    with reading() as session:
        store = session.get(Store, store_id)
    if store is None or store.state != "active":
        return
    until = now()
    horizon = until - BACK_FILL
    mark = store.reconciled_until
    first = mark is None or mark < horizon
    since = horizon if mark is None or first else mark - OVERLAP
    try:
        missed = _apply_window(store_id, since, until)
    except PlatformError as error:
        # What was committed stays; the mark has not moved, so the next run begins at the same place.
        log.warning("reconciliation_stopped", store_id=store_id, code=error.code, detail=error.message)
        return
    _move_mark(store_id, until, missed=0 if first else missed, complete_from=horizon if first else None)
    log.info("reconciled", store_id=store_id, since=since.isoformat(), missed=missed, first=first)


def check(store_id: int) -> None:
    """The last days again, whatever the mark, and what the store tells nobody; what it finds was missed."""
    until = now()
    try:
        missed = _apply_window(store_id, until - NIGHTLY, until) + _apply_untold(store_id, until - BACK_FILL)
    except PlatformError as error:
        log.warning("check_stopped", store_id=store_id, code=error.code, detail=error.message)
        return
    if missed:
        with transaction() as session:
            session.get_one(Store, store_id).reconciled_missed += missed
    log.info("checked", store_id=store_id, missed=missed)


def reread(store_id: int, *remote_ids: str) -> None:
    """Orders about which the deliveries left a doubt, as the store has them now."""
    try:
        platform = platform_for(store_id)
        found = [order for order in (platform.order(remote_id) for remote_id in remote_ids) if order is not None]
    except PlatformError as error:
        # Reconciliation comes to the same orders within a quarter of an hour.
        log.warning("reread_failed", store_id=store_id, code=error.code, detail=error.message)
        return
    for batch in _batches(found):
        with transaction() as session:
            service.apply(session, store_id, batch, authoritative=True)


def _active_stores() -> list[int]:
    with reading() as session:
        return list(session.scalars(select(Store.id).where(Store.state == "active").order_by(Store.id)))


def _apply_window(store_id: int, since: datetime, until: datetime) -> int:
    """Returns how many orders changed something: those that the webhooks had missed."""
    missed = 0
    orders = platform_for(store_id).orders_updated(since, until)
    for batch in _batches(orders):
        with transaction() as session:
            missed += service.apply(session, store_id, batch, authoritative=True).changed
    return missed


def _apply_untold(store_id: int, since: datetime) -> int:
    """Of the orders with our codes that were placed since then."""
    query = select(Order.remote_id, Order.refunded).where(
        Order.store_id == store_id, Order.placed_at >= since, Order.state != State.DELETED.value
    )
    with reading() as session:
        known = {remote_id: refunded > 0 for remote_id, refunded in session.execute(query.order_by(Order.id))}
    missed = 0
    for batch in _batches(platform_for(store_id).untold_changes(known)):
        with transaction() as session:
            missed += service.apply(session, store_id, batch, authoritative=True).changed
    return missed


def _batches(orders: Iterable[OrderSnapshot]) -> Iterator[list[OrderSnapshot]]:
    """The platform is asked while no transaction is open: a batch is complete before it is applied."""
    size = SQLITE_BATCH if db.engine.dialect.name == "sqlite" else BATCH
    source = iter(orders)
    while batch := list(islice(source, size)):
        yield batch


def _move_mark(store_id: int, until: datetime, *, missed: int, complete_from: datetime | None) -> None:
    with transaction() as session:
        store = session.get_one(Store, store_id, with_for_update=True)
        store.reconciled_until = max(until, store.reconciled_until or until)
        store.reconciled_at = now()
        store.reconciled_missed = missed
        if complete_from is not None:
            store.orders_complete_from = complete_from
