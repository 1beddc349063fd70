"""What a batch of deliveries means. The inbox itself is neither read nor marked here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy.orm import Session

from app.assignments import drift
from app.platforms.port import OrderSnapshot
from app.platforms.shopify.order_payloads import (
    UnreadablePayload,
    deleted_snapshot,
    order_snapshot,
    order_stamp,
    refunded_order,
)
from app.platforms.woocommerce.orders_payload import UnreadablePayload as WooUnreadable
from app.queue import enqueue_after_commit
from app.redemptions.service import apply, known_since
from app.stores.service import handle_topic
from webhooks import topics, woo_work
from webhooks.sealing import BrokenSeal, Sealer

REREAD = "app.redemptions.jobs.reread"


@dataclass(slots=True)
class Taken:
    """One delivery in hand. `fault` says why it can never be worked; then `payload` is empty."""

    id: int
    store_id: int
    topic: str
    delivery_id: str
    received_at: datetime
    triggered_at: datetime
    attempts: int
    payload: dict[str, Any] = field(default_factory=dict)
    fault: str = ""


def opened(row: Any, sealer: Sealer) -> Taken:
    taken = Taken(row.id, row.store_id, row.topic, row.delivery_id, row.received_at, row.triggered_at, row.attempts)
    try:
        taken.payload = orjson.loads(sealer.open(row.body, row.store_id))
        _check(taken)
    except (BrokenSeal, UnreadablePayload, WooUnreadable, orjson.JSONDecodeError) as error:
        taken.payload, taken.fault = {}, str(error)
    return taken


def _check(taken: Taken) -> None:
    """Finds what cannot be read before anything is written, so that it sinks no batch."""
    if taken.topic in topics.ORDERS:
        order_stamp(taken.payload)
    elif taken.topic == topics.ORDER_DELETED:
        deleted_snapshot(taken.payload, taken.triggered_at)
    elif taken.topic == topics.REFUND:
        refunded_order(taken.payload)
    elif taken.topic in topics.WOO:
        woo_work.check(taken)


def work(session: Session, taken: Sequence[Taken]) -> None:
    """In one transaction with the marks on the deliveries. One that cannot be read gets its `fault`, and no more."""
    for store_id in sorted({delivery.store_id for delivery in taken}):
        own = [delivery for delivery in taken if delivery.store_id == store_id and not delivery.fault]
        if any(delivery.topic in topics.WOO for delivery in own):
            woo_work.work(session, store_id, own)
            continue
        _work_orders(session, store_id, own)
        discounts = [(delivery.topic, delivery.payload) for delivery in own if delivery.topic in drift.TOPICS]
        if discounts:
            drift.noted(session, store_id, discounts)
        for delivery in own:
            if delivery.topic in topics.APP | topics.COMPLIANCE:
                handle_topic(
                    session, store_id, delivery.topic, delivery.payload, delivery.delivery_id, delivery.triggered_at
                )


def _work_orders(session: Session, store_id: int, own: Sequence[Taken]) -> None:
    snapshots = _snapshots(own)
    snapshots += [deleted_snapshot(row.payload, row.triggered_at) for row in own if row.topic == topics.ORDER_DELETED]
    counts = apply(session, store_id, snapshots)
    asked = {*counts.uncertain, *_refunds_ahead(session, store_id, own)}
    if asked:
        enqueue_after_commit(session, REREAD, store_id, *sorted(asked), queue="webhooks")


def _snapshots(own: Sequence[Taken]) -> list[OrderSnapshot]:
    found: dict[int, OrderSnapshot] = {}
    while unread := [delivery for delivery in _newest(own) if delivery.id not in found]:
        for delivery in unread:
            try:
                found[delivery.id] = order_snapshot(delivery.payload)
            except UnreadablePayload as error:
                delivery.fault = str(error)  # the one before it in time takes its place
    return list(found.values())


def _newest(own: Iterable[Taken]) -> list[Taken]:
    """Of the deliveries of one order the newest, or those of its time: only they need reading in full."""
    newest: dict[str, tuple[datetime, list[Taken]]] = {}
    for delivery in own:
        if delivery.topic not in topics.ORDERS or delivery.fault:
            continue
        remote_id, at = order_stamp(delivery.payload)
        held = newest.get(remote_id)
        if held is None or at > held[0]:
            newest[remote_id] = at, [delivery]
        elif at == held[0]:
            held[1].append(delivery)
    return [delivery for _, deliveries in newest.values() for delivery in deliveries]


def _refunds_ahead(session: Session, store_id: int, own: Sequence[Taken]) -> list[str]:
    """Orders of ours with a refund newer than what we have of them.

    orders/updated comes with every refund and brings the money; it is asked for only where it is late or lost.
    """
    refunds = [refunded_order(delivery.payload) for delivery in own if delivery.topic == topics.REFUND]
    if not refunds:
        return []
    known = known_since(session, store_id, {remote_id for remote_id, _ in refunds})
    return [remote_id for remote_id, at in refunds if remote_id in known and known[remote_id] < at]
