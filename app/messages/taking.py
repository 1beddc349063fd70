"""Taking a message: from `queued` to `sending` in one statement, if all that its letter says still holds.

Letters are worked out some ahead, for many in the same reads. So that one is never told what is not true any more, the
statement that takes its message looks once more at the rows that decide: message, person, code, offer, template, and
the list of addresses that are not written to. Where one of them moved, the letter is worked out anew.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Table, Update, bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from app.assignments.models import Assignment
from app.codes.models import Code
from app.db import Base
from app.db.bulk import rows_changed
from app.influencers.models import Influencer
from app.messages.drafts import Draft
from app.messages.models import Message, MessageSuppression, MessageTemplate
from app.messages.suppression import keys_of
from app.offers.models import Offer
from app.redemptions.models import Redemption

TABLE: Table = Base.metadata.tables[Message.__tablename__]


def take(session: Session, message_id: int, draft: Draft, at: datetime) -> bool:
    """Whether it is ours now, marked as `sending`. Only with a draft that nothing holds back."""
    person, template, code_id = draft.facts.person, draft.template, draft.told_code_id
    offer = draft.facts.told.offer
    limit = offer.uses_per_code if offer and code_id else None
    given: dict[str, Any] = {"message": message_id, "at": at, "to": draft.address, "code": code_id}
    if person is not None:
        keys = keys_of(person.workspace_id, person.email)
        given |= {"person": person.id, "person_at": person.updated_at, "workspace": person.workspace_id, "keys": keys}
    if template is not None:
        given |= {"template": template.id, "template_at": template.updated_at}
    if offer is not None:
        given |= {"offer": offer.id, "offer_at": offer.updated_at}
    if limit:
        given["limit"] = limit
    statement = _statement(template is not None, offer is not None, code_id is not None, bool(limit))
    return bool(rows_changed(session.connection().execute(statement, given)))


@lru_cache
def _statement(template: bool, offer: bool, code: bool, limited: bool) -> Update:
    """By what the letter rests on."""
    guards = [_person(), ~_suppressed()]
    if template:
        guards.append(_template())
    if offer:
        guards.append(exists().where(Offer.id == bindparam("offer"), Offer.updated_at == bindparam("offer_at")))
    if code:
        guards += [_works(), _holds()]
    if limited:
        guards.append(_uses() < bindparam("limit"))
    return (
        update(TABLE)
        .where(TABLE.c.id == bindparam("message"), TABLE.c.state == "queued", *guards)
        .values(state="sending", reason="", detail="", via="smtp", attempts=TABLE.c.attempts + 1,
                sending_at=bindparam("at"), address=bindparam("to"), code_id=bindparam("code"))
    )  # fmt: skip


def _person() -> ColumnElement[bool]:
    return exists().where(
        Influencer.id == bindparam("person"), Influencer.updated_at == bindparam("person_at"),
        Influencer.email == bindparam("to"), Influencer.archived_at.is_(None), Influencer.erased_at.is_(None),
    )  # fmt: skip


def _suppressed() -> ColumnElement[bool]:
    return exists().where(
        MessageSuppression.workspace_id == bindparam("workspace"),
        MessageSuppression.address_key.in_(bindparam("keys", expanding=True)),
    )


def _template() -> ColumnElement[bool]:
    return exists().where(
        MessageTemplate.id == bindparam("template"), MessageTemplate.updated_at == bindparam("template_at"),
        MessageTemplate.archived_at.is_(None),
    )  # fmt: skip


def _works() -> ColumnElement[bool]:
    return exists().where(Code.id == bindparam("code"), Code.state == "live")


def _holds() -> ColumnElement[bool]:
    """A released code of an incentive has its assignment, too."""
    return exists().where(
        Assignment.code_id == bindparam("code"), Assignment.influencer_id == bindparam("person"),
        Assignment.ends_at.is_(None),
    )  # fmt: skip


def _uses() -> ColumnElement[int]:
    used = select(func.count()).where(Redemption.code_id == bindparam("code"), Redemption.counted)
    return used.scalar_subquery()
