"""Two offers, people with and without codes, and what they sold."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from app.assignments.models import Assignment
from app.clock import now
from app.codes.models import Code
from app.db import transaction
from app.influencers.service import upsert_many
from app.offers.models import Offer
from app.redemptions.models import Total
from app.stores.models import Store
from tests.support.offers import add_offer

NAMES = ("Łukasz Żółty", "王芳", "Ana Rossi", "Zoë Bauer", "🌸 Sakura", "María-José O'Neill", "Anna Kowalska", "Ivo",
         "Oluwaseun Adébáyọ̀", "Bea")  # fmt: skip


def add_people(store: Store, count: int = len(NAMES)) -> list[int]:
    records = [
        {"external_id": f"p{n}", "display_name": NAMES[n % len(NAMES)], "email": f"p{n}@example.com",
         "tags": ["even" if n % 2 == 0 else "odd"], "groups": ["A"], "handles": [{"handle": f"user{n}"}]}
        for n in range(count)
    ]  # fmt: skip
    with transaction() as session:
        return [row.influencer_id or 0 for row in upsert_many(session, store.workspace_id, "r", records)]


def give(session: Session, offer: Offer, person: int, code: str, state: str = "live", ended: bool = False) -> Code:
    at = now()
    made = Code(workspace_id=offer.workspace_id, store_id=offer.store_id, offer_id=offer.id, code=code,
                key=code.upper(), base=code, state=state, created_at=at)
    session.add(made)
    session.flush()
    session.add(Assignment(workspace_id=offer.workspace_id, offer_id=offer.id, code_id=made.id, influencer_id=person,
                           starts_at=at - timedelta(hours=1), ends_at=at if ended else None))
    session.flush()
    return made


def sold(
    session: Session, offer: Offer, person: int, gross: str, redemptions: int = 1, *, refunded: str = "0",
    currency: str = "EUR", minutes: int | None = 0,
) -> None:  # fmt: skip
    last = None if minutes is None else now() - timedelta(minutes=minutes)
    session.add(Total(workspace_id=offer.workspace_id, offer_id=offer.id, influencer_id=person, currency=currency,
                      redemptions=redemptions, gross=Decimal(gross), discount=Decimal(1), refunded=Decimal(refunded),
                      last_order_at=last))


@pytest.fixture
def people(store: Store) -> list[int]:
    return add_people(store)


@pytest.fixture
def offers(store: Store, people: list[int]) -> list[Offer]:
    """Seven people hold a code of the first offer, six of them sold something; three hold one of the second."""
    dice = random.Random(3)
    with transaction() as session:
        first, second = add_offer(session, store, "Winter"), add_offer(session, store, "Spring")
        for n, person in enumerate(people[:7]):
            give(session, first, person, f"W{n}", "failed" if n == 6 else "live")
            if n < 6:
                sold(session, first, person, f"{dice.randint(1, 3) * 100}.50", dice.randint(1, 3), refunded="20.25",
                     minutes=dice.randint(1, 3))
        for n, person in enumerate(people[:3]):
            give(session, second, person, f"S{n}", "queued")
        sold(session, second, people[0], "1000", 9)
        sold(session, second, people[1], "70", currency="USD")
    return [first, second]
