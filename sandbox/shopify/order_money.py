"""Sums over an order as Shopify shows them. All pure, all in the store's currency.

The worth of a line's first n units is rounded once for each n, and parts are differences of these, so the parts of a
line that are refunded one by one add up to the line exactly.
"""

from decimal import Decimal

from sandbox.money import ZERO, rounded
from sandbox.shopify.orders import Line, Order


def line_discount(line: Line) -> Decimal:
    return sum((allocation.amount for allocation in line.allocations), ZERO)


def worth(order: Order, line: Line, quantity: int) -> Decimal:
    """The line's first `quantity` units after discounts, with the tax in it where prices include tax."""
    whole = line.price * line.quantity - line_discount(line)
    return rounded(whole * quantity / line.quantity, order.currency)


def tax_in(order: Order, amount: Decimal) -> Decimal:
    """The tax that belongs to an amount: inside it or on top of it, as the order has it."""
    if order.taxes_included:
        return amount - rounded(amount / (1 + order.tax_rate), order.currency)
    return rounded(amount * order.tax_rate, order.currency)


def line_tax(order: Order, line: Line, quantity: int) -> Decimal:
    return tax_in(order, worth(order, line, quantity))


def subtotal(order: Order) -> Decimal:
    """Goods after discounts, before refunds and removals; with tax where prices include it."""
    return sum((worth(order, line, line.quantity) for line in order.lines), ZERO)


def current_subtotal(order: Order) -> Decimal:
    """Falls after refunds of lines and after edits, not after a refund of an amount without lines."""
    return sum((worth(order, line, order.current_quantity(line)) for line in order.lines), ZERO)


def shipping_price(order: Order) -> Decimal:
    """Shipping after its discounts."""
    if order.shipping is None:
        return ZERO
    return order.shipping.price - sum((allocation.amount for allocation in order.shipping.allocations), ZERO)


def shipping_refunded(order: Order) -> Decimal:
    return sum((refund.shipping for refund in order.refunds), ZERO)


def total_tax(order: Order) -> Decimal:
    goods = sum((line_tax(order, line, line.quantity) for line in order.lines), ZERO)
    return goods + tax_in(order, shipping_price(order))


def current_total_tax(order: Order) -> Decimal:
    goods = sum((line_tax(order, line, order.current_quantity(line)) for line in order.lines), ZERO)
    shipping = tax_in(order, shipping_price(order)) - sum((refund.shipping_tax for refund in order.refunds), ZERO)
    return goods + shipping


def total(order: Order) -> Decimal:
    on_top = ZERO if order.taxes_included else total_tax(order)
    return subtotal(order) + shipping_price(order) + on_top


def current_total(order: Order) -> Decimal:
    on_top = ZERO if order.taxes_included else current_total_tax(order)
    return current_subtotal(order) + shipping_price(order) - shipping_refunded(order) + on_top


def total_discounts(order: Order) -> Decimal:
    goods = sum((line_discount(line) for line in order.lines), ZERO)
    shipping = order.shipping.allocations if order.shipping else []
    return goods + sum((allocation.amount for allocation in shipping), ZERO)


def current_total_discounts(order: Order) -> Decimal:
    goods = sum((line_discount(line) * order.current_quantity(line) / line.quantity for line in order.lines), ZERO)
    shipping = order.shipping.allocations if order.shipping else []
    return rounded(goods, order.currency) + sum((allocation.amount for allocation in shipping), ZERO)


def paid_back(order: Order) -> Decimal:
    return sum((refund.paid_back for refund in order.refunds), ZERO)


def discount_of(order: Order, index: int) -> Decimal:
    """The money that one discount application took off, over all lines and shipping."""
    on_lines = [allocation for line in order.lines for allocation in line.allocations]
    on_shipping = order.shipping.allocations if order.shipping else []
    return sum((part.amount for part in [*on_lines, *on_shipping] if part.application == index), ZERO)


def goods_left(order: Order) -> Decimal:
    """Goods that can still be refunded as an amount: without tax, less what is refunded or removed already."""
    left = ZERO
    for line in order.lines:
        value = worth(order, line, order.current_quantity(line))
        left += value - (tax_in(order, value) if order.taxes_included else ZERO)
    return left + sum(
        (part.amount for refund in order.refunds for part in refund.adjustments if part.kind == "refund_discrepancy"),
        ZERO,
    )


def financial_status(order: Order) -> str:
    back = paid_back(order)
    if back and back >= total(order):
        return "refunded"
    if back:
        return "partially_refunded"
    return "voided" if order.cancelled_at and not total(order) else "paid"
