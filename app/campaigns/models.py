"""Campaigns: who takes part, at which stage, and the incentives whose codes they get on the way."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Money, UtcDateTime, big_id, pk

CURRENT = text("member_id IS NOT NULL AND replaced_at IS NULL")


class Campaign(Base):
    """State draft (nothing is released yet), active or ended."""

    __tablename__ = "campaign"
    __table_args__ = (UniqueConstraint("workspace_id", "name_key"),)

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"))
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(240))
    """The name, case folded: unique in the workspace."""
    state: Mapped[str] = mapped_column(String(10), default="draft")
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    notes: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    activated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Incentive(Base):
    """A promo code that each creator of a campaign gets at a stage. Its codes are rows of `incentive_code`."""

    __tablename__ = "incentive"
    __table_args__ = (Index("ix_incentive_campaign", "campaign_id", "id"),)

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"), index=True)
    campaign_id: Mapped[int] = mapped_column(big_id, ForeignKey("campaign.id"))
    store_id: Mapped[int] = mapped_column(big_id, ForeignKey("store.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text, default="")
    """What the creator sees."""
    timing: Mapped[str] = mapped_column(String(12))
    """pre_payment or post_payment: the stage on whose entry the code is given."""
    purpose: Mapped[str] = mapped_column(String(12), default="own_use")
    """own_use, gift or audience; only orders of an audience are attributed revenue."""
    value: Mapped[Decimal | None] = mapped_column(Money)
    value_currency: Mapped[str] = mapped_column(String(3), default="")
    """Retail value of one code."""
    cost: Mapped[Decimal | None] = mapped_column(Money)
    cost_currency: Mapped[str] = mapped_column(String(3), default="")
    """What one code costs the merchant."""
    offer_id: Mapped[int | None] = mapped_column(big_id, ForeignKey("offer.id"), index=True)
    """The offer that makes its codes; None where all are brought in."""
    owed: Mapped[int] = mapped_column(Integer, default=0)
    """Codes asked of the offer that are still to come into its pool."""
    warn_at: Mapped[int] = mapped_column(Integer, default=0)
    """So many codes left, or fewer, are too few; 0 for no warning."""
    warned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When pool.low was told; None again once there are enough."""
    top_up: Mapped[int] = mapped_column(Integer, default=0)
    """How many codes the offer makes when too few are left; 0 for none."""
    template_id: Mapped[int | None] = mapped_column(big_id)
    """The message sent at release."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CampaignMember(Base):
    """An influencer in a campaign, at one stage of campaigns.rules.STAGES or dropped."""

    __tablename__ = "campaign_member"
    __table_args__ = (
        UniqueConstraint("campaign_id", "influencer_id"),
        Index("ix_campaign_member_stage", "campaign_id", "stage", "stage_at", "id"),
        Index("ix_campaign_member_waiting", "campaign_id", "waits_since", postgresql_where=text("waits_for <> ''"),
              sqlite_where=text("waits_for <> ''")),
        Index("ix_campaign_member_person", "influencer_id"),
    )  # fmt: skip

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"))
    campaign_id: Mapped[int] = mapped_column(big_id, ForeignKey("campaign.id"))
    influencer_id: Mapped[int] = mapped_column(big_id, ForeignKey("influencer.id"))
    stage: Mapped[str] = mapped_column(String(12), default="invited")
    stage_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Since when; the order in which codes are given where they are short."""
    waits_for: Mapped[str] = mapped_column(String(12), default="")
    """The stage they move to when codes arrive; empty for those not on the waiting list."""
    waits_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    added_by: Mapped[str] = mapped_column(String(120), default="")
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class IncentiveCode(Base):
    """A code of an incentive: in its pool while `member_id` is empty, then that member's for good once released."""

    __tablename__ = "incentive_code"
    __table_args__ = (
        UniqueConstraint("code_id"),
        Index("uq_incentive_code_member", "incentive_id", "member_id", unique=True, postgresql_where=CURRENT,
              sqlite_where=CURRENT),
        Index("ix_incentive_code_member", "member_id"),
    )  # fmt: skip

    id: Mapped[pk]
    incentive_id: Mapped[int] = mapped_column(big_id, ForeignKey("incentive.id"))
    code_id: Mapped[int] = mapped_column(big_id, ForeignKey("code.id"))
    member_id: Mapped[int | None] = mapped_column(big_id, ForeignKey("campaign_member.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    assigned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fulfilled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was released to the creator; from then on it never returns to the pool."""
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a rotation gave the member another code; the row stays for what this one sold."""


class StageChange(Base):
    """The history of a member, only ever added to. `from_stage` is empty for being added."""

    __tablename__ = "stage_change"
    __table_args__ = (Index("ix_stage_change_member", "member_id", "id"),)

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"))
    member_id: Mapped[int] = mapped_column(big_id, ForeignKey("campaign_member.id"))
    from_stage: Mapped[str] = mapped_column(String(12), default="")
    to_stage: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(120), default="")
