"""Action Scheduler: webhooks delivered later, one after another, with the state that there is by then. No retries.

A failed push of the companion plugin waits here too, later and later.
"""

import base64
import hashlib
import hmac
import threading
import time
from typing import Any
from urllib.parse import urlsplit

import requests

from sandbox.woocommerce import pushes
from sandbox.woocommerce.errors import invalid_id
from sandbox.woocommerce.stores import Action, Sent, Webhook, WooStore, WooStores
from sandbox.woocommerce.values import php_json
from sandbox.woocommerce.views import coupon_json, order_json

MOST_FAILURES = 6
"""The seventh failure in a row disables a webhook, without any notice."""
SUCCESS = frozenset({*range(200, 300), 301, 302})
AGENT = "WooCommerce/11.0.1 Hookshot (WordPress/7.0.4)"
SAFE_PORTS = (80, 443, 8080)
MOST_TRIES, AT_ONCE = 15, 20
"""Of the plugin's pushes."""


def run_soon(stores: WooStores, store: WooStore) -> None:
    """As the cron of a visited shop does it. Without visits nothing is ever sent."""
    wait = store.switches.cron_seconds
    if wait is not None:
        stores.later(wait, lambda: threading.Thread(target=run, args=(stores, store), daemon=True).start())


def run(stores: WooStores, store: WooStore) -> int:
    """All that waits now, in order; returns how many were done. 0 while another run is going on."""
    if not store.running.acquire(blocking=False):
        return 0
    try:
        with stores.lock:
            waiting, store.facts.queue = store.facts.queue, []
            stores.save(store)
        for action in waiting:
            if action.kind == "webhook":
                deliver(stores, store, action)
            else:
                _push_again(stores, store, action)
    finally:
        store.running.release()
    return len(waiting)


def flush(stores: WooStores, store: WooStore) -> None:
    """At the end of a request: what it changed goes out once the answer is given."""
    with stores.lock:
        changes, store.changes = store.changes, {}
        plugin = store.facts.plugin
        if not changes or plugin is None or not plugin.is_connected:
            return
        store.pushing += 1
    threading.Thread(target=_push, args=(stores, store, changes), daemon=True).start()


def _push(stores: WooStores, store: WooStore, changes: dict[int, str]) -> None:
    """At most twenty at once; what cannot be sent, and the others, are Action Scheduler's."""
    at_once = dict(list(changes.items())[:AT_ONCE])
    try:
        sent = at_once if pushes.send(stores, store, at_once, 5) else {}
        with stores.lock:
            for order_id, event in changes.items():
                if order_id not in sent:
                    _push_later(stores, store, Action("push", order_id, event=event), order_id in at_once)
    finally:
        with stores.lock:
            store.pushing -= 1


def _push_again(stores: WooStores, store: WooStore, action: Action) -> None:
    if not pushes.send(stores, store, {action.resource_id: action.event}, 20) and action.tries < MOST_TRIES:
        with stores.lock:
            again = Action("push", action.resource_id, event=action.event, tries=action.tries + 1)
            _push_later(stores, store, again, True)


def _push_later(stores: WooStores, store: WooStore, action: Action, with_pause: bool) -> None:
    store.facts.queue.append(action)
    stores.save(store)
    if store.switches.cron_seconds is not None:
        pause = store.switches.push_retry_seconds * 2 ** (action.tries - 1) if with_pause else 0.0
        stores.later(pause, lambda: threading.Thread(target=run, args=(stores, store), daemon=True).start())


def deliver(stores: WooStores, store: WooStore, action: Action) -> None:
    with stores.lock:
        webhook = store.webhook(action.webhook_id)
        if webhook is None or webhook.status != "active":
            return
        body = php_json(payload(stores, store, webhook, action.resource_id))
    headers = signed_headers(stores, store, webhook, body.encode())
    status = post(stores, store, webhook.delivery_url, body, headers)
    with stores.lock:
        store.sent.append(
            Sent("webhook", webhook.topic, webhook.delivery_url, headers["X-WC-Webhook-Delivery-ID"], body, status)
        )
        _judge(webhook, status in SUCCESS)
        stores.save(store)


def payload(stores: WooStores, store: WooStore, webhook: Webhook, resource_id: int) -> Any:
    """The resource as it stands at delivery: erased since, it is the error that REST would answer."""
    if webhook.event == "deleted":
        return {"id": resource_id}
    root = stores.root(store)
    if webhook.resource == "coupon":
        coupon = store.coupons.get(resource_id)
        return coupon_json(store, root, coupon) if coupon else invalid_id("shop_coupon").body()
    order = store.orders.get(resource_id)
    return order_json(store, root, order) if order else invalid_id("shop_order").body()


def signed_headers(stores: WooStores, store: WooStore, webhook: Webhook, body: bytes) -> dict[str, str]:
    """Only the body is signed. The delivery's id is made of webhook and second, so several deliveries share one."""
    signature = base64.b64encode(hmac.new(webhook.secret.encode(), body, hashlib.sha256).digest()).decode()
    return {
        "User-Agent": AGENT,
        "Content-Type": "application/json",
        "X-WC-Webhook-Source": stores.root(store) + "/",
        "X-WC-Webhook-Topic": webhook.topic,
        "X-WC-Webhook-Resource": webhook.resource,
        "X-WC-Webhook-Event": webhook.event,
        "X-WC-Webhook-Signature": signature,
        "X-WC-Webhook-ID": str(webhook.id),
        "X-WC-Webhook-Delivery-ID": hashlib.md5(f"{webhook.id}{second()}".encode(), usedforsecurity=False).hexdigest(),
    }


def second() -> int:
    return int(time.time())


def ping(stores: WooStores, store: WooStore, webhook: Webhook) -> None:
    """At creation: form-encoded, unsigned, and its failure goes unreported."""
    headers = {"User-Agent": AGENT, "Content-Type": "application/x-www-form-urlencoded"}
    body = f"webhook_id={webhook.id}"
    status = post(stores, store, webhook.delivery_url, body, headers)
    with stores.lock:
        store.sent.append(Sent("ping", webhook.topic, webhook.delivery_url, "", body, status))


def post(stores: WooStores, store: WooStore, url: str, body: str, headers: dict[str, str]) -> int | None:
    """Called without the world's lock. Redirects are not followed."""
    if not is_allowed(stores, store, url):
        return None
    try:
        answer = requests.post(
            url, data=body.encode(), headers=headers, timeout=store.switches.webhook_seconds, allow_redirects=False
        )
    except requests.RequestException:
        return None
    return answer.status_code


def is_allowed(stores: WooStores, store: WooStore, url: str) -> bool:
    """WordPress' rule for addresses: port 80, 443 or 8080. On this machine the app is let through beside it, unless
    the switch says that the rule holds for it too.
    """
    address = urlsplit(url)
    if url.startswith(stores.app_url + "/") and not store.switches.safe_ports:
        return True
    return address.scheme in ("http", "https") and (address.port is None or address.port in SAFE_PORTS)


def _judge(webhook: Webhook, is_good: bool) -> None:
    if is_good:
        webhook.failures = 0
    elif webhook.failures >= MOST_FAILURES:
        webhook.status = "disabled"
    else:
        webhook.failures += 1
