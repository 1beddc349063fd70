"""What one order after the other does to the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, select

from app.codes.models import Code
from app.config import Settings
from app.db import db, reading, transaction
from app.events import Event
from app.redemptions.models import LedgerEntry, Order, Redemption, Total
from app.stores.models import Store, Workspace
from tests.support.redeeming import PLACED, START, add_codes, deleted, hand_over, kinds, order, sums, take, take_each
from tests.support.rows import add_store

D = Decimal


@pytest.fixture
def shop(database: Settings) -> Store:
    return add_codes("LUCY", "Max", "Zoe")


def set_rule(store: Store, **changes: object) -> None:
    with transaction() as session:
        workspace = session.get_one(Workspace, store.workspace_id)
        for name, value in changes.items():
            setattr(workspace, name, value)


def test_a_sale_credits_the_holder_of_the_code(shop: Store) -> None:
    take(shop, order(codes=["lucy"]))
    assert sums() == {("LUCY", "EUR"): (1, D(100), D(0))}
    assert kinds() == ["sale"]


def test_an_order_without_a_code_of_ours_is_not_kept(shop: Store) -> None:
    take(shop, order(codes=["SUMMER"]), order("2", codes=[]))
    with reading() as session:
        assert session.scalars(select(Order)).all() == []


def test_the_same_snapshot_again_adds_nothing(shop: Store) -> None:
    take(shop, order())
    assert take(shop, order(), order()).changed == 0
    assert take(shop, order(), authoritative=True).changed == 0
    assert kinds() == ["sale"]


def test_an_older_snapshot_adds_nothing(shop: Store) -> None:
    take(shop, order(minutes=5, refunded="30"))
    take(shop, order(minutes=0))
    assert sums() == {("LUCY", "EUR"): (1, D(100), D(30))}


def test_partial_refunds_add_up(shop: Store) -> None:
    take_each(shop, [order(), order(minutes=1, refunded="30"), order(minutes=2, refunded="45.50")])
    assert sums() == {("LUCY", "EUR"): (1, D(100), D("45.50"))}
    assert kinds() == ["sale", "refund", "refund"]


def test_a_cancelled_order_is_net_zero_and_not_counted(shop: Store) -> None:
    take_each(shop, [order(), order(minutes=1, refunded="100", cancelled_at=PLACED)])
    assert sums() == {}
    assert kinds() == ["sale", "cancellation"]
    with reading() as session:
        assert session.scalars(select(Order.state)).all() == ["cancelled"]


def test_an_order_opened_again_counts_again(shop: Store) -> None:
    take_each(shop, [order(), order(minutes=1, cancelled_at=PLACED), order(minutes=2, refunded="10")])
    assert sums() == {("LUCY", "EUR"): (1, D(100), D(10))}
    assert kinds() == ["sale", "cancellation", "reopening", "refund"]


def test_an_order_first_seen_cancelled_may_still_open_again(shop: Store) -> None:
    take(shop, order(minutes=1, cancelled_at=PLACED))
    assert sums() == {}
    take(shop, order(minutes=2))
    assert sums() == {("LUCY", "EUR"): (1, D(100), D(0))}


def test_a_deleted_order_does_not_count(shop: Store) -> None:
    take_each(shop, [order(), deleted()])
    assert sums() == {}


def test_a_deletion_that_overtakes_its_order_keeps_it_out(shop: Store) -> None:
    take_each(shop, [deleted(), order(), order(minutes=90)])
    assert sums() == {}


def test_a_test_order_is_kept_and_never_counted(shop: Store) -> None:
    take_each(shop, [order(test=True), order(minutes=1, refunded="10", test=True)])
    assert sums() == {}
    with reading() as session:
        assert session.scalars(select(Redemption.counted)).all() == [False]
        assert session.scalars(select(Order.state)).all() == ["test"]


def test_an_order_that_is_no_sale_yet_counts_once_it_is(shop: Store) -> None:
    take_each(shop, [order(counts=False), order(minutes=1)])
    assert sums() == {("LUCY", "EUR"): (1, D(100), D(0))}


def test_a_code_taken_off_by_an_edit_is_credited_no_more(shop: Store) -> None:
    take_each(shop, [order(codes=["LUCY"]), order(minutes=1, codes=["MAX"])])
    assert sums() == {("Max", "EUR"): (1, D(100), D(0))}


def test_whoever_held_the_code_when_the_order_was_placed_is_credited(shop: Store) -> None:
    hand_over("LUCY", to="Nina", at=PLACED)
    before = PLACED - timedelta(seconds=1)
    take(shop, order("1", "10", placed_at=before), order("2", "20", placed_at=PLACED))
    take(shop, order("1", "10", placed_at=before, refunded="4", minutes=9))
    assert sums() == {("LUCY", "EUR"): (1, D(10), D(4)), ("Nina", "EUR"): (1, D(20), D(0))}


def test_a_code_that_nobody_held_yet_is_credited_to_nobody(shop: Store) -> None:
    take(shop, order(placed_at=START - timedelta(days=1)))
    assert sums() == {("", "EUR"): (1, D(100), D(0))}
    with reading() as session:
        assert session.scalars(select(Event)).all() == []


@pytest.mark.parametrize(
    ("rule", "credited"),
    [
        ("by_discount", {"LUCY": "33.34", "Max": "66.66"}),
        ("first", {"LUCY": "100.00", "Max": "0"}),
        ("last", {"LUCY": "0", "Max": "100.00"}),
        ("even", {"LUCY": "50.00", "Max": "50.00"}),
        ("none", {"LUCY": "0", "Max": "0"}),
    ],
)
def test_two_codes_on_one_order_share_it_by_the_rule(shop: Store, rule: str, credited: dict[str, str]) -> None:
    set_rule(shop, attribution=rule)
    take(shop, order(codes=[("LUCY", "5.001"), ("MAX", "10"), ("SUMMER", "3")]))
    assert {name: gross for (name, _), (_, gross, _) in sums().items()} == {k: D(v) for k, v in credited.items()}
    assert all(count == 1 for count, _, _ in sums().values())


def test_shares_of_an_order_add_up_to_it(shop: Store) -> None:
    set_rule(shop, attribution="even")
    take(shop, order(gross="100.01", refunded="0.02", codes=["LUCY", "MAX", "ZOE"]))
    assert sum(gross for _, gross, _ in sums().values()) == D("100.01")
    assert sum(refunded for _, _, refunded in sums().values()) == D("0.02")


def test_one_code_written_twice_is_one_redemption(shop: Store) -> None:
    take(shop, order(codes=["LUCY", "lucy"]))
    assert sums() == {("LUCY", "EUR"): (1, D(100), D(0))}


def test_tax_is_counted_where_the_workspace_wants_it(shop: Store) -> None:
    set_rule(shop, with_tax=True)
    take(shop, order(gross_tax="19", refunded="10", refunded_tax="1.90"))
    assert sums() == {("LUCY", "EUR"): (1, D(119), D("11.90"))}


def test_a_changed_rule_is_a_correction(shop: Store) -> None:
    take(shop, order(codes=["LUCY", "MAX"]))
    set_rule(shop, attribution="first")
    take(shop, order(codes=["LUCY", "MAX"], minutes=1))
    assert sums() == {("LUCY", "EUR"): (1, D(100), D(0)), ("Max", "EUR"): (1, D(0), D(0))}


def test_currencies_are_never_added_up(shop: Store) -> None:
    take(shop, order("1"), order("2", currency="JPY", gross="5001", codes=["LUCY", "MAX", "ZOE"]))
    found = sums()
    assert found["LUCY", "EUR"] == (1, D(100), D(0))
    assert [found[name, "JPY"][1] for name in ("LUCY", "Max", "Zoe")] == [D(1667)] * 3


def test_amounts_that_do_not_divide_are_whole_in_the_currency(shop: Store) -> None:
    take(shop, order(currency="JPY", gross="5000", codes=["LUCY", "MAX", "ZOE"]))
    assert sorted(gross for _, gross, _ in sums().values()) == [D(1666), D(1667), D(1667)]


def test_two_snapshots_of_one_second_end_at_the_further_one_and_are_named(shop: Store) -> None:
    early, late = order(), order(refunded="100", cancelled_at=PLACED)
    for first, second in ((early, late), (late, early)):
        counts = take(shop, replace(first, remote_id="7"), replace(second, remote_id="7"))
        assert counts.uncertain == ["7"]
        take(shop, replace(first, remote_id="8"))
        assert take(shop, replace(second, remote_id="8")).uncertain == ["8"]
        assert sums() == {}


def test_what_was_just_read_from_the_store_wins_within_one_second(shop: Store) -> None:
    take(shop, order(cancelled_at=PLACED))
    take(shop, order(), authoritative=True)
    assert sums() == {("LUCY", "EUR"): (1, D(100), D(0))}


def test_another_store_has_its_own_codes_and_orders(shop: Store) -> None:
    with transaction() as session:
        other = add_store(session, "other.myshopify.com")
    other = add_codes("LUCY", store=other, offer="Theirs")
    take(other, order(gross="7"))
    take(shop, order(gross="9"))
    with reading() as session:
        gross = dict(session.execute(select(Redemption.workspace_id, Redemption.gross)).all())
    assert gross == {shop.workspace_id: D(9), other.workspace_id: D(7)}


def test_the_roster_is_told_with_the_numbers_as_they_stand(shop: Store) -> None:
    take_each(shop, [order(), order("2", "50"), order("2", "50", minutes=1, refunded="5")])
    with reading() as session:
        told = session.execute(select(Event.type, Event.data).order_by(Event.id)).all()
    assert [type for type, _ in told] == ["redemption.recorded", "redemption.recorded", "redemption.adjusted"]
    last = told[-1][1]
    assert (last["uses"], last["gross"], last["refunded"], last["net"]) == (2, "150.00", "5.00", "145.00")
    assert (last["code"], last["offer_name"], last["influencer_external_id"]) == ("LUCY", "Spring", "Spring-LUCY")
    assert (last["currency"], last["last_redeemed_at"]) == ("EUR", "2026-11-20T10:00:00Z")


def test_a_buyer_is_new_once_whatever_the_order_of_arrival(shop: Store) -> None:
    later = order("2", placed_at=PLACED + timedelta(days=1), customer_id="9")
    take(shop, later)
    take(shop, order("1", customer_id="9"), order("3", placed_at=PLACED + timedelta(days=2), customer_id="9"))
    take(shop, order("4"))
    with reading() as session:
        found = dict(session.execute(select(Order.remote_id, Order.new_customer)).all())
        keys = set(session.scalars(select(Order.customer_key)))
    assert found == {"1": True, "2": False, "3": False, "4": None}
    assert len(keys) == 2
    assert not any(key == "9" for key in keys)


def test_every_entry_has_its_number_and_a_reason(shop: Store) -> None:
    take_each(shop, [order(), order(minutes=1, refunded="1"), order(minutes=2, cancelled_at=PLACED)])
    with reading() as session:
        entries = session.scalars(select(LedgerEntry).order_by(LedgerEntry.id)).all()
        assert [entry.number for entry in entries] == [1, 2, 3]
        assert all(entry.reason for entry in entries)
        assert session.scalars(select(Redemption.entries)).all() == [3]


def test_a_larger_batch_takes_no_more_statements(shop: Store) -> None:
    def statements(count: int, first: int) -> int:
        seen: list[str] = []
        listen = lambda *a: seen.append(a[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listen)
        take(shop, *(order(str(first + n), customer_id=str(n)) for n in range(count)))
        take(shop, *(order(str(first + n), minutes=1, refunded="1", customer_id=str(n)) for n in range(count)))
        event.remove(db.engine, "before_cursor_execute", listen)
        return len(seen)

    assert statements(200, 1000) == statements(2, 10)


def test_own_use_is_kept_told_and_no_revenue(shop: Store) -> None:
    """The offer says it, or the code where an incentive gives it away; a later change does not touch old orders."""
    with transaction() as session:
        session.scalars(select(Code).where(Code.key == "MAX")).one().purpose = "own_use"
    take(shop, order("1", codes=[("LUCY", "10"), ("Max", "30")]), order("2", "50", codes=["max"]))
    with transaction() as session:
        session.scalars(select(Code).where(Code.key == "MAX")).one().purpose = None
    take(shop, order("2", "50", codes=["max"], minutes=1, refunded="20"))
    with reading() as session:
        rows = session.scalars(select(Redemption).order_by(Redemption.id)).all()
        found = [(row.purpose, row.gross, row.refunded) for row in rows]
        assert found == [("audience", D(25), D(0)), ("own_use", D(75), D(0)), ("own_use", D(50), D(20))]
        assert [(row.gross, row.redemptions) for row in session.scalars(select(Total))] == [(D(25), 1)]
        told = [row.data for row in session.scalars(select(Event).order_by(Event.id)) if row.data["code"] == "Max"]
    assert [(data["purpose"], data["uses"], data["net"]) for data in told] == [("own_use", 2, "0.00")] * 3
    assert kinds() == ["sale", "sale", "sale", "refund"]
