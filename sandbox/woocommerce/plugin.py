"""The companion plugin's side of the bond: pairing by a one-time code, secrets, page tokens, coupons by the thousand.

Called under the world's lock unless it says otherwise.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from sandbox.clock import now
from sandbox.woocommerce import pushes
from sandbox.woocommerce.coupons import Coupon, Meta
from sandbox.woocommerce.errors import WooError
from sandbox.woocommerce.plugin_rules import MARK, STARTS, meta_of_terms, page_token, signature_fault, sort_out
from sandbox.woocommerce.stores import Plugin, WooStore, WooStores

Json = dict[str, Any]
VERSION = "0.1.0"
PAIRING_SECONDS, OVERLAP_SECONDS = 600, 3600
_NONCES = secrets.token_hex(16)
USERS = {1: "Robin", 2: "Sam"}
"""Who can sign in to the admin; each may manage WooCommerce."""
MENU = {
    "shoutcode": ("Home", "/"),
    "shoutcode-influencers": ("Influencers", "/influencers"),
    "shoutcode-offers": ("Offers", "/offers"),
    "shoutcode-campaigns": ("Campaigns", "/campaigns"),
    "shoutcode-messages": ("Messages", "/messages"),
    "shoutcode-settings": ("Settings", "/settings"),
}
"""Title and path in the app by slug, as the plugin registers them. The way out has a slug of its own."""
CONNECTION = "shoutcode-connection"


def installed(store: WooStore) -> Plugin:
    if store.facts.plugin is None:
        raise WooError("rest_no_route", "No route was found matching the URL and request method.", 404)
    return store.facts.plugin


def admin_url(stores: WooStores, store: WooStore, view: str = "") -> str:
    query = {"page": "shoutcode", **({"view": view} if view else {})}
    return f"{stores.root(store)}/wp-admin/admin.php?{urlencode(query)}"


def begin(stores: WooStores, store: WooStore, user: int = 1) -> str:
    """Where the browser goes to connect. The code in it is good once, for ten minutes; only its hash is kept."""
    plugin, code = installed(store), secrets.token_urlsafe(32)
    plugin.pairing_hash = hashlib.sha256(code.encode()).hexdigest()
    plugin.pairing_expires, plugin.pairing_user = time.time() + PAIRING_SECONDS, user
    stores.save(store)
    root = stores.root(store)
    return f"{stores.app_url}/woocommerce/connect?" + urlencode(
        {"store": root, "rest": f"{root}/wp-json/", "code": code}
    )


def pair(stores: WooStores, store: WooStore, code: str, store_id: str) -> Json:
    """What the app gets for the code."""
    plugin = installed(store)
    given = hashlib.sha256(code.encode()).hexdigest()
    if plugin.pairing_expires <= time.time() or not hmac.compare_digest(plugin.pairing_hash, given):
        message = "This code is not good any more. Start again from the Shoutcode page in WordPress."
        raise WooError("shoutcode_bad_code", message, 403)
    stores.drop_key(store, plugin.key_id)
    key = stores.make_key(store, "Shoutcode")
    store.facts.plugin = made = Plugin(
        store_id=store_id, secret=secrets.token_hex(32), page_secret=secrets.token_hex(32), key_id=key.id,
        connected_at=now(), connected_by=plugin.pairing_user,
    )  # fmt: skip
    stores.save(store)
    return {
        "store": stores.root(store),
        "name": store.facts.name,
        "return_url": admin_url(stores, store),
        "signing_secret": made.secret,
        "page_secret": made.page_secret,
        "consumer_key": key.consumer_key,
        "consumer_secret": key.consumer_secret,
        "plugin_version": VERSION,
    }


def rotate(stores: WooStores, store: WooStore, following: str) -> None:
    """The old secret holds for another hour."""
    plugin = installed(store)
    if plugin.secret != following:
        plugin.previous_secret, plugin.previous_until = plugin.secret, time.time() + OVERLAP_SECONDS
        plugin.secret = following
        stores.save(store)


def disconnect(stores: WooStores, store: WooStore) -> None:
    plugin = installed(store)
    stores.drop_key(store, plugin.key_id)
    store.facts.plugin = Plugin()
    store.facts.queue = [action for action in store.facts.queue if action.kind != "push"]
    stores.save(store)


def leave(stores: WooStores, store: WooStore) -> bool:
    """The merchant disconnects here: the app is told first, as long as there is a secret to sign with. No lock held."""
    is_told = pushes.say_goodbye(stores, store, installed(store))
    with stores.lock:
        disconnect(stores, store)
    return is_told


def check_signature(
    stores: WooStores, store: WooStore, method: str, path: str, headers: Mapping[str, str], body: bytes
) -> None:
    """Raises 401 unless the app signed this new request. `headers`: timestamp, id, signature. No lock held."""
    plugin = installed(store)
    known = [plugin.secret] if plugin.is_connected else []
    if plugin.previous_until > time.time():
        known.append(plugin.previous_secret)
    fault = signature_fault(known, method, path, headers, body, int(time.time()))
    with stores.lock:
        if fault or headers["id"] in store.seen:
            raise WooError("shoutcode_unauthorized", "The signature of this request does not hold.", 401)
        store.seen.add(headers["id"])


def token(stores: WooStores, store: WooStore, user: int = 1) -> str:
    """Of the framed page: one minute."""
    plugin = installed(store)
    claims = {
        "iss": stores.root(store), "aud": "shoutcode", "dest": plugin.store_id, "sub": str(user),
        "name": USERS.get(user, "Robin"), "cap": "manage_woocommerce", "jti": secrets.token_urlsafe(16),
    }  # fmt: skip
    return page_token(plugin.page_secret, claims, int(time.time()))


def frame_url(stores: WooStores, store: WooStore, user: int, path: str) -> str:
    query = {
        "host": "wordpress", "store": installed(store).store_id, "locale": "en_US",
        "id_token": token(stores, store, user),
    }  # fmt: skip
    return f"{stores.app_url}{path}?{urlencode(query)}"


def health(stores: WooStores, store: WooStore) -> Json:
    plugin, facts = installed(store), store.facts
    return {
        "plugin_version": VERSION,
        "wordpress_version": "7.0.4",
        "woo_version": "11.0.1",
        "php_version": "8.2.35",
        "currency": facts.currency,
        "price_decimals": facts.decimals,
        "time_zone": facts.time_zone,
        "coupons_enabled": True,
        "pretty_permalinks": True,
        "cron_alive": store.switches.cron_seconds is not None,
        "innodb": True,
        "tls": store.switches.tls,
        "pushes_waiting": sum(action.kind == "push" for action in facts.queue),
        "last_push_at": plugin.sent_at,
        "last_failure_at": plugin.failed_at,
        "last_failure": plugin.error,
        "now": int(time.time()),
    }


# --- Coupons ---------------------------------------------------------------------------------------------------------


def held(store: WooStore, codes: Sequence[str]) -> dict[str, Json]:
    """Coupons with these codes, whoever made them; drafts hold their code too, the trash does not. The newest wins."""
    found = {}
    for code in codes:
        for coupon in sorted(store.coupons.with_code(code.lower()), key=lambda one: (one.created_at, one.id)):
            if coupon.status != "trash":
                found[coupon.code] = {"id": coupon.id, "mark": coupon.note(MARK), "status": coupon.status}
    return found


def create(stores: WooStores, store: WooStore, mark: str, terms: Json, codes: Sequence[Any]) -> list[Json]:
    """One block, whole or not at all; the same again makes nothing twice. No webhooks: it goes past WooCommerce."""
    make, results = sort_out(codes, held(store, [code for code in codes if isinstance(code, str)]), mark)
    moment, ids = now().replace(microsecond=0), {}
    for code in make:
        coupon = Coupon(stores.next_id(), store.handle, code, moment, moment)
        coupon.meta = [Meta(stores.next_id("WooMeta"), MARK, mark)]
        _write_terms(stores, coupon, terms)
        store.coupons.add(coupon)
        stores.save_coupon(coupon)
        ids[code] = coupon.id
    back = {result["id"] for result in results if result["status"] == "returned"}
    for coupon in marked(store, mark, list(back)) if back else ():
        _write_terms(stores, coupon, terms)
        coupon.status = "publish"
        stores.save_coupon(coupon)
    return [
        {**result, "id": ids[str(result["code"]).lower()]} if result["status"] == "created" else result
        for result in results
    ]


def _write_terms(stores: WooStores, coupon: Coupon, terms: Json) -> None:
    """As WooCommerce reads the rows that the plugin wrote."""
    rows = meta_of_terms(terms)
    coupon.description = terms["title"]
    coupon.discount_type, coupon.amount = rows["discount_type"], Decimal(rows["coupon_amount"])
    coupon.usage_limit, coupon.usage_limit_per_user = int(rows["usage_limit"]), int(rows["usage_limit_per_user"])
    coupon.limit_usage_to_x_items = int(rows.get("limit_usage_to_x_items", "0"))
    coupon.free_shipping = rows["free_shipping"] == "yes"
    coupon.minimum_amount = Decimal(rows.get("minimum_amount", "0"))
    coupon.individual_use = rows["individual_use"] == "yes"
    coupon.product_categories = list(terms.get("product_categories") or ())
    coupon.product_ids = [int(number) for number in rows.get("product_ids", "").split(",") if number]
    expires = rows.get("date_expires")
    coupon.expires_at = datetime.fromtimestamp(int(expires), UTC) if expires else None
    coupon.meta = [entry for entry in coupon.meta if entry.key != STARTS]
    if STARTS in rows:
        coupon.meta.append(Meta(stores.next_id("WooMeta"), STARTS, rows[STARTS]))


def marked(store: WooStore, mark: str, only: Sequence[int] | None = None) -> list[Coupon]:
    """Coupons of a mark by id, all or those of `only`; the trash is nobody's."""
    wanted = None if only is None else set(only)
    rows = [
        one for one in store.coupons
        if one.status != "trash" and (wanted is None or one.id in wanted) and one.note(MARK) == mark
    ]  # fmt: skip
    return sorted(rows, key=lambda one: one.id)


def update(stores: WooStores, store: WooStore, mark: str, terms: Json) -> int:
    rows = marked(store, mark)
    for coupon in rows:
        _write_terms(stores, coupon, terms)
        coupon.modified_at = now().replace(microsecond=0)
        stores.save_coupon(coupon)
    return len(rows)


def set_status(stores: WooStores, store: WooStore, mark: str, status: str, only: Sequence[int] | None) -> int:
    rows = marked(store, mark, only)
    for coupon in rows:
        coupon.status = status
        stores.save_coupon(coupon)
    return len(rows)


def delete(stores: WooStores, store: WooStore, mark: str, only: Sequence[int] | None) -> int:
    rows = marked(store, mark, only)
    for coupon in rows:
        stores.drop_coupon(store, coupon)
    return len(rows)


def nonce(store: WooStore, user: int) -> str:
    """WordPress' guard of a form or request from its own pages."""
    return hashlib.sha256(f"{_NONCES}{store.handle}{user}".encode()).hexdigest()[:10]
