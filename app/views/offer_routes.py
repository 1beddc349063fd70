"""Reading offers and their codes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field

from app.codes.routes import RunOut
from app.db import reading
from app.offers.fields import OfferTerms
from app.offers.rules import State
from app.stores.context import current
from app.stores.guards import signed_in
from app.views import offers

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


class OfferOut(OfferTerms):
    counts: CodeCounts
    pool: PoolOut
    people: int
    totals: list[TotalsOut]
    run: RunOut | None


class OfferPage(BaseModel):
    items: list[OfferOut]
    next_cursor: str | None
    total: int


class Holder(BaseModel):
    id: int
    name: str


class CodeOut(BaseModel):
    """A pooled code is masked until somebody holds it."""

    id: int
    code: str
    state: str
    reason: str | None
    message: str | None
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
    """List offers, the newest first"""
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
