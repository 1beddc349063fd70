"""Webhooks of the store: who gets which topic, and the thin payloads. Sending is in `deliveries`."""

import uuid
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import orjson

from sandbox.clock import now, stamp
from sandbox.config import Subscription
from sandbox.shopify.codes import RedeemCode
from sandbox.shopify.deliveries import Delivery
from sandbox.shopify.discounts import Discount
from sandbox.shopify.gids import gid

if TYPE_CHECKING:
    from sandbox.shopify.shops import Shop
    from sandbox.world import World

Payload = dict[str, Any]

COMPLIANCE_TOPICS = ("customers/data_request", "customers/redact", "shop/redact")
AFTER_UNINSTALL = ("app/uninstalled", *COMPLIANCE_TOPICS)
SCOPE_OF = {
    "orders": "read_orders",
    "refunds": "read_orders",
    "discounts": "read_discounts",
    "products": "read_products",
}


def emit(world: "World", shop: "Shop", topic: str, payload: Callable[[], Payload], event_id: str | None = None) -> None:
    """Tell every subscriber of a topic. The payload is fixed now and is the same at each repeat.

    One action that raises several topics passes one `event_id` to all of them.
    """
    if not _may_hear(shop, topic):
        return
    subscribers = list(_subscribers(world, shop, topic))
    if not subscribers:
        return
    facts, moment, event = payload(), now(), event_id or str(uuid.uuid4())
    for subscription_id, subscription in subscribers:
        body = orjson.dumps(reduced(facts, subscription.include_fields))
        world.deliveries.add(
            Delivery(
                id=str(uuid.uuid4()),
                event_id=event,
                shop=shop.domain,
                topic=topic,
                url=subscription.uri,
                body=body,
                triggered_at=moment,
                subscription_id=subscription_id,
            )
        )


def _may_hear(shop: "Shop", topic: str) -> bool:
    if topic in AFTER_UNINSTALL:
        return True
    needed = SCOPE_OF.get(topic.split("/")[0])
    return shop.facts.installed and (needed is None or has_scope(shop.facts.scopes, needed))


def has_scope(granted: Iterable[str], needed: str) -> bool:
    """`write_x` holds `read_x` in it."""
    granted = set(granted)
    return needed in granted or needed.replace("read_", "write_", 1) in granted


def _subscribers(world: "World", shop: "Shop", topic: str) -> Iterable[tuple[int | None, Subscription]]:
    for subscription in world.settings.app.subscriptions:
        if topic in subscription.topics:
            yield None, subscription
    for own in shop.subscriptions.values():
        if own.topic == topic:
            yield own.id, Subscription((own.topic,), own.uri, tuple(own.include_fields) or None)


def reduced(payload: Payload, include_fields: tuple[str, ...] | None) -> Payload:
    """The payload with only the named fields; a dotted path goes into objects and lists."""
    if include_fields is None:
        return payload
    tree: dict[str, Any] = {}
    for path in include_fields:
        branch = tree
        for step in path.split("."):
            branch = branch.setdefault(step, {})
    kept = _keep(payload, tree)
    assert isinstance(kept, dict)
    return kept


def _keep(value: Any, tree: dict[str, Any]) -> Any:
    if not tree:
        return value
    if isinstance(value, list):
        return [_keep(item, tree) for item in value]
    if isinstance(value, dict):
        return {key: _keep(value[key], branch) for key, branch in tree.items() if key in value}
    return value


def discount_payload(discount: Discount) -> Payload:
    return {
        "admin_graphql_api_id": gid("DiscountCodeNode", discount.id),
        "title": discount.title,
        "status": discount.status(now()),
        "created_at": stamp(discount.created_at),
        "updated_at": stamp(discount.updated_at),
    }


def discount_deleted_payload(discount_id: int) -> Payload:
    return {"admin_graphql_api_id": gid("DiscountCodeNode", discount_id), "deleted_at": stamp(now())}


def redeem_code_payload(code: RedeemCode) -> Payload:
    return {
        "admin_graphql_api_id": gid("DiscountCodeNode", code.discount_id),
        "redeem_code": {"id": gid("DiscountRedeemCode", code.id), "code": code.code},
        "updated_at": stamp(now()),
    }


def shop_payload(shop: "Shop") -> Payload:
    facts = shop.facts
    return {
        "id": facts.id,
        "name": facts.name,
        "domain": facts.domain,
        "myshopify_domain": facts.domain,
        "currency": facts.currency,
        "iana_timezone": facts.time_zone,
        "plan_name": facts.plan,
        "created_at": stamp(facts.created_at),
        "updated_at": stamp(now()),
    }


def scopes_payload(shop: "Shop", previous: list[str]) -> Payload:
    return {
        "id": shop.facts.installation_id,
        "previous": previous,
        "current": list(shop.facts.scopes),
        "updated_at": stamp(now()),
    }
