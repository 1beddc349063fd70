"""What the webhooks lost is found by asking the store; the mark moves only past what is committed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from app.clock import now
from app.config import Settings
from app.db import reading, transaction
from app.platforms.port import Failure, OrderSnapshot, PlatformError
from app.redemptions import jobs
from app.stores.models import Store
from tests.support.redeeming import add_codes, order, sums, take

D = Decimal


class Orders:
    """A store's orders, with memory: what changed when. `breaks_after`: the store goes away after so many."""

    def __init__(self) -> None:
        self.rows: list[OrderSnapshot] = []
        self.windows: list[tuple[datetime, datetime]] = []
        self.breaks_after: int | None = None

    def orders_updated(self, since: datetime, until: datetime) -> Iterator[OrderSnapshot]:
        self.windows.append((since, until))
        for number, row in enumerate(sorted(self.rows, key=lambda row: row.updated_at)):
            if number == self.breaks_after:
                raise PlatformError(Failure.UNREACHABLE, "The store is away.", can_retry=True)
            yield row

    def order(self, remote_id: str) -> OrderSnapshot | None:
        return next((row for row in self.rows if row.remote_id == remote_id), None)

    def untold_changes(self, known: Mapping[str, bool]) -> Iterator[OrderSnapshot]:
        return iter(())


@pytest.fixture
def shop(database: Settings) -> Store:
    return add_codes("LUCY")


@pytest.fixture
def remote(monkeypatch: pytest.MonkeyPatch) -> Orders:
    orders = Orders()
    monkeypatch.setattr(jobs, "platform_for", lambda store_id: orders)
    return orders


def facts(shop: Store) -> Store:
    with reading() as session:
        return session.get_one(Store, shop.id)


def set_mark(shop: Store, at: datetime) -> None:
    with transaction() as session:
        session.execute(update(Store).where(Store.id == shop.id).values(reconciled_until=at))


def test_the_first_run_fills_back_sixty_days_and_says_so(shop: Store, remote: Orders) -> None:
    remote.rows = [order(str(number)) for number in range(60)]
    before = now()
    jobs.reconcile(shop.id)
    since, until = remote.windows[0]
    assert until - since == timedelta(days=60)
    assert until >= before
    store = facts(shop)
    assert (store.orders_complete_from, store.reconciled_until) == (since, until)
    assert store.reconciled_missed == 0, "what came before the app is not missed"
    assert sums() == {("LUCY", "EUR"): (60, D(6000), D(0))}


def test_a_later_run_overlaps_and_counts_what_was_missed(shop: Store, remote: Orders) -> None:
    take(shop, order("1"))
    mark = now() - timedelta(minutes=15)
    set_mark(shop, mark)
    remote.rows = [order("1"), order("2"), order("3", codes=["SUMMER"])]
    jobs.reconcile(shop.id)
    assert remote.windows[0][0] == mark - timedelta(minutes=10)
    assert facts(shop).reconciled_missed == 1
    assert sums() == {("LUCY", "EUR"): (2, D(200), D(0))}
    jobs.reconcile(shop.id)
    assert facts(shop).reconciled_missed == 0


def test_a_store_that_goes_away_leaves_the_mark_and_what_was_committed(
    shop: Store, remote: Orders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BATCH", 10)
    monkeypatch.setattr(jobs, "SQLITE_BATCH", 10)
    mark = now() - timedelta(minutes=15)
    set_mark(shop, mark)
    remote.rows = [order(str(number), minutes=number) for number in range(25)]
    remote.breaks_after = 22
    jobs.reconcile(shop.id)
    assert facts(shop).reconciled_until == mark
    assert sums() == {("LUCY", "EUR"): (20, D(2000), D(0))}
    remote.breaks_after = None
    jobs.reconcile(shop.id)
    assert facts(shop).reconciled_until == remote.windows[-1][1]
    assert sums() == {("LUCY", "EUR"): (25, D(2500), D(0))}


def test_a_mark_older_than_what_the_store_shows_begins_anew(shop: Store, remote: Orders) -> None:
    set_mark(shop, now() - timedelta(days=90))
    jobs.reconcile(shop.id)
    assert remote.windows[0][1] - remote.windows[0][0] == timedelta(days=60)
    assert facts(shop).orders_complete_from == remote.windows[0][0]


def test_the_nightly_check_looks_at_three_days_and_adds_to_what_was_missed(shop: Store, remote: Orders) -> None:
    set_mark(shop, now())
    remote.rows = [order("1")]
    jobs.check(shop.id)
    assert remote.windows[0][1] - remote.windows[0][0] == timedelta(days=3)
    assert facts(shop).reconciled_missed == 1


def test_a_store_without_the_app_is_not_asked(shop: Store, remote: Orders) -> None:
    with transaction() as session:
        session.execute(update(Store).values(state="uninstalled"))
    jobs.reconcile(shop.id)
    assert remote.windows == []


def test_orders_read_again_stand_against_a_delivery_of_the_same_second(shop: Store, remote: Orders) -> None:
    take(shop, order("1", refunded="100"))
    remote.rows = [order("1", refunded="30")]
    jobs.reread(shop.id, "1", "404")
    assert sums() == {("LUCY", "EUR"): (1, D(100), D(30))}


def test_no_transaction_is_open_while_the_store_is_asked(shop: Store, remote: Orders) -> None:
    """SQLite would be locked and PostgreSQL's connections used up for as long as a store takes to answer."""
    open_then: list[int] = []
    from app.db import db

    remote.rows = [order(str(number)) for number in range(60)]
    real = remote.orders_updated

    def watched(since: datetime, until: datetime) -> Iterator[OrderSnapshot]:
        for row in real(since, until):
            open_then.append(db.engine.pool.checkedout())  # type: ignore[attr-defined]
            yield row

    remote.orders_updated = watched  # type: ignore[method-assign]
    jobs.reconcile(shop.id)
    assert set(open_then) == {0}
