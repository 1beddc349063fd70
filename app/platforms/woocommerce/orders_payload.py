"""From a WooCommerce order (REST, webhook or plugin push: one shape) to an OrderSnapshot. Pure.

gross = line totals (after discounts, without tax); refunded = the goods part of the refunds. A REST order names only
the total of each refund: `refund_details` brings the lines (`GET /orders/{id}/refunds`; the plugin sends them along).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from babel.numbers import get_currency_precision

from app.platforms.port import AppliedCode, OrderSnapshot

ZERO = Decimal(0)
NO_SALE = frozenset({"checkout-draft", "auto-draft", "new", "pending", "failed"})
"""Statuses of orders that nobody has placed or paid; unknown ones (of other plugins) are sales."""
Payload = Mapping[str, Any]


class UnreadablePayload(ValueError):
    """A body that is no order of WooCommerce's."""


class OrderGone(UnreadablePayload):
    """A signed body that says the order was erased before its delivery; it does not say which one."""


def snapshot(order: Payload, refund_details: Sequence[Payload] | None = None) -> OrderSnapshot:
    """Raises UnreadablePayload, or OrderGone for the error object that WooCommerce sends for an erased order."""
    if "id" not in order and str(order.get("code", "")).endswith("_invalid_id"):
        raise OrderGone(str(order["code"]))
    try:
        return _snapshot(order, order.get("refunds") or () if refund_details is None else refund_details)
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise UnreadablePayload(f"order: {type(error).__name__} {error}") from error


def buyer(email: object) -> str | None:
    """Guests have no customer id, so that the address is what tells one buyer from another."""
    return str(email or "").strip().lower() or None


def deleted_snapshot(payload: Payload, at: datetime) -> OrderSnapshot:
    """Of a deletion, which carries the id alone; `at` is when we were told."""
    remote_id = payload.get("id")
    if not isinstance(remote_id, int):
        raise UnreadablePayload("deletion without an id")
    return OrderSnapshot(
        remote_id=str(remote_id), name="", placed_at=at, updated_at=at, currency="", gross=ZERO, gross_tax=ZERO,
        discount=ZERO, refunded=ZERO, refunded_tax=ZERO, codes=(), deleted=True,
    )  # fmt: skip


def _snapshot(order: Payload, refunds: Sequence[Payload]) -> OrderSnapshot:
    currency, status = str(order["currency"]), str(order["status"])
    gross, gross_tax = _sums(order["line_items"])
    refunded, refunded_tax = _refunded(refunds, gross, gross_tax, currency)
    codes = tuple(AppliedCode(str(line["code"]), Decimal(str(line["discount"]))) for line in order["coupon_lines"])
    updated = _time(order["date_modified_gmt"] or order["date_created_gmt"])
    return OrderSnapshot(
        remote_id=str(order["id"]),
        name=f"#{order['number']}",
        placed_at=_time(order["date_created_gmt"] or order["date_modified_gmt"]),
        updated_at=updated,
        currency=currency,
        gross=gross,
        gross_tax=gross_tax,
        discount=sum((code.discount for code in codes), ZERO),
        refunded=refunded,
        refunded_tax=refunded_tax,
        codes=codes,
        cancelled_at=updated if status == "cancelled" else None,
        deleted=status == "trash",
        counts=status not in NO_SALE,
        source=str(order.get("created_via") or "web"),
        customer_id=buyer(order["billing"].get("email")),
    )


def _refunded(refunds: Sequence[Payload], gross: Decimal, gross_tax: Decimal, currency: str) -> tuple[Decimal, Decimal]:
    goods, tax = ZERO, ZERO
    for refund in refunds:
        part, part_tax = _goods(refund, gross, gross_tax, currency)
        goods, tax = goods + part, tax + part_tax
    # What is given back beyond the goods was shipping or good will: no negative sale.
    return min(goods, gross), min(tax, gross_tax)


def _goods(refund: Payload, gross: Decimal, gross_tax: Decimal, currency: str) -> tuple[Decimal, Decimal]:
    """(goods, their tax) of one refund. An amount without lines is goods with their tax, in the order's proportion."""
    amount = -Decimal(str(refund["total"])) if "total" in refund else Decimal(str(refund["amount"]))
    lines, lines_tax = _sums(refund.get("line_items") or ())
    others = [_sums(refund.get(kind) or ()) for kind in ("shipping_lines", "fee_lines")]
    # Lines of a refund are negative.
    loose = amount + lines + lines_tax + sum((total + tax for total, tax in others), ZERO)
    loose_goods = _rounded(loose * gross / (gross + gross_tax), currency) if gross + gross_tax else loose
    return loose_goods - lines, (loose - loose_goods) - lines_tax


def _sums(lines: Iterable[Payload]) -> tuple[Decimal, Decimal]:
    total, tax = ZERO, ZERO
    for line in lines:
        total += Decimal(str(line["total"] or 0))
        tax += Decimal(str(line["total_tax"] or 0))
    return total, tax


def _rounded(amount: Decimal, currency: str) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-get_currency_precision(currency)), rounding=ROUND_HALF_UP)


def _time(value: str) -> datetime:
    """WooCommerce's `_gmt` fields carry no zone."""
    return datetime.fromisoformat(value.removesuffix("Z")).replace(tzinfo=UTC)
