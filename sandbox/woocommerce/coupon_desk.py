"""What happens to coupons by REST: made, changed, trashed, erased, with WooCommerce's checks and without those it
does not have.
"""

import threading
from datetime import tzinfo
from typing import Any

from sandbox.clock import now
from sandbox.woocommerce import events
from sandbox.woocommerce.coupons import TYPES, Coupon, Meta
from sandbox.woocommerce.errors import WooError, invalid_id
from sandbox.woocommerce.stores import WooStore, WooStores
from sandbox.woocommerce.values import absint, code_of, date_of, decimal_of, emails_of, ids_of

Fields = dict[str, Any]
COUNTS = ("usage_limit", "usage_limit_per_user", "limit_usage_to_x_items")
FLAGS = ("individual_use", "free_shipping", "exclude_sale_items")
LISTS = ("product_ids", "excluded_product_ids", "product_categories", "excluded_product_categories")
STATUSES = ("publish", "draft", "pending", "private", "trash")


def make(stores: WooStores, store: WooStore, fields: Fields, *, in_batch: bool = False) -> Coupon:
    """Start fields are unknown to WooCommerce and ignored in silence, `date_expires_gmt` too."""
    code = _free_code(store, fields.get("code"))
    if store.switches.race_seconds:
        _let_others_in(stores, store)
    moment = now().replace(microsecond=0)
    coupon = Coupon(0, store.handle, code, moment, moment)
    _write(stores, coupon, {**fields, "code": None}, store.places, store.zone)
    coupon.id = stores.next_id()
    store.coupons.add(coupon)
    _skew(store, coupon)
    stores.save_coupon(coupon)
    events.note(stores, store, "coupon.created", coupon.id)
    return coupon


def _let_others_in(stores: WooStores, store: WooStore) -> None:
    """The check and the insert are two steps: whoever comes in between finds the code free as well."""
    stores.lock.release()
    try:
        store.gap.wait(store.switches.race_seconds)
    except threading.BrokenBarrierError:
        store.gap.reset()  # nobody came
    finally:
        stores.lock.acquire()


def change(stores: WooStores, store: WooStore, coupon_id: int, fields: Fields) -> Coupon:
    """What is null is skipped. The code is checked only where it is sent: a draft that is published is not."""
    coupon = found(store, coupon_id, 400)
    if fields.get("code") is not None:
        store.coupons.rename(coupon, _free_code(store, fields["code"], coupon.id))
    _write(stores, coupon, {**fields, "code": None}, store.places, store.zone)
    _skew(store, coupon)
    coupon.modified_at = now().replace(microsecond=0)
    stores.save_coupon(coupon)
    events.note(stores, store, "coupon.updated", coupon.id)
    return coupon


def found(store: WooStore, coupon_id: int, status: int = 404) -> Coupon:
    coupon = store.coupons.get(coupon_id)
    if coupon is None:
        raise invalid_id("shop_coupon", status)
    return coupon


def delete(stores: WooStores, store: WooStore, coupon_id: int, *, force: bool) -> Coupon:
    """To the trash, which is told; by force it is erased, which nobody is told."""
    coupon = found(store, coupon_id)
    if force:
        stores.drop_coupon(store, coupon)
        return coupon
    if coupon.status == "trash":
        raise WooError("woocommerce_rest_already_trashed", "The shop_coupon has already been deleted.", 410)
    coupon.status = "trash"
    stores.save_coupon(coupon)
    events.note(stores, store, "coupon.deleted", coupon.id)
    return coupon


def _free_code(store: WooStore, given: object, own_id: int = 0) -> str:
    """Checked against published coupons alone: drafts and the trash hold no code."""
    code = code_of(str(given or ""))
    if not code:
        raise WooError("woocommerce_rest_empty_coupon_code", "The coupon code cannot be empty.")
    if store.coupons.live(code, other_than=own_id):
        raise WooError("woocommerce_rest_coupon_code_already_exists", "The coupon code already exists")
    return code


def _write(stores: WooStores, coupon: Coupon, fields: Fields, places: int, local: tzinfo) -> None:
    given = {name: value for name, value in fields.items() if value is not None}
    if "discount_type" in given:
        if given["discount_type"] not in TYPES:
            raise WooError("coupon_invalid_discount_type", "Invalid discount type.")
        coupon.discount_type = given["discount_type"]
    if "amount" in given:
        amount = decimal_of(given["amount"], places)
        if amount < 0 or (coupon.discount_type == "percent" and amount > 100):
            raise WooError("coupon_invalid_amount", "Invalid discount amount.")
        coupon.amount = amount
    for name in ("minimum_amount", "maximum_amount"):
        if name in given:
            setattr(coupon, name, decimal_of(given[name], places))
    for name in COUNTS:
        if name in given:
            setattr(coupon, name, absint(given[name]))
    for name in FLAGS:
        if name in given:
            setattr(coupon, name, given[name] in (True, 1, "1", "true", "yes"))
    for name in LISTS:
        if name in given:
            setattr(coupon, name, ids_of(given[name]))
    if "email_restrictions" in given:
        coupon.email_restrictions = emails_of(given["email_restrictions"])
    if "date_expires" in given:
        coupon.expires_at = date_of(given["date_expires"], local)
    coupon.description = str(given.get("description", coupon.description))
    if given.get("status") in STATUSES:
        coupon.status = given["status"]
    _write_meta(stores, coupon, given.get("meta_data", []))


def _write_meta(stores: WooStores, coupon: Coupon, entries: list[dict[str, Any]]) -> None:
    kept = {entry.key: entry for entry in coupon.meta}
    for entry in entries:
        key = str(entry.get("key", ""))
        if key in kept:
            kept[key].value = entry.get("value")
        elif key:
            coupon.meta.append(Meta(stores.next_id("WooMeta"), key, entry.get("value")))


def _skew(store: WooStore, coupon: Coupon) -> None:
    for name, value in store.switches.skew.items():
        setattr(coupon, name, decimal_of(value, store.places) if name.endswith("amount") else value)
