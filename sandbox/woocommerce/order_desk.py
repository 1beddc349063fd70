"""What happens to orders: placed with codes, paid, refunded, cancelled, trashed, restored, erased; each with what
WooCommerce tells and does not tell of it. Called under the world's lock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sandbox.clock import now
from sandbox.edge import Refused
from sandbox.woocommerce import cart, events
from sandbox.woocommerce.cart import CouponRefused, Item
from sandbox.woocommerce.coupons import Coupon
from sandbox.woocommerce.errors import WooError
from sandbox.woocommerce.orders import PAID, RELEASING, CouponLine, Line, Order, Refund, RefundLine
from sandbox.woocommerce.stores import WooStore, WooStores
from sandbox.woocommerce.values import code_of, rounded

ZERO = Decimal(0)
PLACED = ("pending", "processing", "on-hold", "completed")
STATUSES = (*PLACED, "cancelled", "refunded", "failed", "checkout-draft", "trash")


@dataclass
class Basket:
    """`via` "checkout" is a shopper's order, "rest-api" one made by a program; each is told in its own order."""

    items: list[Item]
    codes: list[str] = field(default_factory=list)
    email: str = "ana@example.test"
    customer_id: int = 0
    tax_rate: Decimal = ZERO
    """0.19 is 19 %."""
    prices_include_tax: bool = False
    shipping: Decimal | None = None
    status: str = "processing"
    via: str = "checkout"


def place(stores: WooStores, store: WooStore, basket: Basket) -> Order:
    """Raises CouponRefused; an order that a program wanted stays behind as a draft then, and is announced."""
    try:
        order, coupons = draft(store, basket, now())
    except CouponRefused:
        if basket.via == "rest-api":
            bare = Basket(basket.items, email=basket.email, status="checkout-draft", via=basket.via)
            left, _ = draft(store, bare, now())
            _keep(stores, store, left, ())
            events.note(stores, store, "order.created", left.id, push="order.updated")
        raise
    _keep(stores, store, order, coupons)
    told = ["order.created", "order.updated"]
    for topic in reversed(told) if basket.via == "checkout" else told:
        events.note(stores, store, topic, order.id, push="order.updated")
    return order


def draft(store: WooStore, basket: Basket, at: datetime) -> tuple[Order, list[Coupon]]:
    """The order as it would be placed, and its coupons; nothing is stored. Raises CouponRefused."""
    has_plugin = store.facts.plugin is not None
    coupons: dict[str, Coupon] = {}
    for text in basket.codes:
        code = code_of(text)
        live = store.coupons.live(code)
        coupons[code] = cart.check(live, code, basket.items, basket.email, at.astimezone(store.zone), has_plugin)
        if len(coupons) > 1 and any(coupon.individual_use for coupon in coupons.values()):
            raise CouponRefused(f'Sorry, coupon "{code}" cannot be used in conjunction with other coupons.')
    moment = at.replace(microsecond=0)
    order = Order(
        id=0,
        store=store.handle,
        status=basket.status,
        currency=store.facts.currency,
        prices_include_tax=basket.prices_include_tax,
        tax_rate=basket.tax_rate,
        created_at=moment,
        modified_at=moment,
        lines=[],
        email=basket.email,
        customer_id=basket.customer_id,
        created_via="store-api" if basket.via == "checkout" else basket.via,
        paid_at=moment if basket.status in PAID else None,
        completed_at=moment if basket.status == "completed" else None,
    )
    _price(order, basket, list(coupons.values()), store.places)
    return order, list(coupons.values())


def _price(order: Order, basket: Basket, coupons: Sequence[Coupon], places: int) -> None:
    """Discounts come off the prices as the store keeps them, with tax or without; the lines are kept without."""
    inside = 1 + basket.tax_rate if basket.prices_include_tax else Decimal(1)
    worth = [item.price * item.quantity for item in basket.items]
    left = list(worth)
    for coupon in coupons:
        parts = cart.taken_off(coupon, basket.items, left, places)
        left = [rest - part for rest, part in zip(left, parts, strict=True)]
        net = [rounded(part / inside, places) for part in parts]
        taxes = [
            part - bare if basket.prices_include_tax else rounded(part * basket.tax_rate, places)
            for part, bare in zip(parts, net, strict=True)
        ]
        kind, free = coupon.discount_type, coupon.free_shipping
        discount, tax = sum(net, ZERO), sum(taxes, ZERO)
        order.coupons.append(CouponLine(0, coupon.code, coupon.id, discount, tax, kind, coupon.amount, free))
    for item, before, after in zip(basket.items, worth, left, strict=True):
        money = (*_split(before, basket, places), *_split(after, basket, places))
        order.lines.append(Line(0, item.product_id, item.name, item.quantity, *money))
    if basket.shipping is not None and not any(coupon.free_shipping for coupon in coupons):
        order.shipping = basket.shipping
        order.shipping_tax = rounded(basket.shipping * basket.tax_rate, places)


def _split(amount: Decimal, basket: Basket, places: int) -> tuple[Decimal, Decimal]:
    """(without tax, its tax)."""
    if basket.prices_include_tax:
        bare = rounded(amount / (1 + basket.tax_rate), places)
        return bare, rounded(amount, places) - bare
    return rounded(amount, places), rounded(amount * basket.tax_rate, places)


def _keep(stores: WooStores, store: WooStore, order: Order, coupons: Sequence[Coupon]) -> None:
    order.id = stores.next_id()
    for line in order.lines:
        line.id = stores.next_id("WooItem")
    for coupon_line in order.coupons:
        coupon_line.id = stores.next_id("WooItem")
    if order.shipping:
        order.shipping_id = stores.next_id("WooItem")
    store.orders[order.id] = order
    _count_uses(stores, store, order)
    stores.save_order(order)


def _count_uses(stores: WooStores, store: WooStore, order: Order) -> None:
    """A use counts from `pending` on, is given back when the order comes to nothing, and taken again if it revives."""
    holds = order.status not in RELEASING
    if holds == order.holds_uses:
        return
    order.holds_uses = holds
    for line in order.coupons:
        coupon = store.coupons.get(line.coupon_id)
        if coupon is None:
            continue
        coupon.usage_count = max(0, coupon.usage_count + (1 if holds else -1))
        if holds:
            coupon.used_by.append(order.email.lower())
        elif order.email.lower() in coupon.used_by:
            coupon.used_by.remove(order.email.lower())
        stores.save_coupon(coupon)


def set_status(stores: WooStores, store: WooStore, order: Order, status: str) -> None:
    if status not in STATUSES:
        raise WooError("rest_invalid_param", "Invalid parameter(s): status", params={"status": "Unknown status."})
    order.status = status
    if status in PAID and order.paid_at is None:
        order.paid_at = now().replace(microsecond=0)
    if status == "completed":
        order.completed_at = now().replace(microsecond=0)
    _count_uses(stores, store, order)
    _changed(stores, store, order)


def _changed(stores: WooStores, store: WooStore, order: Order) -> None:
    _touch(stores, order)
    events.note(stores, store, "order.updated", order.id, push="order.updated")


def _touch(stores: WooStores, order: Order) -> None:
    order.modified_at = now().replace(microsecond=0)
    stores.save_order(order)


def refund(
    stores: WooStores,
    store: WooStore,
    order: Order,
    amount: Decimal | None,
    lines: Mapping[int, tuple[int, Decimal, Decimal]],
    *,
    reason: str = "",
    shipping: Decimal = ZERO,
    shipping_tax: Decimal = ZERO,
) -> Refund:
    """`lines`: {item id: (quantity, amount, tax)}. An amount without lines is possible. More than is left: HTTP 500."""
    parts = [
        RefundLine(stores.next_id("WooItem"), item, quantity, total, tax)
        for item, (quantity, total, tax) in lines.items()
    ]
    explained = sum((part.total + part.total_tax for part in parts), shipping + shipping_tax)
    given = explained if amount is None else amount
    if given < 0 or given > order.left:
        raise WooError("woocommerce_rest_cannot_create_order_refund", "Invalid refund amount.", 500)
    made = Refund(stores.next_id(), given, reason, now().replace(microsecond=0), parts, shipping, shipping_tax)
    order.refunds.append(made)
    if order.left <= 0:
        order.status = "refunded"
        if not store.facts.hpos:
            order.refunds.append(Refund(stores.next_id(), ZERO, "Order fully refunded.", made.created_at))
    _changed(stores, store, order)
    return made


def refund_units(
    stores: WooStores, store: WooStore, order: Order, units: Mapping[int, int], shipping: bool = False
) -> Refund:
    """As a merchant does it: units of lines, with their tax; the shipping too if wished."""
    lines = {}
    for item_id, quantity in units.items():
        line = order.line(item_id)
        if line is None:
            raise Refused(f"The order has no line {item_id}.", 404, "not_found")
        done = [part for one in order.refunds for part in one.lines if part.item_id == item_id]
        if not 0 < quantity <= line.quantity - sum(part.quantity for part in done):
            raise Refused(f"{quantity} of line {item_id} cannot be refunded.")
        is_last = quantity == line.quantity - sum(part.quantity for part in done)
        total, tax = (
            rest if is_last else rounded(whole * quantity / line.quantity, store.places)
            for whole, rest in (
                (line.total, line.total - sum((part.total for part in done), ZERO)),
                (line.total_tax, line.total_tax - sum((part.total_tax for part in done), ZERO)),
            )
        )
        lines[item_id] = (quantity, total, tax)
    back = (order.shipping, order.shipping_tax) if shipping else (ZERO, ZERO)
    return refund(stores, store, order, None, lines, shipping=back[0], shipping_tax=back[1])


def delete_refund(stores: WooStores, store: WooStore, order: Order, refund_id: int) -> Refund:
    """No webhook, and the order's modification time stays: WooCommerce tells nobody. The plugin does, and moves it."""
    gone = next((one for one in order.refunds if one.id == refund_id), None)
    if gone is None:
        raise WooError("woocommerce_rest_shop_order_refund_invalid_id", "Invalid ID.", 404)
    order.refunds.remove(gone)
    stores.save_order(order)
    if store.facts.plugin is not None:
        _touch(stores, order)
        events.push_only(store, order.id)
    return gone


def trash(stores: WooStores, store: WooStore, order: Order) -> None:
    if order.status == "trash":
        raise WooError("woocommerce_rest_already_trashed", "The shop_order has already been deleted.", 410)
    order.status_before_trash, order.status = order.status, "trash"
    _count_uses(stores, store, order)
    _touch(stores, order)
    events.note(stores, store, "order.deleted", order.id, push="order.trashed")
    if not store.facts.hpos:
        # The legacy storage keeps orders and coupons in one table, and its hook does not ask which one it was.
        events.note(stores, store, "coupon.deleted", order.id)


def restore(stores: WooStores, store: WooStore, order: Order) -> None:
    order.status, order.status_before_trash = order.status_before_trash or "pending", ""
    _count_uses(stores, store, order)
    _touch(stores, order)
    events.note(stores, store, "order.restored", order.id, push="order.updated")
    if not store.facts.hpos:
        events.note(stores, store, "order.updated", order.id)


def erase(stores: WooStores, store: WooStore, order: Order) -> None:
    """For good: no webhook. The plugin tells it."""
    order.status = "trash"
    _count_uses(stores, store, order)
    stores.drop_order(store, order)
    events.push_only(store, order.id, "order.deleted")
