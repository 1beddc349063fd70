"""One order, told by a webhook and read through the Admin API, is the same snapshot; its sums are the store's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import requests

from app.clock import now
from app.platforms.port import OrderSnapshot
from app.platforms.shopify.order_payloads import order_snapshot
from app.platforms.shopify.orders import order, orders_updated
from sandbox.client import SandboxClient
from scripts.system import System

SHOP = "parity.myshopify.com"
SCENES: dict[str, dict[str, Any]] = {
    "plain": {"amount": "80.00"},
    "tax in the price": {"amount": "119.00", "taxes_included": True, "tax_rate": "0.19", "shipping": "5.95"},
    "tax on top": {"amount": "100.00", "taxes_included": False, "tax_rate": "0.2", "shipping": "5.00"},
    "two codes": {"codes": ["LUCY", "MAX"], "amount": "33.33", "taxes_included": True, "tax_rate": "0.07"},
    "no code": {"codes": [], "amount": "10.00"},
    "test": {"amount": "10.00", "test": True},
    "many lines": {"lines": [{"price": "1.99", "quantity": 1 + n % 3} for n in range(60)], "tax_rate": "0.19"},
    "another currency": {"amount": "50.00", "presentment": {"currency": "USD", "rate": "1.1"}, "customer_id": 9},
}
LATER = ("refund of a line", "refund of an amount", "refund of shipping", "edit", "cancel", "all of it")


@dataclass
class Shop:
    sandbox: SandboxClient
    base: str
    token: str

    def execute(self, document: str, variables: dict[str, Any]) -> dict[str, Any]:
        url = f"{self.base}/shops/{SHOP}/admin/api/2026-10/graphql.json"
        answer = requests.post(
            url,
            json={"query": document, "variables": variables},
            headers={"X-Shopify-Access-Token": self.token},
            timeout=20,
        ).json()
        assert "errors" not in answer, answer["errors"]
        return dict(answer["data"])

    def rest(self, id: int) -> dict[str, Any]:
        return next(row for row in self.sandbox.orders(SHOP) if row["id"] == id)

    def book(self, id: int) -> dict[str, Any]:
        return next(row for row in self.sandbox.books(SHOP)["orders"] if row["id"] == id)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with System(tmp_path_factory.mktemp("parity")) as system:
        system.start_sandbox()
        sandbox = SandboxClient(system.sandbox_url)
        sandbox.create_shop("parity", name="Parity", currency="EUR", plan="enterprise", time_zone="UTC")
        sandbox.install(SHOP)
        exchange = {
            "client_id": system.keys["SHOPIFY_API_KEY"], "client_secret": system.keys["SHOPIFY_API_SECRET"],
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange", "subject_token": sandbox.id_token(SHOP),
            "subject_token_type": "urn:ietf:params:oauth:token-type:id_token", "expiring": "1",
            "requested_token_type": "urn:shopify:params:oauth:token-type:offline-access-token",
        }  # fmt: skip
        answer = requests.post(f"{system.sandbox_url}/shops/{SHOP}/admin/oauth/access_token", json=exchange, timeout=20)
        sandbox.turn(combining="ignored")
        sandbox.plant_codes(SHOP, ["LUCY"], "Lucy", 0.15)
        sandbox.plant_codes(SHOP, ["MAX"], "Max", 0.1)
        yield Shop(sandbox, system.sandbox_url, answer.json()["access_token"])


def whole_seconds(snapshot: OrderSnapshot) -> OrderSnapshot:
    """Shopify states no finer times; the sandbox may, in one place or the other."""
    return replace(snapshot, updated_at=snapshot.updated_at.replace(microsecond=0))


def change(shop: Shop, order: dict[str, Any], kind: str) -> None:
    first = order["line_items"][0]
    if kind in ("refund of a line", "all of it"):
        shop.sandbox.refund(SHOP, order["id"], lines=[{"line_id": first["id"], "quantity": 1}])
    if kind in ("refund of an amount", "all of it"):
        shop.sandbox.refund(SHOP, order["id"], amount="0.50")
    if kind in ("refund of shipping", "all of it"):
        shop.sandbox.refund(SHOP, order["id"], shipping="1.00")
    if kind in ("edit", "all of it"):
        last = order["line_items"][-1]
        shop.sandbox.edit(SHOP, order["id"], remove=[{"line_id": last["id"], "quantity": 1}])
    if kind == "cancel":
        shop.sandbox.cancel(SHOP, order["id"])


def check(shop: Shop, id: int) -> None:
    told = order_snapshot(shop.rest(id))
    read = order(shop.execute, str(id))
    assert read is not None
    assert whole_seconds(read) == whole_seconds(told)
    book = shop.book(id)
    assert told.gross == Decimal(book["gross"])
    assert told.gross - told.refunded == Decimal(book["net"])


@pytest.mark.parametrize("scene", SCENES)
def test_an_order_is_the_same_by_webhook_and_by_admin_api(shop: Shop, scene: str) -> None:
    check(shop, shop.sandbox.order(SHOP, **{"codes": ["LUCY"], **SCENES[scene]})["id"])


@pytest.mark.parametrize("taxes_included", [True, False])
@pytest.mark.parametrize("kind", LATER)
def test_a_changed_order_is_the_same_by_both(shop: Shop, kind: str, taxes_included: bool) -> None:
    lines = [{"price": "19.99", "quantity": 3}, {"price": "7.45", "quantity": 2}]
    made = shop.sandbox.order(
        SHOP, ["LUCY", "MAX"], lines=lines, shipping="4.90", tax_rate="0.19", taxes_included=taxes_included
    )
    change(shop, made, kind)
    check(shop, made["id"])


def test_the_window_gives_every_order_once_and_oldest_change_first(shop: Shop) -> None:
    for number in range(3):
        shop.sandbox.order(SHOP, ["LUCY"] if number else [], amount="5.00")
    window = list(orders_updated(shop.execute, now() - timedelta(days=1), now() + timedelta(minutes=1)))
    assert sorted(row.remote_id for row in window) == sorted(str(row["id"]) for row in shop.sandbox.orders(SHOP))
    times: list[datetime] = [row.updated_at for row in window]
    assert times == sorted(times)


def test_an_unknown_order_is_none(shop: Shop) -> None:
    assert order(shop.execute, "123456789") is None
