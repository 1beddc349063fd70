"""An offer's terms in WooCommerce's words, and back; the comparison of what was asked with what was stored. Pure.

WooCommerce has no discount object. An offer's `remote_id` is a mark of ours ("shoutcode:..."), kept in the meta data of
every coupon of it; its terms are kept in one draft coupon, which no cart accepts.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.platforms.port import DiscountType, Failure, PlatformError, RemoteDiscount, Terms

Coupon = dict[str, Any]
MARK, STARTS = "_shoutcode_mark", "_shoutcode_starts_at"
TERMS_OF, REFERENCE = "_shoutcode_terms_of", "_shoutcode_reference"
MAX_CODE = 64
_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_TYPES = {
    DiscountType.PERCENTAGE: "percent",
    DiscountType.FIXED_AMOUNT: "fixed_cart",
    DiscountType.FREE_SHIPPING: "percent",
}


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
    trouble = _trouble(terms, decimals)
    if not trouble and not start_dates and terms.starts_at > now:
        trouble = "A start in the future needs the companion plugin: WooCommerce itself has no start dates."
    if trouble:
        raise PlatformError(Failure.INVALID, trouble)


def _trouble(terms: Terms, decimals: int) -> str:
    if terms.type not in _TYPES:
        return "WooCommerce stores take percentages, fixed amounts and free shipping."
    if terms.type is not DiscountType.FREE_SHIPPING:
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


def _decimals(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def rest_fields(terms: Terms, mark: str) -> Coupon:
    """A coupon's fields by REST. The mark stands in the description too: REST can search that, not the meta data."""
    return {
        "discount_type": _TYPES[terms.type],
        "amount": _amount(terms),
        "description": f"{terms.title} [{mark}]",
        # With Z: without a zone it would be the store's own time, and `date_expires_gmt` is ignored on write.
        # An update skips what is null: only an empty text and 0 take an expiry or a limit away again.
        "date_expires": _stamp(terms.ends_at) if terms.ends_at else "",
        "usage_limit": terms.uses_per_code or 0,
        "usage_limit_per_user": int(terms.once_per_customer),
        "minimum_amount": _text(terms.minimum_subtotal),
        "free_shipping": terms.type is DiscountType.FREE_SHIPPING,
        "individual_use": False,
    }


def start_meta(terms: Terms) -> Coupon:
    return {"key": STARTS, "value": str(int(terms.starts_at.timestamp()))}


def plugin_terms(terms: Terms, mark: str) -> dict[str, Any]:
    """As the plugin's routes take them; times in unix seconds."""
    fields: dict[str, Any] = {
        "title": f"{terms.title[:200]} [{mark}]".encode()[-255:].decode(errors="ignore"),
        "discount_type": _TYPES[terms.type],
        "amount": _amount(terms),
        "free_shipping": terms.type is DiscountType.FREE_SHIPPING,
    }
    ends = int(terms.ends_at.timestamp()) if terms.ends_at else None
    starts = int(terms.starts_at.timestamp())
    if ends is None or starts < ends:
        fields["starts_at"] = starts
    if ends is not None:
        fields["expires_at"] = ends
    if terms.uses_per_code is not None:
        fields["usage_limit"] = terms.uses_per_code
    if terms.once_per_customer:
        fields["usage_limit_per_user"] = 1
    if terms.minimum_subtotal:
        fields["minimum_amount"] = _text(terms.minimum_subtotal)
    return fields


def differences(asked: Coupon, stored: Coupon) -> list[str]:
    """Names of the fields that the store keeps otherwise than asked. A 201 alone proves nothing."""
    same = {
        "amount": _number(asked["amount"]) == _number(stored.get("amount")),
        "minimum_amount": _number(asked["minimum_amount"]) == _number(stored.get("minimum_amount")),
        "date_expires": asked["date_expires"].removesuffix("Z") == (stored.get("date_expires_gmt") or ""),
    }
    for name in ("discount_type", "usage_limit", "usage_limit_per_user", "free_shipping"):
        same[name] = (asked[name] or None) == (stored.get(name) or None)
    if "code" in asked:
        same["code"] = asked["code"].lower() == str(stored.get("code", "")).lower()
    return [name for name, is_same in same.items() if not is_same]


def meta(coupon: Coupon, key: str) -> str:
    return next((str(entry["value"]) for entry in coupon.get("meta_data", ()) if entry["key"] == key), "")


def read_terms(coupon: Coupon) -> Terms:
    """Of the draft coupon that keeps them."""
    is_free = bool(coupon["free_shipping"]) and _number(coupon["amount"]) == 0
    kind = {"percent": DiscountType.PERCENTAGE, "fixed_cart": DiscountType.FIXED_AMOUNT}.get(coupon["discount_type"])
    if kind is None:
        raise PlatformError(Failure.UNEXPECTED, "The offer's terms were changed in the store to a type we do not know.")
    minimum = _number(coupon.get("minimum_amount"))
    return Terms(
        title=str(coupon["description"]).rpartition(" [")[0],
        type=DiscountType.FREE_SHIPPING if is_free else kind,
        value=None if is_free else _number(coupon["amount"]),
        starts_at=datetime.fromtimestamp(int(meta(coupon, STARTS)), UTC),
        ends_at=_moment(coupon.get("date_expires_gmt")),
        uses_per_code=coupon.get("usage_limit") or None,
        once_per_customer=bool(coupon.get("usage_limit_per_user")),
        minimum_subtotal=minimum or None,
        reference=meta(coupon, REFERENCE),
    )


def remote_discount(mark: str, terms: Terms, now: datetime) -> RemoteDiscount:
    ended = terms.ends_at is not None and terms.ends_at <= now
    status = "ended" if ended else "scheduled" if terms.starts_at > now else "active"
    references = (terms.reference,) if terms.reference else ()
    return RemoteDiscount(mark, status, terms.starts_at, terms.ends_at, references)


def _amount(terms: Terms) -> str:
    return _text(terms.value) if terms.type is not DiscountType.FREE_SHIPPING else "0"


def _text(amount: Decimal | None) -> str:
    return format(amount.normalize(), "f") if amount is not None else ""


def _number(value: object) -> Decimal:
    return Decimal(str(value)) if value not in (None, "") else Decimal(0)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if value else None
