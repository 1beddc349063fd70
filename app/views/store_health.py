"""The health page of a store: what may be wrong, in sentences that say what to do."""

from __future__ import annotations

from datetime import datetime, timedelta

from apiflask import APIBlueprint
from pydantic import BaseModel
from shopify import ApiAccess
from sqlalchemy import func, select

from app.clock import now
from app.config import SHOPIFY_SCOPES
from app.db import reading
from app.offers.models import Offer
from app.offers.service import open_in_store
from app.stores.context import current
from app.stores.guards import signed_in
from app.stores.models import PrivacyRequest, Store, WooConnection
from app.stores.routes import StoreOut, store_out
from app.stores.service import get_store
from app.views import woo_health
from webhooks.health import InboxHealth, inbox_health

blueprint = APIBlueprint("store_health", __name__, tag="Stores")

SLOW = timedelta(minutes=5)
"""An inbox further behind than this is told as a problem."""
UNCHECKED = timedelta(hours=2)
MOST_REQUESTS = 50


class ScopesOut(BaseModel):
    wanted: list[str]
    granted: list[str]
    missing: list[str]


class InboxOut(BaseModel):
    waiting: int
    lag_seconds: int
    """Age of the oldest delivery that waits."""


class FailedOut(BaseModel):
    topic: str
    delivery_id: str
    received_at: datetime
    error: str


class PrivacyOut(BaseModel):
    topic: str
    received_at: datetime
    done_at: datetime | None
    found: str


class CheckOut(BaseModel):
    """`good` null: for information."""

    name: str
    good: bool | None
    text: str


class StoreHealthOut(StoreOut):
    scopes: ScopesOut
    last_delivery_at: datetime | None
    inbox: InboxOut
    failed_deliveries: list[FailedOut]
    reconciled_at: datetime | None
    missed: int | None
    orders_complete_from: datetime | None
    privacy_requests: list[PrivacyOut]
    checked_at: datetime | None
    """When the store last said of its health; WooCommerce only."""
    checks: list[CheckOut]
    admin_url: str
    """The plugin's page in WordPress; empty elsewhere."""
    open_offers: int
    """Offers whose codes would go on working after an uninstall."""
    problems: list[str]


@blueprint.get("/stores/<int:store_id>")
@signed_in
@blueprint.output(StoreHealthOut)
@blueprint.doc(summary="One store and its health")
def store_health(store_id: int) -> StoreHealthOut:
    with reading() as session:
        store = get_store(session, current().workspace_id, store_id)
        inbox = inbox_health(session, store.id)
        requests = session.scalars(
            select(PrivacyRequest)
            .where(PrivacyRequest.store_id == store.id)
            .order_by(PrivacyRequest.id.desc())
            .limit(MOST_REQUESTS)
        ).all()
        open_offers = session.scalar(
            select(func.count()).select_from(Offer).where(*open_in_store(store.workspace_id, store.id))
        )
        connection = session.get(WooConnection, store.id)
    health = connection.health or {} if connection else {}
    return StoreHealthOut(
        **store_out(store).model_dump(),
        scopes=_scopes(store),
        last_delivery_at=store.last_delivery_at,
        inbox=InboxOut(waiting=inbox.waiting, lag_seconds=int(_lag(inbox).total_seconds())),
        failed_deliveries=[FailedOut.model_validate(failed, from_attributes=True) for failed in inbox.failed],
        reconciled_at=store.reconciled_at,
        missed=store.reconciled_missed if store.reconciled_at else None,
        orders_complete_from=store.orders_complete_from,
        privacy_requests=[PrivacyOut.model_validate(request, from_attributes=True) for request in requests],
        checked_at=connection.health_at if connection else None,
        checks=[CheckOut.model_validate(line, from_attributes=True) for line in woo_health.lines(health)]
        if health
        else [],
        admin_url=connection.admin_url if connection else "",
        open_offers=open_offers or 0,
        problems=problems(store, inbox, now()) + woo_health.problems(health),
    )


_LOCKED_OUT = {
    "shopify": "Shopify does not let Shoutcode in any more: open Shoutcode in this store's admin once.",
    "woocommerce": "The store does not know our keys any more. Connect it again: in WordPress, Influencer codes, "
    "Connection; or, without the plugin, by “Link a store” here.",
}


def problems(store: Store, inbox: InboxHealth, at: datetime) -> list[str]:
    """What is wrong and what to do, the worst first."""
    found = []
    if store.state == "uninstalled":
        return ["Shoutcode is not installed in this store. Its codes still work; new orders are not counted."]
    if store.state == "needs_reauth":
        found.append(_LOCKED_OUT[store.platform])
    if missing := _scopes(store).missing:
        found.append(
            f"Permissions are missing ({', '.join(missing)}): open Shoutcode in the store's admin and allow them."
        )
    if store.facts_read_at is None:
        found.append("The store's currency and time zone are not known yet: this takes a moment after the install.")
    if _lag(inbox) > SLOW:
        found.append("Orders arrive faster than they are worked: numbers are late, nothing is lost.")
    if inbox.failed:
        found.append("Some deliveries could not be read. Their orders are taken from the store at the next check.")
    if store.reconciled_at is not None and at - store.reconciled_at > UNCHECKED:
        found.append("Orders have not been compared with the store for hours: see that a worker and the schedule run.")
    return found


def _scopes(store: Store) -> ScopesOut:
    """Of a WooCommerce key, which may read and write or is of no use, there is nothing to tell."""
    if store.platform != "shopify":
        return ScopesOut(wanted=[], granted=[], missing=[])
    granted = ApiAccess(store.scopes)
    missing = [scope for scope in SHOPIFY_SCOPES if not granted.covers(ApiAccess(scope))]
    return ScopesOut(wanted=list(SHOPIFY_SCOPES), granted=[s for s in store.scopes.split(",") if s], missing=missing)


def _lag(inbox: InboxHealth) -> timedelta:
    return now() - inbox.oldest_at if inbox.oldest_at else timedelta(0)
