"""Messages that follow from what happened: a code released, a code replaced, a lost link."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.assignments.models import Assignment
from app.campaigns.models import CampaignMember, Incentive, IncentiveCode
from app.clock import now
from app.codes.models import Code
from app.db import Base
from app.db.bulk import insert_rows
from app.influencers.models import Influencer
from app.messages.models import Message, MessageTemplate

CHUNK = 100
LINK_AGAIN = timedelta(minutes=10)
"""A lost link is mailed at most so often, however often it is asked for."""
STILL_NEWS = timedelta(days=30)
TABLE: Table = Base.metadata.tables["message"]


def write_releases(session: Session) -> bool:
    """One message for each released code whose incentive has a template, once; whether there may be more."""
    told = exists().where(
        Message.influencer_id == CampaignMember.influencer_id, Message.incentive_id == Incentive.id,
        Message.template_id == Incentive.template_id, Message.kind == "release",
    )  # fmt: skip
    rows = session.execute(
        select(Incentive.workspace_id, Incentive.id, Incentive.template_id, CampaignMember.influencer_id)
        .join(IncentiveCode, IncentiveCode.incentive_id == Incentive.id)
        .join(CampaignMember, CampaignMember.id == IncentiveCode.member_id)
        .join(MessageTemplate, and_(MessageTemplate.id == Incentive.template_id,
                                    MessageTemplate.workspace_id == Incentive.workspace_id))
        .where(IncentiveCode.fulfilled_at.is_not(None), IncentiveCode.replaced_at.is_(None), ~told)
        .order_by(IncentiveCode.id)
        .limit(CHUNK)
    ).all()  # fmt: skip
    _write(
        session,
        [
            _row(row.workspace_id, row.influencer_id, "release", template_id=row.template_id, incentive_id=row.id,
                 once=f"release:{row.id}:{row.influencer_id}:{row.template_id}")
            for row in rows
        ],
    )  # fmt: skip
    return len(rows) == CHUNK


def write_rotations(session: Session) -> bool:
    """Whoever was sent a code is sent the one that took its place, with the template that told them last."""
    old = aliased(Message)
    last_told = (
        select(func.max(old.id))
        .where(old.code_id == Code.replaces_id, old.state == "sent", old.template_id.is_not(None))
        .group_by(old.influencer_id)
    )
    heard = or_(Message.kind == "rotation", Message.state.in_(("sent", "uncertain")))
    announced = exists().where(Message.code_id == Code.id, heard)
    rows = session.execute(
        select(old, Code.id.label("new_code_id"), _holder().label("holder_id"))
        .join(Code, Code.replaces_id == old.code_id)
        .where(
            Code.replaces_id.is_not(None), Code.state == "live", Code.created_at > now() - STILL_NEWS, ~announced,
            old.id.in_(last_told.correlate(Code)), _holder() == old.influencer_id,
        )
        .order_by(Code.id)
        .limit(CHUNK)
    ).all()  # fmt: skip
    _write(
        session,
        [
            _row(row[0].workspace_id, row.holder_id, "rotation", template_id=row[0].template_id,
                 incentive_id=row[0].incentive_id, offer_id=row[0].offer_id, code_id=row.new_code_id,
                 once=f"rotation:{row.new_code_id}")
            for row in rows
        ],
    )  # fmt: skip
    return len(rows) == CHUNK


def _holder() -> Any:
    """Who holds `Code` now."""
    assigned = select(Assignment.influencer_id).where(Assignment.code_id == Code.id, Assignment.ends_at.is_(None))
    released = (
        select(CampaignMember.influencer_id)
        .join(IncentiveCode, IncentiveCode.member_id == CampaignMember.id)
        .where(IncentiveCode.code_id == Code.id, IncentiveCode.replaced_at.is_(None))
    )
    return func.coalesce(assigned.correlate(Code).scalar_subquery(), released.correlate(Code).scalar_subquery())


def write_link(session: Session, workspace_id: int, influencer_id: int, *, actor: str = "") -> None:
    """Their link to their page, to the address that is known of them; not if it went out a moment ago."""
    recent = exists().where(
        Message.influencer_id == influencer_id, Message.kind == "link", Message.created_at > now() - LINK_AGAIN,
        or_(Message.state.in_(("queued", "sending", "sent", "uncertain"))),
    )  # fmt: skip
    if actor or not session.scalar(select(recent)):
        _write(session, [_row(workspace_id, influencer_id, "link", created_by=actor)])


def write_link_to(session: Session, workspace_id: int, email: str) -> None:
    """The same, for whoever of the workspace has this address. Nobody learns whether anybody has."""
    ids = session.scalars(
        select(Influencer.id).where(
            Influencer.workspace_id == workspace_id, func.lower(Influencer.email) == email.strip().lower(),
            Influencer.email != "", Influencer.archived_at.is_(None), Influencer.erased_at.is_(None),
        )
    ).all()  # fmt: skip
    for id in ids[:5]:
        write_link(session, workspace_id, id)


def _row(workspace_id: int, influencer_id: int, kind: str, **more: Any) -> dict[str, Any]:
    at = now()
    return {
        "workspace_id": workspace_id, "influencer_id": influencer_id, "kind": kind, "template_id": None,
        "offer_id": None, "incentive_id": None, "code_id": None, "once": None, "state": "queued", "reason": "",
        "detail": "", "attempts": 0, "next_at": at, "address": "", "via": "", "created_by": "", "created_at": at,
        **more,
    }  # fmt: skip


def _write(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    insert_rows(session, TABLE, rows, ignore=("once",))


def workspace_of(session: Session, influencer_id: int) -> int | None:
    """Whose person this is, for a link that no longer opens anything."""
    return session.scalar(select(Influencer.workspace_id).where(Influencer.id == influencer_id))
