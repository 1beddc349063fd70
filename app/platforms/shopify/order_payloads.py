"""Order webhooks (REST names) as OrderSnapshots. Fields and their rules: docs/money.md.

Every reader raises UnreadablePayload where the body is not what its topic promises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from app.platforms.port import OrderSnapshot
from app.platforms.shopify.order_facts import ZERO, OrderFacts, Part, snapshot, time

Payload = Mapping[str, Any]


class UnreadablePayload(Exception):
    """The body lacks what its topic promises; the message names what."""


def order_snapshot(payload: Payload) -> OrderSnapshot:
    """Of orders/create, orders/updated, orders/cancelled, orders/paid."""
    try:
        return snapshot(_facts(payload))
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise UnreadablePayload(f"order payload: {type(error).__name__} {error}") from error


def order_stamp(payload: Payload) -> tuple[str, datetime]:
    """(order id, when it was last changed): enough to tell which of several deliveries is the newest."""
    try:
        return str(payload["id"]), time(payload["updated_at"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadablePayload(f"order payload: {type(error).__name__} {error}") from error


def deleted_snapshot(payload: Payload, at: datetime) -> OrderSnapshot:
    """Of orders/delete, which carries the id alone; `at` is when we were told."""
    try:
        remote_id = str(payload["id"])
    except (KeyError, TypeError) as error:
        raise UnreadablePayload(f"orders/delete payload: {type(error).__name__} {error}") from error
    return OrderSnapshot(
        remote_id=remote_id, name="", placed_at=at, updated_at=at, currency="", gross=ZERO, gross_tax=ZERO,
        discount=ZERO, refunded=ZERO, refunded_tax=ZERO, codes=(), deleted=True,
    )  # fmt: skip


def refunded_order(payload: Payload) -> tuple[str, datetime]:
    """(order id, when) of refunds/create. The payload has no order in it: orders/updated brings that."""
    try:
        return str(payload["order_id"]), time(payload["created_at"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadablePayload(f"refunds/create payload: {type(error).__name__} {error}") from error


def _facts(order: Payload) -> OrderFacts:
    refunds = order.get("refunds") or []
    customer = order.get("customer") or {}
    cancelled = order.get("cancelled_at")
    return OrderFacts(
        remote_id=str(order["id"]),
        name=order["name"],
        placed_at=time(order.get("processed_at") or order["created_at"]),
        updated_at=time(order["updated_at"]),
        cancelled_at=time(cancelled) if cancelled else None,
        currency=order["currency"],
        presentment_currency=order.get("presentment_currency"),
        presentment_total=_presentment_total(order),
        test=bool(order.get("test")),
        source=order.get("source_name") or "",
        customer_id=str(customer["id"]) if customer.get("id") else None,
        taxes_included=bool(order.get("taxes_included")),
        subtotal=_money(order, "subtotal_price"),
        current_subtotal=_optional(order, "current_subtotal_price"),
        tax=_optional(order, "total_tax") or ZERO,
        current_tax=_optional(order, "current_total_tax"),
        shipping_tax=_taxes(order.get("shipping_lines") or []),
        shipping_tax_refunded=-sum((part.tax for part in _adjustments(refunds, shipping=True)), ZERO),
        codes=tuple(row["code"] for row in order.get("discount_codes") or []),
        goods_discounts=_goods_discounts(order),
        refund_lines=tuple(
            Part(_money(line, "subtotal"), _optional(line, "total_tax") or ZERO)
            for refund in refunds
            for line in refund.get("refund_line_items") or []
        ),
        adjustments=tuple(_adjustments(refunds, shipping=False)),
    )


def _adjustments(refunds: Sequence[Payload], *, shipping: bool) -> Iterator[Part]:
    for part in (part for refund in refunds for part in refund.get("order_adjustments") or []):
        if (part.get("kind") == "shipping_refund") == shipping:
            yield Part(_money(part, "amount"), _optional(part, "tax_amount") or ZERO)


def _money(holder: Payload, name: str) -> Decimal:
    """The shop-money side of `<name>_set`, or the plain `<name>`, which is shop money too."""
    value = _optional(holder, name)
    if value is None:
        raise KeyError(name)
    return value


def _optional(holder: Payload, name: str) -> Decimal | None:
    both = holder.get(f"{name}_set")
    value = both["shop_money"]["amount"] if both else holder.get(name)
    return None if value is None else Decimal(str(value))


def _presentment_total(order: Payload) -> Decimal | None:
    both = order.get("total_price_set")
    return Decimal(str(both["presentment_money"]["amount"])) if both else None


def _taxes(lines: Sequence[Payload]) -> Decimal:
    return sum((_money(tax, "price") for line in lines for tax in line.get("tax_lines") or []), ZERO)


def _goods_discounts(order: Payload) -> dict[str, Decimal]:
    """By the lines' own allocations; where lines are not sent, by the code's total unless it is for shipping."""
    lines = order.get("line_items")
    if lines is None:
        rows = order.get("discount_codes") or []
        return {row["code"]: _money(row, "amount") for row in rows if row.get("type") != "shipping"}
    applications = order.get("discount_applications") or []
    found: dict[str, Decimal] = {}
    for part in (part for line in lines for part in line.get("discount_allocations") or []):
        code = applications[part["discount_application_index"]].get("code")
        if code is not None:
            found[code] = found.get(code, ZERO) + _money(part, "amount")
    return found
