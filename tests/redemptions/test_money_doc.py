"""The worked orders of docs/money.md are read and worked out."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.platforms.shopify.order_payloads import order_snapshot

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "money.md"
ZERO = Decimal(0)


def worked_orders() -> list[Any]:
    """(title, fields, results) of every table under a numbered heading."""
    found = []
    for title, text in re.findall(r"^#### (\d.*?)\n(.*?)(?=^#|\Z)", DOCUMENT.read_text(), re.DOTALL | re.MULTILINE):
        rows = dict(re.findall(r"^\| (\S+) \| (\S+) \|$", text, re.MULTILINE))
        results = {name.strip("*"): Decimal(value.strip("*")) for name, value in rows.items() if name.startswith("**")}
        fields = {name: value for name, value in rows.items() if not name.startswith("**") and name != "field"}
        found.append(pytest.param(fields, results, id=title))
    return found


def payload(fields: dict[str, str]) -> dict[str, Any]:
    def money(name: str) -> dict[str, Any]:
        amount = fields.get(name, "0.00")
        return {"shop_money": {"amount": amount}, "presentment_money": {"amount": amount}}

    adjustments = [
        {"kind": kind, "amount": fields[name], "tax_amount": "0.00"}
        for name, kind in (("adjustment", "refund_discrepancy"), ("shipping_refund", "shipping_refund"))
        if name in fields
    ]
    lines = (
        [{"subtotal_set": money("refund_line"), "total_tax_set": money("refund_line_tax")}]
        if "refund_line" in fields
        else []
    )
    return {
        "id": 1, "name": "#1", "created_at": "2026-11-20T10:00:00Z", "updated_at": "2026-11-20T10:00:00Z",
        "currency": "EUR", "taxes_included": fields["taxes_included"] == "yes",
        "subtotal_price_set": money("subtotal_price"), "current_subtotal_price_set": money("current_subtotal_price"),
        "total_tax_set": money("total_tax"), "current_total_tax_set": money("current_total_tax"),
        "shipping_lines": [{"tax_lines": [{"price_set": money("shipping_tax")}]}],
        "discount_codes": [{"code": "LUCY", "amount": fields.get("allocated", "0.00"), "type": "percentage"}],
        "discount_applications": [{"type": "discount_code", "code": "LUCY"}],
        "line_items": [{"discount_allocations": [{"amount_set": money("allocated"), "discount_application_index": 0}]}],
        "refunds": [{"refund_line_items": lines, "order_adjustments": adjustments}],
    }  # fmt: skip


def test_the_document_has_five_worked_orders() -> None:
    assert len(worked_orders()) == 5


@pytest.mark.parametrize(("fields", "results"), worked_orders())
def test_a_worked_order_comes_out_as_written(fields: dict[str, str], results: dict[str, Decimal]) -> None:
    order = order_snapshot(payload(fields))
    assert {
        "gross": order.gross,
        "refunded": order.refunded,
        "net": order.gross - order.refunded,
        "discount": order.discount,
    } == results


@pytest.mark.parametrize(("fields", "results"), worked_orders())
def test_refunded_lines_and_the_current_subtotal_agree(fields: dict[str, str], results: dict[str, Decimal]) -> None:
    """The cross-check: what our sums leave is Shopify's current subtotal, but for amounts refunded."""
    order = order_snapshot(payload(fields))
    adjusted = Decimal(fields.get("adjustment", "0"))
    left = order.gross - order.refunded - adjusted
    if fields["taxes_included"] == "yes":
        left += order.gross_tax - order.refunded_tax
    assert left == Decimal(fields["current_subtotal_price"])
