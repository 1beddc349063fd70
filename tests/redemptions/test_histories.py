"""Random lives of orders, told late, doubled and out of order, against a model that only knows how they ended."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.config import Settings
from app.db import Base, db
from app.platforms.port import OrderSnapshot
from app.stores.models import Store
from tests.support.redeeming import PLACED, Sums, add_codes, deleted, order, sums, take

PEOPLE = ("LUCY", "Max")
STEPS = ("refund", "refund", "edit", "cancel", "reopen", "touch")


@dataclass
class Life:
    """One order, as the store would keep it: every step gives the snapshot that a webhook would carry."""

    remote_id: str
    code: str
    currency: str
    gross: int
    refunded: int = 0
    cancelled: bool = False
    gone: bool = False
    minute: int = 0
    told: list[OrderSnapshot] = field(default_factory=list)

    def tell(self) -> None:
        self.told.append(
            order(self.remote_id, f"{self.gross / 100:.2f}", codes=[self.code], minutes=self.minute,
                  refunded=f"{self.refunded / 100:.2f}", currency=self.currency,
                  cancelled_at=PLACED + timedelta(minutes=self.minute) if self.cancelled else None)
        )  # fmt: skip
        self.minute += 1

    def step(self, kind: str, amount: int) -> None:
        if kind == "refund":
            self.refunded = min(self.gross, self.refunded + amount)
        elif kind == "edit":
            self.gross = max(self.refunded, self.gross + amount - 2000)
        elif kind in ("cancel", "reopen"):
            self.cancelled = kind == "cancel"
        self.tell()

    def delete(self) -> None:
        self.gone = True
        self.told.append(deleted(self.remote_id, self.minute))

    @property
    def outcome(self) -> tuple[int, Decimal, Decimal]:
        if self.gone or self.cancelled:
            return 0, Decimal(0), Decimal(0)
        return 1, Decimal(self.gross) / 100, Decimal(self.refunded) / 100


def expected(lives: list[Life]) -> Sums:
    """Only the ends count; nothing of how the app gets there is used here."""
    found: Sums = {}
    for life in lives:
        key = life.code, life.currency
        held, new = found.get(key, (0, Decimal(0), Decimal(0))), life.outcome
        found[key] = held[0] + new[0], held[1] + new[1], held[2] + new[2]
    return {key: value for key, value in found.items() if any(value)}


@st.composite
def lives(draw: st.DrawFn) -> list[Life]:
    made = []
    for number in range(draw(st.integers(1, 4))):
        life = Life(str(number), draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(("EUR", "USD"))),
                    draw(st.integers(1, 50_000)))  # fmt: skip
        life.tell()
        for kind in draw(st.lists(st.sampled_from(STEPS), max_size=6)):
            life.step(kind, draw(st.integers(0, 9000)))
        if draw(st.booleans()) and draw(st.booleans()):
            life.delete()
        made.append(life)
    return made


@pytest.fixture
def shop(database: Settings) -> Store:
    return add_codes(*PEOPLE)


def empty_ledger() -> None:
    with db.engine.begin() as connection:
        for name in ("ledger_entry", "redemption", "redemption_total", "orders", "event_pending", "event"):
            connection.execute(text(f"DELETE FROM {Base.metadata.tables[name].name}"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories=lives(), chance=st.randoms(use_true_random=False), batch=st.integers(1, 8))
def test_any_order_of_arrival_gives_the_sums_of_the_end(
    shop: Store, histories: list[Life], chance: object, batch: int
) -> None:
    empty_ledger()
    told = [snapshot for life in histories for snapshot in life.told]
    arriving = told + chance.sample(told, k=len(told) // 2)  # type: ignore[attr-defined]
    chance.shuffle(arriving)  # type: ignore[attr-defined]
    for start in range(0, len(arriving), batch):
        take(shop, *arriving[start : start + batch])
    assert sums() == expected(histories)


def test_the_model_notices_a_lost_snapshot(shop: Store) -> None:
    """The twin: without the last snapshot of an order the two must differ, or the comparison proves nothing."""
    life = Life("1", "LUCY", "EUR", 5000)
    life.tell()
    life.step("refund", 1000)
    take(shop, *life.told[:-1])
    assert sums() != expected([life])


def test_the_model_notices_an_order_counted_twice(shop: Store) -> None:
    life = Life("1", "LUCY", "EUR", 5000)
    life.tell()
    take(shop, *life.told, *(replace(snapshot, remote_id="2") for snapshot in life.told))
    assert sums() != expected([life])
