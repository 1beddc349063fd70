"""What a code does to a cart: whether it is valid there, and what it takes off each line. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from sandbox.woocommerce.coupons import Coupon
from sandbox.woocommerce.values import rounded

ZERO = Decimal(0)
STARTS = "_shoutcode_starts_at"


class CouponRefused(Exception):
    """The code cannot be used; the message is the shopper's."""


@dataclass
class Item:
    """A line of the cart; `price` is of one unit, with tax in it where the store's prices include tax."""

    product_id: int
    name: str
    price: Decimal
    quantity: int = 1


def check(
    coupon: Coupon | None, code: str, items: Sequence[Item], email: str, at: datetime, has_plugin: bool
) -> Coupon:
    """The coupon, if the cart takes it. Raises CouponRefused in WooCommerce's words."""
    if coupon is None or coupon.status != "publish":
        raise CouponRefused(f'Coupon "{code}" cannot be applied because it does not exist.')
    if coupon.usage_limit and coupon.usage_count >= coupon.usage_limit:
        raise CouponRefused(f'Usage limit for coupon "{code}" has been reached.')
    if coupon.usage_limit_per_user and email and coupon.used_by.count(email.lower()) >= coupon.usage_limit_per_user:
        raise CouponRefused(f'Usage limit for coupon "{code}" has been reached.')
    if coupon.expires_at is not None and at > coupon.expires_at:
        raise CouponRefused(f'Coupon "{code}" has expired.')
    worth = sum((item.price * item.quantity for item in items), ZERO)
    if coupon.minimum_amount and worth < coupon.minimum_amount:
        raise CouponRefused(f'The minimum spend for coupon "{code}" is {coupon.minimum_amount}.')
    if coupon.maximum_amount and worth > coupon.maximum_amount:
        raise CouponRefused(f'The maximum spend for coupon "{code}" is {coupon.maximum_amount}.')
    if not any(applies(coupon, item) for item in items):
        raise CouponRefused(f'Sorry, coupon "{code}" is not applicable to selected products.')
    if coupon.email_restrictions and not any(_matches(email, pattern) for pattern in coupon.email_restrictions):
        raise CouponRefused(f'Please enter a valid email at checkout to use coupon code "{code}".')
    starts = coupon.note(STARTS)
    if has_plugin and starts and int(starts) > at.timestamp():
        raise CouponRefused(f"The code {code.upper()} works from {_day(int(starts), at)} on.")
    return coupon


def _matches(email: str, pattern: str) -> bool:
    return email.lower().endswith(pattern.lower()[1:]) if pattern.startswith("*") else email.lower() == pattern.lower()


def _day(seconds: int, at: datetime) -> str:
    return datetime.fromtimestamp(seconds, at.tzinfo).strftime("%d %B %Y, %H:%M")


def applies(coupon: Coupon, item: Item) -> bool:
    if item.product_id in coupon.excluded_product_ids:
        return False
    return not coupon.product_ids or item.product_id in coupon.product_ids


def taken_off(coupon: Coupon, items: Sequence[Item], left: Sequence[Decimal], places: int) -> list[Decimal]:
    """What the coupon takes off each line, never more than is left of it."""
    step = Decimal(1).scaleb(-places)
    counted = _counted(coupon, items)
    worth = [item.price * count for item, count in zip(items, counted, strict=True)]
    if coupon.discount_type == "percent":
        exact = [amount * coupon.amount / 100 for amount in worth]
        whole = sum(exact, ZERO).quantize(step, rounding=ROUND_HALF_UP)
    elif coupon.discount_type == "fixed_product":
        exact = [min(coupon.amount, item.price) * count for item, count in zip(items, counted, strict=True)]
        whole = sum(exact, ZERO)
    else:
        goods = sum(worth, ZERO)
        whole = min(coupon.amount, goods)
        exact = [whole * amount / goods if goods else ZERO for amount in worth]
    parts = [amount.quantize(step, rounding=ROUND_DOWN) for amount in exact]
    _spread_rest(parts, counted, whole, step)
    return [min(part, rest) for part, rest in zip(parts, left, strict=True)]


def _counted(coupon: Coupon, items: Sequence[Item]) -> list[int]:
    """Units of each line that the coupon works on; limited to so many items, the first ones."""
    free = coupon.limit_usage_to_x_items or sum(item.quantity for item in items)
    counted = []
    for item in items:
        count = min(free, item.quantity) if applies(coupon, item) else 0
        counted.append(count)
        free -= count
    return counted


def _spread_rest(parts: list[Decimal], counted: Sequence[int], whole: Decimal, step: Decimal) -> None:
    """The cents that rounding down left over go to the first lines, one by one, as WooCommerce does it."""
    rest = int(rounded((whole - sum(parts, ZERO)) / step, 0))
    while rest > 0 and any(counted):
        for index, count in enumerate(counted):
            if count and rest > 0:
                parts[index] += step
                rest -= 1
