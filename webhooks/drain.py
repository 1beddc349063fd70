"""Taking deliveries out of the inbox, a batch a transaction: what is marked as worked is in the ledger.

Several drains may run at once. PostgreSQL: each locks its rows and skips the others'. SQLite: rows are read and opened
without a lock, then claimed one by one inside the write transaction, which is kept short (architecture: it would starve
the intake otherwise).
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import bindparam, case, func, or_, select, update
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from app.clock import now
from app.db import Base, db, reading, transaction
from app.db.bulk import among
from app.stores.models import Store
from webhooks.models import Delivery
from webhooks.sealing import Sealer
from webhooks.work import Taken, opened, work

log = structlog.get_logger()

WAITING, WORKED, FAILED = 0, 1, 2
MOST_ATTEMPTS = 5
BETWEEN_ATTEMPTS = timedelta(minutes=1)
BATCH = 500
SQLITE_BATCH, SQLITE_LEAST = 100, 25
SQLITE_SECONDS = 0.02
"""What a write transaction should take on SQLite: the size of a batch follows it. Half of it is spent at any size."""
SQLITE_PAUSE = 0.01

NOT_THE_DELIVERYS_FAULT = (OperationalError, InterfaceError, InternalError, ProgrammingError)
"""The database is away, chose us in a deadlock, or has other tables than this code: a later drain begins again."""

table = Base.metadata.tables[Delivery.__tablename__]
_FIELDS = [
    table.c[name]
    for name in ("id", "store_id", "topic", "delivery_id", "received_at", "triggered_at", "attempts", "body")
]


@dataclass(slots=True)
class Drained:
    worked: int = 0
    failed: set[int] = field(default_factory=set)
    """Ids that could not be worked this time; a later drain tries them again, MOST_ATTEMPTS times in all."""


def drain(until: Callable[[], bool]) -> Drained:
    """Works batches until nothing waits, or until `until()`."""
    sealer = Sealer.from_settings()
    take = _Sqlite(sealer).batch if db.engine.dialect.name == "sqlite" else _Postgres(sealer).batch
    done = Drained()
    # Parsed bodies are tens of thousands of objects without a cycle: going through them again and again for one would
    # cost more than all the work.
    gc.disable()
    try:
        _drain(take, done, sealer, until)
    finally:
        gc.enable()
    return done


def _drain(take: Callable[[Collection[int]], int], done: Drained, sealer: Sealer, until: Callable[[], bool]) -> None:
    while not until():
        try:
            count = take(done.failed)
        except NOT_THE_DELIVERYS_FAULT:
            raise
        except Exception as error:  # whatever one delivery of the batch ran into: the others must not wait for it
            log.exception("inbox_batch_failed", error=type(error).__name__)
            count = _one_by_one(sealer, done.failed)
        if not count:
            return
        done.worked += count


class _Postgres:
    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def batch(self, skip: Collection[int]) -> int:
        with transaction() as session:
            rows = session.execute(_waiting(skip).limit(BATCH).with_for_update(skip_locked=True)).all()
            taken = [opened(row, self._sealer) for row in rows]
            if taken:
                _finish(session, taken)
            return len(taken)


class _Sqlite:
    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer
        self._size = SQLITE_LEAST

    def batch(self, skip: Collection[int]) -> int:
        with reading() as session:
            rows = session.execute(_waiting(skip).limit(self._size)).all()
        taken = [opened(row, self._sealer) for row in rows]
        if not taken:
            return 0
        with transaction() as session:
            began = time.monotonic()
            claimed = _claim(session, taken)
            if claimed:
                _finish(session, claimed)
        self._follow(time.monotonic() - began)
        return len(taken)

    def _follow(self, seconds: float) -> None:
        if seconds > SQLITE_SECONDS:
            self._size = max(SQLITE_LEAST, int(self._size * 0.8))
        elif self._size < SQLITE_BATCH:
            self._size += 1
        time.sleep(SQLITE_PAUSE)


def _waiting(skip: Collection[int]) -> Any:
    """The oldest first; one that failed waits a minute longer for each time it did."""
    c, at = table.c, now()
    not_before = case({n: at - n * BETWEEN_ATTEMPTS for n in range(1, MOST_ATTEMPTS)}, value=c.attempts)
    due = or_(c.attempts == 0, c.received_at < not_before)
    query = select(*_FIELDS).where(c.state == WAITING, due).order_by(c.id)
    return query.where(c.id.not_in(sorted(skip))) if skip else query


def _claim(session: Session, taken: Sequence[Taken]) -> list[Taken]:
    """Those that still wait: another drain may have read the same rows."""
    query = select(table.c.id).where(among(session, table.c.id, [row.id for row in taken]), table.c.state == WAITING)
    free = set(session.scalars(query))
    return [row for row in taken if row.id in free]


def _finish(session: Session, taken: Sequence[Taken]) -> None:
    """Works the deliveries and marks them, in this one transaction."""
    work(session, taken)
    at = now()
    worked = [row.id for row in taken if not row.fault]
    if worked:
        session.execute(update(table).where(among(session, table.c.id, worked)).values(state=WORKED, worked_at=at))
    for row in taken:
        if row.fault:
            log.error("delivery_unreadable", store_id=row.store_id, topic=row.topic, reason=row.fault)
            session.execute(
                update(table).where(table.c.id == row.id).values(state=FAILED, worked_at=at, error=row.fault[:500])
            )
    _note_last_delivery(session, taken)


def _note_last_delivery(session: Session, taken: Sequence[Taken]) -> None:
    latest = {row.store_id: row.received_at for row in sorted(taken, key=lambda row: row.received_at)}
    stores = Store.__table__
    statement = update(Store).where(
        Store.id == bindparam("row_id"),
        func.coalesce(Store.last_delivery_at < bindparam("at", type_=stores.c.last_delivery_at.type), True),
    ).values(last_delivery_at=bindparam("at", type_=stores.c.last_delivery_at.type))  # fmt: skip
    session.connection().execute(statement, [{"row_id": id, "at": at} for id, at in sorted(latest.items())])


def _one_by_one(sealer: Sealer, failed: set[int]) -> int:
    """The next batch, each delivery in a transaction of its own; returns how many were worked or put aside."""
    with reading() as session:
        ids = session.scalars(_waiting(failed).with_only_columns(table.c.id).limit(BATCH)).all()
    for id in ids:
        try:
            with transaction() as session:
                query = select(*_FIELDS).where(table.c.id == id, table.c.state == WAITING)
                row = session.execute(query.with_for_update(skip_locked=True)).first()
                if row is not None:
                    _finish(session, [opened(row, sealer)])
        except NOT_THE_DELIVERYS_FAULT:
            raise
        except Exception as error:  # kept with its reason, listed on the store's page
            log.exception("delivery_failed", delivery=id, error=type(error).__name__)
            failed.add(id)
            _note_failure(id, error)
    return len(ids)


def _note_failure(id: int, error: Exception) -> None:
    c = table.c
    reason = f"{type(error).__name__}: {error}"[:500]
    with transaction() as session:
        session.execute(update(table).where(c.id == id).values(attempts=c.attempts + 1, error=reason))
        session.execute(
            update(table).where(c.id == id, c.attempts >= MOST_ATTEMPTS).values(state=FAILED, worked_at=now())
        )
