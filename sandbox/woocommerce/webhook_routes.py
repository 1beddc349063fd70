"""REST routes of webhooks."""

import re
import secrets
from typing import Any

from sandbox.clock import now
from sandbox.woocommerce import action_queue
from sandbox.woocommerce.errors import WooError, invalid_id
from sandbox.woocommerce.rest import Call, page_of, route, sorted_by
from sandbox.woocommerce.stores import Webhook
from sandbox.woocommerce.views import webhook_json

TOPICS = re.compile(
    r"(order|coupon|product)\.(created|updated|deleted|restored)|customer\.(created|updated|deleted)"
    r"|product\.published|action\.woocommerce_\w+"
)
STATUSES = ("active", "paused", "disabled")
KEYS = {"date": lambda webhook: webhook.id, "id": lambda webhook: webhook.id, "title": lambda webhook: webhook.name}


def found(call: Call) -> Webhook:
    webhook = call.store.webhook(call.args[0])
    if webhook is None:
        raise invalid_id("shop_webhook")
    return webhook


@route("GET", "wc/v3/webhooks", "read")
def webhooks(call: Call) -> Any:
    with call.stores.lock:
        rows = sorted_by(call, call.store.facts.webhooks, KEYS)
        return page_of(call, rows, lambda webhook: webhook_json(call.store, call.root, webhook))


@route("GET", "wc/v3/webhooks/{id}", "read")
def webhook(call: Call) -> Any:
    return webhook_json(call.store, call.root, found(call))


@route("POST", "wc/v3/webhooks", "write")
def create(call: Call) -> Any:
    """201 whatever the ping says, and also for an address to which nothing can ever be sent."""
    topic, url = str(call.body.get("topic", "")), str(call.body.get("delivery_url", ""))
    if not TOPICS.fullmatch(topic):
        message = "Webhook topic must be valid."
        raise WooError("woocommerce_rest_shop_webhook_invalid_topic", message)
    if not url.startswith(("http://", "https://")):
        message = "Webhook delivery URL must be a valid URL starting with http:// or https://."
        raise WooError("woocommerce_rest_shop_webhook_invalid_delivery_url", message)
    # Without a secret WooCommerce makes one that nobody can read back.
    secret = str(call.body.get("secret") or secrets.token_urlsafe(37)[:50])
    with call.stores.lock:
        number = call.stores.next_id("WooWebhook")
        name = str(call.body.get("name") or f"Webhook {number}")
        made = Webhook(number, name, topic, url, secret, now().replace(microsecond=0))
        call.store.facts.webhooks.append(made)
        call.stores.save(call.store)
    action_queue.ping(call.stores, call.store, made)
    return webhook_json(call.store, call.root, made), 201


@route("PUT", "wc/v3/webhooks/{id}", "write")
def update(call: Call) -> Any:
    """Made active again, it keeps its count of failures: the next one disables it at once. No ping."""
    with call.stores.lock:
        changed = found(call)
        status = call.body.get("status")
        if status is not None and status not in STATUSES:
            raise WooError("rest_invalid_param", "Invalid parameter(s): status")
        changed.status = status or changed.status
        changed.secret = str(call.body.get("secret") or changed.secret)
        changed.delivery_url = str(call.body.get("delivery_url") or changed.delivery_url)
        changed.name = str(call.body.get("name") or changed.name)
        changed.modified_at = now().replace(microsecond=0)
        call.stores.save(call.store)
        return webhook_json(call.store, call.root, changed)


@route("DELETE", "wc/v3/webhooks/{id}", "write")
def delete(call: Call) -> Any:
    if not call.flag("force"):
        raise WooError("woocommerce_rest_trash_not_supported", "Webhooks do not support trashing.", 501)
    with call.stores.lock:
        gone = found(call)
        call.store.facts.webhooks.remove(gone)
        call.stores.save(call.store)
        return webhook_json(call.store, call.root, gone)
