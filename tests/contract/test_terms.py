"""Every term of an offer through the store: what it keeps is what was asked, and what a buyer's order costs with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app import queue
from app.platforms.port import (
    AppliesTo,
    Combines,
    DiscountType,
    Failure,
    PlatformError,
    Purpose,
    Scope,
    ScopeKind,
    Terms,
)
from app.platforms.shopify.adapter import ShopifyStore
from app.platforms.shopify.client import AdminClient
from sandbox.client import SandboxClient
from tests.contract.conftest import OneToken, token_of

MUG, CANDLE = "gid://shopify/ProductVariant/2", "gid://shopify/ProductVariant/5"
APRON, SOAP = "gid://shopify/Product/1", "gid://shopify/Product/3"
PRICES = {1: ("40.00", 1), 2: ("18.00", 2), 4: ("7.50", 3), 5: ("12.00", 4), 6: ("24.00", 4)}
"""{variant: (price, product)} of the stand-in's goods."""
GIFTS = "gid://shopify/Collection/2"


@dataclass
class Shop:
    name: str
    sandbox: SandboxClient
    platform: ShopifyStore
    made: int = 0

    def make(self, terms: Terms) -> tuple[str, str]:
        """(the discount, its code); the store kept everything as asked."""
        self.made += 1
        code = f"CODE-{self.made}"
        answer = self.platform.create_discount(terms, code)
        assert answer.differences == ()
        return answer.remote_id, code

    def off(self, code: str, *variants: tuple[int, int]) -> Decimal:
        """What the code takes off an order of (variant, quantity)."""
        lines = [
            {"price": PRICES[variant][0], "product_id": PRICES[variant][1], "variant_id": variant, "quantity": quantity}
            for variant, quantity in variants
        ]
        body = {"codes": [code], "lines": lines, "shipping": "5.00", "tax_rate": "0"}
        order = self.sandbox.call("POST", f"/shops/{self.name}/orders", body)
        return Decimal(order["total_discounts"])

    def keeps_otherwise(self, **fields: Any) -> None:
        self.sandbox.call("PUT", "/switches", {"keep_otherwise": fields})


@pytest.fixture(scope="module")
def shop(sandbox: SandboxClient, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    name = sandbox.create_shop("terms", currency="EUR", time_zone="Europe/Berlin")["shop"]
    sandbox.install(name)
    client = AdminClient(f"{sandbox.base_url}/shops/{name}", OneToken(token_of(sandbox, name)))
    return Shop(name, sandbox, ShopifyStore(client))


@pytest.fixture(autouse=True)
def plain(shop: Shop, tmp_path: Path) -> Iterator[None]:
    queue.connect(f"unix://{tmp_path / 'no-queue.sock'}")  # the pace is then kept in memory
    yield
    shop.keeps_otherwise()


def terms(**changes: Any) -> Terms:
    facts: dict[str, Any] = {
        "title": "Winter launch", "type": DiscountType.PERCENTAGE, "value": Decimal("12.5"),
        "starts_at": datetime(2026, 11, 1, tzinfo=UTC), "reference": "shoutcode-1-20261121",
    }  # fmt: skip
    return Terms(**{**facts, **changes})


FREE_MUG = {"type": DiscountType.FREE_PRODUCT, "value": None, "free_product": MUG}
OFF = {"type": DiscountType.FIXED_AMOUNT, "value": Decimal("7.50")}
IN_GIFTS = Scope(ScopeKind.COLLECTIONS, (GIFTS,))


@pytest.mark.parametrize(
    ("changes", "order", "off"),
    [
        ({}, [(1, 1)], "5.00"),
        ({"minimum_quantity": 2}, [(4, 2)], "1.88"),
        ({"scope": Scope(ScopeKind.PRODUCTS, (APRON,))}, [(1, 1), (4, 1)], "5.00"),
        ({"scope": IN_GIFTS}, [(1, 1), (5, 1)], "1.50"),
        ({**OFF, "combines_with": Combines(shipping=True)}, [(1, 1)], "7.50"),
        ({"type": DiscountType.FREE_SHIPPING, "value": None, "minimum_subtotal": Decimal(20)}, [(1, 1)], "5.00"),
        ({**FREE_MUG, "purpose": Purpose.GIFT, "uses_per_code": 1}, [(2, 2)], "18.00"),
        ({**FREE_MUG, "scope": Scope(ScopeKind.PRODUCTS, (APRON,)), "minimum_quantity": 1}, [(1, 2), (2, 2)], "18.00"),
        ({**FREE_MUG, "scope": IN_GIFTS, "minimum_subtotal": Decimal(24)}, [(6, 1), (2, 1)], "18.00"),
        ({"value": Decimal(100), "purpose": Purpose.GIFT, "uses_per_code": 1}, [(1, 1), (4, 2)], "55.00"),
        ({"applies_to": AppliesTo.ONE_TIME}, [(1, 1)], "5.00"),
        ({"applies_to": AppliesTo.SUBSCRIPTION, "once_per_customer": True}, [(1, 1)], "5.00"),
    ],
)  # fmt: skip
def test_the_store_keeps_what_was_asked_and_orders_cost_so(
    shop: Shop, changes: dict[str, Any], order: list[tuple[int, int]], off: str
) -> None:
    _, code = shop.make(terms(**changes))
    assert shop.off(code, *order) == Decimal(off)


def test_what_the_store_keeps_otherwise_is_said(shop: Shop) -> None:
    shop.keeps_otherwise(usageLimit=None, title="Renamed")
    made = shop.platform.create_discount(terms(uses_per_code=3), "DIFFERENT")
    assert made.differences == (
        "title: Winter launch asked, Renamed kept",
        "uses per code: 3 asked, none kept",
    )
    shop.keeps_otherwise()
    assert shop.platform.update_discount(made.remote_id, terms(uses_per_code=3)).differences == ()


def test_a_changed_scope_leaves_nothing_of_the_old_one(shop: Shop) -> None:
    first = terms(scope=Scope(ScopeKind.PRODUCTS, (APRON,)))
    remote_id, code = shop.make(first)
    assert shop.platform.update_discount(remote_id, replace(first, title="Same products")).differences == ()
    second = replace(first, scope=Scope(ScopeKind.PRODUCTS, (SOAP,)), value=Decimal(20))
    assert shop.platform.update_discount(remote_id, second).differences == ()
    assert shop.off(code, (1, 1), (4, 2)) == Decimal("3.00")
    third = replace(second, scope=Scope(ScopeKind.COLLECTIONS, (GIFTS,)))
    assert shop.platform.update_discount(remote_id, third).differences == ()
    assert shop.platform.update_discount(remote_id, replace(third, scope=Scope())).differences == ()
    assert shop.off(code, (1, 1)) == Decimal("8.00")


def test_what_is_bought_and_what_is_free_can_be_changed(shop: Shop) -> None:
    first = terms(**FREE_MUG, scope=Scope(ScopeKind.PRODUCTS, (APRON,)), minimum_quantity=1)
    remote_id, code = shop.make(first)
    assert shop.platform.update_discount(remote_id, replace(first, uses_per_code=3)).differences == ()
    second = replace(first, free_product=CANDLE, scope=Scope(ScopeKind.PRODUCTS, (SOAP,)), minimum_quantity=2)
    assert shop.platform.update_discount(remote_id, second).differences == ()
    assert shop.off(code, (4, 2), (5, 1)) == Decimal("12.00")


@pytest.mark.parametrize(
    "changes", [{}, {"type": DiscountType.FREE_SHIPPING}, {**FREE_MUG, "scope": Scope(ScopeKind.PRODUCTS, (APRON,))}]
)
def test_each_kind_can_be_ended_and_reopened(shop: Shop, changes: dict[str, Any]) -> None:
    remote_id, _ = shop.make(terms(**changes))
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    assert shop.platform.end_discount(remote_id).status == "ended"
    opened = shop.platform.reopen_discount(remote_id, until)
    assert (opened.status, opened.ends_at) == ("active", until)


def test_a_free_product_that_is_gone_makes_no_discount(shop: Shop) -> None:
    gone = terms(**{**FREE_MUG, "free_product": "gid://shopify/ProductVariant/999"}, purpose=Purpose.GIFT)
    with pytest.raises(PlatformError) as refused:
        shop.platform.create_discount(gone, "GONE")
    assert refused.value.code is Failure.INVALID
    assert "not in the store any more" in refused.value.message


def test_products_variants_and_collections_are_found_by_title(shop: Shop) -> None:
    def found(kind: str, q: str) -> list[tuple[str, Decimal | None]]:
        return [(product.title, product.price) for product in shop.platform.search_products(kind, q)]

    assert found("product", "mug") == [("Stoneware mug", Decimal("18.00"))]
    assert found("variant", "mug (sand)") == [("Stoneware mug - Sand", Decimal("18.00"))]
    assert found("collection", "") == [("Everyday", None), ("Gifts", None)]
    assert found("product", 'title:"nothing') == []
