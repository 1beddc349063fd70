"""What an offer may be, and its state."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.offers.given import Checked, Given, Picked, Scoped
from app.offers.rules import State, check, state
from app.platforms.port import Capabilities, Combines, DiscountType, ScopeKind

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
DECIMALS = {"JPY": 0, "KWD": 3}
BERLIN = ZoneInfo("Europe/Berlin")
GOOD: dict[str, Any] = {
    "name": "Winter launch", "title": "", "type": "percentage", "value": "15", "starts_at": "", "ends_at": "",
    "uses_per_code": None, "once_per_customer": False, "minimum_subtotal": "",
}  # fmt: skip


SHOPIFY = Capabilities()
PLAIN = Capabilities(
    start_dates=False, discount_types=(DiscountType.PERCENTAGE, DiscountType.FREE_PRODUCT), amount_decimals=0,
    percentage_decimals=0, minimum_quantity=False, subscriptions=False, combining=("all",),
    scopes=(ScopeKind.ALL, ScopeKind.PRODUCTS), free_product_buys=False, comped_shipping=True,
)  # fmt: skip


def checked(currency: str = "EUR", zone: ZoneInfo = BERLIN, able: Capabilities = SHOPIFY, **changes: Any) -> Checked:
    able = replace(able, amount_decimals=DECIMALS.get(currency, 2)) if able is SHOPIFY else able
    return check(Given(**{**GOOD, **changes}), currency=currency, zone=zone, now=NOW, able=able)


def faults(currency: str = "EUR", **changes: Any) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refused:
        checked(currency, **changes)
    return {fault.field: fault.message for fault in refused.value.errors}


def test_terms_in_utc_with_the_title_that_shoppers_see() -> None:
    terms = checked(
        name="  Winter   launch ", starts_at="2026-12-01T09:00", ends_at="2026-12-31", minimum_subtotal="50"
    )
    assert (terms.name, terms.name_key, terms.title) == ("Winter launch", "winter launch", "Winter launch")
    assert terms.starts_at == datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert terms.ends_at == datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC)
    assert terms.minimum_subtotal == Decimal(50)


def test_without_a_start_an_offer_starts_at_once() -> None:
    assert checked().starts_at == NOW


@pytest.mark.parametrize("value", ["0.01", "12.5", "99.99", "100"])
def test_percentages_that_may_be(value: str) -> None:
    assert checked(value=value).value == Decimal(value)


@pytest.mark.parametrize("value", ["", "0", "0.001", "100.01", "12,50", "-5", "1e1", "٣", "nan", "15%"])
def test_percentages_that_may_not(value: str) -> None:
    assert faults(value=value) == {"value": "Enter a percentage from 0.01 to 100."}


@pytest.mark.parametrize(
    ("currency", "value", "message"),
    [
        ("EUR", "0", "Enter an amount in EUR above 0, for example 12.50."),
        ("EUR", "5.005", "Amounts in EUR have at most 2 decimals."),
        ("JPY", "500.5", "Amounts in JPY have no decimals."),
        ("KWD", "1.2345", "Amounts in KWD have at most 3 decimals."),
    ],
)
def test_amounts_follow_the_currency(currency: str, value: str, message: str) -> None:
    assert faults(currency, type="fixed_amount", value=value) == {"value": message}
    assert faults(currency, minimum_subtotal=value) == {"minimum_subtotal": message}


@pytest.mark.parametrize("type", ["", "bogof", "fixed_amount", "free_shipping"])
def test_types_that_a_store_cannot_do(type: str) -> None:
    told = "Choose a discount type" if type in ("", "bogof") else "This store cannot do this type."
    assert faults(type=type, able=PLAIN)["type"].startswith(told)


def test_a_time_that_the_clocks_skip_is_refused_and_one_that_comes_twice_is_the_first() -> None:
    assert "02:30 does not exist on 2027-03-28 in Europe/Berlin" in faults(starts_at="2027-03-28T02:30")["starts_at"]
    assert checked(starts_at="2027-10-31T02:30").starts_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["tomorrow", "2026-02-30", "2026-12-01T25:00", "2026-12-01T09:00Z", "1999-01-01", "9999-12-31"]
)
def test_dates_that_are_none(text: str) -> None:
    assert "starts_at" in faults(starts_at=text)


def test_the_end_comes_after_the_start_and_after_now() -> None:
    assert faults(starts_at="2026-12-02", ends_at="2026-12-01")["ends_at"] == "Enter an end that is after the start."
    assert faults(starts_at="2026-01-01", ends_at="2026-11-20")["ends_at"] == "This end has passed. Enter a later one."


@pytest.mark.parametrize("uses", [0, -1, 1_000_001])
def test_uses_per_code(uses: int) -> None:
    assert "uses_per_code" in faults(uses_per_code=uses)


def test_all_faults_are_told_at_once() -> None:
    told = faults(
        name="", type="percentage", value="x", starts_at="x", ends_at="y", uses_per_code=0, minimum_subtotal="z"
    )
    assert set(told) == {"name", "value", "starts_at", "ends_at", "uses_per_code", "minimum_subtotal"}


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_read_or_refused(value: str, starts_at: str, ends_at: str, minimum: str) -> None:
    with suppress(InvalidInput):
        checked(value=value, starts_at=starts_at, ends_at=ends_at, minimum_subtotal=minimum)


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"published_at": None}, State.DRAFT),
        ({"starts_at": NOW + HOUR}, State.SCHEDULED),
        ({}, State.ACTIVE),
        ({"ends_at": NOW}, State.ENDED),
        ({"ends_at": NOW + HOUR}, State.ACTIVE),
        ({"ended_at": NOW, "starts_at": NOW + HOUR}, State.ENDED),
        ({"archived_at": NOW, "published_at": None}, State.ARCHIVED),
        ({"paused_at": NOW}, State.PAUSED),
        ({"paused_at": NOW, "ends_at": NOW}, State.ENDED),
    ],
)
def test_states(changes: dict[str, Any], expected: State) -> None:
    facts = {"starts_at": NOW - HOUR, "ends_at": None, "published_at": NOW, "ended_at": None, "archived_at": None}
    assert state(NOW, **{**facts, **changes}) is expected


MUG = Picked("gid://shopify/ProductVariant/2", "Stoneware mug - Grey", "18.00")
GIFTS = Scoped("collections", ("gid://shopify/Collection/2",), ("Gifts",))


def test_a_gift_is_used_once() -> None:
    assert checked(purpose="gift", value="100").uses_per_code == 1
    assert "uses_per_code" in faults(purpose="gift", uses_per_code=3)
    assert "purpose" in faults(purpose="bribe")


def test_a_free_product_for_an_audience_says_what_has_to_be_bought() -> None:
    offer = {"type": "free_product", "free_product": MUG}
    assert set(faults(**offer)) == {"scope"}
    terms = checked(**offer, scope=GIFTS)
    assert (terms.minimum_quantity, terms.value) == (1, None)
    assert terms.free_product == {"id": MUG.id, "title": MUG.title, "price": "18.00"}
    assert checked(**offer, scope=GIFTS, minimum_subtotal="50").minimum_quantity is None
    assert checked(**offer, able=PLAIN).scope["kind"] == "all"  # one item at no cost, whatever else is bought


def test_a_free_product_as_a_gift_is_for_that_product_alone() -> None:
    offer = {"type": "free_product", "free_product": MUG, "purpose": "gift"}
    assert checked(**offer).scope == {"kind": "all", "ids": [], "titles": []}
    assert "scope" in faults(**offer, scope=GIFTS)
    assert "free_product" in faults(type="free_product", purpose="gift")
    assert "free_product" in faults(free_product=MUG)


def test_a_comped_order_takes_the_shipping_off_where_the_store_can() -> None:
    offer = {"purpose": "gift", "value": "100", "with_shipping": True}
    assert checked(able=PLAIN, **offer).with_shipping
    assert "with_shipping" in faults(**offer)
    assert "with_shipping" in faults(with_shipping=True, able=PLAIN)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"minimum_quantity": 0}, "minimum_quantity"),
        ({"minimum_quantity": 2, "minimum_subtotal": "10"}, "minimum_quantity"),
        ({"minimum_quantity": 2, "able": PLAIN}, "minimum_quantity"),
        ({"scope": Scoped("products")}, "scope"),
        ({"scope": Scoped("products", ("a", "a"), ("A", "A"))}, "scope"),
        ({"scope": Scoped("products", ("a",), ())}, "scope"),
        ({"scope": GIFTS, "able": PLAIN}, "scope"),
        ({"scope": GIFTS, "type": "free_shipping"}, "scope"),
        ({"scope": Scoped("products", tuple(map(str, range(201))), tuple(map(str, range(201))))}, "scope"),
        ({"combines_with": Combines(orders=True), "able": PLAIN}, "combines_with"),
        ({"applies_to": "subscription", "able": PLAIN}, "applies_to"),
        ({"applies_to": "never"}, "applies_to"),
        ({"value": "12.5", "able": PLAIN}, "value"),
        ({"starts_at": "2026-12-01", "able": PLAIN}, "starts_at"),
    ],
)
def test_conditions_that_do_not_hold_together(changes: dict[str, Any], field: str) -> None:
    assert set(faults(**changes)) == {field}


def test_all_or_nothing_is_combined_where_the_store_knows_no_more() -> None:
    assert checked(able=PLAIN, combines_with=Combines(True, True, True)).combines_with["shipping"]
