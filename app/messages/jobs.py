"""Message work of the queue. Each job may run twice, late or never: the database tells it what is to be done."""

from __future__ import annotations

import time
from collections import deque
from datetime import datetime

import structlog

from app.db import reading, transaction
from app.messages import notices, runs, sending, turns, waiting
from app.messages.drafts import Draft
from app.messages.holding import held
from app.messages.models import MailServer, Message
from app.messages.servers import connection_for
from app.messages.smtp import Connection, ServerTrouble
from app.messages.turns import Turn
from app.queue import enqueue

log = structlog.get_logger()

SLICE_SECONDS = 1.0
"""Then other jobs of this queue get their turn."""
FRESH_SECONDS = 0.5
MOST_WAIT = 0.05
HANDED_AT_ONCE = 50

_kept: dict[int, tuple[datetime, Connection]] = {}
"""One open connection a process: the next slice of the same server, unchanged, goes on with it."""


def send(workspace_id: int) -> None:
    """Sends for a second, then queues itself again where more may go."""
    with transaction() as session:
        turn = turns.begin(session, workspace_id)
    if turn is None:
        return
    more = _hand_over(turn) if turn.server.via == "roster" else _send_slice(turn)
    with transaction() as session:
        runs.finish_done(session, workspace_id)
    if more:
        enqueue("app.messages.jobs.send", workspace_id, unique=f"send:{workspace_id}")


def _send_slice(turn: Turn) -> bool:
    """Whether there may be more to send at once."""
    connection = _connection(turn.server)
    until = time.monotonic() + SLICE_SECONDS
    before: sending.Sent | None = None
    trouble = ""
    more = True
    try:
        with held(turn, connection):
            connection.open()
            letters = _Letters(turn.server)
            while time.monotonic() < until and not trouble:
                letter = letters.next() if _its_time(turn) else None
                if letter is None:
                    more = False
                    break
                with turn.lock, transaction() as session:
                    leaves = sending.step(session, turn, letter, before)
                before = None
                if leaves is not None:
                    outcome = connection.send(leaves.sender, leaves.address, leaves.body)
                    before = sending.Sent(leaves.message_id, outcome)
                    trouble = outcome.detail if outcome.kind == "server" else ""
    except ServerTrouble as error:
        trouble = str(error)
    except turns.LeaseLost:
        log.warning("send_lease_lost", workspace_id=turn.workspace_id)
        more = False
    _wrap_up(turn, before, trouble)
    if trouble or not more:
        _let_go(turn.server.id)
    return more and not trouble


def _its_time(turn: Turn) -> bool:
    """A short gap is waited out; for a long one other jobs get their turn."""
    wait = turn.wait()
    if 0 < wait <= MOST_WAIT:
        time.sleep(wait)
    return wait <= MOST_WAIT


class _Letters:
    """Letters of the next messages, worked out a few ahead, and anew where that is longer than half a second ago."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._ahead: deque[tuple[Message, Draft]] = deque()
        self._fresh_until = 0.0

    def next(self) -> sending.Letterbox | None:
        """None where nothing is due."""
        if time.monotonic() > self._fresh_until:
            self._ahead.clear()
        more = True
        while more and not self._ahead:
            more = self._look_ahead()
        if not self._ahead:
            return None
        message, draft = self._ahead.popleft()
        return sending.letter_of(self._server, message.id, draft)

    def _look_ahead(self) -> bool:
        """Whether it found any, be it only such as are held back."""
        self._fresh_until = time.monotonic() + FRESH_SECONDS
        with reading() as session:
            found = sending.look_ahead(session, self._server.workspace_id)
        self._ahead.extend((message, draft) for message, draft in found if draft.hold is None)
        if len(self._ahead) < len(found):
            with transaction() as session:
                sending.hold_back(session, found)
        return bool(found)


def _wrap_up(turn: Turn, before: sending.Sent | None, trouble: str) -> None:
    """What became of the last letter is written down whoever holds the lease by now."""
    with transaction() as session:
        if before is not None:
            sending.record(session, before)
        if trouble:
            log.warning("mail_server_trouble", workspace_id=turn.workspace_id)
            sending.fail_server(session, turn.server.id, trouble)
        turns.end(session, turn)


def _connection(server: MailServer) -> Connection:
    kept = _kept.get(server.id)
    if kept is None or kept[0] != server.updated_at:
        for id in list(_kept):
            _let_go(id)
        _kept[server.id] = (server.updated_at, connection_for(server))
    return _kept[server.id][1]


def _let_go(server_id: int) -> None:
    kept = _kept.pop(server_id, None)
    if kept is not None:
        kept[1].close()


def _hand_over(turn: Turn) -> bool:
    until = time.monotonic() + SLICE_SECONDS
    count = HANDED_AT_ONCE
    try:
        while count and time.monotonic() < until:
            with transaction() as session:
                count = sending.hand_to_roster(session, turn, HANDED_AT_ONCE)
    except turns.LeaseLost:
        return False
    with transaction() as session:
        turns.end(session, turn)
    return bool(count)


def sweep() -> None:
    """Wakes a sender for each workspace with something to send, and the makers of big runs."""
    with reading() as session:
        due = waiting.workspaces_due(session)
        unmade = runs.unmade(session)
    for id in due:
        enqueue("app.messages.jobs.send", id, unique=f"send:{id}")
    for id in unmade:
        enqueue("app.messages.jobs.fill", id, unique=f"fill-messages:{id}")


def fill(run_id: int) -> None:
    """Writes down the messages of a big run, in transactions short enough for everybody else."""
    more = True
    while more:
        began = time.monotonic()
        with transaction() as session:
            more = runs.fill(session, run_id)
        time.sleep(time.monotonic() - began)


def look_again() -> None:
    """Held messages that may go by now are queued; those that may not keep their reason up to date."""
    more = True
    while more:
        with transaction() as session:
            more = waiting.look_again(session)


def announce() -> None:
    """Messages that nobody has to ask for: an incentive's code was released, a code was replaced."""
    for find in (notices.write_releases, notices.write_rotations):
        more = True
        while more:
            with transaction() as session:
                more = find(session)
