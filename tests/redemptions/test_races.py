"""Two workers on the same orders at once: nothing is doubled. And the twin without the lock, where something is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.config import Settings
from app.db import db, reading
from app.redemptions import ledger, service
from app.redemptions.models import LedgerEntry
from tests.support.redeeming import add_codes, order, sums, take

ORDERS = [order(str(number), "10") for number in range(40)]
REFUNDED = [order(str(number), "10", minutes=1, refunded="4") for number in range(40)]


def together(*jobs: Callable[[], object]) -> list[BaseException]:
    """Runs all at once; returns what they raised."""
    errors: list[BaseException] = []
    barrier = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> None:
        barrier.wait()
        try:
            job()
        except DBAPIError as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_workers_that_apply_the_same_orders_at_once_count_them_once(database: Settings) -> None:
    shop = add_codes("LUCY")
    jobs = [lambda: take(shop, *ORDERS), lambda: take(shop, *reversed(ORDERS)), lambda: take(shop, *ORDERS, *REFUNDED)]
    assert together(*jobs, *jobs) == []
    assert sums() == {("LUCY", "EUR"): (40, Decimal(400), Decimal(160))}


def test_refunds_applied_at_once_are_counted_once(database: Settings) -> None:
    shop = add_codes("LUCY")
    take(shop, *ORDERS)
    assert together(*(lambda: take(shop, *REFUNDED) for _ in range(6))) == []
    assert sums() == {("LUCY", "EUR"): (40, Decimal(400), Decimal(160))}


def test_an_order_inserted_between_our_look_and_our_insert_is_taken_up(
    database: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one bad interleaving, every time: the other worker commits just before our insert."""
    shop = add_codes("LUCY")
    if db.engine.dialect.name == "sqlite":
        pytest.skip("a writer on SQLite holds the whole file: nobody can come between")
    insert, calls = ledger.insert_orders, []

    def late(*arguments: object) -> object:
        if not calls:
            calls.append(1)
            thread = threading.Thread(target=take, args=(shop, order("1", "10")))
            thread.start()
            thread.join()
        return insert(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(service.ledger, "insert_orders", late)
    take(shop, order("1", "10", minutes=1, refunded="4"))
    assert sums() == {("LUCY", "EUR"): (1, Decimal(10), Decimal(4))}


def test_twin_without_the_lock_one_change_is_tried_twice(database: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """With orders neither locked nor written first, two workers see the same sums before. The unique number of an
    entry is what then refuses the second, loudly, and keeps the ledger right."""
    shop = add_codes("LUCY")
    if db.engine.dialect.name == "sqlite":
        pytest.skip("a writer on SQLite holds the whole file: there is no lock to leave out")
    take(shop, *ORDERS)
    both_have_read = threading.Barrier(2)
    lock, known = ledger.lock_orders, ledger.credits_of

    def without_lock(session: object, store_id: int, remote_ids: object) -> object:
        with reading() as other:
            return lock(other, store_id, remote_ids)  # type: ignore[arg-type]

    def together_read(*arguments: object) -> object:
        found = known(*arguments)  # type: ignore[arg-type]
        both_have_read.wait(timeout=20)
        return found

    monkeypatch.setattr(service.ledger, "lock_orders", without_lock)
    monkeypatch.setattr(service.ledger, "update_orders", lambda session, rows: None)
    monkeypatch.setattr(service.ledger, "credits_of", together_read)
    errors = together(lambda: take(shop, *REFUNDED), lambda: take(shop, *REFUNDED))
    assert [type(error).__name__ for error in errors] == ["IntegrityError"]
    with reading() as session:
        assert len(session.scalars(select(LedgerEntry.id)).all()) == 80
