"""The roster connection, and what is still to be told to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, EncryptedText, UtcDateTime, big_id, pk


class RosterConnection(Base):
    """One roster a workspace for now. `kind`: http, airtable or csv. `cursor`: of the pull under way."""

    __tablename__ = "roster_connection"
    __table_args__ = (UniqueConstraint("workspace_id"),)

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"))
    kind: Mapped[str] = mapped_column(String(20), default="http")
    name: Mapped[str] = mapped_column(String(120), default="")
    base_url: Mapped[str] = mapped_column(String(500))
    api_key: Mapped[str] = mapped_column(EncryptedText)
    signing_secret: Mapped[str] = mapped_column(EncryptedText)
    cursor: Mapped[str] = mapped_column(String(2000), default="")
    updated_since: Mapped[str] = mapped_column(String(60), default="")
    """Newest `updated_at` of the last complete pull, as the roster wrote it: where the next one starts."""
    pulling_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Lease of the job that pulls."""
    pulled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pull_progress: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """roster.rules.Progress as a dictionary."""
    pushing_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Lease of the job that pushes."""
    push_failures: Mapped[int] = mapped_column(Integer, default=0)
    """Rounds in a row in which the roster took nothing; the wait before the next one grows with it."""
    push_next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    push_error: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RosterPush(Base):
    """One event on its way to the roster: waiting, sent or stuck. In order per person: a person's later events wait."""

    __tablename__ = "roster_push"
    __table_args__ = (
        UniqueConstraint("connection_id", "event_id"),
        Index("ix_roster_push_due", "connection_id", "state", "event_id"),
        Index("ix_roster_push_person", "connection_id", "influencer_id", "state", "event_id"),
    )

    id: Mapped[pk]
    connection_id: Mapped[int] = mapped_column(big_id, ForeignKey("roster_connection.id"))
    event_id: Mapped[int] = mapped_column(big_id, ForeignKey("event.id"))
    influencer_id: Mapped[int | None] = mapped_column(big_id)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(String(500), default="")
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
