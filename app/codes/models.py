"""Codes, the runs that make them, and the blocks in which they are sent to the store."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, UniqueConstraint, text, true
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


# A code is in no block when it is made, and hardly any replaces another or was changed in bulk: the others must not
# pay for being found that way.
IN_BLOCK = text("block_id IS NOT NULL")
OFF = text("state IN ('failed', 'disabled', 'retired')")
REPLACING = text("replaces_id IS NOT NULL")
CHANGED = text("change_id IS NOT NULL")


class Code(Base):
    """One string a buyer types. `key` (the string, upper case) is unique in its store for good, retired ones too.

    The offer is the only owner the database checks: workspace, store and run are the offer's own, and checking them
    again takes half the time of a big run.
    """

    __tablename__ = "code"
    __table_args__ = (
        UniqueConstraint("store_id", "key"),
        Index("ix_code_offer", "offer_id", "state", "id"),
        Index("ix_code_run", "run_id", "state", "id"),
        Index("ix_code_made_for", "offer_id", "made_for_id"),
        Index("ix_code_block_id", "block_id", postgresql_where=IN_BLOCK, sqlite_where=IN_BLOCK),
        Index("ix_code_due", "store_id", "id", postgresql_where=text("due <> ''"), sqlite_where=text("due <> ''")),
        Index("ix_code_off", "workspace_id", "state", "id", postgresql_where=OFF, sqlite_where=OFF),
        Index("ix_code_replaces", "replaces_id", postgresql_where=REPLACING, sqlite_where=REPLACING),
        Index("ix_code_change", "change_id", "due", postgresql_where=CHANGED, sqlite_where=CHANGED),
    )

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id)
    store_id: Mapped[int] = mapped_column(big_id)
    offer_id: Mapped[int] = mapped_column(big_id, ForeignKey("offer.id"))
    run_id: Mapped[int | None] = mapped_column(big_id)
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
    block_id: Mapped[int | None] = mapped_column(big_id, ForeignKey("code_block.id"))
    in_pool: Mapped[bool] = mapped_column(Boolean, default=False)
    """Made for the pool: nobody holds it until it is assigned; masked at every door until then."""
    made_for_id: Mapped[int | None] = mapped_column(big_id)
    """The person whose name it carries. Who holds it is told by its assignment."""
    source: Mapped[str] = mapped_column(String(10), default="made", server_default="made")
    """made by us, or imported."""
    tracked: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    """False: kept although the store does not have it, so nothing is known of its uses."""
    replaces_id: Mapped[int | None] = mapped_column(big_id)
    """The code that this one was made instead of (rotation)."""
    purpose: Mapped[str | None] = mapped_column(String(12))
    """own_use, gift or audience where an incentive gives it away; else its offer's."""
    due: Mapped[str] = mapped_column(String(10), default="", server_default=text("''"))
    """What the store has yet to be told: "off" (take it off), "rotate" (the same, once the code that replaces it is
    live); empty where both agree."""
    change_id: Mapped[int | None] = mapped_column(big_id)
    """The last CodeChange it was part of."""
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


class CodeChange(Base):
    """One request to disable or retire codes: our rows first, then the store. Progress is counted from its codes."""

    __tablename__ = "code_change"

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"), index=True)
    action: Mapped[str] = mapped_column(String(10))
    """disable or retire."""
    state: Mapped[str] = mapped_column(String(10), default="running", index=True)
    """running or finished."""
    total: Mapped[int] = mapped_column(Integer)
    request: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))
    """Ids of codes whose rows are yet to be changed, for changes too big for one transaction."""
    changed: Mapped[int] = mapped_column(Integer, default=0)
    """How many of `request` are done: the mark where a killed worker is taken up again."""
    trouble: Mapped[str] = mapped_column(String(500), default="")
    """Why the store could not be told yet, in words."""
    started_by: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CodeImport(Base):
    """Codes that exist already, brought in: looked up in the store by a job, then linked."""

    __tablename__ = "code_import"

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"), index=True)
    store_id: Mapped[int] = mapped_column(big_id, ForeignKey("store.id"))
    state: Mapped[str] = mapped_column(String(10), default="running", index=True)
    """reading (a discount of the store is listed), running or finished."""
    origin: Mapped[str] = mapped_column(String(10))
    """pasted, csv or discount."""
    remote_id: Mapped[str | None] = mapped_column(String(255))
    """The discount to be listed."""
    offer_id: Mapped[int | None] = mapped_column(big_id)
    """Where its codes go; None: to the offer of the discount that holds each, made where there is none."""
    incentive_id: Mapped[int | None] = mapped_column(big_id)
    """For an incentive: its codes are pooled."""
    purpose: Mapped[str] = mapped_column(String(12), default="audience")
    """Of the offers that are made for its codes."""
    in_pool: Mapped[bool] = mapped_column(Boolean, default=False)
    keep_missing: Mapped[bool] = mapped_column(Boolean, default=False)
    total: Mapped[int] = mapped_column(Integer, default=0)
    trouble: Mapped[str] = mapped_column(String(500), default="")
    started_by: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CodeImportLine(Base):
    """One code of an import: waiting, linked (found in the store), kept (not found, not tracked) or refused."""

    __tablename__ = "code_import_line"
    __table_args__ = (Index("ix_code_import_line_list", "import_id", "state", "number"),)

    id: Mapped[pk]
    import_id: Mapped[int] = mapped_column(big_id, ForeignKey("code_import.id"))
    number: Mapped[int] = mapped_column(Integer)
    """Its place among what was given, from 1."""
    code: Mapped[str] = mapped_column(String(200))
    person: Mapped[str] = mapped_column(String(320), default="")
    """Whose it is, as the file says: external id, e-mail or handle."""
    influencer_id: Mapped[int | None] = mapped_column(big_id)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    reason: Mapped[str] = mapped_column(String(300), default="")
    code_id: Mapped[int | None] = mapped_column(big_id)
