"""The platform's requests for a buyer's or a shop's sake. We hold of a buyer a keyed hash of the customer id, no more.

Each request is a row first and is worked by a job, in small transactions; the schedule takes up what the queue lost.
The tables worked on belong to slices above this one, so they are named here and not imported.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Table, delete, exists, func, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.db import Base, reading, transaction
from app.db.bulk import rows_changed
from app.db.types import derived_keys
from app.queue import enqueue_after_commit
from app.stores.models import PrivacyRequest, Store

log = structlog.get_logger()

TOPICS = ("customers/data_request", "customers/redact", "shop/redact")
CHUNK = 100
"""Rows of one transaction: on SQLite a longer one would hold up the webhooks."""


def customer_key(store_id: int, customer_id: str) -> str:
    """What is stored in place of the buyer's id."""
    return _customer_keys(store_id, customer_id)[0]


def _customer_keys(store_id: int, customer_id: str) -> list[str]:
    """By every key in force: rows written before a key was rotated in are found too."""
    message = f"customer:{store_id}:{customer_id}".encode()
    return [hmac.new(key, message, hashlib.sha256).hexdigest() for key in derived_keys(b"customer")]


def handle(session: Session, store_id: int, topic: str, payload: dict[str, Any], delivery_id: str) -> None:
    """Notes the request; a second delivery of it adds nothing."""
    same = (
        PrivacyRequest.store_id == store_id,
        PrivacyRequest.topic == topic,
        PrivacyRequest.delivery_id == delivery_id,
    )
    if session.scalar(select(exists().where(*same))):
        return
    customer = payload.get("customer")
    customer_id = customer.get("id") if isinstance(customer, dict) else None
    request = PrivacyRequest(
        store_id=store_id,
        topic=topic,
        delivery_id=delivery_id,
        customer_keys=",".join(_customer_keys(store_id, str(customer_id))) if customer_id else "",
        received_at=now(),
    )
    session.add(request)
    session.flush()
    enqueue_after_commit(session, "app.stores.jobs.work_privacy_request", request.id)


def work(request_id: int) -> None:
    """For the job; may be repeated from the start after a kill at any point."""
    with reading() as session:
        request = session.get(PrivacyRequest, request_id)
        store = session.get_one(Store, request.store_id) if request else None
    if request is None or store is None or request.done_at is not None:
        return
    found = ""
    if request.topic == "customers/data_request":
        found = _orders_of(request)
    elif request.topic == "customers/redact":
        _forget_buyer(request)
    elif store.state == "uninstalled":
        _erase_store(store)
    else:
        found = "The app has been installed again: nothing was erased."
    with transaction() as session:
        session.execute(
            update(PrivacyRequest)
            .where(PrivacyRequest.id == request_id)
            .values(
                found=found,
                done_at=now(),
                **({"customer_keys": ""} if request.topic != "customers/data_request" else {}),
            )
        )
    log.info("privacy_request_done", store_id=store.id, topic=request.topic)


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _of_buyer(request: PrivacyRequest) -> ColumnElement[bool]:
    orders = _table("orders").c
    return (orders.store_id == request.store_id) & orders.customer_key.in_(request.customer_keys.split(","))


def _orders_of(request: PrivacyRequest) -> str:
    """For the merchant, who answers the buyer: the orders we know of, by name."""
    orders = _table("orders")
    with reading() as session:
        names = session.scalars(select(orders.c.name).where(_of_buyer(request)).order_by(orders.c.id).limit(200)).all()
        total = session.scalar(select(func.count()).select_from(orders).where(_of_buyer(request))) or 0
    if not total:
        return "We hold nothing about this buyer."
    more = f" and {total - len(names)} more" if total > len(names) else ""
    return f"Of this buyer we hold that they used a code on: {', '.join(names)}{more}."


def _forget_buyer(request: PrivacyRequest) -> None:
    """The buyer is gone, the totals stay."""
    if not request.customer_keys:
        return
    orders = _table("orders")
    while True:
        with transaction() as session:
            some = select(orders.c.id).where(_of_buyer(request)).limit(CHUNK)
            if not rows_changed(session.execute(update(orders).where(orders.c.id.in_(some)).values(customer_key=None))):
                return


def _erase_store(store: Store) -> None:
    """Everything of this store, and the workspace's people with it where it was the last one.

    An empty row of the store stays, so that a late delivery finds it closed and a new install takes it up.
    """
    for table, condition in _rows_of_store(store.id):
        _delete_all(store.id, table, condition)
    another = exists().where(
        Store.workspace_id == store.workspace_id, Store.id != store.id, Store.state != "uninstalled"
    )
    with reading() as session:
        is_last = not session.scalar(select(another))
    for table, condition in _rows_of_workspace(store.workspace_id) if is_last else ():
        _delete_all(store.id, table, condition)
    with transaction() as session:
        session.execute(update(Store).where(Store.id == store.id, Store.state == "uninstalled").values(_EMPTY_STORE))


_EMPTY_STORE = {
    "name": "",
    "currency": "",
    "time_zone": "UTC",
    "plan": "",
    "scopes": "",
    "facts_read_at": None,
    "orders_complete_from": None,
    "last_delivery_at": None,
    "reconciled_until": None,
    "reconciled_at": None,
    "reconciled_missed": 0,
}


def _rows_of_store(store_id: int) -> list[tuple[Table, ColumnElement[bool]]]:
    """What refers to others first."""
    offers = select(_table("offer").c.id).where(_table("offer").c.store_id == store_id)
    runs = select(_table("code_run").c.id).where(_table("code_run").c.offer_id.in_(offers))
    imports = select(_table("code_import").c.id).where(_table("code_import").c.store_id == store_id)
    redemptions = select(_table("redemption").c.id).where(_table("redemption").c.store_id == store_id)
    incentives = select(_table("incentive").c.id).where(_table("incentive").c.store_id == store_id)
    own: list[tuple[str, str, Any]] = [
        ("ledger_entry", "redemption_id", redemptions),
        ("redemption", "store_id", [store_id]),
        ("orders", "store_id", [store_id]),
        ("redemption_total", "offer_id", offers),
        ("assignment", "offer_id", offers),
        ("incentive_code", "incentive_id", incentives),
        ("incentive", "store_id", [store_id]),
        ("code", "store_id", [store_id]),
        ("code_import_line", "import_id", imports),
        ("code_import", "store_id", [store_id]),
        ("code_block", "run_id", runs),
        ("code_run", "offer_id", offers),
        ("offer", "store_id", [store_id]),
        ("user_account", "store_id", [store_id]),
        ("woocommerce_connection", "store_id", [store_id]),
    ]
    # A delivery still waiting is about to be worked; it goes with the clean-up of worked ones.
    delivery = _table("delivery")
    worked = (delivery.c.store_id == store_id) & (delivery.c.state != 0)
    return [*((_table(name), _table(name).c[column].in_(ids)) for name, column, ids in own), (delivery, worked)]


def _rows_of_workspace(workspace_id: int) -> list[tuple[Table, ColumnElement[bool]]]:
    events = select(_table("event").c.id).where(_table("event").c.workspace_id == workspace_id)
    imports = select(_table("influencer_import").c.id).where(_table("influencer_import").c.workspace_id == workspace_id)
    own: list[tuple[str, str, Any]] = [
        ("influencer_import_row", "import_id", imports),
        ("influencer_import_part", "import_id", imports),
        ("influencer_import", "workspace_id", [workspace_id]),
        ("erased_key", "workspace_id", [workspace_id]),
        ("people_change", "workspace_id", [workspace_id]),
        ("saved_view", "workspace_id", [workspace_id]),
        ("roster_push", "event_id", events),
        ("event_pending", "event_id", events),
        ("event", "workspace_id", [workspace_id]),
        ("roster_connection", "workspace_id", [workspace_id]),
        ("api_key", "workspace_id", [workspace_id]),
        ("code_change", "workspace_id", [workspace_id]),
        ("link_code", "workspace_id", [workspace_id]),
        ("key_grant", "workspace_id", [workspace_id]),
        ("idempotency_key", "workspace_id", [workspace_id]),
        ("message", "workspace_id", [workspace_id]),
        ("message_run", "workspace_id", [workspace_id]),
        ("message_template", "workspace_id", [workspace_id]),
        ("message_suppression", "workspace_id", [workspace_id]),
        ("mail_server", "workspace_id", [workspace_id]),
        ("portal_settings", "workspace_id", [workspace_id]),
        ("portal_link", "workspace_id", [workspace_id]),
        ("code_wish", "workspace_id", [workspace_id]),
        ("influencer_label", "workspace_id", [workspace_id]),
        ("stage_change", "workspace_id", [workspace_id]),
        ("campaign_member", "workspace_id", [workspace_id]),
        ("campaign", "workspace_id", [workspace_id]),
        ("influencer", "workspace_id", [workspace_id]),
    ]
    return [(_table(name), _table(name).c[column].in_(ids)) for name, column, ids in own]


def _delete_all(store_id: int, table: Table, condition: ColumnElement[bool]) -> None:
    # A label's key has three parts: its first one, the person, narrows enough, since the condition is asked again.
    first = next(iter(table.primary_key))
    while True:
        with transaction() as session:
            some = session.scalars(select(first).where(condition).limit(CHUNK)).all()
            # Installed again in the middle: what is made from now on belongs to the new installation.
            if not some or session.get_one(Store, store_id).state != "uninstalled":
                return
            session.execute(delete(table).where(condition, first.in_(some)))
