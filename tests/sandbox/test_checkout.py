import pytest

from sandbox.client import SandboxError
from tests.sandbox.rig import AppOfStore

PERCENT = {"value": {"percentage": 0.15}, "items": {"all": True}}


def refusal(store: AppOfStore, codes: list[str], **facts: object) -> str:
    with pytest.raises(SandboxError) as caught:
        store.client.order(store.shop, codes=codes, **{"amount": "80.00", **facts})
    assert caught.value.status == 422
    return str(caught.value)


def test_a_percentage_is_taken_off_the_goods(store: AppOfStore) -> None:
    store.discount_id("ANNA15", customerGets=PERCENT)
    order = store.client.order(store.shop, codes=["anna15"], amount="80.00", shipping="5.00")
    assert (order["subtotal_price"], order["total_discounts"], order["total_price"]) == ("68.00", "12.00", "73.00")
    assert order["discount_codes"] == [{"code": "ANNA15", "amount": "12.00", "type": "percentage"}]
    (application,) = order["discount_applications"]
    assert (application["value"], application["allocation_method"], application["target_type"]) == (
        "15.0",
        "across",
        "line_item",
    )


def test_a_fixed_amount_is_spread_over_lines_and_adds_up(store: AppOfStore) -> None:
    store.discount_id("TEN", customerGets={"value": {"discountAmount": {"amount": "10.00"}}, "items": {"all": True}})
    lines = [{"price": "9.99"}, {"price": "9.99"}, {"price": "9.99"}]
    order = store.client.order(store.shop, codes=["TEN"], lines=lines)
    parts = [line["discount_allocations"][0]["amount"] for line in order["line_items"]]
    assert parts == ["3.34", "3.33", "3.33"]
    assert order["subtotal_price"] == "19.97"


def test_a_fixed_amount_never_takes_more_than_the_goods(store: AppOfStore) -> None:
    store.discount_id("BIG", customerGets={"value": {"discountAmount": {"amount": "100.00"}}, "items": {"all": True}})
    assert store.client.order(store.shop, codes=["BIG"], amount="80.00")["subtotal_price"] == "0.00"


def test_a_discount_on_some_products_leaves_the_others(store: AppOfStore) -> None:
    items = {"products": {"productsToAdd": ["gid://shopify/Product/2"]}}
    store.discount_id("MUGS", customerGets={"value": {"percentage": 0.5}, "items": items})
    lines = [{"price": "20.00", "product_id": 2}, {"price": "30.00", "product_id": 5}]
    assert store.client.order(store.shop, codes=["MUGS"], lines=lines)["subtotal_price"] == "40.00"
    assert "not for these items" in refusal(store, ["MUGS"], amount=None, lines=[{"price": "30.00", "product_id": 5}])


def test_free_shipping_touches_only_shipping(store: AppOfStore) -> None:
    mutation = """mutation C($input: DiscountCodeFreeShippingInput!) {
      discountCodeFreeShippingCreate(freeShippingCodeDiscount: $input) { userErrors { code } } }"""
    terms = {"title": "Ship", "code": "SHIP", "startsAt": "2026-01-01T00:00:00Z", "context": {"all": "ALL"}}
    store.ask(mutation, {"input": {**terms, "destination": {"all": True}, "maximumShippingPrice": "9.00"}})
    order = store.client.order(store.shop, codes=["SHIP"], amount="80.00", shipping="5.00")
    assert (order["subtotal_price"], order["total_price"]) == ("80.00", "80.00")
    assert order["discount_codes"] == [{"code": "SHIP", "amount": "5.00", "type": "shipping"}]
    assert "up to 9.00 EUR" in refusal(store, ["SHIP"], shipping="12.00")


def test_buy_one_get_a_gift_once_per_order(store: AppOfStore) -> None:
    mutation = """mutation C($input: DiscountCodeBxgyInput!) {
      discountCodeBxgyCreate(bxgyCodeDiscount: $input) { userErrors { code message } } }"""
    free = {"quantity": "1", "effect": {"percentage": 1.0}}
    terms = {
        "title": "Gift",
        "code": "GIFT",
        "startsAt": "2026-01-01T00:00:00Z",
        "context": {"all": "ALL"},
        "usesPerOrderLimit": 1,
        "customerBuys": {"value": {"quantity": "1"}, "items": {"collections": {"add": ["gid://shopify/Collection/1"]}}},
        "customerGets": {
            "value": {"discountOnQuantity": free},
            "items": {"products": {"productVariantsToAdd": ["gid://shopify/ProductVariant/5"]}},
        },
    }
    assert store.ask(mutation, {"input": terms})["data"]["discountCodeBxgyCreate"]["userErrors"] == []
    lines = [{"price": "40.00", "variant_id": 1, "quantity": 2}, {"price": "12.00", "variant_id": 5, "quantity": 3}]
    assert store.client.order(store.shop, codes=["GIFT"], lines=lines)["total_discounts"] == "12.00"
    assert "needs its items" in refusal(store, ["GIFT"], amount=None, lines=lines[:1])


def test_unusable_codes_say_why(store: AppOfStore) -> None:
    store.discount_id("OVER", endsAt="2026-02-01T00:00:00Z")
    store.discount_id("SOON", startsAt="2090-01-01T00:00:00Z")
    store.discount_id("RICH", minimumRequirement={"subtotal": {"greaterThanOrEqualToSubtotal": "100.00"}})
    store.discount_id("MANY", minimumRequirement={"quantity": {"greaterThanOrEqualToQuantity": "2"}})
    assert "has ended" in refusal(store, ["OVER"])
    assert "starts on 01 January 2090" in refusal(store, ["SOON"])
    assert "at least 100.00 EUR" in refusal(store, ["RICH"])
    assert "at least 2 items" in refusal(store, ["MANY"])
    assert "not a code of this store" in refusal(store, ["NOBODY"])
    assert store.client.orders(store.shop) == []


def test_limits_count_for_each_code_by_itself(store: AppOfStore) -> None:
    discount = store.discount_id("ONE-A", usageLimit=1, appliesOncePerCustomer=True)
    store.finished(store.bulk_add(discount, ["ONE-B"]))
    store.client.order(store.shop, codes=["ONE-A"], amount="80.00", customer_id=7)
    assert "its limit" in refusal(store, ["ONE-A"])
    assert store.client.order(store.shop, codes=["ONE-B"], amount="80.00", customer_id=7)


def test_a_customer_uses_a_code_once(store: AppOfStore) -> None:
    store.discount_id("ONCE", appliesOncePerCustomer=True)
    store.client.order(store.shop, codes=["ONCE"], amount="80.00", customer_id=7)
    assert "once per customer" in refusal(store, ["ONCE"], customer_id=7)
    assert store.client.order(store.shop, codes=["ONCE"], amount="80.00", customer_id=8)


def test_codes_combine_only_if_both_allow_it(store: AppOfStore) -> None:
    both = {"orderDiscounts": True}
    for code in ("ANNA", "BEN"):
        store.discount_id(code, combinesWith=both)
    store.discount_id("ALONE")
    order = store.client.order(store.shop, codes=["ANNA", "BEN"], amount="100.00")
    assert [row["amount"] for row in order["discount_codes"]] == ["10.00", "9.00"]
    assert "does not combine" in refusal(store, ["ANNA", "ALONE"])
    store.client.turn(combining="ignored")
    assert store.client.order(store.shop, codes=["ANNA", "ALONE"], amount="100.00")


def test_the_buyers_currency_is_kept_beside_the_shops(store: AppOfStore) -> None:
    order = store.client.order(store.shop, amount="80.00", presentment={"currency": "USD", "rate": "1.10"})
    assert order["presentment_currency"] == "USD"
    assert order["total_price_set"] == {
        "shop_money": {"amount": "80.00", "currency_code": "EUR"},
        "presentment_money": {"amount": "88.00", "currency_code": "USD"},
    }
