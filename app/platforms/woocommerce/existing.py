"""Coupons that are in the store already, whoever made them: searched, read, put aside as drafts and taken up again.

A coupon of ours belongs to the discount of its mark; anybody else's is a discount by itself, `coupon:<id>`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from app.platforms.port import PlatformError, StoreDiscount
from app.platforms.woocommerce.client import WooClient
from app.platforms.woocommerce.coupon_plugin import PluginCoupons
from app.platforms.woocommerce.coupon_rest import BATCH, RestCoupons
from app.platforms.woocommerce.terms import MARK, STARTS, Coupon, meta, read_terms, remote_discount

ALONE = "coupon:"
FOUND = 50
LISTED_FROM = 20
"""So many codes are found by listing their mark; fewer one by one."""
# What a coupon may also say, which our terms do not know.
_BEYOND = {
    "exclude_sale_items": "It leaves out goods on sale.", "maximum_amount": "It has a largest amount.",
    "email_restrictions": "It is for some customers only.", "limit_usage_to_x_items": "It is for some items only.",
    "excluded_product_ids": "It leaves out some products.", "product_ids": "It is for some products only.",
    "product_categories": "It is for some categories only.",
    "excluded_product_categories": "It leaves out some categories.",
}  # fmt: skip


def search(client: WooClient, q: str) -> list[StoreDiscount]:
    asked: dict[str, Any] = {"per_page": FOUND, "orderby": "date", "order": "desc"}
    found = client.get("coupons", **asked, **({"search": q.strip()} if q.strip() else {}))
    return [_alone(coupon) for coupon in found if not meta(coupon, MARK)]


def read(client: WooClient, ids: Sequence[str]) -> dict[str, StoreDiscount]:
    """Of coupons that are discounts by themselves."""
    found = {}
    for start in range(0, len(ids), BATCH):
        include = ",".join(id.removeprefix(ALONE) for id in ids[start : start + BATCH])
        for coupon in client.get("coupons", include=include, per_page=BATCH):
            found[f"{ALONE}{coupon['id']}"] = _alone(coupon)
    return found


def put_aside(rest: RestCoupons, plugin: PluginCoupons | None, mark: str, codes: Sequence[str]) -> None:
    """As drafts, which no cart takes; their uses stay counted. `mark` "": coupons that are discounts by themselves."""
    ids = _ids(rest, plugin, mark, codes)
    if plugin is not None and mark:
        plugin.disable(mark, ids)
    else:
        rest.set_status(ids, "draft")


def _ids(rest: RestCoupons, plugin: PluginCoupons | None, mark: str, codes: Sequence[str]) -> list[str]:
    wanted = {code.lower() for code in codes}
    if mark and (plugin is not None or len(wanted) >= LISTED_FROM):
        listed = (plugin or rest).listed(mark)
        return [row.remote_id for row in listed if row.code.lower() in wanted and row.remote_id]
    found = (rest.coupon(code) for code in wanted)
    return [str(coupon["id"]) for coupon in found if coupon is not None and meta(coupon, MARK) == mark]


def _alone(coupon: Coupon) -> StoreDiscount:
    remote_id = f"{ALONE}{coupon['id']}"
    unreadable = next((words for field, words in _BEYOND.items() if _says(coupon.get(field))), "")
    terms = None
    if not unreadable:
        try:
            terms = read_terms(_with_start(coupon))
        except PlatformError:
            unreadable = "It is of a type that Shoutcode does not make."
    at = datetime.now(UTC)
    status = remote_discount(remote_id, terms, at).status if terms else "active"
    title = str(coupon.get("description") or coupon["code"]).strip()
    return StoreDiscount(remote_id, title, status, 1, str(coupon["code"]), terms, unreadable=unreadable)


def _says(value: Any) -> bool:
    """Amounts come as text: "0.00" says nothing."""
    if isinstance(value, str):
        return bool(value.strip("0."))
    return bool(value)


def _with_start(coupon: Coupon) -> Coupon:
    """A coupon has no start but the day it was made."""
    if meta(coupon, STARTS):
        return coupon
    made = datetime.fromisoformat(coupon["date_created_gmt"]).replace(tzinfo=UTC)
    start = {"key": STARTS, "value": str(int(made.timestamp()))}
    return {**coupon, "meta_data": [*coupon.get("meta_data", ()), start]}
