"""Handing codes over: from its release on a code is the creator's, is told of, and never returns to the pool."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app import events
from app.assignments.models import Assignment
from app.campaigns import pool
from app.campaigns.models import Campaign, CampaignMember, Incentive, IncentiveCode
from app.clock import now
from app.codes.events import Told, code_event
from app.codes.models import Code
from app.db.base import Base, db
from app.db.bulk import AnyRow, among, insert_rows
from app.influencers.models import Influencer
from app.offers.models import Offer
from app.redemptions.money import written
from app.stores.models import Store

ASSIGNMENTS = Base.metadata.tables[Assignment.__tablename__]
AT_ONCE = {"sqlite": 500, "postgresql": 20_000}
"""Codes released in one transaction. On SQLite everybody else's writes wait for it; the rest is released by a job."""


def most_at_once() -> int:
    return AT_ONCE[db.engine.dialect.name]


def release_held(
    session: Session, campaign: Campaign, *, actor: str, members: Sequence[int] | None = None, most: int
) -> int:
    """Releases what members of an active campaign hold and what works in its store: the first `most`. Returns how many
    codes.
    """
    if campaign.state != "active":
        return 0
    rows = _held(session, campaign.id, members, most)
    if not rows:
        return 0
    at = now()
    session.execute(
        update(IncentiveCode)
        .where(among(session, IncentiveCode.id, [row.id for row in rows]))
        .values(fulfilled_at=at)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Code)
        .where(among(session, Code.id, [row.code_id for row in rows]))
        .values(in_pool=False)
        .execution_options(synchronize_session=False)
    )
    given = [
        {
            "workspace_id": campaign.workspace_id, "offer_id": row.offer_id, "code_id": row.code_id,
            "influencer_id": row.influencer_id, "starts_at": at, "assigned_by": actor,
        }
        for row in rows
    ]  # fmt: skip
    insert_rows(session, ASSIGNMENTS, given)
    _tell(session, campaign, rows, at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    return len(rows)


def _held(session: Session, campaign_id: int, members: Sequence[int] | None, most: int) -> Sequence[AnyRow]:
    query = (
        select(
            IncentiveCode.id, IncentiveCode.incentive_id, Code.id.label("code_id"), Code.code, Code.offer_id,
            func.coalesce(Influencer.merged_into_id, Influencer.id).label("influencer_id"), Influencer.external_id,
        )
        .join(Code, Code.id == IncentiveCode.code_id)
        .join(CampaignMember, CampaignMember.id == IncentiveCode.member_id)
        .join(Influencer, Influencer.id == CampaignMember.influencer_id)
        .where(
            CampaignMember.campaign_id == campaign_id, IncentiveCode.fulfilled_at.is_(None),
            IncentiveCode.replaced_at.is_(None), Code.state == "live",
        )
        .order_by(IncentiveCode.id)
        .limit(most)
    )  # fmt: skip
    if members is not None:
        # By this table's own index: told of the members' ids, PostgreSQL looks through all of them for each row.
        query = query.where(among(session, IncentiveCode.member_id, list(members)))
    rows: Sequence[AnyRow] = session.execute(query).all()
    return rows


def _tell(session: Session, campaign: Campaign, rows: Sequence[AnyRow], at: str) -> None:
    offers = {one.id: one for one in session.scalars(select(Offer).where(Offer.id.in_({row.offer_id for row in rows})))}
    of_them = select(Store).where(Store.id.in_({offer.store_id for offer in offers.values()}))
    stores = {store.id: store for store in session.scalars(of_them)}
    incentives = {one.id: one for one in session.scalars(select(Incentive).where(Incentive.campaign_id == campaign.id))}
    same = {id: {**_of_incentive(campaign, incentive), "fulfilled_at": at} for id, incentive in incentives.items()}
    told: list[tuple[int, str, dict[str, Any], int | None]] = []
    for row in rows:
        offer = offers[row.offer_id]
        code = code_event(
            Told(row.code_id, row.code, "live", "", row.influencer_id, row.external_id), offer, stores[offer.store_id]
        )
        code["purpose"] = incentives[row.incentive_id].purpose
        told.append((campaign.workspace_id, "assignment.created", code, row.influencer_id))
        told.append((campaign.workspace_id, "incentive.fulfilled", code | same[row.incentive_id], row.influencer_id))
    events.append_many(session, told)


def _of_incentive(campaign: Campaign, incentive: Incentive) -> dict[str, Any]:
    worth = incentive.value
    return {
        "campaign_id": campaign.id,
        "campaign_name": campaign.name,
        "incentive_id": incentive.id,
        "incentive_name": incentive.name,
        "retail_value": None if worth is None else written(worth, incentive.value_currency),
        "retail_currency": None if worth is None else incentive.value_currency,
    }


def return_unreleased(session: Session, campaign: Campaign) -> int:
    """All codes of this campaign that were assigned and not released go back into their pools."""
    mine = select(Incentive.id).where(Incentive.campaign_id == campaign.id)
    return pool.give_back(session, IncentiveCode.incentive_id.in_(mine))
