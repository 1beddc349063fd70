"""What happens to orders: placed, refunded, edited, cancelled, deleted, each with the webhooks that Shopify sends for
it.
"""

import copy
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from sandbox.clock import now, stamp
from sandbox.edge import Refused
from sandbox.money import ZERO, rounded
from sandbox.shopify import order_money as sums
from sandbox.shopify import products as goods
from sandbox.shopify.checkout import CodeRefused, Use, apply_codes, check_together, check_use
from sandbox.shopify.orders import Adjustment, Line, Order, Refund, RefundLine, Shipping
from sandbox.shopify.rest import order_json, refund_json
from sandbox.shopify.webhooks import emit

if TYPE_CHECKING:
    from sandbox.shopify.shops import Shop
    from sandbox.world import World

CancelReason = Literal["customer", "declined", "fraud", "inventory", "other", "staff"]


@dataclass
class Wanted:
    """One line of a new order. Without a product it is the first one of the store, at the given price."""

    price: Decimal
    quantity: int = 1
    product_id: int | None = None
    variant_id: int | None = None
    title: str | None = None


@dataclass
class Basket:
    lines: list[Wanted]
    codes: list[str] = field(default_factory=list)
    taxes_included: bool = True
    tax_rate: Decimal = ZERO
    """0.19 is 19 %."""
    shipping: Decimal | None = None
    test: bool = False
    customer_id: int | None = None
    source_name: str = "web"
    presentment_currency: str | None = None
    presentment_rate: Decimal = Decimal(1)
    created_at: datetime | None = None


def find_uses(world: "World", shop: "Shop", texts: Sequence[str], at: datetime, customer_id: int | None) -> list[Use]:
    """The codes a buyer typed, checked. Raises CodeRefused."""
    uses: dict[int, Use] = {}
    for text in texts:
        code = shop.codes.find(text)
        if code is None:
            raise CodeRefused(f"{text} is not a code of this store.")
        use = uses[code.id] = Use(code, shop.discounts[code.discount_id])
        check_use(use, at, customer_id)
    if world.switches.combining == "enforced":
        check_together(list(uses.values()))
    return list(uses.values())


def draft(world: "World", shop: "Shop", basket: Basket) -> tuple[Order, list[Use]]:
    """The order as it would be placed, with its codes applied; nothing is stored. Raises CodeRefused."""
    at = basket.created_at or now()
    order = Order(
        id=0,
        shop=shop.domain,
        number=0,
        currency=shop.facts.currency,
        taxes_included=basket.taxes_included,
        tax_rate=basket.tax_rate,
        lines=[_line(number, wanted) for number, wanted in enumerate(basket.lines, 1)],
        created_at=at,
        processed_at=at,
        updated_at=at,
        shipping=Shipping(0, basket.shipping) if basket.shipping is not None else None,
        customer_id=basket.customer_id,
        source_name=basket.source_name,
        test=basket.test,
        presentment_currency=basket.presentment_currency or shop.facts.currency,
        presentment_rate=basket.presentment_rate,
    )
    uses = find_uses(world, shop, basket.codes, at, basket.customer_id)
    apply_codes(order, uses)
    return order, uses


def _line(number: int, wanted: Wanted) -> Line:
    product = goods.BY_VARIANT.get(wanted.variant_id or 0) or goods.BY_ID.get(wanted.product_id or 0)
    if product is None and wanted.product_id is None and wanted.variant_id is None:
        product = goods.PRODUCTS[0]
    variant_id = wanted.variant_id or (product.variants[0].id if product else None)
    title = wanted.title or (product.title if product else "Item")
    return Line(number, title, product.id if product else wanted.product_id, variant_id, wanted.price, wanted.quantity)


def place(world: "World", shop: "Shop", basket: Basket) -> Order:
    order, uses = draft(world, shop, basket)
    order.id = world.next_id("Order")
    order.number = shop.facts.next_order_number
    shop.facts.next_order_number += 1
    world.save_shop(shop)
    for line in order.lines:
        line.id = world.next_id("LineItem")
    if order.shipping is not None:
        order.shipping.id = world.next_id("ShippingLine")
    shop.orders[order.id] = order
    for use in uses:
        _count_use(world, shop, use, order.customer_id)
    world.save_order(order)
    _tell(world, shop, order, "orders/create")
    return order


def _count_use(world: "World", shop: "Shop", use: Use, customer_id: int | None) -> None:
    use.code.uses += 1
    use.discount.uses += 1
    if customer_id is not None and use.discount.once_per_customer:
        use.code.customers = (use.code.customers or set()) | {customer_id}
    world.save_code(shop, use.code)
    world.save_discount(use.discount)


def refund(
    world: "World",
    shop: "Shop",
    order: Order,
    amount: Decimal | None,
    quantities: Mapping[int, int],
    shipping: Decimal = ZERO,
) -> Refund:
    """Refund units of lines (by line id), an amount of goods without lines, shipping, or several of these at once."""
    made = _refund_facts(world, order, amount, quantities, shipping)
    order.refunds.append(made)
    _touch(world, order)
    event = str(uuid.uuid4())
    emit(world, shop, "refunds/create", lambda: refund_json(order, made), event)
    _tell(world, shop, order, "orders/updated", event)
    return made


def _refund_facts(
    world: "World", order: Order, amount: Decimal | None, quantities: Mapping[int, int], shipping: Decimal
) -> Refund:
    made = Refund(world.next_id("Refund"), now(), note="")
    left_before = sums.goods_left(order)
    for line_id, quantity in quantities.items():
        made.lines.append(_refund_line(world, order, line_id, quantity))
    goods_tax = sum((part.tax for part in made.lines), ZERO)
    goods_back = sum((part.subtotal for part in made.lines), ZERO)
    without_tax = goods_back - (goods_tax if order.taxes_included else ZERO)
    if without_tax > left_before:
        # Less is paid back than the lines are worth, since an amount was refunded before: Shopify balances it.
        made.adjustments.append(
            Adjustment(world.next_id("OrderAdjustment"), "refund_discrepancy", without_tax - left_before)
        )
    elif amount:
        if amount > left_before - without_tax:
            most = f"{rounded(left_before - without_tax, order.currency)} {order.currency}"
            raise Refused(f"At most {most} of goods is left to refund.")
        made.adjustments.append(Adjustment(world.next_id("OrderAdjustment"), "refund_discrepancy", -amount))
    if shipping:
        _refund_shipping(world, order, made, shipping)
    if not made.lines and not made.adjustments:
        raise Refused("Name an amount, lines with quantities, or shipping to refund.")
    adjusted = sum((part.amount for part in made.adjustments if part.kind == "refund_discrepancy"), ZERO)
    on_top = ZERO if order.taxes_included else goods_tax + made.shipping_tax
    made.paid_back = goods_back - adjusted + made.shipping + on_top
    return made


def _refund_line(world: "World", order: Order, line_id: int, quantity: int) -> RefundLine:
    line = order.line(line_id)
    if line is None:
        raise Refused(f"The order has no line {line_id}.", 404, "not_found")
    left = order.current_quantity(line)
    if not 0 < quantity <= left:
        raise Refused(f"{left} of line {line_id} can be refunded, not {quantity}.")
    subtotal = sums.worth(order, line, left) - sums.worth(order, line, left - quantity)
    tax = sums.line_tax(order, line, left) - sums.line_tax(order, line, left - quantity)
    return RefundLine(world.next_id("RefundLineItem"), line_id, quantity, subtotal, tax)


def _refund_shipping(world: "World", order: Order, made: Refund, shipping: Decimal) -> None:
    left = sums.shipping_price(order) - sums.shipping_refunded(order)
    if shipping > left:
        raise Refused(f"At most {rounded(left, order.currency)} {order.currency} of shipping is left to refund.")
    made.shipping, made.shipping_tax = shipping, sums.tax_in(order, shipping)
    net = shipping - (made.shipping_tax if order.taxes_included else ZERO)
    made.adjustments.append(Adjustment(world.next_id("OrderAdjustment"), "shipping_refund", -net, -made.shipping_tax))


def refund_everything(world: "World", order: Order) -> Refund | None:
    """The refund that goes with a cancellation: all units left and the shipping left."""
    quantities = {line.id: order.current_quantity(line) for line in order.lines if order.current_quantity(line)}
    shipping = sums.shipping_price(order) - sums.shipping_refunded(order)
    if not quantities and not shipping:
        return None
    return _refund_facts(world, order, None, quantities, shipping)


def cancel(world: "World", shop: "Shop", order: Order, with_refund: bool, reason: CancelReason = "customer") -> Order:
    if order.cancelled_at is not None:
        raise Refused(f"Order {order.name} is cancelled already.")
    event = str(uuid.uuid4())
    made = refund_everything(world, order) if with_refund else None
    if made is not None:
        order.refunds.append(made)
    order.cancelled_at, order.cancel_reason = now(), reason
    _touch(world, order)
    if made is not None:
        emit(world, shop, "refunds/create", lambda: refund_json(order, made), event)
    _tell(world, shop, order, "orders/cancelled", event)
    _tell(world, shop, order, "orders/updated", event)
    return order


def edit(world: "World", shop: "Shop", order: Order, remove: Mapping[int, int], add: Sequence[Wanted]) -> Order:
    """Take units off lines (by line id), add lines: all or nothing. Added lines get no discount, as in Shopify."""
    if order.cancelled_at is not None:
        raise Refused(f"Order {order.name} is cancelled and cannot be edited.")
    edited = copy.deepcopy(order)
    for line_id, quantity in remove.items():
        _remove(edited, line_id, quantity)
    for wanted in add:
        line = _line(0, wanted)
        line.id, line.added_by_edit = world.next_id("LineItem"), True
        edited.lines.append(line)
    edited.edited = True
    shop.orders[order.id] = edited
    _touch(world, edited)
    _tell(world, shop, edited, "orders/updated")
    return edited


def _remove(order: Order, line_id: int, quantity: int) -> None:
    line = order.line(line_id)
    if line is None or not 0 < quantity <= order.current_quantity(line):
        raise Refused(f"{quantity} cannot be taken off line {line_id}.")
    line.removed += quantity
    if sums.goods_left(order) < 0:
        raise Refused(
            f"{quantity} of line {line_id} cannot be taken off: part of it was refunded as an amount already."
        )


def reopen(world: "World", shop: "Shop", order: Order) -> Order:
    """A cancellation that an app or a tool took back."""
    order.cancelled_at = order.cancel_reason = None
    _touch(world, order)
    _tell(world, shop, order, "orders/updated")
    return order


def delete(world: "World", shop: "Shop", order: Order) -> None:
    del shop.orders[order.id]
    world.journal.delete("order", order.id)
    emit(world, shop, "orders/delete", lambda: {"id": order.id, "updated_at": stamp(now())})


def _touch(world: "World", order: Order) -> None:
    order.updated_at = now()
    world.save_order(order)


def _tell(world: "World", shop: "Shop", order: Order, topic: str, event: str | None = None) -> None:
    emit(world, shop, topic, lambda: order_json(order), event)
