"""The inbox: every accepted delivery, raw, until it has been worked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime, big_id, pk


class Delivery(Base):
    """`body` is compressed and encrypted, dropped 24 h after it was worked. `delivery_id` is the sender's own key."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("store_id", "delivery_id"),
        Index("ix_delivery_waiting", "id", postgresql_where=text("state = 0"), sqlite_where=text("state = 0")),
        Index(
            "ix_delivery_worked",
            "worked_at",
            postgresql_where=text("body IS NOT NULL"),
            sqlite_where=text("body IS NOT NULL"),
        ),
    )

    id: Mapped[pk]
    store_id: Mapped[int] = mapped_column(big_id, ForeignKey("store.id"))
    topic: Mapped[str] = mapped_column(String(60))
    delivery_id: Mapped[str] = mapped_column(String(100))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    triggered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it happened, by the sender's clock; the time of receipt where the sender does not say."""
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[int] = mapped_column(Integer, default=0)
    """0 waiting, 1 worked, 2 failed (kept, with the reason)."""
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    worked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(String(500), default="")
