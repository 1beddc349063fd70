"""How far behind the inbox of one store is, and what in it could not be worked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webhooks.drain import FAILED, WAITING, table


@dataclass(frozen=True, slots=True)
class FailedDelivery:
    topic: str
    delivery_id: str
    received_at: datetime
    error: str


@dataclass(frozen=True, slots=True)
class InboxHealth:
    waiting: int
    oldest_at: datetime | None
    """When the oldest waiting delivery was received."""
    failed: tuple[FailedDelivery, ...]
    """The newest ones that could not be worked, with the reason."""


def inbox_health(session: Session, store_id: int, *, most_failed: int = 20) -> InboxHealth:
    c = table.c
    waiting, oldest = session.execute(
        select(func.count(), func.min(c.received_at, type_=c.received_at.type)).where(
            c.state == WAITING, c.store_id == store_id
        )
    ).one()
    failed = session.execute(
        select(c.topic, c.delivery_id, c.received_at, c.error)
        .where(c.state == FAILED, c.store_id == store_id)
        .order_by(c.id.desc())
        .limit(most_failed)
    )
    return InboxHealth(waiting, oldest, tuple(FailedDelivery(*row) for row in failed))
