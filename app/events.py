"""The outbox: what happened, written in the same transaction as the fact. Nothing else lives here.

Events are never changed. A row in `event_pending` says that the relay has not looked at one yet: ids are no cursor,
since a transaction with a lower id may commit later.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.clock import now
from app.db import Base, UtcDateTime, big_id, pk
from app.db.bulk import insert_rows


class Event(Base):
    """`type` is one of docs/roster.md; `data` the body sent, without secrets and without codes nobody holds."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_workspace_id_id", "workspace_id", "id"),)

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"))
    influencer_id: Mapped[int | None] = mapped_column(big_id)
    type: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(40), unique=True)
    """Idempotency key: the receiver's duplicate check (`webhook-id`)."""
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EventPending(Base):
    __tablename__ = "event_pending"

    event_id: Mapped[int] = mapped_column(big_id, ForeignKey("event.id"), primary_key=True, autoincrement=False)


def append(
    session: Session, workspace_id: int, type: str, data: dict[str, Any], influencer_id: int | None = None
) -> None:
    append_many(session, [(workspace_id, type, data, influencer_id)])


def append_many(session: Session, rows: list[tuple[int, str, dict[str, Any], int | None]]) -> None:
    """Rows of (workspace id, type, data, influencer id); their numbers follow this order."""
    if not rows:
        return
    at = now()
    values = [
        {
            "workspace_id": w,
            "type": t,
            "data": d,
            "influencer_id": i,
            "key": f"evt_{uuid.uuid4().hex}",
            "created_at": at,
        }
        for w, t, d, i in rows
    ]
    tables = Base.metadata.tables
    made = insert_rows(session, tables["event"], values, returning=(tables["event"].c.id,))
    insert_rows(session, tables["event_pending"], [{"event_id": row.id} for row in made])
