"""What a coupon keeps, as terms of ours, and where it differs from what was asked. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.platforms.port import (
    Combines,
    DiscountType,
    Failure,
    PlatformError,
    RemoteDiscount,
    Scope,
    ScopeKind,
    StoreDiscount,
    Terms,
)
from app.platforms.woocommerce.terms import MARK, REFERENCE, STARTS, Coupon

_NAMES = {
    "discount_type": "type", "amount": "value", "minimum_amount": "minimum spend", "date_expires": "end",
    "usage_limit": "uses per code", "usage_limit_per_user": "once per customer", "free_shipping": "free shipping",
    "individual_use": "combining", "limit_usage_to_x_items": "number of items", "product_ids": "products",
    "product_categories": "categories", "code": "code",
}  # fmt: skip
_ALL = Combines(orders=True, products=True, shipping=True)


def differences(asked: Coupon, stored: Coupon) -> list[str]:
    """What the store keeps otherwise than asked, each in words. A 201 alone proves nothing."""
    return [
        f"{_NAMES[name]}: {_words(wanted)} asked, {_words(found)} kept"
        for name in _NAMES
        if name in asked and (wanted := _plain(name, asked)) != (found := _plain(name, stored))
    ]


def _plain(name: str, coupon: Coupon) -> Any:
    """A field as it is compared, whichever way it is written."""
    value = coupon.get(name)
    if name in ("amount", "minimum_amount"):
        return number(value)
    if name == "date_expires":
        # What was asked has its zone; what was stored is read in UTC.
        return str(coupon.get("date_expires_gmt", value) or "").removesuffix("Z")
    if name in ("product_ids", "product_categories"):
        return sorted(value or ())
    if name == "code":
        return str(value or "").lower()
    return value or None


def _words(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value in (None, "") else str(value)


def meta(coupon: Coupon, key: str) -> str:
    return next((str(entry["value"]) for entry in coupon.get("meta_data", ()) if entry["key"] == key), "")


def number(value: object) -> Decimal:
    return Decimal(str(value)) if value not in (None, "") else Decimal(0)


def read_terms(coupon: Coupon) -> Terms:
    """Of a draft coupon that keeps them, or of anybody's coupon that `unreadable` has nothing to say of."""
    if reason := unreadable(coupon):
        raise PlatformError(Failure.UNEXPECTED, f"This offer was changed in the store: {reason}")
    kind = _kind(coupon)
    own_value = kind in (DiscountType.PERCENTAGE, DiscountType.FIXED_AMOUNT)
    return Terms(
        title=title_of(coupon),
        type=kind,
        value=number(coupon["amount"]) if own_value else None,
        starts_at=_starts(coupon),
        ends_at=moment(coupon.get("date_expires_gmt")),
        uses_per_code=coupon.get("usage_limit") or None,
        once_per_customer=bool(coupon.get("usage_limit_per_user")),
        minimum_subtotal=number(coupon.get("minimum_amount")) or None,
        scope=Scope() if kind is DiscountType.FREE_PRODUCT else _scope(coupon),
        combines_with=Combines() if coupon.get("individual_use") else _ALL,
        free_product=str(coupon["product_ids"][0]) if kind is DiscountType.FREE_PRODUCT else None,
        with_shipping=bool(coupon.get("free_shipping")) and kind is not DiscountType.FREE_SHIPPING,
        reference=meta(coupon, REFERENCE),
    )


def unreadable(coupon: Coupon) -> str:
    """What our terms cannot say of a coupon; an edit from here would lose it."""
    per_user = coupon.get("usage_limit_per_user") or 0
    reasons = {
        "It takes an amount off each item.": coupon.get("discount_type") == "fixed_product",
        "It is of a type that another plugin adds.": coupon.get("discount_type")
        not in ("percent", "fixed_cart", "fixed_product"),
        "It leaves some products or categories out.": bool(
            coupon.get("excluded_product_ids") or coupon.get("excluded_product_categories")
        ),
        "It is for products and for categories.": bool(coupon.get("product_ids") and coupon.get("product_categories")),
        "It leaves out what is on sale.": bool(coupon.get("exclude_sale_items")),
        "It is for some e-mail addresses only.": bool(coupon.get("email_restrictions")),
        "It has a maximum spend.": number(coupon.get("maximum_amount")) > 0,
        "Each customer may use it several times.": per_user > 1,
        "It is for a number of items.": bool(coupon.get("limit_usage_to_x_items"))
        and _kind(coupon) is not DiscountType.FREE_PRODUCT,
    }
    return next((reason for reason, applies in reasons.items() if applies), "")


def _kind(coupon: Coupon) -> DiscountType:
    amount = number(coupon["amount"])
    if coupon["discount_type"] != "percent":
        return DiscountType.FIXED_AMOUNT
    if amount == 0 and coupon.get("free_shipping"):
        return DiscountType.FREE_SHIPPING
    one_item = coupon.get("limit_usage_to_x_items") == 1 and len(coupon.get("product_ids") or ()) == 1
    return DiscountType.FREE_PRODUCT if amount == 100 and one_item else DiscountType.PERCENTAGE


def _scope(coupon: Coupon) -> Scope:
    if products := coupon.get("product_ids"):
        return Scope(ScopeKind.PRODUCTS, tuple(map(str, products)))
    if categories := coupon.get("product_categories"):
        return Scope(ScopeKind.COLLECTIONS, tuple(map(str, categories)))
    return Scope()


def _starts(coupon: Coupon) -> datetime:
    """A coupon that is not ours works from the moment it is made."""
    if starts := meta(coupon, STARTS):
        return datetime.fromtimestamp(int(starts), UTC)
    return moment(coupon.get("date_created_gmt")) or datetime.fromtimestamp(0, UTC)


def title_of(coupon: Coupon) -> str:
    """Without the mark that stands behind it; a coupon of others is called by its description, or its code."""
    description = str(coupon.get("description") or "")
    if meta(coupon, MARK) or description.endswith("]"):
        description = description.rpartition(" [")[0] or description
    return description.strip() or str(coupon["code"])


def remote_discount(mark: str, terms: Terms, now: datetime, differences: tuple[str, ...] = ()) -> RemoteDiscount:
    references = (terms.reference,) if terms.reference else ()
    return RemoteDiscount(mark, status_of(terms, now), terms.starts_at, terms.ends_at, references, differences)


def status_of(terms: Terms, now: datetime) -> str:
    ended = terms.ends_at is not None and terms.ends_at <= now
    return "ended" if ended else "scheduled" if terms.starts_at > now else "active"


def store_discount(remote_id: str, coupon: Coupon, now: datetime, *, codes: int, first_code: str) -> StoreDiscount:
    reason = unreadable(coupon)
    terms = None if reason else read_terms(coupon)
    status = status_of(terms, now) if terms else "active"
    if coupon.get("status") == "draft" and codes == 1:
        status = "ended"  # one coupon, switched off
    return StoreDiscount(remote_id, title_of(coupon), status, codes, first_code, terms, (), reason)


def moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value.removesuffix("Z")).replace(tzinfo=UTC) if value else None
