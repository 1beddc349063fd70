"""Holding a turn while a mail server takes its time: the lease is short, a letter may be slow."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy.exc import DBAPIError

from app.db import transaction
from app.messages import turns
from app.messages.smtp import Connection
from app.messages.turns import Turn

log = structlog.get_logger()


@contextmanager
def held(turn: Turn, connection: Connection) -> Iterator[None]:
    """A thread beside the block renews the lease, and breaks off a letter that takes for ever. It dies with the
    process, so a killed sender's lease runs out all the same.
    """
    over = threading.Event()
    beside = threading.Thread(target=_hold, args=(turn, connection, over), name="mail-lease", daemon=True)
    beside.start()
    try:
        yield
    finally:
        over.set()
        beside.join()


def _hold(turn: Turn, connection: Connection, over: threading.Event) -> None:
    while not over.wait(turns.RENEWED_EVERY):
        if time.monotonic() - turn.moved_at > turns.LETTER_SECONDS:
            log.warning("letter_broken_off", workspace_id=turn.workspace_id)
            connection.break_off()
            continue
        try:
            with turn.lock, transaction() as session:
                turns.renew(session, turn)
        except turns.LeaseLost:
            return
        except DBAPIError as error:
            # The next try may come in time; if none does, the lease is lost and the sender's next step says so.
            log.warning("mail_lease_not_renewed", error=type(error).__name__)
