"""The influencer table with 100,000 people and three offers as columns: the questions the page asks, one after another.

Each question goes through the service that the route calls, in one process, on a database that has analysed its tables.
The value is the slowest question's 95th percentile.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.assignments.models import Assignment
from app.boot import boot
from app.clock import now
from app.codes.models import Code
from app.config import Settings
from app.db import db, reading, transaction
from app.influencers.filters import Filter
from app.influencers.service import upsert_many
from app.offers.models import Offer
from app.redemptions.models import Total
from app.stores.models import Store, Workspace
from app.views.influencer_table import table
from bench.harness import Figure, Run, bench

MOST_MILLISECONDS = 100.0
OFFERS = 3
BATCH = 1_000
SEED = 5
FIRST = ("Łukasz", "Anna", "María-José", "Zoë", "Oluwaseun", "🌸 Sakura", "Mohammed", "Chloe", "Emma", "王芳", "Ayşe")
LAST = ("Żółty", "Rossi", "Kowalska", "O'Neill", "Bauer", "Tanaka", "Adébáyọ̀", "Smith", "Müller", "Yılmaz", "Kim")
TAGS = ("skincare", "pl", "de", "beauty", "top 20", "micro", "home", "jp", "fitness")


@bench("influencer_table")
def influencer_table(run: Run) -> Iterator[Figure]:
    people = run.pick(100_000, 10_000)
    with run.system() as system:
        system.migrate()
        boot(Settings.from_env(system.env))
        try:
            add_seconds = fill(people)
            slowest = {name: percentile(times) for name, times in ask_all(run.pick(40, 10)).items()}
        finally:
            db.dispose()
    name = max(slowest, key=lambda one: slowest[one])
    yield run.figure("influencer_table", value=slowest[name], unit="ms p95", baseline=MOST_MILLISECONDS,
                     bar=f"p95 <= {MOST_MILLISECONDS:g} ms on PostgreSQL", slowest=name, people=people,
                     ok=run.database != "postgres" or slowest[name] <= MOST_MILLISECONDS,
                     people_added_per_second=people / add_seconds,
                     **{one: round(value, 1) for one, value in slowest.items()})


def questions() -> dict[str, dict[str, Any]]:
    return {
        "by_name": {}, "newest": {"sort": "-added"}, "net_first": {"sort": "-net"},
        "orders_first": {"sort": "-redemptions"},
        "search": {"wanted": Filter(q="anna")}, "search_rare": {"wanted": Filter(q="person77.")},
        "search_code": {"wanted": Filter(q="C1X500")}, "tag": {"wanted": Filter(tag="pl")},
        "offer": {"wanted": Filter(offer_id=2)}, "failed": {"wanted": Filter(offer_id=2, code_status="failed")},
    }  # fmt: skip


def ask_all(rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each question: the first page, then pages further on."""
    times: dict[str, list[float]] = {}
    for name, question in questions().items():
        wanted: dict[str, Any] = {"wanted": Filter(), "sort": "name", "columns": [1, 2, 3], "limit": 50, **question}
        cursor = ""
        for _ in range(rounds):
            started = time.perf_counter()
            with reading() as session:
                found = table(session, 1, 1, wanted["wanted"], sort=wanted["sort"], columns=wanted["columns"],
                              cursor=cursor, limit=wanted["limit"])
            times.setdefault(name, []).append((time.perf_counter() - started) * 1000)
            cursor = found["next_cursor"] or ""
    return times


def percentile(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95) - 1]


def fill(people: int) -> float:
    """Seconds that the people took to come in, as from a roster."""
    dice = random.Random(SEED)
    with transaction() as session:
        add_offers(session)
    started = time.perf_counter()
    for start in range(0, people, BATCH):
        with transaction() as session:
            upsert_many(session, 1, "bench", [person(number, dice) for number in range(start, start + BATCH)])
    seconds = time.perf_counter() - started
    for start in range(1, people + 1, BATCH):
        with transaction() as session:
            for offer in range(1, OFFERS + 1):
                add_codes(session, offer, range(start, start + BATCH), people, dice)
    analyse()
    return seconds


def add_offers(session: Session) -> None:
    at = now()
    session.add(Workspace(name="Bench", created_at=at))
    session.flush()
    session.add(Store(workspace_id=1, platform="shopify", domain="bench.myshopify.com", currency="EUR",
                      installed_at=at))
    session.flush()
    for number in range(OFFERS):
        session.add(Offer(workspace_id=1, store_id=1, name=f"Bench {number}", name_key=f"bench {number}", title="Bench",
                          type="percentage", value=Decimal(15), currency="EUR", pattern="{first_name}", starts_at=at,
                          created_at=at, updated_at=at))


def person(number: int, dice: random.Random) -> dict[str, Any]:
    handle = f"user{number}.{dice.choice(('beauty', 'fit', 'food'))}"
    return {
        "external_id": str(number), "first_name": dice.choice(FIRST), "last_name": dice.choice(LAST),
        "email": f"person{number}.mail@example.com", "country": "DE",
        "handles": [{"platform": "instagram", "handle": handle, "followers": dice.randrange(1_000_000)}],
        "tags": dice.sample(TAGS, dice.randrange(4)), "groups": [dice.choice("ABC")],
    }  # fmt: skip


def add_codes(session: Session, offer: int, ids: range, people: int, dice: random.Random) -> None:
    """A code for each of these people; six in ten have sold something."""
    at = now()
    same = {"workspace_id": 1, "offer_id": offer}
    first = (offer - 1) * people
    session.execute(insert(Code), [
        {**same, "id": first + id, "store_id": 1, "code": f"C{offer}X{id}", "key": f"C{offer}X{id}", "base": "C",
         "state": dice.choice(("live",) * 9 + ("failed",)), "created_at": at} for id in ids
    ])
    session.execute(insert(Assignment), [
        {**same, "code_id": first + id, "influencer_id": id, "starts_at": at} for id in ids
    ])
    session.execute(insert(Total), [
        {**same, "influencer_id": id, "currency": "EUR", "redemptions": dice.randrange(1, 100),
         "gross": Decimal(dice.randrange(1_000_000)) / 100, "discount": Decimal(1), "refunded": Decimal(0),
         "last_order_at": at - timedelta(minutes=dice.randrange(100_000))} for id in ids if dice.random() < 0.6
    ])


def analyse() -> None:
    """What a running database does by itself within a minute."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if db.engine.dialect.name == "postgresql" else "ANALYZE"))
