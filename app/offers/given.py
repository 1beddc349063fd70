"""An offer's terms as somebody typed them, and as they hold together. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.platforms.port import AppliesTo, Combines, DiscountType, Purpose


@dataclass(frozen=True, slots=True)
class Picked:
    """A product or variant as picked; `price` is shown, and never trusted."""

    id: str
    title: str
    price: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "title": self.title, "price": self.price}


@dataclass(frozen=True, slots=True)
class Scoped:
    """What an offer is for: `ids` of the platform with their titles as picked."""

    kind: str = "all"
    ids: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "ids": list(self.ids), "titles": list(self.titles)}


EVERYTHING = Scoped()
ALONE = Combines()


@dataclass(frozen=True, slots=True)
class Given:
    """Terms as somebody typed them; times in the store's zone."""

    name: str
    title: str
    type: str
    value: str
    starts_at: str
    """Empty: at once."""
    ends_at: str
    """Empty: no end. A day alone means its last second."""
    uses_per_code: int | None
    once_per_customer: bool
    minimum_subtotal: str
    minimum_quantity: int | None = None
    scope: Scoped = EVERYTHING
    combines_with: Combines = ALONE
    applies_to: str = "both"
    purpose: str = "audience"
    free_product: Picked | None = None
    with_shipping: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """Terms that hold together, named as the columns of an offer; times in UTC."""

    name: str
    name_key: str
    title: str
    type: DiscountType
    value: Decimal | None
    starts_at: datetime
    ends_at: datetime | None
    uses_per_code: int | None
    once_per_customer: bool
    minimum_subtotal: Decimal | None
    minimum_quantity: int | None
    scope: dict[str, Any]
    combines_with: dict[str, bool]
    applies_to: AppliesTo
    purpose: Purpose
    free_product: dict[str, Any] | None
    with_shipping: bool
