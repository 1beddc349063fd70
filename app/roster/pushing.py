"""Telling the roster: every event at least once, in order for each person.

`event_pending` -> distribute() -> `roster_push` -> due() -> the roster -> record(). One worker at a time pushes for a
connection (a lease in its row). A person's later events wait behind one that fails; other people's go on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from threading import Lock

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from app.clock import now
from app.db.bulk import insert_rows, rows_changed
from app.events import Event, EventPending
from app.roster.models import RosterConnection, RosterPush
from app.roster.port import Outgoing, RosterConnector, RosterError, Trouble
from app.roster.rules import MAX_REFUSALS, wait

LEASE = timedelta(seconds=120)
ROUND_SECONDS = 30
"""A round takes up no new event after this, so that it ends well within its lease."""
THREADS = 8
ROUND = 400
PART = 100
"""Rows a statement writes: short transactions, for SQLite's one writer."""
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Due:
    push_id: int
    influencer_id: int | None
    attempts: int
    event: Outgoing


@dataclass(frozen=True, slots=True)
class Outcome:
    """`error` None: taken. Events behind a failed one of the same person have no outcome at all."""

    due: Due
    error: RosterError | None = None


def distribute(session: Session) -> int:
    """Moves the oldest new events to the connection of their workspace; several relays take different ones."""
    rows = session.execute(
        select(EventPending.event_id, Event.workspace_id, Event.influencer_id)
        .join(Event, Event.id == EventPending.event_id)
        .order_by(EventPending.event_id)
        .limit(PART)
        .with_for_update(of=EventPending, skip_locked=True)
    ).all()
    if not rows:
        return 0
    workspaces = {row.workspace_id for row in rows}
    found = select(RosterConnection.workspace_id, RosterConnection.id)
    connections = dict(session.execute(found.where(RosterConnection.workspace_id.in_(workspaces))).all())
    at = now()
    pushes = [
        {"connection_id": connections[row.workspace_id], "event_id": row.event_id, "influencer_id": row.influencer_id,
         "state": "waiting", "attempts": 0, "next_at": at, "error": ""}
        for row in rows if row.workspace_id in connections
    ]  # fmt: skip
    insert_rows(session, RosterPush.metadata.tables["roster_push"], pushes, ignore=("connection_id", "event_id"))
    session.execute(delete(EventPending).where(EventPending.event_id.in_([row.event_id for row in rows])))
    return len(rows)


def connections_due(session: Session) -> Sequence[int]:
    """Connections that have something to push now and nobody who does it."""
    at = now()
    waiting = exists().where(
        RosterPush.connection_id == RosterConnection.id, RosterPush.state == "waiting", RosterPush.next_at <= at
    )
    return session.scalars(select(RosterConnection.id).where(waiting, *_free(at)).order_by(RosterConnection.id)).all()


def _free(at: datetime) -> list[ColumnElement[bool]]:
    return [
        or_(RosterConnection.pushing_until.is_(None), RosterConnection.pushing_until < at),
        or_(RosterConnection.push_next_at.is_(None), RosterConnection.push_next_at <= at),
    ]


def begin(session: Session, connection_id: int) -> RosterConnection | None:
    """Takes the lease. None where the connection is gone, rests, or another worker pushes."""
    at = now()
    taken = session.execute(
        update(RosterConnection)
        .where(RosterConnection.id == connection_id, *_free(at))
        .values(pushing_until=at + LEASE)
    )
    if not rows_changed(taken):
        return None
    return session.get_one(RosterConnection, connection_id, populate_existing=True)


def due(session: Session, connection_id: int, limit: int = ROUND) -> list[Due]:
    """The oldest events that may go now: none that a failing earlier one of the same person holds back."""
    at = now()
    earlier = aliased(RosterPush)
    held_back = exists().where(
        earlier.connection_id == connection_id, earlier.influencer_id == RosterPush.influencer_id,
        earlier.event_id < RosterPush.event_id,
        or_(earlier.state == "stuck", and_(earlier.state == "waiting", earlier.next_at > at)),
    )  # fmt: skip
    rows = session.execute(
        select(RosterPush, Event)
        .join(Event, Event.id == RosterPush.event_id)
        .where(
            RosterPush.connection_id == connection_id, RosterPush.state == "waiting", RosterPush.next_at <= at,
            ~held_back,
        )
        .order_by(RosterPush.event_id)
        .limit(limit)
    )  # fmt: skip
    return [
        Due(push.id, push.influencer_id, push.attempts, Outgoing(event.key, event.type, event.created_at, event.data))
        for push, event in rows
    ]


def send_round(connector: RosterConnector, events: Sequence[Due]) -> list[Outcome]:
    """Sends each person's events in order, several people at once. No transaction may be open."""
    until = now() + timedelta(seconds=ROUND_SECONDS)
    mood = _Mood()
    chains = _chains(events)
    with ThreadPoolExecutor(min(THREADS, len(chains)) or 1) as threads:
        parts = threads.map(lambda chain: _send_chain(connector, chain, mood, lambda: now() > until), chains)
        return [outcome for part in parts for outcome in part]


class _Mood:
    """Whether a round should press on, seen by all its threads.

    One event without an answer may be that event's fault; several and none taken are the roster's.
    """

    ENOUGH = 3

    def __init__(self) -> None:
        self._lock = Lock()
        self._taken = self._unanswered = 0
        self._shut = False

    def took(self) -> None:
        with self._lock:
            self._taken += 1

    def failed(self, error: RosterError) -> None:
        with self._lock:
            if error.trouble is Trouble.UNREACHABLE:
                self._unanswered += 1
            elif error.trouble is not Trouble.REFUSED:
                self._shut = True

    def is_bad(self) -> bool:
        with self._lock:
            return self._shut or (self._unanswered >= self.ENOUGH and not self._taken)


def _chains(events: Sequence[Due]) -> list[list[Due]]:
    """One list a person, in order; what concerns nobody in particular goes alone."""
    # The sort is stable, so each person's events keep their order.
    by_person = sorted((one for one in events if one.influencer_id is not None), key=lambda one: one.influencer_id or 0)
    chains = [list(group) for _, group in groupby(by_person, key=lambda one: one.influencer_id)]
    return chains + [[one] for one in events if one.influencer_id is None]


def _send_chain(
    connector: RosterConnector, chain: Sequence[Due], mood: _Mood, is_late: Callable[[], bool]
) -> list[Outcome]:
    outcomes = []
    for one in chain:
        if mood.is_bad() or is_late():
            break
        try:
            connector.push(one.event)
        except RosterError as error:
            outcomes.append(Outcome(one, error))
            mood.failed(error)
            break
        outcomes.append(Outcome(one))
        mood.took()
    return outcomes


def record(session: Session, connection_id: int, lease: datetime, outcomes: Sequence[Outcome]) -> datetime | None:
    """Writes what a round did. The lease that now holds, or None where it was lost or the connection rests now."""
    _mark_sent(session, [outcome.due.push_id for outcome in outcomes if outcome.error is None])
    connection = session.scalar(
        select(RosterConnection)
        .where(RosterConnection.id == connection_id, RosterConnection.pushing_until == lease)
        .with_for_update()
    )
    failed = [(outcome.due, outcome.error) for outcome in outcomes if outcome.error]
    some_taken = len(failed) < len(outcomes)
    for one, error in failed:
        if error.trouble is Trouble.REFUSED or (error.trouble is Trouble.UNREACHABLE and some_taken):
            _hold(session, one, error)
    if connection is None:
        return None
    trouble = _trouble_of(failed, some_taken)
    if trouble:
        connection.push_failures += 1
        seconds = wait(connection.push_failures, trouble.retry_after)
        connection.push_next_at = now() + timedelta(seconds=seconds)
        connection.push_error, connection.pushing_until = trouble.message[:500], None
        return None
    connection.push_failures, connection.push_next_at, connection.push_error = 0, None, ""
    connection.pushing_until = now() + LEASE
    return connection.pushing_until


def _mark_sent(session: Session, ids: Sequence[int]) -> None:
    for start in range(0, len(ids), PART):
        part = ids[start : start + PART]
        done = update(RosterPush).where(RosterPush.id.in_(part))
        session.execute(done.values(state="sent", sent_at=now(), error="", attempts=RosterPush.attempts + 1))


def _hold(session: Session, one: Due, error: RosterError) -> None:
    """This event is not taken while others are: it waits alone, and is stuck once it was refused for good."""
    attempts = one.attempts + 1
    stuck = error.trouble is Trouble.REFUSED and attempts >= MAX_REFUSALS
    session.execute(
        update(RosterPush)
        .where(RosterPush.id == one.push_id, RosterPush.state == "waiting")
        .values(state="stuck" if stuck else "waiting", attempts=attempts, error=error.message[:500],
                next_at=now() + timedelta(seconds=wait(attempts, error.retry_after)))
    )  # fmt: skip


def _trouble_of(failed: Sequence[tuple[Due, RosterError]], some_taken: bool) -> RosterError | None:
    """What is wrong with the roster as a whole: it is busy or shut to us, or answers to nothing."""
    for _, error in failed:
        if error.trouble in (Trouble.BUSY, Trouble.UNAUTHORIZED, Trouble.UNEXPECTED):
            return error
        if error.trouble is Trouble.UNREACHABLE and not some_taken:
            return error
    return None


def end(session: Session, connection_id: int, lease: datetime) -> None:
    session.execute(
        update(RosterConnection)
        .where(RosterConnection.id == connection_id, RosterConnection.pushing_until == lease)
        .values(pushing_until=None)
    )


def drop_sent(session: Session) -> int:
    """Forgets some of the pushes that were sent long ago; how many."""
    old = select(RosterPush.id).where(RosterPush.state == "sent", RosterPush.sent_at < now() - KEPT).limit(PART)
    ids = session.scalars(old).all()
    session.execute(delete(RosterPush).where(RosterPush.id.in_(ids)))
    return len(ids)
