"""Coupons of a store as facts, and the index by code that every look-up goes through."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

ZERO = Decimal(0)
TYPES = ("percent", "fixed_cart", "fixed_product")


@dataclass
class Meta:
    id: int
    key: str
    value: Any


@dataclass
class Coupon:
    """`code` is as stored: lower case. Limits of 0 are none."""

    id: int
    store: str
    code: str
    created_at: datetime
    modified_at: datetime
    amount: Decimal = ZERO
    status: str = "publish"
    discount_type: str = "fixed_cart"
    description: str = ""
    expires_at: datetime | None = None
    individual_use: bool = False
    product_ids: list[int] = field(default_factory=list)
    excluded_product_ids: list[int] = field(default_factory=list)
    usage_limit: int = 0
    usage_limit_per_user: int = 0
    limit_usage_to_x_items: int = 0
    free_shipping: bool = False
    product_categories: list[int] = field(default_factory=list)
    excluded_product_categories: list[int] = field(default_factory=list)
    exclude_sale_items: bool = False
    minimum_amount: Decimal = ZERO
    maximum_amount: Decimal = ZERO
    email_restrictions: list[str] = field(default_factory=list)
    usage_count: int = 0
    used_by: list[str] = field(default_factory=list)
    meta: list[Meta] = field(default_factory=list)

    def note(self, key: str) -> str:
        """A value of the meta data, '' where there is none."""
        return next((str(entry.value) for entry in self.meta if entry.key == key), "")


class CouponIndex:
    """All coupons by id, and by code. Several may have one code: uniqueness is a check, not a rule of the table."""

    def __init__(self) -> None:
        self._by_id: dict[int, Coupon] = {}
        self._by_code: defaultdict[str, list[Coupon]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[Coupon]:
        return iter(self._by_id.values())

    def get(self, coupon_id: int) -> Coupon | None:
        return self._by_id.get(coupon_id)

    def add(self, coupon: Coupon) -> None:
        self._by_id[coupon.id] = coupon
        self._by_code[coupon.code].append(coupon)

    def remove(self, coupon: Coupon) -> None:
        del self._by_id[coupon.id]
        self._by_code[coupon.code].remove(coupon)

    def rename(self, coupon: Coupon, code: str) -> None:
        self._by_code[coupon.code].remove(coupon)
        coupon.code = code
        self._by_code[code].append(coupon)

    def with_code(self, code: str) -> list[Coupon]:
        return self._by_code.get(code, [])

    def live(self, code: str, other_than: int = 0) -> Coupon | None:
        """The published coupon of this code, as the cart finds it: the newest where there are several."""
        found = [one for one in self.with_code(code) if one.status == "publish" and one.id != other_than]
        return max(found, key=lambda one: (one.created_at, one.id), default=None)
