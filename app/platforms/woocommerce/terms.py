"""An offer's terms in WooCommerce's words, and what of them it cannot do. Pure; the way back is in `kept`.

WooCommerce has no discount object. An offer's `remote_id` is a mark of ours ("shoutcode:..."), kept in the meta data of
every coupon of it; its terms are kept in one draft coupon, which no cart accepts.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.platforms.port import (
    AppliesTo,
    Capabilities,
    DiscountType,
    Failure,
    PlatformError,
    ScopeKind,
    Terms,
)

Coupon = dict[str, Any]
MARK, STARTS = "_shoutcode_mark", "_shoutcode_starts_at"
TERMS_OF, REFERENCE = "_shoutcode_terms_of", "_shoutcode_reference"
MAX_CODE = 64
_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
TYPES = {
    DiscountType.PERCENTAGE: "percent",
    DiscountType.FIXED_AMOUNT: "fixed_cart",
    DiscountType.FREE_SHIPPING: "percent",
    DiscountType.FREE_PRODUCT: "percent",
}
EITHER_WAY = {
    "minimum_quantity": "WooCommerce knows a minimum spend, and no minimum number of items.",
    "subscriptions": "WooCommerce itself does not tell subscriptions from one-time purchases.",
    "combining": "WooCommerce combines a code with all other codes, or with none.",
    "free_product": "A free product is one item of it at no cost, without anything that has to be bought for it.",
}
WITHOUT_PLUGIN = {
    "start_dates": "Codes work at once: WooCommerce has no start dates. Install the companion plugin to set one.",
    "apply_links": "Links cannot apply the code; shoppers type it. Install the companion plugin for such links.",
    "speed": "Codes are made at some 20 to 100 a second. With the companion plugin it is thousands.",
}


def capabilities_of(*, has_plugin: bool, decimals: int) -> Capabilities:
    return Capabilities(
        start_dates=has_plugin,
        pause_single_code=True,
        apply_links=has_plugin,
        discount_types=tuple(TYPES),
        amount_decimals=decimals,
        percentage_decimals=min(decimals, 2),
        minimum_quantity=False,
        subscriptions=False,
        combining=("all",),
        collections_called="categories",
        free_product_buys=False,
        comped_shipping=True,
        missing=EITHER_WAY if has_plugin else {**WITHOUT_PLUGIN, **EITHER_WAY},
    )


def mark_of(reference: str) -> str:
    """The same for the same reference, so that a repeated create finds what the lost answer made."""
    return "shoutcode:" + hashlib.sha256(reference.encode()).hexdigest()[:24]


def terms_code(mark: str) -> str:
    """Code of the draft coupon that keeps the terms of a mark."""
    return "shoutcode-terms-" + mark.partition(":")[2]


def is_code(code: str) -> bool:
    """WooCommerce takes nearly anything, but stores `&` and `<` as something that shoppers do not type."""
    return _CODE.fullmatch(code) is not None


def refuse_bad(terms: Terms, decimals: int, *, start_dates: bool, now: datetime) -> None:
    """Raises INVALID. Everything is checked here: a batch stores "12,50" as 1250.00 and a bad limit as unlimited."""
    trouble = _trouble(terms, decimals) or _unknown_here(terms)
    if not trouble and not start_dates and terms.starts_at > now:
        trouble = "A start in the future needs the companion plugin: WooCommerce itself has no start dates."
    if trouble:
        raise PlatformError(Failure.INVALID, trouble)


def _trouble(terms: Terms, decimals: int) -> str:
    if terms.type in (DiscountType.PERCENTAGE, DiscountType.FIXED_AMOUNT):
        if terms.value is None or not terms.value.is_finite() or terms.value <= 0:
            return "The value must be above 0."
        if terms.type is DiscountType.PERCENTAGE and terms.value > 100:
            return "A percentage is at most 100."
    for amount in (terms.value, terms.minimum_subtotal):
        if amount is not None and (not amount.is_finite() or amount < 0 or _decimals(amount) > decimals):
            return f"This store keeps {decimals} decimals: WooCommerce would round the amount."
    if terms.uses_per_code is not None and terms.uses_per_code < 1:
        return "Uses per code must be at least 1."
    if terms.ends_at is not None and terms.ends_at <= terms.starts_at:
        return "The end must be after the start."
    return ""


def _unknown_here(terms: Terms) -> str:
    if terms.minimum_quantity is not None:
        return EITHER_WAY["minimum_quantity"]
    if terms.applies_to is not AppliesTo.BOTH:
        return EITHER_WAY["subscriptions"]
    if not all(id.isdecimal() for id in product_ids(terms) + category_ids(terms)):
        return "Choose the products again: these are not this store's."
    if terms.scope.kind is not ScopeKind.ALL and not terms.scope.ids:
        return "Choose what the offer is for."
    if terms.type is DiscountType.FREE_PRODUCT and not terms.free_product:
        return "Choose the free product."
    return ""


def _decimals(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def product_ids(terms: Terms) -> tuple[str, ...]:
    """What the coupon is good for. A free product is the one thing that its code takes the price off."""
    if terms.type is DiscountType.FREE_PRODUCT:
        return (terms.free_product,) if terms.free_product else ()
    return terms.scope.ids if terms.scope.kind is ScopeKind.PRODUCTS else ()


def category_ids(terms: Terms) -> tuple[str, ...]:
    is_for = terms.scope.kind is ScopeKind.COLLECTIONS and terms.type is not DiscountType.FREE_PRODUCT
    return terms.scope.ids if is_for else ()


def rest_fields(terms: Terms, mark: str) -> Coupon:
    """A coupon's fields by REST. The mark stands in the description too: REST can search that, not the meta data."""
    return {
        "discount_type": TYPES[terms.type],
        "amount": _amount(terms),
        "description": f"{terms.title} [{mark}]",
        # With Z: without a zone it would be the store's own time, and `date_expires_gmt` is ignored on write.
        # An update skips what is null: only an empty text and 0 take an expiry or a limit away again.
        "date_expires": stamp(terms.ends_at) if terms.ends_at else "",
        "usage_limit": terms.uses_per_code or 0,
        "usage_limit_per_user": int(terms.once_per_customer),
        "limit_usage_to_x_items": int(terms.type is DiscountType.FREE_PRODUCT),
        "minimum_amount": _text(terms.minimum_subtotal),
        "free_shipping": gives_shipping(terms),
        "individual_use": stands_alone(terms),
        "product_ids": [int(id) for id in product_ids(terms)],
        "product_categories": [int(id) for id in category_ids(terms)],
    }


def gives_shipping(terms: Terms) -> bool:
    return terms.type is DiscountType.FREE_SHIPPING or terms.with_shipping


def stands_alone(terms: Terms) -> bool:
    """WooCommerce combines a coupon with every other one, or with none."""
    wanted = terms.combines_with
    return not (wanted.orders or wanted.products or wanted.shipping)


def start_meta(terms: Terms) -> Coupon:
    return {"key": STARTS, "value": str(int(terms.starts_at.timestamp()))}


def plugin_terms(terms: Terms, mark: str) -> dict[str, Any]:
    """As the plugin's routes take them; times in unix seconds."""
    fields: dict[str, Any] = {
        "title": f"{terms.title[:200]} [{mark}]".encode()[-255:].decode(errors="ignore"),
        "discount_type": TYPES[terms.type],
        "amount": _amount(terms),
        "free_shipping": gives_shipping(terms),
        "individual_use": stands_alone(terms),
    }
    ends = int(terms.ends_at.timestamp()) if terms.ends_at else None
    starts = int(terms.starts_at.timestamp())
    if ends is None or starts < ends:
        fields["starts_at"] = starts
    optional = {
        "expires_at": ends,
        "usage_limit": terms.uses_per_code,
        "usage_limit_per_user": int(terms.once_per_customer),
        "limit_usage_to_x_items": int(terms.type is DiscountType.FREE_PRODUCT),
        "minimum_amount": _text(terms.minimum_subtotal),
        "product_ids": [int(id) for id in product_ids(terms)],
        "product_categories": [int(id) for id in category_ids(terms)],
    }
    return fields | {name: value for name, value in optional.items() if value}


def _amount(terms: Terms) -> str:
    if terms.type is DiscountType.FREE_PRODUCT:
        return "100"
    return _text(terms.value) if terms.type is not DiscountType.FREE_SHIPPING else "0"


def _text(amount: Decimal | None) -> str:
    return format(amount.normalize(), "f") if amount is not None else ""


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
