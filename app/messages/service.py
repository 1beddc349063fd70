"""Messages one by one: list them, and decide about those that need a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app import events
from app.clock import now
from app.codes.models import Code
from app.errors import Conflict, FieldError, InvalidInput, NotFound
from app.influencers.models import Influencer
from app.influencers.service import name_of
from app.messages.models import Message, MessageTemplate
from app.messages.sending import told_of
from app.messages.suppression import lift
from app.queue import enqueue_after_commit

AnySelect = Select[*tuple[Any, ...]]
PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    state: str | None = None
    run_id: int | None = None
    influencer_id: int | None = None
    template_id: int | None = None
    kind: str | None = None


def page(session: Session, workspace_id: int, wanted: Wanted, cursor: str | None) -> dict[str, Any]:
    """Newest first, in three statements. Raises InvalidInput where the cursor is not one of ours."""
    query = _narrowed(
        select(Message, Influencer, MessageTemplate.name, Code.code)
        .outerjoin(Influencer, Influencer.id == Message.influencer_id)
        .outerjoin(MessageTemplate, MessageTemplate.id == Message.template_id)
        .outerjoin(Code, (Code.id == Message.code_id) & (Code.workspace_id == workspace_id)),
        workspace_id, wanted,
    )  # fmt: skip
    if wanted.state:
        query = query.where(Message.state == wanted.state)
    if cursor:
        query = query.where(Message.id < _number(cursor))
    rows = session.execute(query.order_by(Message.id.desc()).limit(PAGE + 1)).all()
    counts = _counts(session, workspace_id, wanted)
    return {
        "items": [shown(message, person, template, code) for message, person, template, code in rows[:PAGE]],
        "next_cursor": str(rows[PAGE - 1][0].id) if len(rows) > PAGE else None,
        "total": counts.get(wanted.state, 0) if wanted.state else sum(counts.values()),
        "counts": counts,
    }


def _counts(session: Session, workspace_id: int, wanted: Wanted) -> dict[str, int]:
    query = _narrowed(select(Message.state, func.count()), workspace_id, wanted)
    return dict(session.execute(query.group_by(Message.state)).all())


def _narrowed(query: AnySelect, workspace_id: int, wanted: Wanted) -> AnySelect:
    query = query.where(Message.workspace_id == workspace_id)
    for column, value in (
        (Message.run_id, wanted.run_id), (Message.influencer_id, wanted.influencer_id),
        (Message.template_id, wanted.template_id), (Message.kind, wanted.kind),
    ):  # fmt: skip
        if value is not None:
            query = query.where(column == value)
    return query


def _number(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise InvalidInput.at(FieldError("cursor", "Start the list again from its first page."))
    return int(cursor)


def shown(message: Message, person: Influencer | None, template: str | None, code: str | None) -> dict[str, Any]:
    """The fields of fields.MessageOut. A code is told here only once a person was told it."""
    told = message.state in ("sent", "uncertain", "sending")
    return {
        "id": message.id,
        "influencer": {"id": message.influencer_id, "name": name_of(person) if person else "Unnamed"},
        "template": None if message.template_id is None else {"id": message.template_id, "name": template or ""},
        "kind": message.kind, "state": message.state, "reason": message.reason, "detail": message.detail,
        "code": code if told else None, "address": message.address, "via": message.via, "run_id": message.run_id,
        "created_at": message.created_at, "sent_at": message.sent_at,
        "next_at": message.next_at if message.state in ("queued", "held") else None,
    }  # fmt: skip


def one(session: Session, workspace_id: int, message_id: int) -> dict[str, Any]:
    return page_of(session, get(session, workspace_id, message_id))


def page_of(session: Session, message: Message) -> dict[str, Any]:
    template = session.get(MessageTemplate, message.template_id) if message.template_id else None
    code = session.get(Code, message.code_id) if message.code_id else None
    person = session.get(Influencer, message.influencer_id)
    return shown(message, person, template.name if template else None, code.code if code else None)


def get(session: Session, workspace_id: int, message_id: int, *, lock: bool = False) -> Message:
    """Raises NotFound, for another workspace's too."""
    query = select(Message).where(Message.workspace_id == workspace_id, Message.id == message_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound("There is no such message here.")
    return found


def resend(session: Session, workspace_id: int, message_id: int) -> Message:
    """Somebody has decided that it goes out once more. Raises Conflict unless it failed or may have been sent."""
    message = _in_state(session, workspace_id, message_id, ("uncertain", "failed"), "sent again")
    if message.reason == "bounced" and message.address:
        lift(session, workspace_id, message.address, "bounced")
    message.state, message.reason, message.detail = "queued", "", ""
    message.attempts, message.next_at = 0, now()
    enqueue_after_commit(session, "app.messages.jobs.send", workspace_id)
    return message


def mark_sent(session: Session, workspace_id: int, message_id: int) -> Message:
    """Somebody has looked: it did arrive."""
    message = _in_state(session, workspace_id, message_id, ("uncertain",), "marked as sent")
    message.state, message.reason, message.sent_at = "sent", "marked", message.sending_at or now()
    message.detail = "Marked as sent by hand."
    events.append(session, workspace_id, "message.sent", told_of(message), message.influencer_id)
    return message


def withdraw(session: Session, workspace_id: int, message_id: int) -> Message:
    message = _in_state(session, workspace_id, message_id, ("queued", "held"), "withdrawn")
    message.state, message.reason, message.detail = "withdrawn", "withdrawn", "Withdrawn before it was sent."
    return message


def _in_state(session: Session, workspace_id: int, message_id: int, states: Sequence[str], what: str) -> Message:
    message = get(session, workspace_id, message_id, lock=True)
    if message.state not in states:
        raise Conflict(f"This message is {message.state}: it cannot be {what}.", code="message_state")
    return message
