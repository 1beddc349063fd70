"""Our terms as Shopify's discounts, and back. One discount an offer; its codes are in codes.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.platforms.port import DiscountType, Failure, PlatformError, RemoteDiscount, Terms
from app.platforms.shopify import documents
from app.platforms.shopify.client import AdminClient
from app.platforms.shopify.errors import refuse_user_errors

STATUS = {"ACTIVE": "active", "SCHEDULED": "scheduled", "EXPIRED": "ended"}
TAG = "shoutcode"
"""On every discount of ours; a second tag is the offer's reference."""


def create(client: AdminClient, terms: Terms, first_code: str) -> RemoteDiscount:
    """Not repeated after a lost answer: the caller looks the first code up (find_discount) and adopts what is ours."""
    document, field = _kind(terms.type, create=True)
    data = client.execute(document, {"input": {**_input(terms), "code": first_code}}, idempotent=False)
    return _discount(_answer(data, field))


def update(client: AdminClient, remote_id: str, terms: Terms) -> RemoteDiscount:
    document, field = _kind(terms.type, create=False)
    data = client.execute(document, {"id": remote_id, "input": _input(terms)}, idempotent=True)
    return _discount(_answer(data, field))


def end(client: AdminClient, remote_id: str) -> RemoteDiscount:
    data = client.execute(documents.DISCOUNT_DEACTIVATE, {"id": remote_id}, idempotent=True)
    return _discount(_answer(data, "discountCodeDeactivate"))


def reopen(client: AdminClient, remote_id: str, ends_at: datetime | None) -> RemoteDiscount:
    """Shopify clears the end when it activates a discount, so the offer's own end is written back."""
    data = client.execute(documents.DISCOUNT_ACTIVATE, {"id": remote_id}, idempotent=True)
    opened = _discount(_answer(data, "discountCodeActivate"))
    if ends_at is None or opened.ends_at == ends_at:
        return opened
    document, field = _kind(_type_of(client, remote_id), create=False)
    data = client.execute(document, {"id": remote_id, "input": {"endsAt": _time(ends_at)}}, idempotent=True)
    return _discount(_answer(data, field))


def find(client: AdminClient, code: str) -> RemoteDiscount | None:
    data = client.execute(documents.DISCOUNT_BY_CODE, {"code": code}, idempotent=True)
    node = data["codeDiscountNodeByCode"]
    return None if node is None else _discount(node)


def _type_of(client: AdminClient, remote_id: str) -> DiscountType:
    node = client.execute(documents.DISCOUNT_KIND, {"id": remote_id}, idempotent=True)["discountNode"]
    if node is None:
        raise PlatformError(Failure.NOT_FOUND, "The discount was deleted in the store.")
    shipping = node["discount"]["__typename"] == "DiscountCodeFreeShipping"
    return DiscountType.FREE_SHIPPING if shipping else DiscountType.PERCENTAGE


def _kind(type: DiscountType, *, create: bool) -> tuple[str, str]:
    """Document and mutation for a type of discount."""
    if type is DiscountType.FREE_SHIPPING:
        return (
            (documents.DISCOUNT_FREE_SHIPPING_CREATE, "discountCodeFreeShippingCreate")
            if create
            else (documents.DISCOUNT_FREE_SHIPPING_UPDATE, "discountCodeFreeShippingUpdate")
        )
    if type is DiscountType.FREE_PRODUCT:
        raise PlatformError(Failure.INVALID, "Free-product offers cannot be made yet. Choose another type.")
    return (
        (documents.DISCOUNT_BASIC_CREATE, "discountCodeBasicCreate")
        if create
        else (documents.DISCOUNT_BASIC_UPDATE, "discountCodeBasicUpdate")
    )


def _input(terms: Terms) -> dict[str, Any]:
    minimum = terms.minimum_subtotal
    frame: dict[str, Any] = {
        "title": terms.title,
        "startsAt": _time(terms.starts_at),
        "endsAt": None if terms.ends_at is None else _time(terms.ends_at),
        "context": {"all": "ALL"},
        "usageLimit": terms.uses_per_code,
        "appliesOncePerCustomer": terms.once_per_customer,
        "tags": [TAG, terms.reference] if terms.reference else [TAG],
        "minimumRequirement": None
        if minimum is None
        else {"subtotal": {"greaterThanOrEqualToSubtotal": f"{minimum:f}"}},
    }
    if terms.type is DiscountType.FREE_SHIPPING:
        return {**frame, "destination": {"all": True}}
    return {**frame, "customerGets": {"value": _value(terms), "items": {"all": True}}}


def _value(terms: Terms) -> dict[str, Any]:
    value = terms.value or Decimal(0)
    if terms.type is DiscountType.PERCENTAGE:
        # Shopify takes a share of 1 as Float; two decimals of a percent are exact in it when printed.
        return {"percentage": float(value / 100)}
    return {"discountAmount": {"amount": f"{value:f}", "appliesOnEachItem": False}}


def _answer(data: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    answer: Mapping[str, Any] = data[field]
    refuse_user_errors(answer)
    node: Mapping[str, Any] | None = answer["codeDiscountNode"]
    if node is None:
        raise PlatformError(Failure.UNEXPECTED, "The store answered without the discount.", can_retry=True)
    return node


def _discount(node: Mapping[str, Any]) -> RemoteDiscount:
    # A discount of a kind we never make (an app's, buy X get Y) comes without these fields.
    body: Mapping[str, Any] = node.get("codeDiscount") or {}
    return RemoteDiscount(
        remote_id=node["id"],
        status=STATUS.get(body.get("status", ""), "active"),
        starts_at=_read_time(body.get("startsAt")),
        ends_at=_read_time(body.get("endsAt")),
        references=tuple(tag for tag in body.get("tags") or () if tag != TAG),
    )


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read_time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
