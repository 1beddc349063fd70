"""What WooCommerce's deliveries mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from app.platforms.port import OrderSnapshot
from app.platforms.woocommerce.orders_payload import OrderGone, UnreadablePayload, buyer, deleted_snapshot, snapshot
from app.queue import enqueue_after_commit
from app.redemptions.service import apply
from app.stores.service import handle_topic, uninstall
from webhooks.topics import WOO_DELETED, WOO_ORDERS, WOO_PUSH

if TYPE_CHECKING:
    from webhooks.work import Taken

REREAD, CONFIRM = "app.redemptions.jobs.reread", "webhooks.woo_jobs.confirm_deleted"
MOST_CHANGES = 1000
REDACT = "customers/redact"
"""Shopify's word for the same request, under which it is kept and worked."""


def check(taken: Taken) -> None:
    """Raises UnreadablePayload for what can never be worked."""
    list(_snapshots(taken))
    _erased_buyer(taken)


def work(session: Session, store_id: int, own: Sequence[Taken]) -> None:
    """Orders in one batch. A webhook's bare deletion is asked about first: an order may be out of the trash again."""
    found = [order for delivery in own for order in _snapshots(delivery)]
    asked = {str(delivery.payload["id"]) for delivery in own if _hides_goods(delivery)}
    if found:
        asked.update(apply(session, store_id, found).uncertain)
    if asked:
        enqueue_after_commit(session, REREAD, store_id, *sorted(asked), queue="webhooks")
    deleted = sorted({str(delivery.payload["id"]) for delivery in own if delivery.topic == WOO_DELETED})
    if deleted:
        enqueue_after_commit(session, CONFIRM, store_id, *deleted, queue="webhooks")
    for delivery in own:
        if customer_id := _erased_buyer(delivery):
            handle_topic(
                session, store_id, REDACT, {"customer": {"id": customer_id}}, delivery.delivery_id, delivery.received_at
            )
    if any(delivery.topic == WOO_PUSH and delivery.payload.get("disconnected") is True for delivery in own):
        uninstall(session, store_id)


def _erased_buyer(delivery: Taken) -> str | None:
    """Whom WordPress' own tool for personal data erases."""
    asked = delivery.payload.get("erase") if delivery.topic == WOO_PUSH else None
    if asked is None:
        return None
    customer_id = buyer(asked.get("email")) if isinstance(asked, dict) else None
    if customer_id is None:
        raise UnreadablePayload("an erasure without an address")
    return customer_id


def _hides_goods(delivery: Taken) -> bool:
    """A webhook's order names the totals of its refunds; which part is goods stands in their lines, in the store."""
    return delivery.topic in WOO_ORDERS and bool(delivery.payload.get("refunds"))


def _snapshots(delivery: Taken) -> Iterator[OrderSnapshot]:
    if delivery.topic == WOO_PUSH:
        yield from _pushed(delivery.payload)
    elif delivery.topic in WOO_ORDERS:
        try:
            order = snapshot(delivery.payload)
        except OrderGone:  # erased before its delivery, which does not say which order it was
            return
        yield order
    elif delivery.topic == WOO_DELETED:
        deleted_snapshot(delivery.payload, delivery.received_at)


def _pushed(payload: dict[str, Any]) -> Iterator[OrderSnapshot]:
    changes = payload.get("changes", [])
    if not isinstance(changes, list) or len(changes) > MOST_CHANGES:
        raise UnreadablePayload("changes is no list that the plugin would send")
    for change in changes:
        if not isinstance(change, dict):
            raise UnreadablePayload("a change is no object")
        order = change.get("order")
        if isinstance(order, dict):
            yield snapshot(order)
        else:
            yield deleted_snapshot(change, _time(change.get("at")))


def _time(value: Any) -> datetime:
    try:
        return datetime.fromisoformat(str(value)).astimezone(UTC)
    except ValueError as error:
        raise UnreadablePayload("a change without its time") from error
