"""Message work of the queue. Each job may run twice, late or never: the database tells it what is to be done."""

from __future__ import annotations

import time
from datetime import datetime

import structlog

from app.db import reading, transaction
from app.messages import notices, runs, sending, waiting
from app.messages.models import MailServer
from app.messages.servers import connection_for
from app.messages.smtp import Connection, ServerTrouble
from app.queue import enqueue

log = structlog.get_logger()

SLICE_SECONDS = 1.0
"""Then other jobs of this queue get their turn."""
HANDED_AT_ONCE = 50

_kept: dict[int, tuple[datetime, Connection]] = {}
"""One open connection a process: the next slice of the same server, unchanged, goes on with it."""


def send(workspace_id: int) -> None:
    """Sends for a second, then queues itself again where more may go."""
    with transaction() as session:
        server = sending.begin(session, workspace_id)
    if server is None or server.sending_until is None:
        return
    if server.via == "roster":
        more = _hand_over(server, server.sending_until)
    else:
        more = _send_slice(server, server.sending_until)
    with transaction() as session:
        runs.finish_done(session, workspace_id)
    if more:
        enqueue("app.messages.jobs.send", workspace_id, unique=f"send:{workspace_id}")


def _send_slice(server: MailServer, lease: datetime) -> bool:
    """Whether there may be more to send at once."""
    connection = _connection(server)
    until = time.monotonic() + SLICE_SECONDS
    before: sending.Sent | None = None
    trouble = ""
    more = True
    try:
        connection.open()
        while time.monotonic() < until and not trouble:
            with transaction() as session:
                letterbox, lease = sending.step(session, server, lease, before)
            before = None
            if letterbox is None:
                more = False
                break
            outcome = connection.send(letterbox.sender, letterbox.address, letterbox.body)
            before = sending.Sent(letterbox.message_id, outcome)
            trouble = outcome.detail if outcome.kind == "server" else ""
    except ServerTrouble as error:
        trouble = str(error)
    except sending.LeaseLost:
        log.warning("send_lease_lost", workspace_id=server.workspace_id)
        more = False
    _wrap_up(server, lease, before, trouble)
    if trouble or not more:
        _let_go(server.id)
    return more and not trouble


def _wrap_up(server: MailServer, lease: datetime, before: sending.Sent | None, trouble: str) -> None:
    """What became of the last letter is written down whoever holds the lease by now."""
    with transaction() as session:
        if before is not None:
            sending.record(session, before)
        if trouble:
            log.warning("mail_server_trouble", workspace_id=server.workspace_id)
            sending.fail_server(session, server.id, trouble)
        sending.end(session, server.id, lease)


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


def _hand_over(server: MailServer, lease: datetime) -> bool:
    until = time.monotonic() + SLICE_SECONDS
    count = HANDED_AT_ONCE
    try:
        while count and time.monotonic() < until:
            with transaction() as session:
                count, lease = sending.hand_to_roster(session, server, lease, HANDED_AT_ONCE)
    except sending.LeaseLost:
        return False
    with transaction() as session:
        sending.end(session, server.id, lease)
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
