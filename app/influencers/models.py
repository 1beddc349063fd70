"""The people."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Text,
    TextClause,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime, big_id, pk

# The table shows the active people, nearly always: these indexes give them in order without a sort.
ACTIVE = text("archived_at IS NULL")
ARCHIVED = text("archived_at IS NOT NULL")
MAILED = text("email <> ''")
MERGED = text("merged_into_id IS NOT NULL")


def _index(name: str, order: str, where: TextClause) -> Index:
    return Index(name, "workspace_id", order, "id", postgresql_where=where, sqlite_where=where)


class Influencer(Base):
    """One person of a workspace. Never deleted: archived, and their numbers stay.

    `handles` is a list of {platform, handle, url, followers}. `tags` are the roster's, `local_tags` ours; both, and
    `groups`, stand here for showing and in `influencer_label` for filtering: influencers.upsert writes the two.
    """

    __tablename__ = "influencer"
    __table_args__ = (
        UniqueConstraint("workspace_id", "source", "external_id"),
        _index("ix_influencer_by_name", "sort_name", ACTIVE),
        _index("ix_influencer_by_age", "created_at", ACTIVE),
        _index("ix_influencer_country", "country", ACTIVE),
        _index("ix_influencer_stage", "stage", ACTIVE),
        _index("ix_influencer_archived", "sort_name", ARCHIVED),
        Index("ix_influencer_email", "workspace_id", "email", postgresql_where=MAILED, sqlite_where=MAILED),
        Index("ix_influencer_merged", "merged_into_id", postgresql_where=MERGED, sqlite_where=MERGED),
    )

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"))
    source: Mapped[str] = mapped_column(String(60), default="manual")
    """Which roster the person came from; `manual` where typed in here."""
    external_id: Mapped[str | None] = mapped_column(String(255))
    first_name: Mapped[str] = mapped_column(String(255), default="")
    last_name: Mapped[str] = mapped_column(String(255), default="")
    display_name: Mapped[str] = mapped_column(String(255), default="")
    email: Mapped[str] = mapped_column(String(320), default="")
    handles: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    local_tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    groups: Mapped[list[str]] = mapped_column(JSON, default=list)
    stage: Mapped[str] = mapped_column(String(60), default="")
    """The roster's own stage of this person."""
    country: Mapped[str] = mapped_column(String(2), default="")
    locale: Mapped[str] = mapped_column(String(20), default="")
    currency: Mapped[str] = mapped_column(String(3), default="")
    consent: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    preferred_code: Mapped[str] = mapped_column(String(64), default="")
    commission_rate: Mapped[Decimal | None] = mapped_column(Numeric(7, 4))
    notes: Mapped[str] = mapped_column(Text, default="")
    roster_fields: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Names of the fields that the roster sends, and so owns; empty for people typed in here."""
    roster_active: Mapped[bool | None] = mapped_column(Boolean)
    """What the roster last said. Only a change of it archives or restores, so that our own archiving holds."""
    roster_version: Mapped[str] = mapped_column(String(60), default="")
    roster_updated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sort_name: Mapped[str] = mapped_column(String(255), default="")
    """Name in Latin letters, lower case: what the table sorts by."""
    search_text: Mapped[str] = mapped_column(Text, default="")
    """Names (as written and in Latin letters), handles, e-mail, tags; lower case."""
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    merged_into_id: Mapped[int | None] = mapped_column(big_id)
    """The person this one turned out to be; then nothing is left here but what the roster calls them."""
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """They asked to be forgotten: what stays is codes and numbers."""
    forgotten_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the last event that told of an erased person was emptied too; the sweep asks for it."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PeopleChange(Base):
    """Many people archived at once, or brought back: kind archive or restore."""

    __tablename__ = "people_change"

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    ids: Mapped[list[int]] = mapped_column(JSON)
    """Whom it changes: those who were not so already."""
    total: Mapped[int] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer, default=0)
    """How many of `ids` are changed: the mark where a killed worker is taken up again."""
    started_by: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class InfluencerLabel(Base):
    """A tag or group of a person, for filtering. `kind`: tag or group."""

    __tablename__ = "influencer_label"
    __table_args__ = (Index("ix_influencer_label_lookup", "workspace_id", "kind", "label", "influencer_id"),)

    influencer_id: Mapped[int] = mapped_column(big_id, ForeignKey("influencer.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    label: Mapped[str] = mapped_column(String(100), primary_key=True)
    workspace_id: Mapped[int] = mapped_column(big_id)


class ErasedKey(Base):
    """A keyed hash of what a person was known by when they asked to be erased: no roster or file brings them back."""

    __tablename__ = "erased_key"

    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"), primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)


class InfluencerImport(Base):
    """A file of people: sent, checked, applied. The file itself is dropped once it was applied, or after a day.

    state: sent, checking, checked, applying, done, or failed where the file could not be read after all.
    """

    __tablename__ = "influencer_import"
    __table_args__ = (Index("ix_influencer_import_list", "workspace_id", "id"),)

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"))
    name: Mapped[str] = mapped_column(String(255), default="")
    state: Mapped[str] = mapped_column(String(10), default="sent", index=True)
    encoding: Mapped[str] = mapped_column(String(20), default="")
    separator: Mapped[str] = mapped_column(String(1), default=",")
    head: Mapped[list[str]] = mapped_column(JSON, default=list)
    """The file's column names."""
    sample: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    """Its first rows, to choose columns by."""
    mapping: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    """{field: place of its column}."""
    rows: Mapped[int] = mapped_column(Integer, default=0)
    checked: Mapped[int] = mapped_column(Integer, default=0)
    applied: Mapped[int] = mapped_column(Integer, default=0)
    """How many rows are worked: the marks where a killed worker is taken up again."""
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    """{outcome: rows} of the check, and then of what was done."""
    round: Mapped[int] = mapped_column(Integer, default=0)
    """Grows with every new check: a job of an earlier one stops."""
    message: Mapped[str] = mapped_column(String(500), default="")
    started_by: Mapped[str] = mapped_column(String(120), default="")
    worker_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Lease of the job that works it."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ImportPart(Base):
    """A piece of the file's text, compressed."""

    __tablename__ = "influencer_import_part"

    import_id: Mapped[int] = mapped_column(
        big_id, ForeignKey("influencer_import.id"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ImportRow(Base):
    """What would happen to a row, or did: created, updated, unchanged or refused. `number` as a spreadsheet counts."""

    __tablename__ = "influencer_import_row"
    __table_args__ = (Index("ix_influencer_import_row_outcome", "import_id", "outcome", "number"),)

    import_id: Mapped[int] = mapped_column(
        big_id, ForeignKey("influencer_import.id"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    external_id: Mapped[str] = mapped_column(String(255), default="")
    name: Mapped[str] = mapped_column(String(255), default="")
    outcome: Mapped[str] = mapped_column(String(10))
    field: Mapped[str] = mapped_column(String(60), default="")
    message: Mapped[str] = mapped_column(String(500), default="")
    influencer_id: Mapped[int | None] = mapped_column(big_id, index=True)
