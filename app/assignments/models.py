"""Who holds which code, from when, until when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime, big_id, pk


class Assignment(Base):
    """At most one open assignment a code; an ended one keeps the history that old orders credit."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index(
            "uq_assignment_open_code",
            "code_id",
            unique=True,
            postgresql_where=text("ends_at IS NULL"),
            sqlite_where=text("ends_at IS NULL"),
        ),
        # With all that the filters of the table ask: counting 100,000 people reads no row.
        Index("ix_assignment_person", "influencer_id", "offer_id", "code_id", "ends_at"),
        Index("ix_assignment_offer", "offer_id", "influencer_id", "code_id", "ends_at"),
        Index("ix_assignment_code", "code_id", "starts_at"),
    )

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"))
    offer_id: Mapped[int] = mapped_column(big_id, ForeignKey("offer.id"))
    code_id: Mapped[int] = mapped_column(big_id, ForeignKey("code.id"))
    influencer_id: Mapped[int] = mapped_column(big_id, ForeignKey("influencer.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    assigned_by: Mapped[str] = mapped_column(String(120), default="")
