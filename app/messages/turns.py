"""Whose turn it is to send for a workspace: a lease on its mail server's row, renewed by the one process that sends."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, exists, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.db import Base
from app.db.bulk import rows_changed
from app.messages.models import MailServer, Message
from app.stores.models import Store

LEASE = timedelta(seconds=30)
"""How long the work of a killed sender lies still. A letter may take longer: its sender renews meanwhile."""
RENEWED_EVERY = 8.0
"""Seconds: three tries before the lease runs out."""
LETTER_SECONDS = 90.0
"""A letter that takes longer is broken off. Above what a server can need that keeps to the times of smtp.py."""
SERVERS: Table = Base.metadata.tables["mail_server"]


class LeaseLost(Exception):
    """Another process sends for this workspace now."""


@dataclass(slots=True)
class Turn:
    """`server` as it was at the beginning; `until`: the lease; `slot`: when the next letter may go by the rate.

    `lock` is held around every transaction that renews: the sender's own, and those beside a slow letter.
    """

    server: MailServer
    until: datetime
    slot: datetime | None
    lock: threading.Lock = field(default_factory=threading.Lock)
    moved_at: float = field(default_factory=time.monotonic)

    @property
    def workspace_id(self) -> int:
        return self.server.workspace_id

    def wait(self) -> float:
        """Seconds until the next letter may go; below 0 where it may at once."""
        return (self.slot - now()).total_seconds() if self.slot else 0.0


def begin(session: Session, workspace_id: int) -> Turn | None:
    """Takes the lease; None where there is no server, it is left alone for now, or somebody else sends."""
    at = now()
    server = session.scalar(select(MailServer).where(MailServer.workspace_id == workspace_id).with_for_update())
    if server is None or (server.sending_until and server.sending_until > at):
        return None
    # Nobody holds the lease: whatever is `sending` was left behind.
    session.execute(
        update(Message)
        .where(Message.workspace_id == workspace_id, Message.state == "sending")
        .values(state="uncertain", reason="crashed", detail="Sending was interrupted: it may have been sent.")
    )
    if (server.retry_at and server.retry_at > at) or not has_store(session, workspace_id):
        return None
    server.sending_until = at + LEASE
    return Turn(server, server.sending_until, server.next_at)


def has_store(session: Session, workspace_id: int) -> bool:
    """After the last uninstall nothing is sent any more; what waits goes on with the next install."""
    installed = exists().where(Store.workspace_id == workspace_id, Store.state != "uninstalled")
    return bool(session.scalar(select(installed)))


def renew(session: Session, turn: Turn, **values: Any) -> None:
    """The first statement of each step: it locks the server's row before any message, as begin() does. Raises
    LeaseLost.
    """
    until = now() + LEASE
    held = (SERVERS.c.id == bindparam("server"), SERVERS.c.sending_until == bindparam("held"))
    new = update(SERVERS).where(*held).values(sending_until=bindparam("until"), **values)
    given = {"server": turn.server.id, "held": turn.until, "until": until}
    if not rows_changed(session.connection().execute(new, given)):
        raise LeaseLost
    turn.until = until


def end(session: Session, turn: Turn) -> None:
    mine = (MailServer.id == turn.server.id, MailServer.sending_until == turn.until)
    session.execute(update(MailServer).where(*mine).values(sending_until=None))
