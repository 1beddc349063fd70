"""Entry points for the queue and the schedule."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Delete, Update, delete, select, update

from app.clock import now
from app.db import db, transaction
from webhooks.drain import FAILED, WAITING, table
from webhooks.drain import drain as work_inbox
from webhooks.wake import wake

log = structlog.get_logger()

DRAIN_SECONDS = 600
"""Then another drain is queued, so that no job runs into the queue's time limit."""
BODY_KEPT = timedelta(hours=24)
ROW_KEPT = timedelta(days=30)
"""Long beyond Shopify's retries (4 h): until then a delivery is known for a duplicate."""
CHUNK, SQLITE_CHUNK = 5000, 100


def drain() -> None:
    """Empties the inbox. Woken by the intake, and by the schedule for what the queue lost."""
    deadline = time.monotonic() + DRAIN_SECONDS
    done = work_inbox(until=lambda: time.monotonic() > deadline)
    if done.worked:
        log.info("inbox_drained", deliveries=done.worked, put_off=len(done.failed))
    if time.monotonic() > deadline:
        wake()


def retry_failed(store_id: int) -> None:
    """Puts what could not be worked back into line, after its reason was seen to."""
    c = table.c
    with transaction() as session:
        session.execute(
            update(table)
            .where(c.store_id == store_id, c.state == FAILED, c.body.is_not(None))
            .values(state=WAITING, attempts=0, worked_at=None)
        )
    wake()


def drop_old_bodies() -> None:
    """Bodies go a day after they were worked, rows after a month."""
    c = table.c
    size = SQLITE_CHUNK if db.engine.dialect.name == "sqlite" else CHUNK
    before = now() - BODY_KEPT
    old = select(c.id).where(c.body.is_not(None), c.worked_at < before).limit(size)
    _repeat(update(table).where(c.id.in_(old)).values(body=None))
    # The oldest by number, since no index leads to old rows that have no body any more.
    oldest = select(c.id).order_by(c.id).limit(size)
    _repeat(delete(table).where(c.id.in_(oldest), c.received_at < _month_ago(), c.state != WAITING))


def _month_ago() -> datetime:
    return now() - ROW_KEPT


def _repeat(statement: Update | Delete) -> None:
    """In small transactions with a pause between, so that deliveries are let in."""
    while True:
        with transaction() as session:
            count = session.connection().execute(statement).rowcount
        if not count:
            return
        time.sleep(0.01)
