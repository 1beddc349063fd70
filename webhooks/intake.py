"""Group commit: every delivery that waits is inserted with the others, in one statement and one commit.

One writer thread a process, started with the first delivery. Whoever calls store() waits for the commit, so a 2xx means
stored. The same delivery again is no error: its first row stays.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from datetime import datetime
from queue import Empty, SimpleQueue

import structlog

from app.errors import Unavailable
from webhooks.inserts import Inserter, RowRefused, StoreAway, make_inserter
from webhooks.wake import notify

log = structlog.get_logger()

GROUP = 500
MOST_WAITING = 2000
ANSWER_SECONDS = 4.0
"""Shopify gives up after 5 s; a 503 before that makes it send the delivery again."""


@dataclass(frozen=True, slots=True)
class Received:
    store_id: int
    topic: str
    delivery_id: str
    received_at: datetime
    triggered_at: datetime
    body: bytes
    """Sealed."""


@dataclass(slots=True)
class _Ticket:
    row: Received
    done: threading.Event = field(default_factory=threading.Event)
    refusal: str = ""


class Intake:
    def __init__(self, inserter: Inserter) -> None:
        self._inserter = inserter
        self._waiting: SimpleQueue[_Ticket] = SimpleQueue()
        threading.Thread(target=self._write, name="inbox-writer", daemon=True).start()

    def store(self, row: Received) -> None:
        """Returns once the row is committed. Raises Unavailable where that is not certain."""
        if self._waiting.qsize() >= MOST_WAITING:
            raise Unavailable("Too many deliveries at once: send this one again.")
        ticket = _Ticket(row)
        self._waiting.put(ticket)
        if not ticket.done.wait(ANSWER_SECONDS):
            raise Unavailable("The delivery could not be stored in time: send it again.")
        if ticket.refusal:
            raise Unavailable(ticket.refusal)

    def _write(self) -> None:
        while True:
            group = [self._waiting.get()]
            try:
                while len(group) < GROUP:
                    group.append(self._waiting.get_nowait())
            except Empty:
                pass
            self._commit(group)
            for ticket in group:
                ticket.done.set()
            notify()

    def _commit(self, group: list[_Ticket]) -> None:
        try:
            self._inserter.insert([ticket.row for ticket in group])
        except RowRefused as error:
            if len(group) > 1:
                # One row that the database will not take must not refuse the others of its group.
                for ticket in group:
                    self._commit([ticket])
            else:
                self._refuse(group, error)
        except StoreAway as error:
            self._refuse(group, error)
        except Exception as error:  # a surprise must not end the one thread that stores
            log.exception("inbox_writer_failed", error=type(error).__name__)
            self._refuse(group, error)

    @staticmethod
    def _refuse(group: list[_Ticket], error: Exception) -> None:
        log.error("deliveries_not_stored", count=len(group), store_id=group[0].row.store_id, error=str(error))
        for ticket in group:
            ticket.refusal = "The delivery could not be stored: send it again."


_lock = threading.Lock()
_intake: Intake | None = None


def store(row: Received) -> None:
    """See Intake.store(); the process's own intake is made with its first delivery."""
    global _intake
    if _intake is None:
        with _lock:
            _intake = _intake or Intake(make_inserter())
    _intake.store(row)


def forget() -> None:
    """The next delivery makes a new intake: after a fork, whose child has no threads, and where a test moves on."""
    global _intake, _lock
    _intake, _lock = None, threading.Lock()


os.register_at_fork(after_in_child=forget)
