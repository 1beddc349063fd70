"""What a person has been given so far, for messages and for their own page. Nothing shows before its release."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from app.campaigns.models import Campaign, CampaignMember, Incentive, IncentiveCode
from app.codes.models import Code
from app.influencers.models import Influencer


@dataclass(frozen=True, slots=True)
class Released:
    """One incentive's code in somebody's hands; `template_id`: the message that goes with it, if any."""

    incentive_id: int
    campaign_name: str
    description: str
    code_id: int
    code: str
    store_id: int
    fulfilled_at: datetime
    template_id: int | None


def released_to(session: Session, workspace_id: int, influencer_id: int) -> list[Released]:
    """The newest first; of a rotated code only the one that stands now."""
    newer = aliased(Code)  # a rotation not yet followed
    everybody = select(Influencer.id).where(
        or_(Influencer.id == influencer_id, Influencer.merged_into_id == influencer_id)
    )
    rows = session.execute(
        select(
            Incentive.id, Campaign.name, Incentive.description, func.coalesce(newer.id, Code.id),
            func.coalesce(newer.code, Code.code), Code.store_id, IncentiveCode.fulfilled_at, Incentive.template_id,
        )
        .join(Incentive, Incentive.id == IncentiveCode.incentive_id)
        .join(Campaign, Campaign.id == Incentive.campaign_id)
        .join(CampaignMember, CampaignMember.id == IncentiveCode.member_id)
        .join(Code, Code.id == IncentiveCode.code_id)
        .outerjoin(newer, (newer.replaces_id == Code.id) & (newer.state == "live"))
        .where(
            CampaignMember.workspace_id == workspace_id, CampaignMember.influencer_id.in_(everybody),
            IncentiveCode.fulfilled_at.is_not(None), IncentiveCode.replaced_at.is_(None),
        )
        .order_by(IncentiveCode.fulfilled_at.desc(), IncentiveCode.id.desc())
    )  # fmt: skip
    return [
        Released(incentive_id, campaign, description, code_id, code, store_id, at, template_id)
        for incentive_id, campaign, description, code_id, code, store_id, at, template_id in rows
        if at is not None
    ]
