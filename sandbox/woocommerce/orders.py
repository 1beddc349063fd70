"""Orders of a store as facts: lines with what codes took off, refunds, status. Pure data."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

ZERO = Decimal(0)
RELEASING = frozenset({"cancelled", "failed", "trash", "checkout-draft"})
"""Statuses in which an order gives its uses of codes back; a refund does not."""
PAID = frozenset({"processing", "completed", "refunded"})
HIDDEN = frozenset({"trash", "checkout-draft"})
"""What lists leave out unless it is asked for by name."""


@dataclass
class Line:
    """Money without tax; `total` is after codes."""

    id: int
    product_id: int
    name: str
    quantity: int
    subtotal: Decimal
    subtotal_tax: Decimal
    total: Decimal
    total_tax: Decimal


@dataclass
class CouponLine:
    id: int
    code: str
    coupon_id: int
    discount: Decimal
    discount_tax: Decimal
    discount_type: str
    amount: Decimal
    free_shipping: bool


@dataclass
class RefundLine:
    """Positive here; REST writes what is given back as negative."""

    id: int
    item_id: int
    quantity: int
    total: Decimal
    total_tax: Decimal


@dataclass
class Refund:
    """`amount` is all that was given back; what no line explains is an amount without lines."""

    id: int
    amount: Decimal
    reason: str
    created_at: datetime
    lines: list[RefundLine] = field(default_factory=list)
    shipping: Decimal = ZERO
    shipping_tax: Decimal = ZERO


@dataclass
class Order:
    id: int
    store: str
    status: str
    currency: str
    prices_include_tax: bool
    tax_rate: Decimal
    created_at: datetime
    modified_at: datetime
    lines: list[Line]
    coupons: list[CouponLine] = field(default_factory=list)
    shipping_id: int = 0
    shipping: Decimal = ZERO
    shipping_tax: Decimal = ZERO
    email: str = ""
    customer_id: int = 0
    created_via: str = "checkout"
    paid_at: datetime | None = None
    completed_at: datetime | None = None
    status_before_trash: str = ""
    holds_uses: bool = False
    """Whether its codes count it as a use now."""
    refunds: list[Refund] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        return sum((line.total + line.total_tax for line in self.lines), self.shipping + self.shipping_tax)

    @property
    def left(self) -> Decimal:
        """What can still be given back."""
        return self.total - sum((refund.amount for refund in self.refunds), ZERO)

    def line(self, item_id: int) -> Line | None:
        return next((line for line in self.lines if line.id == item_id), None)
