"""Reading offers and their codes."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field

from app.codes.routes import RunOut
from app.db import reading
from app.influencers.service import Selection
from app.offers.fields import OfferIn, OfferTerms
from app.offers.given import Given
from app.offers.rules import State
from app.stores.context import current
from app.stores.guards import signed_in
from app.views import offer_impact, offers

blueprint = APIBlueprint("offer_views", __name__, tag="Offers")

Limit = Annotated[int, Field(ge=1, le=offers.MOST)]
Cursor = Annotated[str, Field(max_length=200)]


class MoneyOut(BaseModel):
    amount: str
    currency: str


class TotalsOut(BaseModel):
    currency: str
    redemptions: int
    gross: MoneyOut
    discount: MoneyOut
    refunded: MoneyOut
    net: MoneyOut


class CodeCounts(BaseModel):
    queued: int
    creating: int
    live: int
    failed: int
    disabled: int
    retired: int


class PoolOut(BaseModel):
    """Codes that nobody holds yet."""

    total: int
    live: int


class SavedFor(BaseModel):
    """Whom a draft was saved for: sent as it is, it means the same people."""

    people: int
    selection: Selection | None
    edits: dict[str, str]
    pool: int


class OfferVersion(BaseModel):
    id: int
    name: str
    state: State


class OfferOut(OfferTerms):
    """`saved_for` (of drafts) and `versions` are told of one offer, not in lists."""

    counts: CodeCounts
    pool: PoolOut
    people: int
    totals: list[TotalsOut]
    run: RunOut | None
    saved_for: SavedFor | None
    versions: list[OfferVersion]


class OfferPage(BaseModel):
    items: list[OfferOut]
    next_cursor: str | None
    total: int


class Holder(BaseModel):
    id: int
    name: str


class CodeOut(BaseModel):
    """A pooled code is masked until somebody holds it. `due`: what the store has yet to be told. `tracked` false: kept
    though the store does not have it."""

    id: int
    code: str
    state: str
    reason: str | None
    message: str | None
    due: str
    tracked: bool
    influencer: Holder | None
    redemptions: int
    net: MoneyOut | None


class CodePage(BaseModel):
    items: list[CodeOut]
    next_cursor: str | None
    total: int


class OfferQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    state: State | None = None
    q: Annotated[str, Field(max_length=200)] = ""
    cursor: Cursor = ""
    limit: Limit = 50


class CodeQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    state: Literal["queued", "creating", "live", "failed", "disabled", "retired"] | None = None
    cursor: Cursor = ""
    limit: Limit = 50


@blueprint.get("/offers")
@signed_in
@blueprint.input(OfferQuery, location="query")
@blueprint.output(OfferPage)
def list_offers(query_data: OfferQuery) -> dict[str, Any]:
    """List offers, the newest first

    Archived ones only where that state is asked for.
    """
    with reading() as session:
        return offers.listed(
            session, current().workspace_id, state=query_data.state, q=query_data.q, cursor=query_data.cursor,
            limit=query_data.limit,
        )  # fmt: skip


@blueprint.get("/offers/<int:offer_id>")
@signed_in
@blueprint.output(OfferOut)
def show_offer(offer_id: int) -> dict[str, Any]:
    """Show an offer"""
    with reading() as session:
        return offers.shown(session, current().workspace_id, offer_id)


class ChangedField(BaseModel):
    """Both sides as GET /offers/{id} tells them."""

    field: str
    before: Any
    after: Any


class ImpactFault(BaseModel):
    field: str
    message: str


class ImpactOut(BaseModel):
    """`live`: codes in the store that change with the offer, `pooled` of them held by nobody; `coming`: codes that get
    the changed terms when they are made. `saying_old_value`: codes whose text says the old value; `used_up`: codes that
    have been used as often as the new limit allows. `approval`: why a second person is needed.
    """

    store_name: str
    in_store: bool
    live: int
    coming: int
    pooled: int
    changes: list[ChangedField]
    saying_old_value: int
    used_up: int
    approval: str | None
    errors: list[ImpactFault]


class OfferChange(OfferIn):
    """Only the fields sent are changed."""


@blueprint.post("/offers/<int:offer_id>/change-previews")
@signed_in
@blueprint.input(OfferChange)
@blueprint.output(ImpactOut)
def preview_change(offer_id: int, json_data: OfferChange) -> dict[str, Any]:
    """See what a change of a published offer would do

    Nothing is kept and nothing is sent.
    """
    sent, given = json_data.model_fields_set, json_data.given()
    named = {field.name: getattr(given, field.name) for field in fields(Given) if field.name in sent}
    pattern = json_data.pattern if "pattern" in sent else None
    with reading() as session:
        return offer_impact.of_change(session, current().workspace_id, offer_id, named, pattern)


@blueprint.get("/offers/<int:offer_id>/codes")
@signed_in
@blueprint.input(CodeQuery, location="query")
@blueprint.output(CodePage)
def list_codes(offer_id: int, query_data: CodeQuery) -> dict[str, Any]:
    """List an offer's codes"""
    with reading() as session:
        return offers.codes(
            session, current().workspace_id, offer_id, state=query_data.state, cursor=query_data.cursor,
            limit=query_data.limit,
        )  # fmt: skip
