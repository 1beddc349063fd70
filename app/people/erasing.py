"""A person's own wish to be forgotten: name, handles, address, notes and messages go; codes and numbers stay.

The event log is only ever added to, but for this: a job empties what its entries tell of the person. The audit log
needs no change, since it never holds such values. Of the person a keyed hash stays, so that no roster brings them back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, delete, or_, select, update
from sqlalchemy.orm import Session

from app import events
from app.clock import now
from app.db import Base
from app.db.bulk import among
from app.errors import FieldError, InvalidInput
from app.events import Event
from app.influencers import erased
from app.influencers.models import Influencer
from app.influencers.service import get, must_be_there, name_of
from app.influencers.upsert import blank, derived
from app.queue import enqueue_after_commit
from app.stores.models import IdempotencyKey

NAME = "Erased person"
JOB = "app.people.jobs.forget"
PART = 100
# What is deleted with a person, and what keeps its row but loses its words.
DELETED = ("influencer_label", "message", "code_wish", "portal_link")
EMPTIED = {"influencer_import_row": {"external_id": "", "name": ""}}
# Of an event about codes and money this stays; of one about the person, nothing.
_NUMBERS = frozenset((
    "code_id", "code", "offer_id", "offer_name", "influencer_id", "store", "purpose", "status", "status_reason",
    "share_url", "value", "value_type", "currency", "starts_at", "ends_at", "usage_limit", "uses", "gross", "refunded",
    "net", "orders", "new_customers", "last_redeemed_at", "version", "kind", "reason", "assignment_id", "campaign_id",
    "campaign_name", "incentive_id", "incentive_name", "retail_value", "retail_currency", "fulfilled_at",
    "replaces_code_id", "replaces_code", "stage",
))  # fmt: skip


def erase(session: Session, workspace_id: int, id: int, typed: str) -> Influencer:
    """`typed`: the person's name, as a second thought. Raises InvalidInput at name, Conflict where it is done."""
    person = must_be_there(get(session, workspace_id, id))
    if typed.strip().casefold() != name_of(person).casefold():
        raise InvalidInput.at(FieldError("name", f"Type the name as it is shown: {name_of(person)}."))
    rows = [person, *session.scalars(select(Influencer).where(Influencer.merged_into_id == id))]
    ids = [row.id for row in rows]
    known_by = [mark for row in rows for mark in erased.marks(row.source, row.external_id, row.email)]
    erased.remember(session, workspace_id, known_by)
    tell: dict[str, Any] = {"influencer_id": id, "external_id": person.external_id, "source": person.source}
    for name in DELETED:
        session.execute(delete(_table(name)).where(_table(name).c.influencer_id.in_(ids)))
    for name, emptied in EMPTIED.items():
        session.execute(update(_table(name)).where(_table(name).c.influencer_id.in_(ids)).values(emptied))
    _forget_mentions(session, workspace_id, rows)
    _forget_answers(session, workspace_id, rows)
    at = now()
    # By statement and not by the rows: the audit log is told that it was done, not what there was.
    values: dict[str, Any] = {**blank(), "display_name": NAME, "notes": "", "source": "erased", "external_id": None}
    session.execute(
        update(Influencer)
        .where(Influencer.id.in_(ids))
        .values({**values, **derived(values), "archived_at": at, "erased_at": at, "updated_at": at})
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
    events.append(session, workspace_id, "influencer.erased", tell, id)
    enqueue_after_commit(session, JOB, id)
    return person


def _forget_mentions(session: Session, workspace_id: int, rows: Sequence[Influencer]) -> None:
    """Files of codes name people as the merchant wrote them, found here or not."""
    line, files = _table("code_import_line"), _table("code_import")
    handles = {str(one.get("handle", "")) for row in rows for one in row.handles}
    names = {name for row in rows for name in (row.external_id, row.email, row.email.lower()) if name}
    words = sorted(name for name in names | handles | {f"@{handle}" for handle in handles} if name.strip("@"))
    ours = select(files.c.id).where(files.c.workspace_id == workspace_id)
    named = or_(line.c.influencer_id.in_([row.id for row in rows]), line.c.person.in_(words))
    session.execute(update(line).where(line.c.import_id.in_(ours), named).values(person=""))


def _forget_answers(session: Session, workspace_id: int, rows: Sequence[Influencer]) -> None:
    """Answers kept for repeated requests, where one speaks of the person: a repeat is told that it is lost."""
    words = {word for row in rows for word in (row.email, row.external_id or "", name_of(row)) if len(word) > 2}
    kept = session.scalars(
        select(IdempotencyKey).where(IdempotencyKey.workspace_id == workspace_id, IdempotencyKey.body.is_not(None))
    )
    for answer in kept:
        if any(word in (answer.body or "") for word in words):
            answer.body, answer.status, answer.acted = None, None, True


def unforgotten(session: Session) -> Sequence[int]:
    """Erased people of whom events may still tell."""
    return session.scalars(
        select(Influencer.id).where(
            Influencer.erased_at.is_not(None), Influencer.forgotten_at.is_(None), Influencer.merged_into_id.is_(None)
        )
    ).all()


def forget_events(session: Session, id: int, after: int) -> int | None:
    """Empties the next events that tell of a person, the oldest first. The last one's number, or None when done."""
    person = session.get(Influencer, id)
    if person is None or person.erased_at is None:
        return None
    ids = [id, *session.scalars(select(Influencer.id).where(Influencer.merged_into_id == id))]
    rows = session.scalars(
        select(Event)
        .where(Event.workspace_id == person.workspace_id, Event.id > after, Event.influencer_id.in_(ids))
        .order_by(Event.id)
        .limit(PART)
    ).all()
    about_them = [row.id for row in rows if row.type.startswith("influencer.") and row.type != "influencer.erased"]
    for row in rows:
        if row.type != "influencer.erased":
            row.data = _emptied(row)
    session.flush()
    _untell(session, about_them)
    if len(rows) < PART:
        person.forgotten_at = now()
        return None
    return rows[-1].id


def _emptied(event: Event) -> dict[str, Any]:
    if event.type.startswith("influencer."):
        return {"influencer_id": event.influencer_id, "erased": True}
    data: Mapping[str, Any] = event.data
    return {name: value for name, value in data.items() if name in _NUMBERS} | {"erased": True}


def _untell(session: Session, event_ids: Sequence[int]) -> None:
    """What was still to be said of the person is not said any more."""
    if not event_ids:
        return
    push, pending = _table("roster_push"), _table("event_pending")
    session.execute(delete(push).where(among(session, push.c.event_id, event_ids), push.c.state != "sent"))
    session.execute(delete(pending).where(among(session, pending.c.event_id, event_ids)))


def _table(name: str) -> Table:
    return Base.metadata.tables[name]
