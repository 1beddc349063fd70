"""Discounts of a store: the object that carries the terms, and what its state is at a moment."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

Kind = Literal["basic", "free_shipping", "bxgy"]
ValueKind = Literal["percentage", "amount", "amount_each"]


@dataclass
class Items:
    """What a discount is for; `all_items` rules out the rest."""

    all_items: bool = True
    products: list[int] = field(default_factory=list)
    variants: list[int] = field(default_factory=list)
    collections: list[int] = field(default_factory=list)


@dataclass
class Value:
    """`amount` is a share of 1 for a percentage (0.15 is 15 %), money for the other kinds."""

    kind: ValueKind
    amount: Decimal


@dataclass
class Buys:
    """The first half of "buy X get Y": a quantity or an amount of some items."""

    items: Items
    quantity: int | None = None
    amount: Decimal | None = None


@dataclass
class Combines:
    order: bool = False
    product: bool = False
    shipping: bool = False


@dataclass
class Destination:
    all_countries: bool = True
    countries: list[str] = field(default_factory=list)
    rest_of_world: bool = False


@dataclass
class Discount:
    id: int
    shop: str
    kind: Kind
    title: str
    starts_at: datetime
    created_at: datetime
    updated_at: datetime
    ends_at: datetime | None = None
    usage_limit: int | None = None
    once_per_customer: bool = False
    combines: Combines = field(default_factory=Combines)
    tags: list[str] = field(default_factory=list)
    value: Value | None = None
    items: Items = field(default_factory=Items)
    minimum_subtotal: Decimal | None = None
    minimum_quantity: int | None = None
    on_one_time_purchase: bool = True
    on_subscription: bool = False
    recurring_cycle_limit: int | None = None
    destination: Destination = field(default_factory=Destination)
    maximum_shipping_price: Decimal | None = None
    buys: Buys | None = None
    gets_quantity: int | None = None
    uses_per_order: int | None = None
    uses: int = 0

    def status(self, at: datetime) -> Literal["ACTIVE", "SCHEDULED", "EXPIRED"]:
        if self.ends_at is not None and self.ends_at <= at:
            return "EXPIRED"
        return "SCHEDULED" if self.starts_at > at else "ACTIVE"

    def discount_class(self) -> Literal["ORDER", "PRODUCT", "SHIPPING"]:
        if self.kind == "free_shipping":
            return "SHIPPING"
        whole_order = (
            self.kind == "basic" and self.items.all_items and not (self.value and self.value.kind == "amount_each")
        )
        return "ORDER" if whole_order else "PRODUCT"

    def deactivate(self, at: datetime) -> None:
        """End it now: Shopify knows no pause, it writes an end date."""
        if self.starts_at > at:
            self.starts_at = at - timedelta(seconds=1)
        self.ends_at = at
        self.updated_at = at

    def activate(self, at: datetime) -> None:
        """Live from now on without an end; a start in the past stays."""
        self.starts_at = min(self.starts_at, at)
        self.ends_at = None
        self.updated_at = at
