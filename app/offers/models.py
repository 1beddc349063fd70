"""Offers: the terms that all codes of an offer share."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Money, UtcDateTime, big_id, pk


def everything() -> dict[str, Any]:
    return {"kind": "all", "ids": [], "titles": []}


def nothing_else() -> dict[str, Any]:
    return {"orders": False, "products": False, "shipping": False}


OTHER = "other"
"""The type of an offer whose terms are the store's alone: from here no code is made for it and no term changed."""


class Offer(Base):
    """`value` is a percentage or an amount in `currency`, by `type`; `remote_id` is the store's discount."""

    __tablename__ = "offer"
    __table_args__ = (
        UniqueConstraint("workspace_id", "name_key"),
        Index("ix_offer_list", "workspace_id", "created_at"),
    )

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"))
    store_id: Mapped[int] = mapped_column(big_id, ForeignKey("store.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(240))
    """The name, case folded: unique in the workspace."""
    title: Mapped[str] = mapped_column(String(120))
    """What shoppers may see."""
    type: Mapped[str] = mapped_column(String(20))
    value: Mapped[Decimal | None] = mapped_column(Money)
    currency: Mapped[str] = mapped_column(String(3))
    pattern: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    uses_per_code: Mapped[int | None] = mapped_column(Integer)
    once_per_customer: Mapped[bool] = mapped_column(Boolean, default=False)
    minimum_subtotal: Mapped[Decimal | None] = mapped_column(Money)
    minimum_quantity: Mapped[int | None] = mapped_column(Integer)
    """Items; never together with minimum_subtotal."""
    scope: Mapped[dict[str, Any]] = mapped_column(JSON, default=everything)
    """{"kind": "all" | "products" | "collections", "ids": [platform ids], "titles": [as picked]}."""
    combines_with: Mapped[dict[str, Any]] = mapped_column(JSON, default=nothing_else)
    """{"orders": bool, "products": bool, "shipping": bool}."""
    applies_to: Mapped[str] = mapped_column(String(16), default="both")
    """both, one_time or subscription."""
    purpose: Mapped[str] = mapped_column(String(12), default="audience")
    """audience, own_use or gift: only an audience's orders are attributed revenue."""
    free_product: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """{"id": platform id of the variant, "title": ..., "price": "12.00" | null}, as picked."""
    with_shipping: Mapped[bool] = mapped_column(Boolean, default=False)
    """A comped order takes the shipping off too."""
    previous_id: Mapped[int | None] = mapped_column(big_id, ForeignKey("offer.id"), index=True)
    """The version before this one: codes are issued from the newest only."""
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Ended by hand; an end date that has passed needs no row change. State is worked out by offers.rules.state()."""
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    issuing_ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when a successor gives out the codes; those of this offer go on working."""
    ended_in_store_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the store confirmed that the discount is off (ended or paused); while that is not what the row asks for,
    the sweep tells the store again."""
    pending_change: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Terms the store has still to take: {"id": ..., "by": actor, "at": ISO time, "before": {columns as the store
    has them}, "trouble": words}."""
    store_note: Mapped[str] = mapped_column(String(1000), default="")
    """What the store refused, or keeps otherwise than asked, in words."""
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    remote_id: Mapped[str | None] = mapped_column(String(255), index=True)
    next_sequence: Mapped[int] = mapped_column(Integer, default=1)
    """The next `{seq}`."""
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Whom to publish a draft for: {"selection": ..., "edits": {...}, "pool": n}."""
    approval_asked_by: Mapped[str | None] = mapped_column(String(120))
    """Who asked for a second person; set while the offer waits for one."""
    approval_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approval_reason: Mapped[str | None] = mapped_column(String(200))
    approved_by: Mapped[str | None] = mapped_column(String(120))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    source: Mapped[str] = mapped_column(String(10), default="made", server_default="made")
    """made here, or imported: a discount that was in the store already."""
    utm: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    """What its share links carry, where it differs from the workspace's."""
    drift: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """How the store's discount differs from this row, and nobody here asked for it (offers.drift)."""
    created_by: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
