"""Orders that used our codes, one by one, and the button that asks the store again."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from apiflask import APIBlueprint
from pydantic import BaseModel, Field

from app.db import reading
from app.db.bulk import AnyRow
from app.influencers.service import name_of
from app.queue import enqueue
from app.redemptions import reading as listing
from app.redemptions.money import written
from app.stores.context import current
from app.stores.guards import signed_in
from app.stores.service import get_store

blueprint = APIBlueprint("redemptions", __name__, tag="Redemptions")

Id = Annotated[int | None, Field(ge=1, lt=2**63)]


class ListQuery(BaseModel):
    influencer_id: Id = None
    offer_id: Id = None
    code_id: Id = None
    cursor: str | None = None


class Money(BaseModel):
    amount: str
    currency: str


class Named(BaseModel):
    id: int
    name: str


class RedemptionOut(BaseModel):
    """`state`: counted, cancelled, deleted, test or not_a_sale; only counted ones are in any total. `purpose`:
    audience, own_use or gift; orders of the latter two are a cost of an incentive and never attributed revenue.

    gross = goods after discounts, without tax and shipping; net = gross - refunded.
    """

    id: int
    order_name: str
    placed_at: datetime
    code: str
    influencer: Named | None
    offer: Named
    state: str
    purpose: str
    gross: Money
    discount: Money
    refunded: Money
    net: Money


class Redemptions(BaseModel):
    items: list[RedemptionOut]
    next_cursor: str | None
    total: int


class EntryOut(BaseModel):
    """One change: sale, refund, edit, cancellation, reopening or correction. Amounts are differences."""

    number: int
    kind: str
    gross: Money
    discount: Money
    refunded: Money
    reason: str
    happened_at: datetime
    recorded_at: datetime


class RedemptionDetail(RedemptionOut):
    """`reason`: why the money is credited as it is. `paid`: what the buyer saw, in the buyer's currency."""

    reason: str
    order_id: str
    cancelled_at: datetime | None
    new_customer: bool | None
    paid: Money | None
    entries: list[EntryOut]


class ReconcileOut(BaseModel):
    """`queued` false: the queue is away; the store is checked within a quarter of an hour all the same."""

    queued: bool


@blueprint.get("/redemptions")
@signed_in
@blueprint.input(ListQuery, location="query")
@blueprint.output(Redemptions)
def list_redemptions(query_data: ListQuery) -> dict[str, Any]:
    """List redemptions

    Orders that used a code of yours, newest first.
    """
    wanted = listing.Filter(query_data.influencer_id, query_data.offer_id, query_data.code_id)
    with reading() as session:
        page = listing.page(session, current().workspace_id, wanted, query_data.cursor)
    return shown(page)


@blueprint.get("/redemptions/<int:redemption_id>")
@signed_in
@blueprint.output(RedemptionDetail)
def get_redemption(redemption_id: int) -> dict[str, Any]:
    """Get one redemption

    With every change of its money and the reason of each.
    """
    with reading() as session:
        row, entries = listing.one(session, current().workspace_id, redemption_id)
    paid = None if row.presentment_total is None else _money(row.presentment_total, row.presentment_currency)
    return {
        **_fields(row),
        "reason": entries[-1].reason if entries else _UNCOUNTED.get(row.state, ""),
        "order_id": row.remote_id,
        "cancelled_at": row.cancelled_at,
        "new_customer": row.new_customer,
        "paid": paid,
        "entries": [
            {
                "number": entry.number, "kind": entry.kind, "reason": entry.reason, "happened_at": entry.happened_at,
                "recorded_at": entry.recorded_at, "gross": _money(entry.gross, entry.currency),
                "discount": _money(entry.discount, entry.currency), "refunded": _money(entry.refunded, entry.currency),
            }
            for entry in entries
        ],
    }  # fmt: skip


@blueprint.post("/stores/<int:store_id>/reconcile")
@signed_in
@blueprint.output(ReconcileOut, status_code=202)
def reconcile_store(store_id: int) -> dict[str, Any]:
    """Check a store's orders now

    Asks the store for every order that changed since the last check. The result stands on the store's page.
    """
    with reading() as session:
        store = get_store(session, current().workspace_id, store_id)
    return {"queued": enqueue("app.redemptions.jobs.reconcile", store.id, unique=f"reconcile:{store.id}")}


_UNCOUNTED = {
    "cancelled": "The order was cancelled before it was seen here",
    "deleted": "The order was deleted in the store",
    "test": "A test order is never counted",
    "not_a_sale": "The store says this is no sale",
}


def shown(page: listing.Page) -> dict[str, Any]:
    """As Redemptions."""
    return {"items": [_fields(row) for row in page.rows], "next_cursor": page.next_cursor, "total": page.total}


def _fields(row: AnyRow) -> dict[str, Any]:
    amounts = {name: _money(getattr(row, name), row.currency) for name in ("gross", "discount", "refunded")}
    return {
        "id": row.id, "order_name": row.order_name, "placed_at": row.placed_at,
        "code": listing.code_of(row), "state": row.state,
        "purpose": row.purpose,
        "influencer": {"id": row.influencer_id, "name": name_of(row.Influencer)} if row.Influencer else None,
        "offer": {"id": row.offer_id, "name": row.offer_name},
        **amounts,
        "net": _money(row.gross - row.refunded, row.currency),
    }  # fmt: skip


def _money(amount: Decimal, currency: str) -> dict[str, str]:
    return {"amount": written(amount, currency), "currency": currency}
