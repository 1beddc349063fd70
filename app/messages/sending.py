"""The sender: one letter after the other, none twice.

Each step is one transaction: it writes down what became of the letter before, looks whether the next message may go
*now*, and commits it as `sending`. Only then does its body leave. Whoever dies in between leaves one row `sending`,
which the next sender turns into `uncertain`: it may have been sent, and nobody but a person sends it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from app import events
from app.clock import now
from app.messages import links
from app.messages.addresses import deliverable
from app.messages.drafts import Draft, draft_of
from app.messages.models import MailServer, Message
from app.messages.post import envelope, id_of
from app.messages.rules import held_pause, next_slot, retry_after, server_pause
from app.messages.servers import sender_of
from app.messages.smtp import Outcome
from app.messages.suppression import suppress
from app.stores.models import Store

LEASE = timedelta(seconds=75)
"""Longer than a letter can take: every answer of a server is waited for at most smtp.ACCEPT_SECONDS."""
LOOKED_AT = 20
"""Messages that a step looks at until it finds one that may go."""


class LeaseLost(Exception):
    """Another process sends for this workspace now."""


@dataclass(frozen=True, slots=True)
class Letterbox:
    """A message committed as `sending`, ready to leave."""

    message_id: int
    sender: str
    address: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a letter."""

    message_id: int
    outcome: Outcome


def begin(session: Session, workspace_id: int) -> MailServer | None:
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
    return server


def has_store(session: Session, workspace_id: int) -> bool:
    """After the last uninstall nothing is sent any more; what waits goes on with the next install."""
    installed = exists().where(Store.workspace_id == workspace_id, Store.state != "uninstalled")
    return bool(session.scalar(select(installed)))


def end(session: Session, server_id: int, lease: datetime) -> None:
    mine = (MailServer.id == server_id, MailServer.sending_until == lease)
    session.execute(update(MailServer).where(*mine).values(sending_until=None))


def step(
    session: Session, server: MailServer, lease: datetime, before: Sent | None
) -> tuple[Letterbox | None, datetime]:
    """What is to leave next (None: nothing now), and the renewed lease. Raises LeaseLost."""
    slot = _hold_lease(session, server.id, lease)
    at = now()
    if before is not None:
        record(session, before)
    letterbox = _next(session, server, at) if slot is None or slot <= at else None
    values: dict[str, Any] = {"sending_until": at + LEASE}
    if letterbox is not None:
        values["next_at"] = next_slot(slot, at, server.per_minute)
    if before is not None and before.outcome.kind != "server":
        values |= {"failures": 0, "retry_at": None, "trouble": ""}
    session.execute(update(MailServer).where(MailServer.id == server.id).values(values))
    return letterbox, at + LEASE


def _hold_lease(session: Session, server_id: int, lease: datetime) -> datetime | None:
    """Locks the server's row before any message, as begin() does; tells when the next letter may go."""
    columns = select(MailServer.sending_until, MailServer.next_at).where(MailServer.id == server_id)
    row = session.execute(columns.with_for_update()).one_or_none()
    if row is None or row.sending_until != lease:
        raise LeaseLost
    next_at: datetime | None = row.next_at
    return next_at


def _next(session: Session, server: MailServer, at: datetime) -> Letterbox | None:
    for message in due(session, server.workspace_id, at, LOOKED_AT):
        draft = draft_of(session, message)
        if draft.hold is None:
            return _load(server, message, draft, at)
        put_back(message, draft, at)
    return None


def due(session: Session, workspace_id: int, at: datetime, limit: int) -> list[Message]:
    """Queued messages, the longest waiting first; held against a person who withdraws them meanwhile."""
    query = (
        select(Message)
        .where(Message.workspace_id == workspace_id, Message.state == "queued", Message.next_at <= at)
        .order_by(Message.next_at, Message.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(query))


def put_back(message: Message, draft: Draft, at: datetime) -> None:
    """Held, or closed, with the reason."""
    if draft.hold is None:
        return
    message.state, message.reason, message.detail = draft.hold.state, draft.hold.reason, draft.hold.detail
    message.next_at = at + held_pause(at - message.created_at)


def _load(server: MailServer, message: Message, draft: Draft, at: datetime) -> Letterbox:
    address = deliverable(draft.address) or draft.address
    _mark_going(message, draft, "smtp", at)
    out = links.unsubscribe_url(message.id)
    sender = sender_of(server, draft.template)
    body = envelope(draft.letter(server.footer, out), sender, address, message_id=id_of(message.id), unsubscribe=out)
    return Letterbox(message.id, sender.email, address, body)


def _mark_going(message: Message, draft: Draft, via: str, at: datetime) -> None:
    message.state, message.reason, message.detail = "sending", "", ""
    message.address, message.via, message.sending_at = draft.address, via, at
    message.attempts += 1
    message.code_id = draft.told_code_id


def record(session: Session, sent: Sent) -> None:
    """An answer that comes after somebody else took the message for lost still counts: it says what is true."""
    message = session.scalar(select(Message).where(Message.id == sent.message_id).with_for_update())
    if message is None or message.state not in ("sending", "uncertain"):
        return
    at, outcome = now(), sent.outcome
    message.detail = outcome.detail[:500]
    if outcome.kind == "sent":
        message.state, message.reason, message.sent_at = "sent", "", at
        _tell(session, message)
    elif outcome.kind == "unknown":
        message.state, message.reason = "uncertain", "no_answer"
    elif outcome.kind == "server":
        message.state, message.reason, message.attempts = "queued", "server", message.attempts - 1
    elif outcome.kind == "put_off" and (wait := retry_after(message.attempts)) is not None:
        message.state, message.reason, message.next_at = "queued", "put_off", at + wait
    else:
        message.state, message.reason = "failed", "bounced" if outcome.bounced else "refused"
        if outcome.bounced:
            suppress(session, message.workspace_id, message.address, "bounced", outcome.detail)


def fail_server(session: Session, server_id: int, trouble: str) -> None:
    """The server took nothing: it is left alone, longer each time. The messages stay queued."""
    server = session.get(MailServer, server_id)
    if server is not None:
        server.failures += 1
        server.retry_at, server.trouble = now() + server_pause(server.failures), trouble[:500]


def hand_to_roster(session: Session, server: MailServer, lease: datetime, limit: int) -> tuple[int, datetime]:
    """Tells the roster tool to send the next messages, as events of this transaction. (How many, renewed lease.)"""
    _hold_lease(session, server.id, lease)
    at = now()
    messages = due(session, server.workspace_id, at, limit)
    for message in messages:
        draft = draft_of(session, message)
        if draft.hold is not None:
            put_back(message, draft, at)
            continue
        _mark_going(message, draft, "roster", at)
        message.state, message.sent_at = "sent", at
        letter = draft.letter(server.footer, links.unsubscribe_url(message.id))
        data = {**told_of(message), "external_id": draft.external_id, "to": draft.address, "subject": letter.subject,
                "text": letter.text, "html": letter.html}  # fmt: skip
        events.append(session, message.workspace_id, "message.requested", data, message.influencer_id)
    session.execute(update(MailServer).where(MailServer.id == server.id).values(sending_until=at + LEASE))
    return len(messages), at + LEASE


def _tell(session: Session, message: Message) -> None:
    events.append(session, message.workspace_id, "message.sent", told_of(message), message.influencer_id)


def told_of(message: Message) -> dict[str, Any]:
    """A message as events tell of it: without its words."""
    return {
        "message_id": message.id, "influencer_id": message.influencer_id, "template_id": message.template_id,
        "kind": message.kind, "offer_id": message.offer_id, "incentive_id": message.incentive_id,
        "code_id": message.code_id, "at": now().strftime("%Y-%m-%dT%H:%M:%SZ"),
    }  # fmt: skip
