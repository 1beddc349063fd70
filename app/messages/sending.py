"""The sender: one letter after the other, none twice.

Letters are worked out for some messages ahead, in the same reads. Each step then is one short transaction: it writes
down what became of the letter before, and takes the next message, committed as `sending`, if everything its letter says
still holds. Only then does the letter leave. Whoever dies in between leaves one row `sending`, which the next sender
turns into `uncertain`: it may have been sent, and nobody but a person sends it again.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from app import events
from app.clock import now
from app.db import Base
from app.db.bulk import AnyRow, among
from app.messages import links, turns
from app.messages.addresses import deliverable
from app.messages.drafts import Draft, draft_of, drafts_of
from app.messages.models import MailServer, Message
from app.messages.post import envelope, id_of
from app.messages.rules import held_pause, next_slot, retry_after, server_pause
from app.messages.servers import sender_of
from app.messages.smtp import Outcome
from app.messages.suppression import suppress
from app.messages.taking import take
from app.messages.turns import Turn

AHEAD = 20
"""Messages whose letters are worked out in the same reads."""
OUT = ("sending", "uncertain")
TABLE: Table = Base.metadata.tables[Message.__tablename__]


@dataclass(frozen=True, slots=True)
class Letterbox:
    """A letter ready to leave; `draft` is what it was worked out from."""

    message_id: int
    draft: Draft
    sender: str
    address: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a letter."""

    message_id: int
    outcome: Outcome


def look_ahead(session: Session, workspace_id: int) -> list[tuple[Message, Draft]]:
    """The next messages as they would go out now. Nothing is locked or changed."""
    messages = list(session.scalars(_due(workspace_id, now(), AHEAD)))
    return list(zip(messages, drafts_of(session, workspace_id, messages), strict=True))


def hold_back(session: Session, drafts: Sequence[tuple[Message, Draft]]) -> None:
    """Those that something holds back are put back with their reason, unless somebody withdrew them meanwhile."""
    why = {message.id: draft for message, draft in drafts if draft.hold is not None}
    at = now()
    if why:
        for message in _queued(session, list(why)):
            put_back(message, why[message.id], at)


def letter_of(server: MailServer, message_id: int, draft: Draft) -> Letterbox:
    address = deliverable(draft.address) or draft.address
    out = links.unsubscribe_url(message_id)
    sender = sender_of(server, draft.template)
    body = envelope(draft.letter(server.footer, out), sender, address, message_id=id_of(message_id), unsubscribe=out)
    return Letterbox(message_id, draft, sender.email, address, body)


def step(session: Session, turn: Turn, letter: Letterbox, before: Sent | None) -> Letterbox | None:
    """What is to leave now: the letter, or one worked out anew. None where it may not any more. Raises LeaseLost."""
    at = now()
    slot = next_slot(turn.slot, at, turn.server.per_minute)
    turns.renew(session, turn, next_at=slot, **_took(before))
    if before is not None:
        record(session, before)
    if not take(session, letter.message_id, letter.draft, at):
        anew = _anew(session, turn.server, letter.message_id, at)
        if anew is None:
            return None
        letter = anew
    turn.slot, turn.moved_at = slot, time.monotonic()
    return letter


def _took(before: Sent | None) -> dict[str, Any]:
    """A server that answered about a letter is well."""
    well = before is not None and before.outcome.kind != "server"
    return {"failures": 0, "retry_at": None, "trouble": ""} if well else {}


def _anew(session: Session, server: MailServer, message_id: int, at: datetime) -> Letterbox | None:
    """Something moved since the letter was worked out: it is looked at again, with its row locked."""
    for message in _queued(session, [message_id]):
        draft = draft_of(session, message)
        if draft.hold is None:
            _mark_going(message, draft, "smtp", at)
            return letter_of(server, message_id, draft)
        put_back(message, draft, at)
    return None


def _queued(session: Session, ids: Sequence[int]) -> Sequence[Message]:
    """Those of them that still wait, locked; held against a person who withdraws them meanwhile."""
    query = select(Message).where(among(session, Message.id, ids), Message.state == "queued").order_by(Message.id)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()


def _due(workspace_id: int, at: datetime, limit: int) -> Any:
    """Queued messages, the longest waiting first."""
    return (
        select(Message)
        .where(Message.workspace_id == workspace_id, Message.state == "queued", Message.next_at <= at)
        .order_by(Message.next_at, Message.id)
        .limit(limit)
    )


def put_back(message: Message, draft: Draft, at: datetime) -> None:
    """Held, or closed, with the reason."""
    if draft.hold is None:
        return
    message.state, message.reason, message.detail = draft.hold.state, draft.hold.reason, draft.hold.detail
    message.next_at = at + held_pause(at - message.created_at)


def _mark_going(message: Message, draft: Draft, via: str, at: datetime) -> None:
    message.state, message.reason, message.detail = "sending", "", ""
    message.address, message.via, message.sending_at = draft.address, via, at
    message.attempts += 1
    message.code_id = draft.told_code_id


def record(session: Session, sent: Sent) -> None:
    """An answer that comes after somebody else took the message for lost still counts: it says what is true."""
    if sent.outcome.kind == "sent":
        _record_sent(session, sent)
        return
    message = session.scalar(select(Message).where(Message.id == sent.message_id).with_for_update())
    if message is None or message.state not in OUT:
        return
    at, outcome = now(), sent.outcome
    message.detail = outcome.detail[:500]
    if outcome.kind == "unknown":
        message.state, message.reason = "uncertain", "no_answer"
    elif outcome.kind == "server":
        message.state, message.reason, message.attempts = "queued", "server", message.attempts - 1
    elif outcome.kind == "put_off" and (wait := retry_after(message.attempts)) is not None:
        message.state, message.reason, message.next_at = "queued", "put_off", at + wait
    else:
        message.state, message.reason = "failed", "bounced" if outcome.bounced else "refused"
        if outcome.bounced:
            suppress(session, message.workspace_id, message.address, "bounced", outcome.detail)


def _record_sent(session: Session, sent: Sent) -> None:
    """In one statement: it is what becomes of nearly all."""
    done = session.connection().execute(
        update(TABLE)
        .where(TABLE.c.id == sent.message_id, TABLE.c.state.in_(OUT))
        .values(state="sent", reason="", detail=sent.outcome.detail[:500], sent_at=now())
        .returning(*TABLE.c)
    )
    for message in done:
        events.append(session, message.workspace_id, "message.sent", told_of(message), message.influencer_id)


def fail_server(session: Session, server_id: int, trouble: str) -> None:
    """The server took nothing: it is left alone, longer each time. The messages stay queued."""
    server = session.get(MailServer, server_id)
    if server is not None:
        server.failures += 1
        server.retry_at, server.trouble = now() + server_pause(server.failures), trouble[:500]


def hand_to_roster(session: Session, turn: Turn, limit: int) -> int:
    """Tells the roster tool to send the next messages, as events of this transaction. Returns how many it looked at."""
    turns.renew(session, turn)
    at, server = now(), turn.server
    messages = list(session.scalars(_due(server.workspace_id, at, limit).with_for_update(skip_locked=True)))
    for message, draft in zip(messages, drafts_of(session, server.workspace_id, messages), strict=True):
        if draft.hold is not None:
            put_back(message, draft, at)
            continue
        _mark_going(message, draft, "roster", at)
        message.state, message.sent_at = "sent", at
        letter = draft.letter(server.footer, links.unsubscribe_url(message.id))
        data = {**told_of(message), "external_id": draft.external_id, "to": draft.address, "subject": letter.subject,
                "text": letter.text, "html": letter.html}  # fmt: skip
        events.append(session, message.workspace_id, "message.requested", data, message.influencer_id)
    return len(messages)


def told_of(message: Message | AnyRow) -> dict[str, Any]:
    """A message as events tell of it: without its words."""
    return {
        "message_id": message.id, "influencer_id": message.influencer_id, "template_id": message.template_id,
        "kind": message.kind, "offer_id": message.offer_id, "incentive_id": message.incentive_id,
        "code_id": message.code_id, "at": now().strftime("%Y-%m-%dT%H:%M:%SZ"),
    }  # fmt: skip
