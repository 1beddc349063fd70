"""Campaigns with members and pools, made directly: what stands behind them is the store's."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.campaigns.models import Campaign, CampaignMember, Incentive, IncentiveCode
from app.clock import now
from app.codes.models import Code
from app.influencers.models import Influencer
from app.offers.models import Offer
from app.stores.models import Store


def add_offer(session: Session, store: Store, name: str = "Kits", **changes: Any) -> Offer:
    at = now()
    facts = {"type": "percentage", "value": Decimal(100), "currency": "EUR", "pattern": "KIT-{random:6}",
             "starts_at": at, "published_at": at, "created_at": at, "updated_at": at}  # fmt: skip
    offer = Offer(workspace_id=store.workspace_id, store_id=store.id, name=name, name_key=name.casefold(), title=name,
                  **(facts | changes))  # fmt: skip
    session.add(offer)
    session.flush()
    return offer


def add_people(session: Session, store: Store, count: int, *, first: int = 0) -> list[int]:
    at = now()
    people = [
        Influencer(workspace_id=store.workspace_id, external_id=f"c-{n}", display_name=f"Creator {n:05}",
                   sort_name=f"creator {n:05}", search_text=f"creator {n:05}", created_at=at, updated_at=at)
        for n in range(first, first + count)
    ]  # fmt: skip
    session.add_all(people)
    session.flush()
    return [person.id for person in people]


def add_campaign(session: Session, store: Store, name: str = "Glow season", **changes: Any) -> Campaign:
    at = now()
    campaign = Campaign(workspace_id=store.workspace_id, name=name, name_key=name.casefold(), created_at=at,
                        updated_at=at, **({"state": "active", "activated_at": at} | changes))  # fmt: skip
    session.add(campaign)
    session.flush()
    return campaign


def add_incentive(session: Session, campaign: Campaign, offer: Offer, **changes: Any) -> Incentive:
    at = now()
    facts = {"name": "Creator kit", "timing": "pre_payment", "offer_id": offer.id}
    incentive = Incentive(workspace_id=campaign.workspace_id, campaign_id=campaign.id, store_id=offer.store_id,
                          created_at=at, updated_at=at, **(facts | changes))  # fmt: skip
    session.add(incentive)
    session.flush()
    return incentive


def add_codes(
    session: Session, incentive: Incentive | None, offer: Offer, count: int, *, prefix: str = "KIT", **changes: Any
) -> list[int]:
    """Live pooled codes of the offer; in the incentive's pool, or in the offer's alone."""
    at = now()
    facts = {"state": "live", "in_pool": True, "purpose": incentive.purpose if incentive else None}
    codes = [
        Code(workspace_id=offer.workspace_id, store_id=offer.store_id, offer_id=offer.id, code=f"{prefix}-{n:05}",
             key=f"{prefix}-{n:05}", base=prefix, created_at=at, **(facts | changes))
        for n in range(count)
    ]  # fmt: skip
    session.add_all(codes)
    session.flush()
    if incentive is not None:
        session.add_all(IncentiveCode(incentive_id=incentive.id, code_id=code.id, added_at=at) for code in codes)
        session.flush()
    return [code.id for code in codes]


def add_members(session: Session, campaign: Campaign, people: list[int], stage: str = "confirmed") -> list[int]:
    at = now()
    members = [
        CampaignMember(workspace_id=campaign.workspace_id, campaign_id=campaign.id, influencer_id=id, stage=stage,
                       stage_at=at, added_at=at)
        for id in people
    ]  # fmt: skip
    session.add_all(members)
    session.flush()
    return [member.id for member in members]


def holdings(session: Session, incentive_id: int) -> dict[int, list[int]]:
    """{member id: ids of the codes they hold} of one incentive."""
    found: dict[int, list[int]] = {}
    rows = session.execute(
        select(IncentiveCode.member_id, IncentiveCode.code_id).where(
            IncentiveCode.incentive_id == incentive_id, IncentiveCode.member_id.is_not(None),
            IncentiveCode.replaced_at.is_(None),
        )
    )  # fmt: skip
    for member_id, code_id in rows:
        found.setdefault(member_id, []).append(code_id)
    return found
