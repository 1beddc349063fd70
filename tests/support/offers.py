"""Offers and people that tests of codes need."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.clock import now
from app.codes.patterns import Person
from app.influencers.models import Influencer
from app.offers.models import Offer
from app.stores.models import Store


def add_offer(session: Session, store: Store, name: str = "Winter launch", **changes: Any) -> Offer:
    at = now()
    facts = {
        "title": name, "type": "percentage", "value": Decimal(15), "currency": store.currency,
        "pattern": "{first_name}{value}", "starts_at": at, "published_at": at, "created_at": at, "updated_at": at,
    }  # fmt: skip
    offer = Offer(
        workspace_id=store.workspace_id, store_id=store.id, name=name, name_key=name.casefold(), **(facts | changes)
    )
    session.add(offer)
    session.flush()
    return offer


def add_people(session: Session, workspace_id: int, first_names: list[str]) -> list[int]:
    """Their ids, in order."""
    at = now()
    rows = [
        {
            "workspace_id": workspace_id, "source": "test", "external_id": f"{at.timestamp()}-{n}", "first_name": name,
            "sort_name": name.lower(), "handles": [], "tags": [], "groups": [], "created_at": at, "updated_at": at,
        }
        for n, name in enumerate(first_names)
    ]  # fmt: skip
    if not rows:
        return []
    return list(session.scalars(insert(Influencer).returning(Influencer.id, sort_by_parameter_order=True), rows))


def people_of(session: Session, ids: list[int]) -> list[Person]:
    rows = session.scalars(select(Influencer).where(Influencer.id.in_(ids)).order_by(Influencer.id))
    return [Person(row.id, row.first_name, row.last_name, row.display_name, "", row.preferred_code) for row in rows]
