"""A merchant after years of work: people, offers, codes and sales in numbers, for the benches that read them.

The people come from Python, as their names are put into Latin letters there; everything else is made by the database
out of a table of numbers. What no page of these benches reads (ledger entries, events) is left out.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from math import isqrt
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    cast,
    func,
    insert,
    literal,
    select,
    text,
)
from sqlalchemy.orm import Session

from app.assignments.models import Assignment
from app.clock import now
from app.codes.models import Code
from app.db import Base, UtcDateTime, db
from app.db.bulk import insert_rows
from app.influencers.upsert import blank, derived
from app.offers.models import Offer
from app.redemptions.models import Order, Redemption, Total

SEED = 5
FIRST = ("Łukasz", "Anna", "María-José", "Zoë", "Oluwaseun", "🌸 Sakura", "Mohammed", "Chloe", "Emma", "王芳", "Ayşe")
LAST = ("Żółty", "Rossi", "Kowalska", "O'Neill", "Bauer", "Tanaka", "Adébáyọ̀", "Smith", "Müller", "Yılmaz", "Kim")
TAGS = ("skincare", "pl", "de", "beauty", "top 20", "micro", "home", "jp", "fitness")
COUNTRIES = ("DE", "PL", "IT", "JP", "NG", "US", "FR")
STAGES = ("", "contacted", "active", "paused")
BATCH = 5_000
FULL = 3
"""So many offers have a code for everybody: the three columns of the table."""
MEDIUM = 10_000
"""Codes of the offer after those, for the page of one offer."""
CACHE_KB = 1_000_000
DAYS = 720
"""The sales lie in these last days."""

_scratch = MetaData()
_numbers = Table("bench_number", _scratch, Column("n", Integer, primary_key=True))
_moments = Table("bench_moment", _scratch, Column("n", Integer, primary_key=True), Column("at", UtcDateTime))
_shares = Table("bench_share", _scratch, *(Column(name, Integer) for name in ("offer_id", "codes", "before")))


@dataclass(frozen=True, slots=True)
class Size:
    people: int
    offers: int
    redemptions: int


FULL_SIZE = Size(people=100_000, offers=200, redemptions=1_000_000)
QUICK_SIZE = Size(people=5_000, offers=20, redemptions=20_000)


def fill(workspace_id: int, store_id: int, size: Size) -> list[int]:
    """The ids of the offers: FULL of them with a code for everybody, then one with up to MEDIUM codes, then small ones.

    For a database with one store and nothing else in it.
    """
    _add_people(workspace_id, size.people)
    with db.session() as session, session.begin():
        offers = _add_offers(session, workspace_id, store_id, size.offers)
        connection = session.connection()
        _unchecked(connection)
        _prepare(connection, offers, size)
        _add_codes(connection, workspace_id, store_id, size)
        _add_sales(connection, workspace_id, store_id, size)
        _scratch.drop_all(connection)
    _analyse()
    return offers


def _add_people(workspace_id: int, count: int) -> None:
    dice = random.Random(SEED)
    at = now() - timedelta(days=DAYS)
    people, labels = (Base.metadata.tables[name] for name in ("influencer", "influencer_label"))
    for start in range(1, count + 1, BATCH):
        rows = [_person(id, dice) for id in range(start, min(start + BATCH, count + 1))]
        same = {"workspace_id": workspace_id, "source": "bench", "notes": ""}
        with db.session() as session, session.begin():
            insert_rows(session, people, [
                {**row, **derived(row), **same, "created_at": (when := at + timedelta(minutes=row["id"])),
                 "updated_at": when} for row in rows
            ])
            insert_rows(session, labels, [
                {"workspace_id": workspace_id, "influencer_id": row["id"], "kind": kind, "label": label}
                for row in rows for kind in ("tag", "group") for label in row[f"{kind}s"]
            ])
    if db.engine.dialect.name == "postgresql":
        with db.session() as session, session.begin():
            session.execute(text("SELECT setval(pg_get_serial_sequence('influencer', 'id'), :last)"), {"last": count})


def _person(id: int, dice: random.Random) -> dict[str, Any]:
    handle = f"user{id}.{dice.choice(('beauty', 'fit', 'food'))}"
    return {
        **blank(), "id": id, "external_id": str(id), "first_name": dice.choice(FIRST), "last_name": dice.choice(LAST),
        "email": f"person{id}.mail@example.com", "country": dice.choice(COUNTRIES), "stage": dice.choice(STAGES),
        "handles": [{"platform": "instagram", "handle": handle, "url": "", "followers": dice.randrange(1_000_000)}],
        "tags": dice.sample(TAGS, dice.randrange(4)), "groups": [dice.choice("ABC")],
        "roster_fields": ["email", "first_name", "handles", "last_name", "tags"],
    }  # fmt: skip


def _add_offers(session: Session, workspace_id: int, store_id: int, count: int) -> list[int]:
    at = now()
    offers = [
        Offer(workspace_id=workspace_id, store_id=store_id, name=f"Season {number}", name_key=f"season {number}",
              title="Season", type="percentage", value=Decimal(15), currency="EUR", pattern="{first_name}",
              starts_at=at - timedelta(days=DAYS), published_at=at - timedelta(days=DAYS),
              created_at=at - timedelta(hours=number), updated_at=at)
        for number in range(1, count + 1)
    ]  # fmt: skip
    session.add_all(offers)
    session.flush()
    return [offer.id for offer in offers]


def _unchecked(connection: Connection) -> None:
    """Millions of references that are right by their making need no look-up each."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
    else:
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        connection.execute(text(f"PRAGMA cache_size = {-CACHE_KB}"))


def _prepare(connection: Connection, offers: list[int], size: Size) -> None:
    """Numbers to make rows of, moments of the last years, and how many codes each offer has."""
    _scratch.create_all(connection)
    most = max(size.redemptions, size.people)
    connection.execute(text(
        "INSERT INTO bench_number WITH RECURSIVE counting(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counting "
        f"WHERE n < {most}) SELECT n FROM counting"
    ))
    at = now()
    connection.execute(insert(_moments), [
        {"n": n, "at": at - timedelta(minutes=n * DAYS * 1440 // BATCH)} for n in range(BATCH)
    ])
    shares, before = [], 0
    for place, offer_id in enumerate(offers):
        codes = size.people if place < FULL else min(size.people, MEDIUM if place == FULL else size.people // 200)
        shares.append({"offer_id": offer_id, "codes": codes, "before": before})
        before += codes
    connection.execute(insert(_shares), shares)
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE bench_number, bench_moment, bench_share"))


def _add_codes(connection: Connection, workspace_id: int, store_id: int, size: Size) -> None:
    """Everybody in the full offers; in each other one a row of people, another row for each offer."""
    id = _shares.c.before + _numbers.c.n
    person = 1 + (_shares.c.before + _numbers.c.n - 1) % size.people
    made = cast(literal("C"), String) + cast(id, String)
    state = func.substr("failedlive  ", 1 + 6 * cast(id % 10 > 0, Integer), 6)
    each = select(
        id.label("id"), _shares.c.offer_id, made.label("code"), made.label("key"), made.label("base"),
        func.trim(state).label("state"), person.label("made_for_id"), _moments.c.at.label("created_at"),
        literal(workspace_id).label("workspace_id"), literal(store_id).label("store_id"),
    ).join_from(_shares, _numbers, _numbers.c.n <= _shares.c.codes)  # fmt: skip
    _insert(connection, Code.__table__, each.join(_moments, _moments.c.n == BATCH - 1))
    code = Code.__table__.c
    held = select(
        code.id, code.workspace_id, code.offer_id, code.id.label("code_id"), code.made_for_id.label("influencer_id"),
        code.created_at.label("starts_at"),
    )  # fmt: skip
    _insert(connection, Assignment.__table__, held)


def _add_sales(connection: Connection, workspace_id: int, store_id: int, size: Size) -> None:
    """Squares leave half of the remainders of a prime: every other code sells, some of them again and again."""
    n = _numbers.c.n
    codes = connection.scalar(select(func.max(_shares.c.before + _shares.c.codes))) or 1
    square = cast(n, BigInteger) * n % _prime_below(codes) + 1
    # Codes that failed sell nothing; the one after does.
    code_id = square + cast(square % 10 == 0, Integer)
    same = {"workspace_id": literal(workspace_id), "store_id": literal(store_id), "currency": literal("EUR")}
    money = {"gross": (20 + n % 180) * 10_000, "discount": (3 + n % 27) * 10_000,
             "refunded": cast(n % 20 == 0, Integer) * 100_000}
    shared = [value.label(name) for name, value in (same | money).items()]
    sales = select(n.label("id"), _moments.c.at.label("placed_at"), *shared).join_from(
        _numbers, _moments, _moments.c.n == n % BATCH
    ).where(n <= size.redemptions)  # fmt: skip
    order = cast(n, String)
    _insert(connection, Order.__table__, sales.add_columns(
        order.label("remote_id"), (literal("#") + order).label("name"), _moments.c.at.label("remote_updated_at"),
    ))
    code = Code.__table__.c
    _insert(connection, Redemption.__table__, sales.add_columns(
        n.label("order_id"), code.id.label("code_id"), code.offer_id, code.id.label("assignment_id"),
        code.made_for_id.label("influencer_id"), (n > 0).label("counted"), literal(1).label("entries"),
    ).join(Code.__table__, code.id == code_id))
    one = Redemption.__table__.c
    sums = (cast(func.sum(cast(one[name], BigInteger)), BigInteger).label(name) for name in money)
    _insert(connection, Total.__table__, select(
        one.workspace_id, one.offer_id, one.influencer_id, one.currency, func.count().label("redemptions"), *sums,
        func.max(one.placed_at).label("last_order_at"),
    ).group_by(one.workspace_id, one.offer_id, one.influencer_id, one.currency))


def _prime_below(limit: int) -> int:
    return next(n for n in range(limit - 1, 1, -1) if all(n % divisor for divisor in range(2, isqrt(n) + 1)))


def _insert(connection: Connection, table: Any, rows: Select[Any]) -> None:
    connection.execute(insert(table).from_select([column.name for column in rows.selected_columns], rows))
    if connection.dialect.name == "postgresql" and "id" in rows.selected_columns:
        connection.execute(text(
            f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) FROM {table.name}))"
        ))


def _analyse() -> None:
    """What a running database does by itself, in time."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if db.engine.dialect.name == "postgresql" else "ANALYZE"))
