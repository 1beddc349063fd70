"""Reading campaigns. What changes them: app.campaigns."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from flask import Response
from pydantic import BaseModel, Field

from app import spreadsheets
from app.campaigns import incentives, service
from app.campaigns.fields import Forms, Id, MemberFilter, Purpose, Stage, Timing
from app.db import reading
from app.redemptions import reading as orders
from app.redemptions.routes import Money, Named, Redemptions, shown
from app.stores.context import current
from app.stores.guards import signed_in
from app.views import campaign_results as results
from app.views import campaigns as views
from app.views.cursors import pack, unpack

blueprint = APIBlueprint("campaign_views", __name__, tag="Campaigns")

State = Literal["draft", "active", "ended"]
CSV: dict[int | str, dict[str, str | dict[str, dict[str, Any]]]] = {
    200: {"description": "A CSV file.", "content": {"text/csv": {"schema": {"type": "string"}}}}
}
Cursor = Annotated[str, Field(max_length=600)]
Limit = Annotated[int, Field(ge=1, le=views.MOST)]


class PageQuery(Forms):
    cursor: Cursor = ""
    limit: Limit = 50


class CampaignsQuery(PageQuery):
    state: State | None = None


class BoardQuery(Forms):
    limit: Annotated[int, Field(ge=1, le=50)] = 6


class CampaignOrdersQuery(Forms):
    incentive_id: Id | None = None
    influencer_id: Id | None = None
    cursor: Cursor = ""


class MembersQuery(MemberFilter):
    sort: Literal["since", "name"] = "since"
    cursor: Cursor = ""
    limit: Limit = 50

    def wanted(self) -> MemberFilter:
        return MemberFilter(q=self.q, stage=self.stage, code=self.code, incentive_id=self.incentive_id)


class LowPool(BaseModel):
    incentive_id: int
    name: str
    left: int


class CampaignFields(BaseModel):
    """`stages`: members at each stage; `waiting`: members who wait for a code."""

    id: int
    name: str
    state: State
    starts_on: date | None
    ends_on: date | None
    notes: str
    created_at: datetime
    activated_at: datetime | None
    ended_at: datetime | None
    stages: dict[str, int]
    members: int
    waiting: int


class CampaignItem(CampaignFields):
    low_pools: list[LowPool]


class CampaignsOut(BaseModel):
    items: list[CampaignItem]
    next_cursor: str | None
    total: int


class IncentivePool(BaseModel):
    """`left`: can be given now; `coming`: being made or looked up; `held`: assigned, not released; `released`: in the
    creators' hands; `broken`: failed or taken off before anybody had them. `days_left` at the pace of the last week.
    """

    left: int
    coming: int
    held: int
    released: int
    broken: int
    total: int
    days_left: int | None
    low: bool


class PoolOffer(BaseModel):
    id: int
    name: str
    pattern: str
    state: str
    waits_for_approval: bool


class PoolImportCounts(BaseModel):
    waiting: int
    linked: int
    kept: int
    refused: int


class PoolImport(BaseModel):
    """The newest list brought in: its codes are looked up in the store (its lines: GET /code-imports/{id})."""

    id: int
    state: str
    total: int
    counts: PoolImportCounts
    trouble: str


class IncentiveOut(BaseModel):
    """`owed`: codes asked of the offer that are still to come."""

    id: int
    campaign_id: int
    store_id: int
    store_name: str
    name: str
    description: str
    timing: Timing
    purpose: Purpose
    value: Money | None
    cost: Money | None
    warn_at: int
    top_up: int
    owed: int
    template_id: int | None
    pool: IncentivePool
    offer: PoolOffer | None
    last_import: PoolImport | None


class CampaignOut(CampaignFields):
    incentives: list[IncentiveOut]


class MemberPerson(BaseModel):
    id: int
    name: str
    handle: str


class MemberCode(BaseModel):
    """`code` is masked until it is released, at `fulfilled_at`. `tracked` false: the store does not have it."""

    incentive_id: int
    incentive: str
    code_id: int
    code: str
    state: str
    released: bool
    tracked: bool
    assigned_at: datetime | None
    fulfilled_at: datetime | None


class MemberOut(BaseModel):
    """`waits_for`: the stage they move to when codes arrive; their own stage where they wait for a code only."""

    id: int
    influencer: MemberPerson
    external_id: str | None
    email: str
    stage: Stage
    stage_at: datetime
    waits_for: Stage | None
    waits_since: datetime | None
    added_at: datetime
    codes: list[MemberCode]


class MembersOut(BaseModel):
    items: list[MemberOut]
    next_cursor: str | None
    total: int


class BoardColumn(BaseModel):
    stage: Stage
    count: int
    items: list[MemberOut]


class BoardOut(BaseModel):
    columns: list[BoardColumn]


class StageChangeOut(BaseModel):
    """One move. `from_stage` null: added to the campaign."""

    from_stage: Stage | None
    to_stage: Stage
    at: datetime
    by: str


class MemberDetail(MemberOut):
    campaign_id: int
    history: list[StageChangeOut]


class PooledCode(BaseModel):
    id: int
    code_id: int
    code: str
    state: str
    tracked: bool
    member_id: int | None
    influencer_id: int | None
    added_at: datetime
    assigned_at: datetime | None
    fulfilled_at: datetime | None


class PooledOut(BaseModel):
    items: list[PooledCode]
    next_cursor: str | None
    total: int


class Returns(BaseModel):
    """Net revenue for each unit of cost, in one currency."""

    currency: str
    ratio: str


class ResultFields(BaseModel):
    """`value` and `cost` of the codes released; `net`, `orders`, `new_customers` of the creators' audience codes since.
    `own_orders` are the creators' own, which took `own_discount` off: a cost, never revenue.
    """

    released: int
    value: list[Money]
    cost: list[Money]
    net: list[Money]
    orders: int
    new_customers: int
    own_orders: int
    own_discount: list[Money]
    returns: list[Returns]


class IncentiveResult(ResultFields):
    incentive_id: int
    name: str


class ResultsOut(BaseModel):
    campaign: ResultFields
    incentives: list[IncentiveResult]


class CreatorResult(ResultFields):
    member_id: int
    influencer: Named
    external_id: str | None


class CreatorsOut(BaseModel):
    items: list[CreatorResult]
    next_cursor: str | None
    total: int


@blueprint.get("/campaigns")
@signed_in
@blueprint.input(CampaignsQuery, location="query")
@blueprint.output(CampaignsOut)
def list_campaigns(query_data: CampaignsQuery) -> dict[str, Any]:
    """List campaigns, the newest first"""
    with reading() as session:
        return views.listed(
            session, current().workspace_id, state=query_data.state, cursor=query_data.cursor, limit=query_data.limit
        )


@blueprint.get("/campaigns/<int:campaign_id>")
@signed_in
@blueprint.output(CampaignOut)
def get_campaign(campaign_id: int) -> dict[str, Any]:
    """Get a campaign with its incentives and the level of each pool"""
    with reading() as session:
        return views.page(session, service.get(session, current().workspace_id, campaign_id))


@blueprint.get("/campaigns/<int:campaign_id>/board")
@signed_in
@blueprint.input(BoardQuery, location="query")
@blueprint.output(BoardOut)
def get_board(campaign_id: int, query_data: BoardQuery) -> dict[str, Any]:
    """Get the board: a column for each stage with its first members"""
    with reading() as session:
        campaign = service.get(session, current().workspace_id, campaign_id)
        return {"columns": views.board(session, campaign, query_data.limit)}


@blueprint.get("/campaigns/<int:campaign_id>/members")
@signed_in
@blueprint.input(MembersQuery, location="query")
@blueprint.output(MembersOut)
def list_members(campaign_id: int, query_data: MembersQuery) -> dict[str, Any]:
    """List the members of a campaign"""
    with reading() as session:
        campaign = service.get(session, current().workspace_id, campaign_id)
        return views.table(
            session, campaign, query_data.wanted(), sort=query_data.sort, cursor=query_data.cursor,
            limit=query_data.limit,
        )  # fmt: skip


@blueprint.get("/campaigns/<int:campaign_id>/members.csv")
@signed_in
@blueprint.input(MemberFilter, location="query")
@blueprint.doc(responses=CSV)
def export_members(campaign_id: int, query_data: MemberFilter) -> Response:
    """Export members as CSV, with each code they were given and when"""
    with reading() as session:
        campaign = service.get(session, current().workspace_id, campaign_id)
        rows = list(views.lines(session, campaign, query_data))
    return _file(f"campaign-{campaign_id}.csv", views.COLUMNS, rows)


@blueprint.get("/campaign-members/<int:member_id>")
@signed_in
@blueprint.output(MemberDetail)
def get_member(member_id: int) -> dict[str, Any]:
    """Get a member with the history of their moves"""
    with reading() as session:
        return views.member(session, current().workspace_id, member_id)


@blueprint.get("/incentives/<int:incentive_id>")
@signed_in
@blueprint.output(IncentiveOut)
def get_incentive(incentive_id: int) -> dict[str, Any]:
    """Get an incentive with the level of its pool"""
    with reading() as session:
        return views.shown(session, [incentives.get(session, current().workspace_id, incentive_id)])[0]


@blueprint.get("/incentives/<int:incentive_id>/codes")
@signed_in
@blueprint.input(PageQuery, location="query")
@blueprint.output(PooledOut)
def list_incentive_codes(incentive_id: int, query_data: PageQuery) -> dict[str, Any]:
    """List an incentive's codes

    Until it is released, a code shows its first two characters and its length only.
    """
    with reading() as session:
        incentive = incentives.get(session, current().workspace_id, incentive_id)
        return views.pooled(session, incentive, cursor=query_data.cursor, limit=query_data.limit)


@blueprint.get("/campaigns/<int:campaign_id>/results")
@signed_in
@blueprint.output(ResultsOut)
def get_campaign_results(campaign_id: int) -> dict[str, Any]:
    """Get what a campaign and its incentives gave, and what came of it"""
    with reading() as session:
        return results.of_campaign(session, service.get(session, current().workspace_id, campaign_id))


@blueprint.get("/campaigns/<int:campaign_id>/results/creators")
@signed_in
@blueprint.input(PageQuery, location="query")
@blueprint.output(CreatorsOut)
def list_creator_results(campaign_id: int, query_data: PageQuery) -> dict[str, Any]:
    """List what came of each creator of a campaign, the most revenue first"""
    skip = unpack(query_data.cursor, {"revenue": (int,)})[1][0] if query_data.cursor else 0
    with reading() as session:
        campaign = service.get(session, current().workspace_id, campaign_id)
        items, total = results.of_creators(session, campaign, skip=max(skip, 0), limit=query_data.limit)
    there = max(skip, 0) + len(items)
    more = bool(items) and there < total
    return {"items": items, "next_cursor": pack("revenue", there) if more else None, "total": total}


@blueprint.get("/campaigns/<int:campaign_id>/orders")
@signed_in
@blueprint.input(CampaignOrdersQuery, location="query")
@blueprint.output(Redemptions)
def list_campaign_orders(campaign_id: int, query_data: CampaignOrdersQuery) -> dict[str, Any]:
    """List the orders behind a campaign's results

    Of the campaign, of one of its incentives, or of one creator: as many as the result says.
    """
    workspace_id = current().workspace_id
    with reading() as session:
        campaign = service.get(session, workspace_id, campaign_id)
        incentive_id = query_data.incentive_id
        if incentive_id is not None:
            incentives.get(session, workspace_id, incentive_id)
        wanted = orders.Filter(influencer_id=query_data.influencer_id)
        where = results.orders_of(campaign, incentive_id)
        return shown(orders.page(session, workspace_id, wanted, query_data.cursor or None, where=where))


@blueprint.get("/campaigns/<int:campaign_id>/results.csv")
@signed_in
@blueprint.doc(responses=CSV)
def export_campaign_results(campaign_id: int) -> Response:
    """Export the creators' results as CSV, a line for each creator and currency"""
    with reading() as session:
        rows = list(results.lines(session, service.get(session, current().workspace_id, campaign_id)))
    return _file(f"campaign-{campaign_id}-results.csv", results.COLUMNS, rows)


def _file(name: str, head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(spreadsheets.lines(head, rows), mimetype="text/csv", headers=headers)
