"""Reading across slices: home, the influencer table, one person's page. Offers: offer_routes."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any

from apiflask import APIBlueprint
from pydantic import BaseModel, BeforeValidator, Field

from app.codes.routes import RunOut
from app.db import reading
from app.influencers.fields import Handle, refuse
from app.influencers.filters import Filter
from app.influencers.routes import Person
from app.offers.fields import OfferTerms
from app.redemptions.routes import RedemptionOut
from app.stores.context import current
from app.stores.guards import signed_in
from app.views.home import home
from app.views.influencer_page import page
from app.views.influencer_table import MAX_COLUMNS, table
from app.views.offer_routes import MoneyOut, TotalsOut
from app.views.table_order import Sort

blueprint = APIBlueprint("views", __name__, tag="Influencers")

MAX_LIMIT = 200


def _offer_ids(value: Any) -> Any:
    """ "3,1,2" as a list without doubles."""
    if not isinstance(value, str):
        return value
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if len(parts) > MAX_COLUMNS or not all(re.fullmatch(r"[1-9][0-9]{0,17}", part) for part in parts):
        refuse(f"Enter up to {MAX_COLUMNS} offer ids with commas between them.")
    return list(dict.fromkeys(int(part) for part in parts))


class TableQuery(Filter):
    """`columns`: ids of offers, with commas. Sorting by a figure means the first of them, or all offers without any."""

    sort: Sort = "name"
    columns: Annotated[list[int], BeforeValidator(_offer_ids, json_schema_input_type=str)] = []
    cursor: Annotated[str, Field(max_length=2000)] = ""
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 50


class RowTotals(BaseModel):
    """Over all offers; one amount a currency."""

    redemptions: int
    net: list[MoneyOut]
    last_order_at: datetime | None


class Cell(BaseModel):
    """A person in one offer. What is of their code is null where they only sold with one that is theirs no more.
    `tracked` false: the store does not have it."""

    status: str | None
    code: str | None
    code_id: int | None
    tracked: bool | None
    redemptions: int
    net: MoneyOut | None
    last_order_at: datetime | None


class Row(BaseModel):
    """`offers`: by offer id, of the columns asked for; absent where the person has nothing in that offer."""

    id: int
    external_id: str | None
    name: str
    first_name: str
    last_name: str
    email: str
    handles: list[Handle]
    tags: list[str]
    groups: list[str]
    stage: str
    country: str
    archived: bool
    added_at: datetime
    totals: RowTotals
    offers: dict[str, Cell]


class ColumnOut(OfferTerms):
    run: RunOut | None


class Table(BaseModel):
    """`columns`: the offers asked for, in the same order."""

    items: list[Row]
    next_cursor: str | None
    total: int
    columns: list[ColumnOut]


class OfferName(BaseModel):
    id: int
    name: str


class HeldCode(BaseModel):
    """A code of the person, since when and until when; its figures are of that time."""

    id: int
    code: str
    status: str
    offer: OfferName
    tracked: bool
    since: datetime
    until: datetime | None
    redemptions: int
    net: MoneyOut | None
    message: str | None


class OfferTotals(BaseModel):
    offer: OfferName
    totals: list[TotalsOut]
    last_order_at: datetime | None


class Day(BaseModel):
    day: date
    net: MoneyOut
    redemptions: int


class PersonPage(Person):
    """`duplicates`: others with the same e-mail address. `days`: the last 30, in the store's currency."""

    totals: list[TotalsOut]
    offers: list[OfferTotals]
    codes: list[HeldCode]
    days: list[Day]
    duplicates: list[OfferName]
    orders: list[RedemptionOut]


class Attention(BaseModel):
    kind: str
    text: str
    link: str
    count: int


class Top(BaseModel):
    influencer_id: int
    name: str
    net: MoneyOut
    redemptions: int


class Step(BaseModel):
    step: str
    done: bool
    link: str


class Home(BaseModel):
    """`days`: the last 30 in the workspace's time zone and the store's currency."""

    attention: list[Attention]
    totals: list[TotalsOut]
    days: list[Day]
    runs: list[RunOut]
    top: list[Top]
    setup: list[Step]


@blueprint.get("/home")
@signed_in
@blueprint.output(Home)
@blueprint.doc(tags=["Home"])
def show_home() -> dict[str, Any]:
    """See what needs attention, the totals and the last 30 days"""
    context = current()
    with reading() as session:
        return home(session, context.workspace_id, context.store_id)


@blueprint.get("/influencers")
@signed_in
@blueprint.input(TableQuery, location="query")
@blueprint.output(Table)
def list_influencers(query_data: TableQuery) -> dict[str, Any]:
    """List influencers

    With the status, code and figures of each offer in `columns`. With `offer_id`: only people with a code in it.
    """
    context = current()
    with reading() as session:
        return table(
            session, context.workspace_id, context.store_id, query_data, sort=query_data.sort,
            columns=query_data.columns, cursor=query_data.cursor, limit=query_data.limit,
        )  # fmt: skip


@blueprint.get("/influencers/<int:influencer_id>")
@signed_in
@blueprint.output(PersonPage)
def show_influencer(influencer_id: int) -> dict[str, Any]:
    """Show an influencer

    With every code they held, what each offer sold, and the last orders.
    """
    with reading() as session:
        return page(session, current().workspace_id, current().store_id, influencer_id)
