"""Orders of a store as facts: lines, discounts given, refunds, edits. Sums over them are in `order_money`."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

ZERO = Decimal(0)


@dataclass
class Allocation:
    """The part of one discount application that falls on one line."""

    application: int
    amount: Decimal


@dataclass
class Application:
    """One code at work on an order. `value` is percent (15 is 15 %) or money."""

    code: str
    title: str
    value: Decimal
    value_type: Literal["percentage", "fixed_amount"]
    method: Literal["across", "each"]
    selection: Literal["all", "entitled"]
    target: Literal["line_item", "shipping_line"]


@dataclass
class Line:
    id: int
    title: str
    product_id: int | None
    variant_id: int | None
    price: Decimal
    quantity: int
    removed: int = 0
    """Units taken off by an order edit."""
    added_by_edit: bool = False
    allocations: list[Allocation] = field(default_factory=list)


@dataclass
class Shipping:
    id: int
    price: Decimal
    allocations: list[Allocation] = field(default_factory=list)


@dataclass
class RefundLine:
    id: int
    line_id: int
    quantity: int
    subtotal: Decimal
    tax: Decimal


@dataclass
class Adjustment:
    """Money refunded apart from lines. As Shopify signs it: negative is money given back to the buyer."""

    id: int
    kind: Literal["refund_discrepancy", "shipping_refund"]
    amount: Decimal
    tax_amount: Decimal = ZERO


@dataclass
class Refund:
    id: int
    created_at: datetime
    lines: list[RefundLine] = field(default_factory=list)
    shipping: Decimal = ZERO
    shipping_tax: Decimal = ZERO
    adjustments: list[Adjustment] = field(default_factory=list)
    paid_back: Decimal = ZERO
    note: str = ""


@dataclass
class Order:
    id: int
    shop: str
    number: int
    currency: str
    taxes_included: bool
    tax_rate: Decimal
    lines: list[Line]
    created_at: datetime
    processed_at: datetime
    updated_at: datetime
    shipping: Shipping | None = None
    applications: list[Application] = field(default_factory=list)
    customer_id: int | None = None
    source_name: str = "web"
    test: bool = False
    presentment_currency: str = ""
    presentment_rate: Decimal = Decimal(1)
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    refunds: list[Refund] = field(default_factory=list)
    edited: bool = False

    @property
    def name(self) -> str:
        return f"#{self.number}"

    @property
    def codes(self) -> list[str]:
        return list(dict.fromkeys(application.code for application in self.applications))

    def line(self, line_id: int) -> Line | None:
        return next((line for line in self.lines if line.id == line_id), None)

    def refunded_quantity(self, line: Line) -> int:
        return sum(part.quantity for refund in self.refunds for part in refund.lines if part.line_id == line.id)

    def current_quantity(self, line: Line) -> int:
        return line.quantity - line.removed - self.refunded_quantity(line)
