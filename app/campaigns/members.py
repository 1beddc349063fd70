"""Who takes part: adding people from the influencer table, picking members, removing them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.orm import Session, aliased

from app.campaigns import pool
from app.campaigns.fields import MemberFilter, Members
from app.campaigns.models import Campaign, CampaignMember, Incentive, IncentiveCode, StageChange
from app.clock import now
from app.db.base import Base
from app.db.bulk import among, insert_rows
from app.errors import Conflict, NotFound
from app.influencers import service as influencers
from app.influencers.filters import Selection
from app.influencers.models import Influencer
from app.influencers.names import words

MEMBERS, CHANGES = (Base.metadata.tables[model.__tablename__] for model in (CampaignMember, StageChange))
CHUNK = 5_000


def add(session: Session, campaign: Campaign, selection: Selection, *, actor: str) -> tuple[int, int]:
    """(added, there already). The campaign must be locked. Raises NotFound, InvalidInput as influencers.select does."""
    at = now()
    added = there = 0
    part: list[int] = []

    def store() -> None:
        nonlocal added, there
        rows = [
            {
                "workspace_id": campaign.workspace_id, "campaign_id": campaign.id, "influencer_id": id,
                "stage": "invited", "stage_at": at, "waits_for": "", "added_by": actor, "added_at": at,
            }
            for id in part
        ]  # fmt: skip
        ids = _insert(session, campaign.id, rows)
        history = [
            {"workspace_id": campaign.workspace_id, "member_id": id, "from_stage": "", "to_stage": "invited", "at": at,
             "by": actor}
            for id in ids
        ]  # fmt: skip
        insert_rows(session, CHANGES, history)
        added, there = added + len(ids), there + len(part) - len(ids)
        part.clear()

    for person in influencers.select(session, campaign.workspace_id, selection):
        part.append(person.id)
        if len(part) == CHUNK:
            store()
    store()
    return added, there


def _insert(session: Session, campaign_id: int, rows: list[dict[str, object]]) -> list[int]:
    made = insert_rows(session, MEMBERS, rows, ignore=("campaign_id", "influencer_id"), returning=(MEMBERS.c.id,))
    return sorted(row.id for row in made)


def picked(session: Session, campaign: Campaign, chosen: Members) -> list[ColumnElement[bool]]:
    """Conditions over `campaign_member`. Raises NotFound where an id is no member of this campaign."""
    if chosen.ids is not None:
        ids = sorted(set(chosen.ids))
        found = [CampaignMember.campaign_id == campaign.id, among(session, CampaignMember.id, ids)]
        count = session.scalar(select(func.count()).select_from(CampaignMember).where(*found)) or 0
        if count < len(ids):
            raise NotFound(f"{len(ids) - count} of the members picked are not in this campaign.")
        return found
    found = conditions(campaign.id, chosen.filter or MemberFilter())
    if chosen.except_ids:
        found.append(~among(session, CampaignMember.id, sorted(set(chosen.except_ids))))
    return found


def conditions(campaign_id: int, wanted: MemberFilter) -> list[ColumnElement[bool]]:
    """What the table, the board and every action on a filter go by."""
    found: list[ColumnElement[bool]] = [CampaignMember.campaign_id == campaign_id]
    if wanted.stage is not None:
        found.append(CampaignMember.stage == wanted.stage)
    if wanted.code == "waiting":
        found.append(CampaignMember.waits_for != "")
    elif wanted.code == "released":
        found.append(_holds(wanted.incentive_id, IncentiveCode.fulfilled_at.is_not(None)))
    elif wanted.code == "held":
        found.append(_holds(wanted.incentive_id, IncentiveCode.fulfilled_at.is_(None)))
    elif wanted.code == "none":
        found.append(~_holds(wanted.incentive_id))
    elif wanted.incentive_id is not None:
        found.append(_holds(wanted.incentive_id))
    if wanted.q:
        found.append(_named(wanted.q))
    return found


def _holds(incentive_id: int | None, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    held = [IncentiveCode.member_id == CampaignMember.id, IncentiveCode.replaced_at.is_(None), *more]
    if incentive_id is not None:
        held.append(IncentiveCode.incentive_id == incentive_id)
    return exists().where(*held)


def _named(query: str) -> ColumnElement[bool]:
    person = aliased(Influencer)  # by another name: the statement around it may read the people itself
    parts = [person.search_text.contains(word, autoescape=True) for word in words(query)]
    return exists().where(person.id == CampaignMember.influencer_id, *(parts or [person.id < 0]))


def remove(session: Session, campaign: Campaign, chosen: Members) -> int:
    """Takes members out with their history; codes they hold go back. Raises Conflict where one has a released code:
    that is history, so they can be dropped and not removed.
    """
    where = picked(session, campaign, chosen)
    ids = list(session.scalars(select(CampaignMember.id).where(*where)))
    if not ids:
        return 0
    mine = among(session, IncentiveCode.member_id, ids)
    released = session.scalar(
        select(func.count(IncentiveCode.member_id.distinct())).where(mine, IncentiveCode.fulfilled_at.is_not(None))
    )
    if released:
        raise Conflict(
            f"{released:,} of them {'has' if released == 1 else 'have'} a code in hand, which stays in the history. "
            "Drop them instead.",
            code="released",
        )
    pool.give_back(session, mine)
    session.execute(delete(StageChange).where(among(session, StageChange.member_id, ids)))
    session.execute(delete(CampaignMember).where(among(session, CampaignMember.id, ids)))
    return len(ids)


def incentives_of(session: Session, campaign_id: int) -> list[Incentive]:
    return list(session.scalars(select(Incentive).where(Incentive.campaign_id == campaign_id).order_by(Incentive.id)))
