"""`make check-shopify`: tries on a development store what could not be learnt from Shopify's documents. One JSON line.

    CHECK_SHOP=my-dev-store.myshopify.com CHECK_TOKEN=shpat_... make check-shopify

CHECK_TOKEN is an Admin API access token with write_discounts and read_orders. Without it the app's SHOPIFY_API_KEY and
SHOPIFY_API_SECRET are used for a client-credentials grant (stores of the app's own organisation). What is made in the
store is one discount with some 750 codes, deleted at the end. CHECK_BASE replaces https://{shop}, for the sandbox.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from app.config import SHOPIFY_API_VERSION
from app.platforms.shopify import documents, orders

BLOCK = 250
BY_HAND = (
    "payload samples of every subscribed topic: place, refund and cancel an order with the app installed",
    "include_fields keeps *_set objects: look at one orders/updated delivery of this store",
    "an older access token after a newer exchange: open the app twice, then use the first token",
    "redirects of the app outside the admin, and the mobile app",
)
NEWEST_ORDERS = """
query NewestOrders { orders(first: 20, sortKey: UPDATED_AT, reverse: true) { nodes { id updatedAt } } }
"""
DISCOUNT_DELETE = """
mutation DiscountDelete($id: ID!) {
  discountCodeDelete(id: $id) { deletedCodeDiscountId userErrors { field code message } }
}
"""


class CheckError(Exception):
    """The store answered in a way that ends the check."""


@dataclass
class Store:
    """The bare API: every answer's cost is kept, by the operation's name."""

    address: str
    token: str = field(repr=False)
    costs: dict[str, dict[str, float]] = field(default_factory=dict)
    bucket: dict[str, float] = field(default_factory=dict)
    version: str = ""
    http: requests.Session = field(default_factory=requests.Session)

    def ask(self, document: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        headers = {"X-Shopify-Access-Token": self.token, "Shopify-GraphQL-Cost-Debug": "1"}
        answer = self.http.post(self.address, json={"query": document, "variables": variables or {}}, headers=headers,
                                timeout=60)
        if answer.status_code != 200:
            raise CheckError(f"{self.address} answered {answer.status_code}: {answer.text[:300]}")
        body = answer.json()
        self.version = answer.headers.get("X-Shopify-API-Version", self.version)
        cost = body.get("extensions", {}).get("cost")
        if any(error.get("extensions", {}).get("code") == "THROTTLED" for error in body.get("errors", [])):
            status = cost["throttleStatus"]
            time.sleep(max(0.2, (cost["requestedQueryCost"] - status["currentlyAvailable"]) / status["restoreRate"]))
            return self.ask(document, variables)
        if body.get("errors"):
            raise CheckError(f"{_name(document)}: {body['errors'][0].get('message')}")
        if cost:
            self.costs[_name(document)] = {"requested": cost["requestedQueryCost"], "actual": cost["actualQueryCost"]}
            status = cost["throttleStatus"]
            self.bucket = {"maximum_available": status["maximumAvailable"], "restore_rate": status["restoreRate"]}
        return body["data"]


def main() -> int:
    shop = os.environ.get("CHECK_SHOP", "")
    if not shop:
        print("Set CHECK_SHOP (my-dev-store.myshopify.com) and CHECK_TOKEN (an Admin API access token of that store).\n"
              "Use a development store: a discount with 750 codes is made there and deleted again.", file=sys.stderr)
        return 2
    base = os.environ.get("CHECK_BASE", "https://{shop}").format(shop=shop)
    try:
        store = Store(f"{base}/admin/api/{SHOPIFY_API_VERSION}/graphql.json", _token(base))
        findings = check(store)
    except (CheckError, requests.RequestException) as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps({"ok": not findings["surprises"], "shop": shop, **findings, "by_hand": BY_HAND}))
    return 1 if findings["surprises"] else 0


def check(store: Store) -> dict[str, Any]:
    """Each finding, and under "surprises" those that differ from what the app relies on."""
    facts = store.ask(documents.INSTALLATION)
    prefix = f"CHECK-{secrets.token_hex(4).upper()}"
    discount = make_discount(store, prefix)
    try:
        bulk = bulk_speed(store, discount, prefix)
        repeated = repeated_code(store, discount, f"{prefix}-A0")
        switched = off_and_on(store, discount)
    finally:
        store.ask(DISCOUNT_DELETE, {"id": discount})
    window = order_window(store)
    surprises = []
    if store.version != SHOPIFY_API_VERSION:
        surprises.append(f"version {store.version} served the calls")
    if not switched["ended"] or switched["end_after_activate"] is not None:
        surprises.append("deactivate and activate leave other dates than expected")
    if repeated not in ("TAKEN", "DUPLICATE"):
        surprises.append(f"a code already in the discount gives {repeated}")
    if window["outside"]:
        surprises.append("the order search gave orders outside its window")
    return {
        "plan": facts["shop"]["plan"]["publicDisplayName"], "version": store.version, "bucket": store.bucket,
        "costs": store.costs, "bulk": bulk, "repeated_code": repeated, "switched": switched, "order_window": window,
        "surprises": surprises,
    }


def make_discount(store: Store, prefix: str) -> str:
    made = _answer(store.ask(documents.DISCOUNT_BASIC_CREATE, {"first": 1, "input": {
        "title": prefix, "code": f"{prefix}-FIRST", "startsAt": _time(datetime.now(UTC)), "context": {"all": "ALL"},
        "customerGets": {"value": {"percentage": 0.01}, "items": {"all": True}},
        "endsAt": _time(datetime.now(UTC) + timedelta(days=2)),
    }}))
    return str(made["codeDiscountNode"]["id"])


def bulk_speed(store: Store, discount: str, prefix: str) -> dict[str, float]:
    """Seconds for one block of 250 alone, and for two that were started together."""
    alone = _seconds_for(store, discount, [f"{prefix}-A"])
    together = _seconds_for(store, discount, [f"{prefix}-B", f"{prefix}-C"])
    return {"block_seconds": alone, "two_blocks_seconds": together, "codes_per_second": round(2 * BLOCK / together, 1)}


def _seconds_for(store: Store, discount: str, names: list[str]) -> float:
    started = time.monotonic()
    jobs = [_add(store, discount, [f"{name}{number}" for number in range(BLOCK)]) for name in names]
    while not all(_done(store, job) for job in jobs):
        time.sleep(0.1)
    return round(time.monotonic() - started, 2)


def repeated_code(store: Store, discount: str, code: str) -> str:
    """The error of a code that this same discount has already."""
    job = _add(store, discount, [code])
    while not _done(store, job):
        time.sleep(0.1)
    data = store.ask(documents.CODES_BULK_RESULT, {"id": job, "first": 10, "after": None})
    errors = data["discountRedeemCodeBulkCreation"]["codes"]["nodes"][0]["errors"]
    return str(errors[0]["code"]) if errors else "no error"


def off_and_on(store: Store, discount: str) -> dict[str, Any]:
    """Status and end after deactivating, then the end that is left after activating."""
    off = _answer(store.ask(documents.DISCOUNT_DEACTIVATE, {"id": discount}))["codeDiscountNode"]["codeDiscount"]
    on = _answer(store.ask(documents.DISCOUNT_ACTIVATE, {"id": discount}))["codeDiscountNode"]["codeDiscount"]
    return {"ended": off["status"] == "EXPIRED" and off["endsAt"] is not None, "status_off": off["status"],
            "status_on": on["status"], "end_after_activate": on["endsAt"]}


def order_window(store: Store) -> dict[str, int]:
    """A search with two updated_at terms, around the middle of the newest orders."""
    nodes = store.ask(NEWEST_ORDERS)["orders"]["nodes"]
    newest = sorted(node["updatedAt"] for node in nodes)
    if nodes:
        store.ask(orders.ORDER, {"id": nodes[0]["id"], "after": None})  # for its cost
    if len(newest) < 3:
        return {"orders": len(newest), "inside": 0, "outside": 0}
    low, high = newest[1], newest[-1]
    window = f"updated_at:>='{low}' AND updated_at:<='{high}'"
    found = store.ask(orders.ORDERS_UPDATED, {"query": window, "first": 50, "after": None})["orders"]["nodes"]
    inside = sum(low <= node["updatedAt"] <= high for node in found)
    return {"orders": len(newest), "inside": inside, "outside": len(found) - inside}


def _add(store: Store, discount: str, codes: list[str]) -> str:
    variables = {"discountId": discount, "codes": [{"code": code} for code in codes]}
    return str(_answer(store.ask(documents.CODES_BULK_ADD, variables))["bulkCreation"]["id"])


def _done(store: Store, job: str) -> bool:
    return bool(store.ask(documents.CODES_BULK_STATUS, {"id": job})["discountRedeemCodeBulkCreation"]["done"])


def _answer(data: dict[str, Any]) -> dict[str, Any]:
    """The one field of a mutation's answer; CheckError with its first user error."""
    (answer,) = data.values()
    if answer["userErrors"]:
        raise CheckError(f"The store refused: {answer['userErrors'][0]['message']}")
    return answer


def _token(base: str) -> str:
    if given := os.environ.get("CHECK_TOKEN"):
        return given
    fields = {"client_id": os.environ.get("SHOPIFY_API_KEY", ""), "grant_type": "client_credentials",
              "client_secret": os.environ.get("SHOPIFY_API_SECRET", "")}
    answer = requests.post(f"{base}/admin/oauth/access_token", json=fields, timeout=30)
    if answer.status_code != 200:
        raise CheckError(f"No token: the store answered {answer.status_code}. Set CHECK_TOKEN.")
    return str(answer.json()["access_token"])


def _name(document: str) -> str:
    return document.split("(")[0].split("{")[0].split()[-1]


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


if __name__ == "__main__":
    sys.exit(main())
