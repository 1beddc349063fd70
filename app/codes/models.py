"""Codes, the runs that make them, and the blocks in which they are sent to the store."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime, big_id, pk


class CodeRun(Base):
    """One request to make codes: state running, stopped or finished. Progress is counted from its codes."""

    __tablename__ = "code_run"

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"), index=True)
    offer_id: Mapped[int] = mapped_column(big_id, ForeignKey("offer.id"), index=True)
    state: Mapped[str] = mapped_column(String(12), default="running", index=True)
    total: Mapped[int] = mapped_column(Integer)
    started_by: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    first_live_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stop_asked: Mapped[bool] = mapped_column(Boolean, default=False)
    worker_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Lease of the worker that pushes this run; a run whose lease has passed is taken up again."""
    worker: Mapped[str] = mapped_column(String(40), default="")
    trouble: Mapped[str] = mapped_column(String(500), default="")
    """Why the run is waiting (store unreachable, open the app again), in words; empty while it goes on."""
    request: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What is still to be made, for runs too big for one transaction: {"ids": [...], "edits": {...}, "pool": n}."""
    made: Mapped[int] = mapped_column(Integer, default=0)
    """How many of `request` are made: the mark where a killed worker is taken up again."""


class Code(Base):
    """One string a buyer types. `key` (the string, upper case) is unique in its store for good, retired ones too.

    The offer is the only owner the database checks: workspace and store are the offer's own, and checking them again
    takes half the time of a big run.
    """

    __tablename__ = "code"
    __table_args__ = (
        UniqueConstraint("store_id", "key"),
        Index("ix_code_offer", "offer_id", "state", "id"),
        Index("ix_code_run", "run_id", "state", "id"),
        Index("ix_code_made_for", "offer_id", "made_for_id"),
    )

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id)
    store_id: Mapped[int] = mapped_column(big_id)
    offer_id: Mapped[int] = mapped_column(big_id, ForeignKey("offer.id"))
    run_id: Mapped[int | None] = mapped_column(big_id, ForeignKey("code_run.id"))
    code: Mapped[str] = mapped_column(String(150))
    key: Mapped[str] = mapped_column(String(300))
    base: Mapped[str] = mapped_column(String(150))
    """What the pattern gave, before any -2, -3 …"""
    state: Mapped[str] = mapped_column(String(10), default="queued")
    """queued, creating, live, failed, disabled or retired."""
    reason: Mapped[str] = mapped_column(String(40), default="")
    """Why it failed: a platforms.port.Failure value."""
    message: Mapped[str] = mapped_column(String(500), default="")
    can_retry: Mapped[bool] = mapped_column(Boolean, default=False)
    attempt: Mapped[int] = mapped_column(Integer, default=1)
    """Which candidate this is: 0 the person's preferred code, 1 the pattern's own, n the one with -n."""
    remote_id: Mapped[str | None] = mapped_column(String(255))
    block_id: Mapped[int | None] = mapped_column(big_id, ForeignKey("code_block.id"), index=True)
    in_pool: Mapped[bool] = mapped_column(Boolean, default=False)
    """Made for the pool: nobody holds it until it is assigned; masked at every door until then."""
    made_for_id: Mapped[int | None] = mapped_column(big_id)
    """The person whose name it carries. Who holds it is told by its assignment."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    live_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CodeBlock(Base):
    """Codes sent in one call: sending (no answer yet, or lost), sent (job known), counted (some failed) or done."""

    __tablename__ = "code_block"

    id: Mapped[pk]
    run_id: Mapped[int] = mapped_column(big_id, ForeignKey("code_run.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="sending")
    job_id: Mapped[str | None] = mapped_column(String(255))
    size: Mapped[int] = mapped_column(Integer)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
