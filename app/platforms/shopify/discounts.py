"""Shopify's discounts: one an offer; its codes are in codes.py, its terms' words in terms.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.platforms.port import AppliesTo, Failure, PlatformError, RemoteDiscount, Terms
from app.platforms.shopify import documents
from app.platforms.shopify.client import AdminClient
from app.platforms.shopify.errors import refuse_user_errors
from app.platforms.shopify.terms import TAG as TAG
from app.platforms.shopify.terms import Store, differences, discount_input, kind_of, stamp, takes_price_off

STATUS = {"ACTIVE": "active", "SCHEDULED": "scheduled", "EXPIRED": "ended"}
CREATE = {
    "basic": (documents.DISCOUNT_BASIC_CREATE, "discountCodeBasicCreate"),
    "free_shipping": (documents.DISCOUNT_FREE_SHIPPING_CREATE, "discountCodeFreeShippingCreate"),
    "bxgy": (documents.DISCOUNT_BXGY_CREATE, "discountCodeBxgyCreate"),
}
UPDATE = {
    "basic": (documents.DISCOUNT_BASIC_UPDATE, "discountCodeBasicUpdate"),
    "free_shipping": (documents.DISCOUNT_FREE_SHIPPING_UPDATE, "discountCodeFreeShippingUpdate"),
    "bxgy": (documents.DISCOUNT_BXGY_UPDATE, "discountCodeBxgyUpdate"),
}
ENDS = {
    "DiscountCodeBasic": "discountCodeBasicUpdate",
    "DiscountCodeFreeShipping": "discountCodeFreeShippingUpdate",
    "DiscountCodeBxgy": "discountCodeBxgyUpdate",
}
MOST = 201
"""Of each list of a discount: one more than an offer has."""
NO_VARIANT = "gid://shopify/ProductVariant/0"


def create(client: AdminClient, terms: Terms, first_code: str) -> RemoteDiscount:
    """Not repeated after a lost answer: the caller looks the first code up (find_discount) and adopts what is ours."""
    document, field = CREATE[kind_of(terms)]
    store = _store_says(client, terms)
    body = {**discount_input(terms, store), "code": first_code}
    data = client.execute(document, {"input": body, "first": _looked_at(terms)}, idempotent=False)
    return _compared(_answer(data, field), terms, store)


def update(client: AdminClient, remote_id: str, terms: Terms) -> RemoteDiscount:
    document, field = UPDATE[kind_of(terms)]
    store = _store_says(client, terms)
    kept = _kept(client, remote_id)
    variables = {"id": remote_id, "input": discount_input(terms, store, kept), "first": _looked_at(terms)}
    data = client.execute(document, variables, idempotent=True)
    return _compared(_answer(data, field), terms, store)


def end(client: AdminClient, remote_id: str) -> RemoteDiscount:
    data = client.execute(documents.DISCOUNT_DEACTIVATE, {"id": remote_id}, idempotent=True)
    return _discount(_answer(data, "discountCodeDeactivate"))


def reopen(client: AdminClient, remote_id: str, ends_at: datetime | None) -> RemoteDiscount:
    """Shopify clears the end when it activates a discount, so the offer's own end is written back."""
    data = client.execute(documents.DISCOUNT_ACTIVATE, {"id": remote_id}, idempotent=True)
    opened = _discount(_answer(data, "discountCodeActivate"))
    if ends_at is None or opened.ends_at == ends_at:
        return opened
    kind = _typename(client, remote_id)
    variables = {"id": remote_id, "endsAt": stamp(ends_at)}
    data = client.execute(documents.DISCOUNT_ENDS[kind], variables, idempotent=True)
    return _discount(_answer(data, ENDS[kind]))


def find(client: AdminClient, code: str) -> RemoteDiscount | None:
    data = client.execute(documents.DISCOUNT_BY_CODE, {"code": code}, idempotent=True)
    node = data["codeDiscountNodeByCode"]
    return None if node is None else _discount(node)


def _typename(client: AdminClient, remote_id: str) -> str:
    node = client.execute(documents.DISCOUNT_KIND, {"id": remote_id}, idempotent=True)["discountNode"]
    if node is None:
        raise PlatformError(Failure.NOT_FOUND, "The discount was deleted in the store.")
    return str(node["discount"]["__typename"])


def _kept(client: AdminClient, remote_id: str) -> Mapping[str, Any]:
    """The discount as it is: lists are changed by naming what comes and what goes."""
    variables = {"id": remote_id, "first": MOST}
    node = client.execute(documents.DISCOUNT_TERMS, variables, idempotent=True)["discountNode"]
    if node is None:
        raise PlatformError(Failure.NOT_FOUND, "The discount was deleted in the store.")
    kept: Mapping[str, Any] = node["discount"]
    return kept


def _store_says(client: AdminClient, terms: Terms) -> Store:
    priced = takes_price_off(terms)
    if terms.applies_to is AppliesTo.ONE_TIME and not priced:
        return Store()
    variables = {"variant": terms.free_product if priced else NO_VARIANT, "priced": priced}
    data = client.execute(documents.STORE_SAYS, variables, idempotent=True)
    variant = data.get("productVariant")
    return Store(
        product_price=Decimal(variant["price"]) if variant else None,
        sells_subscriptions=data["shop"]["features"]["sellsSubscriptions"],
    )


def _looked_at(terms: Terms) -> int:
    """One more than asked, so that a list which is longer shows."""
    return max(1, len(terms.scope.ids)) + 1


def _compared(node: Mapping[str, Any], terms: Terms, store: Store) -> RemoteDiscount:
    return replace(_discount(node), differences=differences(terms, store, node["codeDiscount"]))


def _answer(data: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    answer: Mapping[str, Any] = data[field]
    refuse_user_errors(answer)
    node: Mapping[str, Any] | None = answer["codeDiscountNode"]
    if node is None:
        raise PlatformError(Failure.UNEXPECTED, "The store answered without the discount.", can_retry=True)
    return node


def _discount(node: Mapping[str, Any]) -> RemoteDiscount:
    # A discount of a kind we never make (an app's) comes without these fields.
    body: Mapping[str, Any] = node.get("codeDiscount") or {}
    return RemoteDiscount(
        remote_id=node["id"],
        status=STATUS.get(body.get("status", ""), "active"),
        starts_at=_read_time(body.get("startsAt")),
        ends_at=_read_time(body.get("endsAt")),
        references=tuple(tag for tag in body.get("tags") or () if tag != TAG),
    )


def _read_time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
