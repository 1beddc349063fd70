"""What an offer is for, what has to be bought, what it goes together with: by the store's capabilities. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.errors import FieldError
from app.offers import amounts
from app.offers.given import Given, Picked, Scoped
from app.platforms.port import AppliesTo, Capabilities, DiscountType, Purpose, ScopeKind

MOST_ITEMS = 10_000
MOST_SCOPE = 200
ID_LENGTH, TITLE_LENGTH = 255, 255
TOGETHER = "all"
"""In Capabilities.combining: the store only knows to combine with everything or with nothing."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """Fields of Checked."""

    uses_per_code: int | None
    minimum_subtotal: Decimal | None
    minimum_quantity: int | None
    scope: dict[str, Any]
    combines_with: dict[str, bool]
    applies_to: AppliesTo
    purpose: Purpose
    free_product: dict[str, Any] | None
    with_shipping: bool


class _Check:
    """One look at what was given; faults go to the list."""

    def __init__(
        self, given: Given, type: DiscountType | None, able: Capabilities, currency: str, faults: list[FieldError]
    ) -> None:
        self.given, self.type, self.able, self.currency, self.faults = given, type, able, currency, faults
        self.purpose = Purpose.AUDIENCE

    def fault(self, field: str, message: str) -> None:
        self.faults.append(FieldError(field, message))

    def conditions(self, value: Decimal | None) -> Conditions:
        self.purpose = self._purpose()
        subtotal, quantity = self._minimum()
        return Conditions(
            uses_per_code=self._uses(), minimum_subtotal=subtotal, minimum_quantity=quantity,
            scope=self._scope().as_json(), combines_with=self._combines(), applies_to=self._applies_to(),
            purpose=self.purpose, free_product=self._free_product(), with_shipping=self._with_shipping(value),
        )  # fmt: skip

    def _purpose(self) -> Purpose:
        try:
            return Purpose(self.given.purpose)
        except ValueError:
            self.fault("purpose", "Choose a purpose: audience, own_use or gift.")
            return Purpose.AUDIENCE

    @property
    def _buys_first(self) -> bool:
        """The free product comes with a purchase of what the scope and the minimum say."""
        audience = self.purpose is Purpose.AUDIENCE and self.able.free_product_buys
        return self.type is DiscountType.FREE_PRODUCT and audience

    def _uses(self) -> int | None:
        """A gift is given once."""
        uses = self.given.uses_per_code
        if self.purpose is not Purpose.GIFT:
            return uses
        if uses not in (None, 1):
            self.fault("uses_per_code", "A gift is used once: enter 1, or leave it empty.")
        return 1

    def _minimum(self) -> tuple[Decimal | None, int | None]:
        given, quantity = self.given, self.given.minimum_quantity
        subtotal = None
        if given.minimum_subtotal.strip():
            decimals = self.able.amount_decimals
            subtotal = amounts.amount("minimum_subtotal", given.minimum_subtotal, self.currency, decimals, self.faults)
        if quantity is not None and not self.able.minimum_quantity:
            self.fault("minimum_quantity", "This store knows no minimum number of items. Leave it empty.")
        elif quantity is not None and not 1 <= quantity <= MOST_ITEMS:
            self.fault("minimum_quantity", f"Enter a whole number from 1 to {MOST_ITEMS:,}, or leave it empty.")
        elif quantity is not None and given.minimum_subtotal.strip():
            self.fault("minimum_quantity", "Enter a minimum spend or a minimum number of items, not both.")
        if self._buys_first and quantity is None and subtotal is None:
            quantity = 1
        return subtotal, quantity

    def _scope(self) -> Scoped:
        scope, kinds = self.given.scope, [str(kind) for kind in self.able.scopes]
        name = self.able.collections_called
        if scope.kind not in set(ScopeKind):
            self.fault("scope", "Choose what the offer is for: all, products or collections.")
        elif scope.kind not in kinds:
            self.fault("scope", "This store cannot limit an offer to these.")
        elif scope.kind == ScopeKind.ALL:
            if self._buys_first:
                self.fault("scope", f"Choose the products or {name} that have to be bought for the free one.")
            return Scoped()
        elif self.type is DiscountType.FREE_SHIPPING:
            self.fault("scope", "Free shipping is for the whole order. Choose everything.")
        elif self.type is DiscountType.FREE_PRODUCT and not self._buys_first:
            self.fault("scope", "The free product is what this offer is for. Choose everything here.")
        else:
            self._chosen(scope, name if scope.kind == ScopeKind.COLLECTIONS else "products")
        return scope

    def _chosen(self, scope: Scoped, name: str) -> None:
        if not scope.ids:
            self.fault("scope", f"Choose at least one of the {name}.")
        elif len(scope.ids) > MOST_SCOPE:
            self.fault("scope", f"Choose at most {MOST_SCOPE} {name}; there are {len(scope.ids)}.")
        elif len(set(scope.ids)) < len(scope.ids) or len(scope.titles) != len(scope.ids):
            self.fault("scope", f"Name each of the {name} once, with its title.")
        elif not all(_fits(id, title) for id, title in zip(scope.ids, scope.titles, strict=True)):
            self.fault("scope", f"Choose the {name} again: one of them is not readable.")

    def _combines(self) -> dict[str, bool]:
        wanted, known = self.given.combines_with, self.able.combining
        parts = {"orders": wanted.orders, "products": wanted.products, "shipping": wanted.shipping}
        if TOGETHER in known:
            if len(set(parts.values())) > 1:
                self.fault("combines_with", "This store combines a code with all others or with none.")
        elif unknown := [name for name, on in parts.items() if on and name not in known]:
            self.fault("combines_with", f"This store cannot combine a code with {unknown[0]}.")
        return parts

    def _applies_to(self) -> AppliesTo:
        try:
            applies_to = AppliesTo(self.given.applies_to)
        except ValueError:
            self.fault("applies_to", "Choose both, one_time or subscription.")
            return AppliesTo.BOTH
        if applies_to is AppliesTo.SUBSCRIPTION and not self.able.subscriptions:
            self.fault("applies_to", "This store has no subscriptions. Choose both.")
        if applies_to is AppliesTo.SUBSCRIPTION and self.type is DiscountType.FREE_PRODUCT:
            self.fault("applies_to", "A free product comes with one-time purchases. Choose both or one_time.")
        return applies_to

    def _free_product(self) -> dict[str, Any] | None:
        picked = self.given.free_product
        if self.type is not DiscountType.FREE_PRODUCT:
            if picked is not None and self.type is not None:
                self.fault("free_product", "Only free-product offers have one. Leave it empty.")
            return None
        if picked is None or not picked.id.strip():
            self.fault("free_product", "Choose the product that is free.")
            return None
        if not _fits(picked.id, picked.title):
            self.fault("free_product", "Choose the free product again: it is not readable.")
        return Picked(picked.id, picked.title, _price(picked.price)).as_json()

    def _with_shipping(self, value: Decimal | None) -> bool:
        if not self.given.with_shipping:
            return False
        comped = self.type is DiscountType.PERCENTAGE and value == 100 and self.purpose is Purpose.GIFT
        if not comped:
            self.fault("with_shipping", "Only a gift of 100 % takes the shipping off too.")
        elif not self.able.comped_shipping:
            self.fault("with_shipping", "In this store one code cannot take off goods and shipping.")
        return True


def check_conditions(
    given: Given,
    type: DiscountType | None,
    value: Decimal | None,
    able: Capabilities,
    currency: str,
    faults: list[FieldError],
) -> Conditions:
    """Every fault is added to `faults`, each at its field."""
    return _Check(given, type, able, currency, faults).conditions(value)


def _fits(id: str, title: str) -> bool:
    return 0 < len(id) <= ID_LENGTH and len(title) <= TITLE_LENGTH


def _price(text: str | None) -> str | None:
    read = amounts.number(text) if text else None
    return None if read is None else f"{read:f}"
