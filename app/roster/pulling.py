"""Reading the roster, page by page: each page is saved before the next is asked for, so a killed pull goes on there.

A lease in the connection's row keeps two workers from pulling one roster at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.db.bulk import rows_changed
from app.influencers.service import upsert_many
from app.roster.models import RosterConnection
from app.roster.port import PulledPage
from app.roster.rules import Progress, newest_of

LEASE = timedelta(minutes=3)
PAGE = 500
"""People asked for; a roster may send any number."""


def begin(session: Session, connection_id: int) -> RosterConnection | None:
    """Takes the lease. None where the connection is gone or another worker pulls it."""
    until = now() + LEASE
    free = or_(RosterConnection.pulling_until.is_(None), RosterConnection.pulling_until < now())
    taken = session.execute(
        update(RosterConnection).where(RosterConnection.id == connection_id, free).values(pulling_until=until)
    )
    if not rows_changed(taken):
        return None
    connection = session.get_one(RosterConnection, connection_id, populate_existing=True)
    before = Progress.read(connection.pull_progress)
    # A pull with a cursor is one that stopped half-way: its counts go on too.
    progress = replace(before, state="running", error="") if connection.cursor else Progress(state="running")
    connection.pull_progress = progress.stored()
    return connection


def batches(session: Session, page: PulledPage) -> Iterator[Sequence[Any]]:
    """A page in parts that one transaction takes; SQLite's writer must not be held for long."""
    size = 100 if session.get_bind().dialect.name == "sqlite" else 500
    for start in range(0, len(page.records), size):
        yield page.records[start : start + size]


def save(session: Session, connection_id: int, lease: datetime, records: Sequence[Any]) -> datetime | None:
    """One batch of people, with the progress. The lease that now holds, or None where it was lost: stop then."""
    connection = _held(session, connection_id, lease)
    if connection is None:
        return None
    source = (urlsplit(connection.base_url).hostname or connection.kind)[:60]
    results = upsert_many(session, connection.workspace_id, source, records)
    progress = Progress.read(connection.pull_progress)
    outcomes = [(result.external_id, result.outcome, result.reason) for result in results]
    connection.pull_progress = progress.after(outcomes, newest_of(records, progress.newest)).stored()
    connection.pulling_until = now() + LEASE
    return connection.pulling_until


def move_on(session: Session, connection_id: int, lease: datetime, next_cursor: str | None) -> datetime | None:
    """After a whole page: remembers where to go on, or that the pull is done. The lease, or None where it is over."""
    connection = _held(session, connection_id, lease)
    if connection is None:
        return None
    if next_cursor is not None:
        connection.cursor = next_cursor
        connection.pulling_until = now() + LEASE
        return connection.pulling_until
    progress = Progress.read(connection.pull_progress)
    connection.cursor, connection.updated_since = "", progress.newest or connection.updated_since
    connection.pulled_at, connection.pulling_until = now(), None
    connection.pull_progress = replace(progress, state="done").stored()
    return None


def fail(session: Session, connection_id: int, lease: datetime, message: str, *, forget_cursor: bool) -> None:
    connection = _held(session, connection_id, lease)
    if connection is None:
        return
    if forget_cursor:
        connection.cursor = ""
    progress = Progress.read(connection.pull_progress)
    connection.pull_progress = replace(progress, state="failed", error=message).stored()
    connection.pulling_until = None


def name_it(session: Session, connection_id: int, name: str) -> None:
    session.execute(update(RosterConnection).where(RosterConnection.id == connection_id).values(name=name))


def _held(session: Session, connection_id: int, lease: datetime) -> RosterConnection | None:
    """The connection, locked, where the lease is still ours."""
    return session.scalar(
        select(RosterConnection)
        .where(RosterConnection.id == connection_id, RosterConnection.pulling_until == lease)
        .with_for_update()
    )
