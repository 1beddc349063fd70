"""WooCommerce's own webhooks: the slow way orders are told, for stores without the plugin and as a fallback with it."""

from __future__ import annotations

from typing import Any

from app.platforms.woocommerce.client import WooClient

# Never coupon.created: it costs the store a fifth more time and one delivery for every code we make.
TOPICS = ("order.created", "order.updated", "order.deleted", "order.restored")
PAGE = 100


def ensure(client: WooClient, base_url: str, secret: str) -> list[str]:
    """Sees to one active webhook per topic at `{base_url}/{topic}`; returns the topics that were made or made anew.

    `base_url` holds the store's own token: headers are outside the signature, so the address tells store and topic.
    A disabled one is deleted and made again, since activation leaves its count of failures one short of the limit.
    """
    wanted = {f"{base_url.rstrip('/')}/{topic}": topic for topic in TOPICS}
    for webhook in _all(client):
        url = webhook["delivery_url"]
        if url not in wanted:
            continue
        if webhook["status"] == "active" and webhook["topic"] == wanted[url]:
            del wanted[url]
        else:
            client.write("DELETE", f"webhooks/{webhook['id']}", {}, force="true")
    for url, topic in wanted.items():
        body = {"name": f"Shoutcode {topic}", "topic": topic, "delivery_url": url, "secret": secret}
        client.write("POST", "webhooks", body)
    return list(wanted.values())


def remove(client: WooClient, base_url: str) -> None:
    for webhook in list(_all(client)):
        if webhook["delivery_url"].startswith(base_url.rstrip("/") + "/"):
            client.write("DELETE", f"webhooks/{webhook['id']}", {}, force="true")


def _all(client: WooClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        page = client.get("webhooks", per_page=PAGE, page=len(found) // PAGE + 1)
        found += page
        if len(page) < PAGE:
            return found
