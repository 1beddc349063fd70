"""The store's books against what was ordered and refunded, and against what its webhooks say."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.client import SandboxError
from sandbox.money import spread
from tests.sandbox.rig import AppOfStore


def code_row(store: AppOfStore, code: str) -> dict[str, object]:
    return store.client.books(store.shop)["codes"][code]


def amounts(row: dict[str, object]) -> tuple[object, ...]:
    return tuple(row[name] for name in ("gross", "refunded", "removed", "net"))


def test_gross_is_goods_after_discount_without_tax_and_shipping(store: AppOfStore) -> None:
    store.discount_id("TEN")
    store.client.order(
        store.shop, codes=["TEN"], amount="119.00", tax_rate="0.19", taxes_included=True, shipping="4.90"
    )
    assert amounts(code_row(store, "TEN")) == ("90.00", "0.00", "0.00", "90.00")
    store.client.order(store.shop, codes=["TEN"], amount="100.00", tax_rate="0.19", taxes_included=False)
    assert amounts(code_row(store, "TEN"))[0] == "180.00"


def test_a_refund_of_units_and_one_of_an_amount_count(store: AppOfStore) -> None:
    store.discount_id("TEN")
    order = store.client.order(store.shop, codes=["TEN"], lines=[{"price": "10.00", "quantity": 3}])
    store.client.refund(store.shop, order["id"], lines=[{"quantity": 1}])
    answer = store.client.refund(store.shop, order["name"], amount="5.00")
    assert answer["refund"]["order_adjustments"][0]["amount"] == "-5.00"
    assert answer["order"]["current_subtotal_price"] == "18.00"  # falls with units, not with amounts
    assert amounts(code_row(store, "TEN")) == ("27.00", "14.00", "0.00", "13.00")


def test_units_refunded_after_an_amount_are_balanced(store: AppOfStore) -> None:
    store.discount_id("TEN")
    order = store.client.order(store.shop, codes=["TEN"], amount="100.00")
    store.client.refund(store.shop, order["id"], amount="30.00")
    last = store.client.refund(store.shop, order["id"], lines=[{"quantity": 1}])
    assert [row["amount"] for row in last["refund"]["order_adjustments"]] == ["30.00"]
    assert last["refund"]["transactions"][0]["amount"] == "60.00"
    assert last["order"]["financial_status"] == "refunded"
    assert amounts(code_row(store, "TEN")) == ("90.00", "90.00", "0.00", "0.00")


def test_more_than_the_goods_left_cannot_be_refunded(store: AppOfStore) -> None:
    order = store.client.order(store.shop, amount="119.00", tax_rate="0.19")
    with pytest.raises(SandboxError, match=r"At most 100.00 EUR of goods"):
        store.client.refund(store.shop, order["id"], amount="100.01")


def test_shipping_that_is_refunded_is_not_goods(store: AppOfStore) -> None:
    store.discount_id("TEN")
    order = store.client.order(store.shop, codes=["TEN"], amount="100.00", shipping="5.00")
    store.client.refund(store.shop, order["id"], shipping="5.00")
    assert amounts(code_row(store, "TEN")) == ("90.00", "0.00", "0.00", "90.00")


def test_cancelled_deleted_and_test_orders_do_not_count(store: AppOfStore) -> None:
    store.discount_id("TEN")
    kept = store.client.order(store.shop, codes=["TEN"], amount="100.00")
    cancelled = store.client.order(store.shop, codes=["TEN"], amount="100.00")
    deleted = store.client.order(store.shop, codes=["TEN"], amount="100.00")
    store.client.order(store.shop, codes=["TEN"], amount="100.00", test=True)
    assert store.client.cancel(store.shop, cancelled["id"])["financial_status"] == "refunded"
    store.client.delete_order(store.shop, deleted["id"])
    assert code_row(store, "TEN")["redemptions"] == 1
    assert amounts(code_row(store, "TEN"))[3] == "90.00"
    store.client.cancel(store.shop, kept["id"], refund=False)
    assert store.client.books(store.shop)["codes"] == {}
    store.client.reopen(store.shop, kept["id"])
    assert code_row(store, "TEN")["redemptions"] == 1


def test_an_edit_takes_units_off_and_adds_goods_without_discount(store: AppOfStore) -> None:
    store.discount_id("TEN")
    order = store.client.order(store.shop, codes=["TEN"], lines=[{"price": "10.00", "quantity": 3}])
    edited = store.client.edit(store.shop, order["id"], remove=[{"quantity": 1}], add=[{"price": "7.00"}])
    assert [line["current_quantity"] for line in edited["line_items"]] == [2, 1]
    assert (edited["subtotal_price"], edited["current_subtotal_price"]) == ("34.00", "25.00")
    assert amounts(code_row(store, "TEN")) == ("34.00", "0.00", "9.00", "25.00")


def test_two_codes_share_an_order_that_adds_up(store: AppOfStore) -> None:
    for code in ("ANNA", "BEN"):
        store.discount_id(code, combinesWith={"orderDiscounts": True})
    store.client.order(store.shop, codes=["ANNA", "BEN"], amount="99.99")
    books = store.client.books(store.shop)
    shares = [Decimal(row["gross"]) for row in books["codes"].values()]
    assert sum(shares) == Decimal(books["orders"][0]["gross"])
    assert shares[0] > shares[1]  # the first code took more off


def test_a_history_of_many_changes_agrees_with_what_the_orders_show(store: AppOfStore) -> None:
    """Net in the books is the untaxed current subtotal less the amounts refunded without lines, order by order."""
    store.discount_id("TEN")
    lines = [{"price": "3.33", "quantity": 7}, {"price": "19.99", "quantity": 2}]
    order = store.client.order(store.shop, codes=["TEN"], lines=lines, taxes_included=False, tax_rate="0.07")
    second = order["line_items"][1]["id"]
    for act in range(3):
        store.client.refund(store.shop, order["id"], lines=[{"quantity": 1}], amount=None)
        store.client.refund(store.shop, order["id"], amount=f"0.{act + 1}1")
    store.client.edit(store.shop, order["id"], remove=[{"line_id": second, "quantity": 1}], add=[{"price": "1.01"}])
    (shown,) = store.client.orders(store.shop)
    adjusted = sum(Decimal(row["amount"]) for refund in shown["refunds"] for row in refund["order_adjustments"])
    (row,) = store.client.books(store.shop)["orders"]
    assert Decimal(row["net"]) == Decimal(shown["current_subtotal_price"]) + adjusted


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 100_000),
    st.lists(st.integers(0, 10_000), min_size=1, max_size=9),
    st.sampled_from(["EUR", "JPY", "KWD"]),
)
def test_parts_add_up_to_the_whole(total: int, weights: list[int], currency: str) -> None:
    unit = {"EUR": Decimal("0.01"), "JPY": Decimal(1), "KWD": Decimal("0.001")}[currency]
    parts = spread(total * unit, [Decimal(weight) for weight in weights], currency)
    assert sum(parts) == (total * unit if sum(weights) else 0)
    assert all(part >= 0 and part % unit == 0 for part in parts)
    fair = [total * unit * weight / max(sum(weights), 1) for weight in weights]
    assert all(abs(part - share) < unit for part, share in zip(parts, fair, strict=True))
