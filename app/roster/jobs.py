"""Roster work of the queue. Each job may run twice, late or never: the database tells it what is to be done."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy import exists, select
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from app.db import reading, transaction
from app.queue import enqueue
from app.roster import pulling, pushing
from app.roster.models import RosterConnection
from app.roster.port import PulledPage, RosterConnector, RosterError, Trouble
from app.roster.rules import wait
from app.roster.service import connector_for
from app.stores.models import Store

log = structlog.get_logger()

PULL_ATTEMPTS = 4
LONGEST_PAUSE = 20.0
"""Seconds that a pull waits for a busy roster; if it asks for more, the next pull goes on from the same cursor."""


def pull_all() -> None:
    """Every connected roster of a workspace that has a store, from where its last pull ended."""
    has_store = exists().where(Store.workspace_id == RosterConnection.workspace_id, Store.state != "uninstalled")
    with reading() as session:
        ids = session.scalars(select(RosterConnection.id).where(has_store).order_by(RosterConnection.id)).all()
    for id in ids:
        enqueue("app.roster.jobs.pull", id, queue="roster", unique=f"roster-pull:{id}")


def pull(connection_id: int) -> None:
    with transaction() as session:
        connection = pulling.begin(session, connection_id)
    if connection is None or connection.pulling_until is None:
        return
    roster = connector_for(connection)
    lease: datetime | None = connection.pulling_until
    cursor = connection.cursor
    try:
        if not connection.name:
            name = roster.about().name
            with transaction() as session:
                pulling.name_it(session, connection_id, name)
        while lease is not None:
            page = _fetch(roster, cursor, connection.updated_since)
            lease = _take(connection_id, lease, page)
            cursor = page.next_cursor or ""
    except RosterError as error:
        log.warning("roster_pull_failed", connection_id=connection_id, trouble=error.trouble)
        if lease is not None:
            _fail(connection_id, lease, error, had_cursor=bool(cursor))
    finally:
        roster.close()


def _fetch(roster: RosterConnector, cursor: str, updated_since: str) -> PulledPage:
    """One page; a roster that is busy or away for a moment is asked again."""
    for attempt in Retrying(
        retry=retry_if_exception(_may_pass), wait=_pause, stop=stop_after_attempt(PULL_ATTEMPTS), reraise=True
    ):
        with attempt:
            return roster.pull(cursor, updated_since, pulling.PAGE)
    raise AssertionError("tenacity raises the last error")


def _may_pass(error: BaseException) -> bool:
    if not isinstance(error, RosterError) or error.trouble not in (Trouble.BUSY, Trouble.UNREACHABLE):
        return False
    return (error.retry_after or 0) <= LONGEST_PAUSE


def _pause(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, RosterError) else None
    return min(wait(state.attempt_number, asked), LONGEST_PAUSE)


def _take(connection_id: int, lease: datetime, page: PulledPage) -> datetime | None:
    """Saves a page, batch by batch, then the cursor behind it."""
    with reading() as session:
        parts = list(pulling.batches(session, page))
    for part in parts:
        with transaction() as session:
            held = pulling.save(session, connection_id, lease, part)
        if held is None:
            return None
        lease = held
    with transaction() as session:
        return pulling.move_on(session, connection_id, lease, page.next_cursor)


def _fail(connection_id: int, lease: datetime, error: RosterError, *, had_cursor: bool) -> None:
    # A cursor that is refused has expired: the next pull starts the same stretch again.
    forget = had_cursor and error.trouble is Trouble.REFUSED
    with transaction() as session:
        pulling.fail(session, connection_id, lease, error.message, forget_cursor=forget)


def relay() -> None:
    """Hands new events to their connections, and wakes a push for each that has something to say."""
    _distribute_all()
    with reading() as session:
        due = pushing.connections_due(session)
    for id in due:
        enqueue("app.roster.jobs.push", id, queue="roster", unique=f"roster-push:{id}")


def push(connection_id: int) -> None:
    """Sends rounds until nothing is due, the roster is in trouble, or another worker has taken over."""
    with transaction() as session:
        connection = pushing.begin(session, connection_id)
    if connection is None or connection.pushing_until is None:
        return
    roster = connector_for(connection)
    lease: datetime | None = connection.pushing_until
    try:
        while lease is not None:
            _distribute_all()
            with reading() as session:
                events = pushing.due(session, connection_id)
            if not events:
                break
            outcomes = pushing.send_round(roster, events)
            with transaction() as session:
                lease = pushing.record(session, connection_id, lease, outcomes)
    finally:
        roster.close()
        if lease is not None:
            with transaction() as session:
                pushing.end(session, connection_id, lease)


def _distribute_all() -> None:
    while True:
        with transaction() as session:
            if pushing.distribute(session) == 0:
                return


def drop_old_pushes() -> None:
    """What was told long ago need not be remembered; the events themselves stay."""
    dropped = pushing.PART
    while dropped == pushing.PART:
        with transaction() as session:
            dropped = pushing.drop_sent(session)
