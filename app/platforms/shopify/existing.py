"""Discounts that are in the store already, whoever made them: searched, and read back into our terms."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.platforms.port import (
    AppliesTo,
    Combines,
    DiscountType,
    Purpose,
    Scope,
    ScopeKind,
    StoreDiscount,
    Terms,
)
from app.platforms.shopify.client import AdminClient
from app.platforms.shopify.discounts import STATUS, TAG

FOUND = 50
LISTED = 200
"""Products or collections read of a scope: a point each, and a request may cost 1,000."""

_COMMON = """
  title status startsAt endsAt usageLimit appliesOncePerCustomer tags
  codesCount { count }
  codes(first: 1) { nodes { code } }
  context { __typename }
  combinesWith { orderDiscounts productDiscounts shippingDiscounts }
"""
_MINIMUM = """
  minimumRequirement {
    ... on DiscountMinimumSubtotal { greaterThanOrEqualToSubtotal { amount } }
    ... on DiscountMinimumQuantity { greaterThanOrEqualToQuantity }
  }
"""
_EFFECT = """
  __typename
  ... on DiscountPercentage { percentage }
  ... on DiscountAmount { amount { amount } appliesOnEachItem }
"""
_ITEMS = f"""
  __typename
  ... on DiscountProducts {{
    products(first: {LISTED}) {{ nodes {{ id title }} pageInfo {{ hasNextPage }} }}
    productVariants(first: {LISTED}) {{ nodes {{ id title }} }}
  }}
  ... on DiscountCollections {{ collections(first: {LISTED}) {{ nodes {{ id title }} pageInfo {{ hasNextPage }} }} }}
"""


def _facts(items: str) -> str:
    """What is read of a discount; `items`: what of its scope."""
    return f"""
  __typename
  ... on DiscountCodeBasic {{
    {_COMMON} {_MINIMUM}
    customerGets {{
      appliesOnOneTimePurchase appliesOnSubscription
      value {{ {_EFFECT} }}
      items {{ {items} }}
    }}
  }}
  ... on DiscountCodeFreeShipping {{
    {_COMMON} {_MINIMUM}
    appliesOnOneTimePurchase appliesOnSubscription
    maximumShippingPrice {{ amount }}
    destinationSelection {{ __typename }}
  }}
  ... on DiscountCodeBxgy {{ {_COMMON} }}
  ... on DiscountCodeApp {{
    title status startsAt endsAt codesCount {{ count }} codes(first: 1) {{ nodes {{ code }} }}
  }}
"""


SEARCH = f"""
query StoreDiscounts($query: String!, $first: Int!) {{
  discountNodes(query: $query, first: $first, sortKey: CREATED_AT, reverse: true) {{
    nodes {{ id discount {{ {_facts("__typename")} }} }}
  }}
}}
"""
BY_CODE = f"""
query StoreDiscountByCode($code: String!) {{
  codeDiscountNodeByCode(code: $code) {{ id codeDiscount {{ {_facts("__typename")} }} }}
}}
"""


READ = f"""
query DiscountTerms($id: ID!) {{
  discountNode(id: $id) {{ id discount {{ {_facts(_ITEMS)} }} }}
}}
"""


def search(client: AdminClient, q: str) -> list[StoreDiscount]:
    """By the beginning of the title, and by the whole code; the search language takes no quotes inside a term."""
    words = " ".join(re.sub(r"[^\w\s-]", " ", q).split()).strip("-")
    first = words.split(" ")[0] if words else ""
    query = f"method:code AND title:{first}*" if first else "method:code"
    nodes = client.execute(SEARCH, {"query": query, "first": FOUND}, idempotent=True)["discountNodes"]["nodes"]
    found = [_found(node["id"], node["discount"]) for node in nodes]
    found = [discount for discount in found if words.casefold() in discount.title.casefold()]
    if q.strip():
        node = client.execute(BY_CODE, {"code": q.strip()}, idempotent=True)["codeDiscountNodeByCode"]
        if node is not None and all(discount.remote_id != node["id"] for discount in found):
            found.insert(0, _found(node["id"], node["codeDiscount"]))
    return found


def read(client: AdminClient, remote_ids: Sequence[str]) -> dict[str, StoreDiscount]:
    found = {}
    for id in remote_ids:
        node = client.execute(READ, {"id": id}, idempotent=True)["discountNode"]
        if node is not None:
            found[id] = _found(id, node["discount"])
    return found


def _found(remote_id: str, body: Mapping[str, Any]) -> StoreDiscount:
    codes = body.get("codes") or {"nodes": []}
    unreadable = _unreadable(body)
    return StoreDiscount(
        remote_id=remote_id,
        title=body.get("title") or "",
        status=STATUS.get(body.get("status", ""), "active"),
        codes=(body.get("codesCount") or {}).get("count", -1),
        first_code=codes["nodes"][0]["code"] if codes["nodes"] else "",
        terms=None if unreadable else _terms(body),
        titles=tuple(node["title"] for node in _listed(body)),
        unreadable=unreadable,
    )


def _unreadable(body: Mapping[str, Any]) -> str:
    """What our terms cannot say; an edit from here would lose it."""
    kind = body["__typename"]
    if kind == "DiscountCodeApp":
        return "Another app works out this discount."
    value = (body.get("customerGets") or {}).get("value") or {}
    if kind not in ("DiscountCodeBasic", "DiscountCodeFreeShipping") or value.get("__typename") == "DiscountOnQuantity":
        return "This is a buy X get Y discount."
    if body["context"]["__typename"] != "DiscountBuyerSelectionAll":
        return "It is for some customers only."
    if value.get("appliesOnEachItem"):
        return "It takes an amount off each item."
    if any(
        (_items(body).get(name) or {}).get("pageInfo", {}).get("hasNextPage") for name in ("products", "collections")
    ):
        return f"It is for more than {LISTED} products or collections."
    if kind == "DiscountCodeFreeShipping" and (
        body["maximumShippingPrice"] is not None or body["destinationSelection"]["__typename"] != "DiscountCountryAll"
    ):
        return "It is for some countries or shipping rates only."
    return ""


def _terms(body: Mapping[str, Any]) -> Terms:
    shipping = body["__typename"] == "DiscountCodeFreeShipping"
    gets: Mapping[str, Any] = body if shipping else body["customerGets"]
    kind, value = (DiscountType.FREE_SHIPPING, None) if shipping else _value(gets["value"])
    minimum = body.get("minimumRequirement") or {}
    subtotal = minimum.get("greaterThanOrEqualToSubtotal")
    quantity = minimum.get("greaterThanOrEqualToQuantity")
    combines = body["combinesWith"]
    return Terms(
        title=body["title"],
        type=kind,
        value=value,
        starts_at=datetime.fromisoformat(body["startsAt"]),
        ends_at=None if body["endsAt"] is None else datetime.fromisoformat(body["endsAt"]),
        uses_per_code=body["usageLimit"],
        once_per_customer=body["appliesOncePerCustomer"],
        minimum_subtotal=None if subtotal is None else Decimal(subtotal["amount"]),
        minimum_quantity=None if quantity is None else int(quantity),
        scope=_scope(body),
        combines_with=Combines(combines["orderDiscounts"], combines["productDiscounts"], combines["shippingDiscounts"]),
        applies_to=_applies_to(gets["appliesOnOneTimePurchase"], gets["appliesOnSubscription"]),
        purpose=Purpose.AUDIENCE,
        reference=next((tag for tag in body["tags"] if tag != TAG), ""),
    )


def _value(value: Mapping[str, Any]) -> tuple[DiscountType, Decimal | None]:
    if value["__typename"] == "DiscountPercentage":
        # A share of 1 as Float: what people entered is a percentage with two decimals.
        return DiscountType.PERCENTAGE, round(Decimal(str(value["percentage"])) * 100, 2)
    return DiscountType.FIXED_AMOUNT, Decimal(value["amount"]["amount"])


def _applies_to(one_time: bool, subscription: bool) -> AppliesTo:
    if one_time and subscription:
        return AppliesTo.BOTH
    return AppliesTo.SUBSCRIPTION if subscription else AppliesTo.ONE_TIME


def _scope(body: Mapping[str, Any]) -> Scope:
    ids = tuple(node["id"] for node in _listed(body))
    if not ids:
        return Scope()
    collections = _items(body)["__typename"] == "DiscountCollections"
    return Scope(ScopeKind.COLLECTIONS if collections else ScopeKind.PRODUCTS, ids)


def _items(body: Mapping[str, Any]) -> Mapping[str, Any]:
    gets: Mapping[str, Any] = body.get("customerGets") or {}
    items: Mapping[str, Any] = gets.get("items") or {"__typename": "AllDiscountItems"}
    return items


def _listed(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    items = _items(body)
    found: list[dict[str, Any]] = []
    for name in ("collections", "products", "productVariants"):
        found += (items.get(name) or {"nodes": []})["nodes"]
    return found
