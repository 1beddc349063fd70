"""Applies codes to an order at checkout, by the real terms of their discounts. Pure; an unusable code is refused with
the reason.

Discounts on products come first, then those on the whole order (on what is left), then shipping.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sandbox.money import ZERO, rounded, spread
from sandbox.shopify import products as goods
from sandbox.shopify.codes import RedeemCode
from sandbox.shopify.discounts import Discount, Items
from sandbox.shopify.order_money import line_discount
from sandbox.shopify.orders import Allocation, Application, Line, Order

RANK = {"PRODUCT": 0, "ORDER": 1, "SHIPPING": 2}
MAX_GOODS_CODES, MAX_SHIPPING_CODES = 5, 1


class CodeRefused(Exception):
    """The buyer cannot use this code now; the message is the one the buyer reads."""


@dataclass(frozen=True)
class Use:
    code: RedeemCode
    discount: Discount


def check_use(use: Use, at: datetime, customer_id: int | None) -> None:
    """Dates, limits and once-per-customer, all counted for each code by itself. Raises CodeRefused."""
    code, discount = use.code.code, use.discount
    status = discount.status(at)
    if status == "EXPIRED":
        raise CodeRefused(f"{code} has ended.")
    if status == "SCHEDULED":
        raise CodeRefused(f"{code} does not work yet: it starts on {discount.starts_at:%d %B %Y at %H:%M} UTC.")
    if discount.usage_limit is not None and use.code.uses >= discount.usage_limit:
        raise CodeRefused(f"{code} has been used {use.code.uses} times, which is its limit.")
    if discount.once_per_customer and customer_id is not None and customer_id in (use.code.customers or ()):
        raise CodeRefused(f"{code} can be used once per customer, and this customer has used it.")


def check_together(uses: Sequence[Use]) -> None:
    """Which codes may be used on one order. Raises CodeRefused."""
    classes = [use.discount.discount_class() for use in uses]
    if classes.count("SHIPPING") > MAX_SHIPPING_CODES or len(uses) - classes.count("SHIPPING") > MAX_GOODS_CODES:
        raise CodeRefused("An order takes at most five codes on goods and one on shipping.")
    for use in uses:
        for other in uses:
            if other is not use and not _allows(use.discount, other.discount):
                raise CodeRefused(f"{use.code.code} does not combine with {other.code.code}.")


def _allows(discount: Discount, other: Discount) -> bool:
    combines = discount.combines
    return {"ORDER": combines.order, "PRODUCT": combines.product, "SHIPPING": combines.shipping}[other.discount_class()]


def apply_codes(order: Order, uses: Sequence[Use]) -> None:
    """Write the applications and their allocations on the order. Raises CodeRefused when a code takes nothing off."""
    for use in sorted(uses, key=lambda use: RANK[use.discount.discount_class()]):
        _check_minimum(order, use)
        index = len(order.applications)
        if use.discount.kind == "free_shipping":
            _free_shipping(order, use, index)
        elif use.discount.kind == "bxgy":
            _buy_x_get_y(order, use, index)
        else:
            _off_goods(order, use, index)


def entitled(lines: Sequence[Line], items: Items) -> list[Line]:
    if items.all_items:
        return list(lines)
    return [line for line in lines if _is_entitled(line, items)]


def _is_entitled(line: Line, items: Items) -> bool:
    product = goods.BY_ID.get(line.product_id or 0)
    in_collection = product is not None and bool(set(product.collections) & set(items.collections))
    return in_collection or line.product_id in items.products or line.variant_id in items.variants


def _left(line: Line) -> Decimal:
    return line.price * line.quantity - line_discount(line)


def _check_minimum(order: Order, use: Use) -> None:
    discount = use.discount
    lines = entitled(order.lines, discount.items)
    if (
        discount.minimum_subtotal is not None
        and sum((line.price * line.quantity for line in lines), ZERO) < discount.minimum_subtotal
    ):
        least = f"{rounded(discount.minimum_subtotal, order.currency)} {order.currency}"
        raise CodeRefused(f"{use.code.code} needs goods for at least {least}.")
    if discount.minimum_quantity is not None and sum(line.quantity for line in lines) < discount.minimum_quantity:
        raise CodeRefused(f"{use.code.code} needs at least {discount.minimum_quantity} items.")


def _off_goods(order: Order, use: Use, index: int) -> None:
    value = use.discount.value
    assert value is not None
    lines = entitled(order.lines, use.discount.items)
    worth = [_left(line) for line in lines]
    total = sum(worth, ZERO)
    if not total:
        raise CodeRefused(f"{use.code.code} is not for these items.")
    if value.kind == "percentage":
        parts = spread(rounded(total * value.amount, order.currency), worth, order.currency)
    elif value.kind == "amount":
        parts = spread(min(value.amount, total), worth, order.currency)
    else:
        parts = [min(value.amount * line.quantity, left) for line, left in zip(lines, worth, strict=True)]
    for line, part in zip(lines, parts, strict=True):
        if part:
            line.allocations.append(Allocation(index, part))
    percent = value.kind == "percentage"
    order.applications.append(
        Application(
            code=use.code.code,
            title=use.discount.title,
            value=value.amount * 100 if percent else value.amount,
            value_type="percentage" if percent else "fixed_amount",
            method="each" if value.kind == "amount_each" else "across",
            selection="all" if use.discount.items.all_items else "entitled",
            target="line_item",
        )
    )


def _free_shipping(order: Order, use: Use, index: int) -> None:
    shipping, most = order.shipping, use.discount.maximum_shipping_price
    if most is not None and shipping is not None and shipping.price > most:
        raise CodeRefused(f"{use.code.code} covers shipping up to {rounded(most, order.currency)} {order.currency}.")
    if shipping is not None and shipping.price:
        shipping.allocations.append(Allocation(index, shipping.price))
    order.applications.append(
        Application(use.code.code, use.discount.title, Decimal(100), "percentage", "each", "all", "shipping_line")
    )


def _buy_x_get_y(order: Order, use: Use, index: int) -> None:
    """Each time the first half is met, some items of the second half are cheaper or free, the cheapest first."""
    discount = use.discount
    assert discount.buys is not None
    assert discount.gets_quantity is not None
    assert discount.value is not None
    times = _times_met(order, discount, _units(order, discount))
    free = min(times, discount.uses_per_order or times) * discount.gets_quantity
    given = False
    for line in sorted(entitled(order.lines, discount.items), key=lambda line: line.price):
        units = min(free, line.quantity)
        each = (
            line.price * discount.value.amount
            if discount.value.kind == "percentage"
            else min(discount.value.amount, line.price)
        )
        amount = min(rounded(each * units, order.currency), _left(line))
        if amount:
            line.allocations.append(Allocation(index, amount))
            free -= units
            given = True
    if not given:
        raise CodeRefused(f"{use.code.code} needs its items in the cart: both what is to be bought and what is given.")
    percent = discount.value.kind == "percentage"
    value = discount.value.amount * 100 if percent else discount.value.amount
    order.applications.append(
        Application(
            use.code.code,
            discount.title,
            value,
            "percentage" if percent else "fixed_amount",
            "each",
            "entitled",
            "line_item",
        )
    )


def _units(order: Order, discount: Discount) -> int:
    """Units that may count as bought: where an item is in both halves, those given away do not count."""
    assert discount.buys is not None
    buying = entitled(order.lines, discount.buys.items)
    both = {line.id for line in buying} & {line.id for line in entitled(order.lines, discount.items)}
    given = discount.gets_quantity or 0
    if both and all(line.id in both for line in buying) and len(both) == len(entitled(order.lines, discount.items)):
        return max(0, sum(line.quantity for line in buying) - given)
    return sum(line.quantity for line in buying)


def _times_met(order: Order, discount: Discount, units: int) -> int:
    assert discount.buys is not None
    if discount.buys.quantity is not None:
        return units // discount.buys.quantity
    spent = sum((line.price * line.quantity for line in entitled(order.lines, discount.buys.items)), ZERO)
    return int(spent // discount.buys.amount) if discount.buys.amount else 0
