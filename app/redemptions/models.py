"""Orders that used our codes, the redemptions they are, and the ledger of money that is only ever added to."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Money, UtcDateTime, big_id, pk


class Order(Base):
    """The newest snapshot applied of one store order that carries at least one of our codes."""

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("store_id", "remote_id"),
        Index("ix_orders_customer", "store_id", "customer_key"),
    )

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"))
    store_id: Mapped[int] = mapped_column(big_id, ForeignKey("store.id"))
    remote_id: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(60))
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    remote_updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """updated_at of the newest snapshot applied; older ones add nothing."""
    currency: Mapped[str] = mapped_column(String(3))
    gross: Mapped[Decimal] = mapped_column(Money)
    discount: Mapped[Decimal] = mapped_column(Money)
    refunded: Mapped[Decimal] = mapped_column(Money)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(12), default="counted")
    """counted, cancelled, deleted, test or not_a_sale."""
    customer_key: Mapped[str | None] = mapped_column(String(64))
    """Keyed hash of the buyer; erased on request."""
    new_customer: Mapped[bool | None] = mapped_column(Boolean)
    """The buyer's first order with one of our codes; unknown where the store names no buyer."""
    presentment_currency: Mapped[str | None] = mapped_column(String(3))
    presentment_total: Mapped[Decimal | None] = mapped_column(Money)


class Redemption(Base):
    """One order's use of one of our codes, credited to whoever held the code when the order was placed."""

    __tablename__ = "redemption"
    __table_args__ = (
        UniqueConstraint("order_id", "code_id"),
        Index("ix_redemption_person", "workspace_id", "influencer_id", "placed_at"),
        Index("ix_redemption_offer", "workspace_id", "offer_id", "placed_at"),
        Index("ix_redemption_day", "workspace_id", "placed_at"),
        Index("ix_redemption_code", "code_id", "placed_at"),
    )

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"))
    store_id: Mapped[int] = mapped_column(big_id, ForeignKey("store.id"))
    order_id: Mapped[int] = mapped_column(big_id, ForeignKey("orders.id"))
    code_id: Mapped[int] = mapped_column(big_id, ForeignKey("code.id"))
    offer_id: Mapped[int] = mapped_column(big_id, ForeignKey("offer.id"))
    assignment_id: Mapped[int | None] = mapped_column(big_id, ForeignKey("assignment.id"))
    influencer_id: Mapped[int | None] = mapped_column(big_id, ForeignKey("influencer.id"))
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counted: Mapped[bool] = mapped_column(Boolean)
    """True while the order counts (not cancelled, deleted, a test or a draft)."""
    purpose: Mapped[str] = mapped_column(String(12), default="audience", server_default="audience")
    """What the code was for: an order of own_use or gift is a cost and never attributed revenue."""
    currency: Mapped[str] = mapped_column(String(3))
    gross: Mapped[Decimal] = mapped_column(Money)
    discount: Mapped[Decimal] = mapped_column(Money)
    refunded: Mapped[Decimal] = mapped_column(Money)
    """Sums of this redemption's ledger entries."""
    entries: Mapped[int] = mapped_column(Integer, default=0)
    """How many ledger entries there are: the number of the last one."""


class LedgerEntry(Base):
    """One change of a redemption's money: kind sale, refund, edit, cancellation, reopening or correction.

    Added, never edited; net of anything = sum of gross - sum of refunded. Amounts are differences and may be negative.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (UniqueConstraint("redemption_id", "number"),)

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"))
    redemption_id: Mapped[int] = mapped_column(big_id, ForeignKey("redemption.id"))
    number: Mapped[int] = mapped_column(Integer)
    """1, 2, 3 … within the redemption: two workers cannot both add the same change."""
    kind: Mapped[str] = mapped_column(String(12))
    currency: Mapped[str] = mapped_column(String(3))
    gross: Mapped[Decimal] = mapped_column(Money)
    discount: Mapped[Decimal] = mapped_column(Money)
    refunded: Mapped[Decimal] = mapped_column(Money)
    counted: Mapped[int] = mapped_column(Integer)
    """Change of the number of redemptions: 1, 0 or -1."""
    reason: Mapped[str] = mapped_column(String(200), default="")
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Total(Base):
    """Sums of the ledger by person, offer and currency, kept in the same transaction as the entries."""

    __tablename__ = "redemption_total"
    __table_args__ = (
        UniqueConstraint("workspace_id", "offer_id", "influencer_id", "currency"),
        Index("ix_redemption_total_person", "influencer_id"),
    )

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"))
    offer_id: Mapped[int] = mapped_column(big_id, ForeignKey("offer.id"))
    influencer_id: Mapped[int] = mapped_column(big_id)
    """0 where nobody held the code (pool)."""
    currency: Mapped[str] = mapped_column(String(3))
    redemptions: Mapped[int] = mapped_column(Integer, default=0)
    gross: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    discount: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    refunded: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    last_order_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the newest order was placed, counted or cancelled since; never a test order."""
