"""An offer's terms as the inputs of Shopify's discounts, and what a discount keeps, compared with what was asked. Pure.

A free product for an audience is "buy X get Y"; otherwise its price is off once, so that a second one is not free.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.platforms.port import (
    AppliesTo,
    DiscountType,
    Failure,
    PlatformError,
    Purpose,
    ScopeKind,
    Terms,
)

TAG = "shoutcode"
"""On every discount of ours; a second tag is the offer's reference."""
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Store:
    """What the store says at this moment that the terms do not."""

    product_price: Decimal | None = None
    """Of the free product, where its price is taken off."""
    sells_subscriptions: bool = False


def kind_of(terms: Terms) -> str:
    """Shopify's kind of discount: basic, free_shipping or bxgy."""
    if terms.type is DiscountType.FREE_SHIPPING:
        return "free_shipping"
    if terms.type is DiscountType.FREE_PRODUCT and terms.purpose is Purpose.AUDIENCE:
        return "bxgy"
    return "basic"


def takes_price_off(terms: Terms) -> bool:
    return terms.type is DiscountType.FREE_PRODUCT and terms.purpose is not Purpose.AUDIENCE


def discount_input(terms: Terms, store: Store, kept: Json | None = None) -> dict[str, Any]:
    """For a create, or for an update where `kept` is the discount as it is: lists are changed by adding and removing.

    Raises PlatformError INVALID where the store cannot do it.
    """
    kind = kind_of(terms)
    frame: dict[str, Any] = {
        "title": terms.title,
        "startsAt": stamp(terms.starts_at),
        "endsAt": None if terms.ends_at is None else stamp(terms.ends_at),
        "context": {"all": "ALL"},
        "usageLimit": terms.uses_per_code,
        "appliesOncePerCustomer": terms.once_per_customer,
        "tags": [TAG, terms.reference] if terms.reference else [TAG],
        "combinesWith": _combines(terms),
    }
    if kind == "bxgy":
        return {**frame, "usesPerOrderLimit": 1, **_buy_and_get(terms, kept)}
    frame["minimumRequirement"] = _minimum(terms)
    where = _purchases(terms, store)
    if kind == "free_shipping":
        return {**frame, "destination": {"all": True}, **where}
    gets = {"value": _value(terms, store), **_items(_scope(terms), (kept or {}).get("customerGets")), **where}
    return {**frame, "customerGets": gets}


def _scope(terms: Terms) -> tuple[str, tuple[str, ...]]:
    """(kind, ids); kind "variants" for a product whose price is off."""
    if takes_price_off(terms):
        return "variants", (terms.free_product or "",)
    return terms.scope.kind.value, terms.scope.ids


def _combines(terms: Terms) -> dict[str, bool]:
    wanted = terms.combines_with
    return {
        "orderDiscounts": wanted.orders, "productDiscounts": wanted.products, "shippingDiscounts": wanted.shipping,
    }  # fmt: skip


def _minimum(terms: Terms) -> dict[str, Any] | None:
    if terms.minimum_subtotal is not None:
        return {"subtotal": {"greaterThanOrEqualToSubtotal": f"{terms.minimum_subtotal:f}"}}
    if terms.minimum_quantity is not None:
        return {"quantity": {"greaterThanOrEqualToQuantity": str(terms.minimum_quantity)}}
    return None


def _purchases(terms: Terms, store: Store) -> dict[str, bool]:
    """Nothing is said where the store sells no subscriptions: it takes no word of them, and one-time is its default."""
    if terms.applies_to is AppliesTo.SUBSCRIPTION and not store.sells_subscriptions:
        raise PlatformError(Failure.INVALID, "This store sells no subscriptions: choose one-time orders.")
    if not store.sells_subscriptions:
        return {}
    return {
        "appliesOnOneTimePurchase": terms.applies_to is not AppliesTo.SUBSCRIPTION,
        "appliesOnSubscription": terms.applies_to is not AppliesTo.ONE_TIME,
    }


def _value(terms: Terms, store: Store) -> dict[str, Any]:
    if takes_price_off(terms):
        if not store.product_price:
            raise PlatformError(Failure.INVALID, "The free product is not in the store any more, or costs nothing.")
        return {"discountAmount": {"amount": f"{store.product_price:f}", "appliesOnEachItem": False}}
    value = terms.value or Decimal(0)
    if terms.type is DiscountType.PERCENTAGE:
        # Shopify takes a share of 1 as Float; two decimals of a percent are exact in it when printed.
        return {"percentage": float(value / 100)}
    return {"discountAmount": {"amount": f"{value:f}", "appliesOnEachItem": False}}


def _buy_and_get(terms: Terms, kept: Json | None) -> dict[str, Any]:
    known = kept or {}
    bought = (
        {"amount": f"{terms.minimum_subtotal:f}"}
        if terms.minimum_subtotal is not None
        else {"quantity": str(terms.minimum_quantity or 1)}
    )
    free = ("variants", (terms.free_product or "",))
    return {
        "customerBuys": {"value": bought, **_items(_scope(terms), known.get("customerBuys"))},
        "customerGets": {
            "value": {"discountOnQuantity": {"quantity": "1", "effect": {"percentage": 1.0}}},
            **_items(free, known.get("customerGets")),
        },
    }


def _items(scope: tuple[str, tuple[str, ...]], kept: Json | None) -> dict[str, Any]:
    """The field `items`, or nothing where the store has them already: an empty change is refused."""
    kind, ids = scope
    if kind == ScopeKind.ALL:
        return {"items": {"all": True}}
    known = _ids_of(kept["items"]) if kept else {}
    if {name: set(found) for name, found in known.items() if found} == {kind: set(ids)}:
        return {}
    wanted = {name: (ids if name == kind else ()) for name in ("products", "variants", "collections")}
    if kind == ScopeKind.COLLECTIONS:
        return {"items": {"collections": _changes(ids, known.get("collections", ()), "add", "remove")}}
    products = _changes(wanted["products"], known.get("products", ()), "productsToAdd", "productsToRemove")
    variants = _changes(
        wanted["variants"], known.get("variants", ()), "productVariantsToAdd", "productVariantsToRemove"
    )
    return {"items": {"products": {**products, **variants}}}


def _changes(wanted: Sequence[str], known: Iterable[str], add: str, remove: str) -> dict[str, list[str]]:
    known = list(known)
    changes = {add: [id for id in wanted if id not in known], remove: [id for id in known if id not in wanted]}
    return {name: ids for name, ids in changes.items() if ids}


def _ids_of(items: Json) -> dict[str, list[str]]:
    names = {"products": "products", "variants": "productVariants", "collections": "collections"}
    return {name: [node["id"] for node in (items.get(field) or {}).get("nodes", ())] for name, field in names.items()}


def differences(terms: Terms, store: Store, kept: Json) -> tuple[str, ...]:
    """What the store keeps otherwise than asked, each in words."""
    asked, found = _asked(terms, store), _found(kept)
    return tuple(
        f"{name}: {_words(wanted)} asked, {_words(found.get(name))} kept"
        for name, wanted in asked.items()
        if found.get(name) != wanted
    )


def _asked(terms: Terms, store: Store) -> dict[str, Any]:
    kind = kind_of(terms)
    facts: dict[str, Any] = {
        "title": terms.title,
        "start": stamp(terms.starts_at),
        "end": None if terms.ends_at is None else stamp(terms.ends_at),
        "uses per code": terms.uses_per_code,
        "once per customer": terms.once_per_customer,
        "combines with": _set(name for name, on in _combines(terms).items() if on),
    }
    if kind == "bxgy":
        bought = terms.minimum_subtotal.normalize() if terms.minimum_subtotal is not None else None
        quantity = None if bought is not None else terms.minimum_quantity or 1
        return {
            **facts, "minimum spend": bought, "minimum quantity": quantity, "to be bought": _set(terms.scope.ids),
            "value": "100 % of 1", "free product": _set([terms.free_product or ""]),
        }  # fmt: skip
    minimum = terms.minimum_subtotal
    facts |= {
        "minimum spend": None if minimum is None else minimum.normalize(), "minimum quantity": terms.minimum_quantity,
    }  # fmt: skip
    if store.sells_subscriptions:
        facts["applies to"] = terms.applies_to.value
    if kind == "free_shipping":
        return facts
    value = store.product_price if takes_price_off(terms) else terms.value
    off = f"{(value or Decimal(0)).normalize():f}"
    facts["value"] = f"{off} %" if terms.type is DiscountType.PERCENTAGE else off
    facts["what it is for"] = _set(_scope(terms)[1])
    return facts


def _found(kept: Json) -> dict[str, Any]:
    """The same facts out of a discount."""
    combines = kept.get("combinesWith") or {}
    facts: dict[str, Any] = {
        "title": kept.get("title"),
        "start": _stamped(kept.get("startsAt")),
        "end": _stamped(kept.get("endsAt")),
        "uses per code": kept.get("usageLimit"),
        "once per customer": kept.get("appliesOncePerCustomer"),
        "combines with": _set(name for name in _COMBINING if combines.get(name)),
        "minimum spend": None,
        "minimum quantity": None,
        "applies to": _applies_to(kept.get("customerGets") or kept),
    }
    minimum = kept.get("minimumRequirement") or {}
    if "greaterThanOrEqualToSubtotal" in minimum:
        facts["minimum spend"] = Decimal(minimum["greaterThanOrEqualToSubtotal"]["amount"]).normalize()
    if "greaterThanOrEqualToQuantity" in minimum:
        facts["minimum quantity"] = int(minimum["greaterThanOrEqualToQuantity"])
    gets, buys = kept.get("customerGets"), kept.get("customerBuys")
    if gets is not None:
        facts["value"] = _value_kept(gets["value"])
        facts["free product" if buys is not None else "what it is for"] = _all_ids(gets["items"])
    if buys is not None:
        facts["to be bought"] = _all_ids(buys["items"])
        value = buys["value"]
        facts["minimum spend"] = Decimal(value["amount"]).normalize() if "amount" in value else None
        facts["minimum quantity"] = int(value["quantity"]) if "quantity" in value else None
    return facts


_COMBINING = ("orderDiscounts", "productDiscounts", "shippingDiscounts")


def _applies_to(holder: Json) -> str:
    once, again = holder.get("appliesOnOneTimePurchase"), holder.get("appliesOnSubscription")
    if once and again:
        return AppliesTo.BOTH.value
    return AppliesTo.SUBSCRIPTION.value if again else AppliesTo.ONE_TIME.value


def _value_kept(value: Json) -> str:
    if "effect" in value:
        return f"{_value_kept(value['effect'])} of {value['quantity']['quantity']}"
    if "percentage" in value:
        share = Decimal(str(value["percentage"])) * 100
        return f"{share.normalize():f} %"
    each = " each" if value.get("appliesOnEachItem") else ""
    return f"{Decimal(value['amount']['amount']).normalize():f}{each}"


def _all_ids(items: Json) -> str:
    return _set(id for ids in _ids_of(items).values() for id in ids)


def _set(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _words(fact: Any) -> str:
    if isinstance(fact, bool):
        return "yes" if fact else "no"
    return "none" if fact in (None, "") else f"{fact:f}" if isinstance(fact, Decimal) else str(fact)


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _stamped(text: str | None) -> str | None:
    return None if text is None else stamp(datetime.fromisoformat(text))
