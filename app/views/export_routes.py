"""Lists as CSV files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from apiflask import APIBlueprint
from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from app import spreadsheets
from app.db import reading, transaction
from app.influencers.filters import Selection
from app.offers.service import get as get_offer
from app.redemptions import reading as redemptions
from app.stores.context import current
from app.stores.guards import signed_in
from app.views import exports
from app.views.influencer_table import MAX_COLUMNS

blueprint = APIBlueprint("exports", __name__, tag="Influencers")

CSV: dict[int | str, dict[str, str | dict[str, dict[str, Any]]]] = {
    200: {"description": "The list as CSV.", "content": {"text/csv": {"schema": {"type": "string"}}}}
}
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]


class ExportIn(BaseModel):
    """`columns`: ids of the offers whose status, code and figures stand beside each person."""

    model_config = ConfigDict(extra="forbid")

    selection: Selection
    columns: Annotated[list[Id], Field(max_length=MAX_COLUMNS)] = []


class RedemptionsQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    influencer_id: Id | None = None
    offer_id: Id | None = None
    code_id: Id | None = None


def _file(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(spreadsheets.lines(head, rows), mimetype="text/csv", headers=headers)


@blueprint.post("/exports/influencers")
@signed_in
@blueprint.input(ExportIn)
@blueprint.doc(responses=CSV)
def export_influencers(json_data: ExportIn) -> Response:
    """Export influencers as CSV

    The columns of the roster contract, what they sold, and the offers asked for. The file can be imported again.
    """
    workspace_id, selection = current().workspace_id, json_data.selection
    # A transaction though nothing is written: the audit log says who took the list away.
    with transaction() as session:
        offers = exports.offers_of(session, workspace_id, list(dict.fromkeys(json_data.columns)))
        ids = exports.chosen(session, workspace_id, selection)
    rows = exports.people(workspace_id, selection, ids, offers)
    return _file("influencers", exports.people_head(offers), rows)


@blueprint.get("/offers/<int:offer_id>/codes.csv")
@signed_in
@blueprint.doc(responses=CSV, tags=["Offers"])
def export_codes(offer_id: int) -> Response:
    """Export the codes of an offer as CSV

    Codes that nobody holds yet are masked.
    """
    workspace_id = current().workspace_id
    with reading() as session:
        get_offer(session, workspace_id, offer_id)
    return _file("codes", exports.CODES, exports.codes(workspace_id, offer_id))


@blueprint.get("/redemptions.csv")
@signed_in
@blueprint.input(RedemptionsQuery, location="query")
@blueprint.doc(responses=CSV, tags=["Redemptions"])
def export_redemptions(query_data: RedemptionsQuery) -> Response:
    """Export redemptions as CSV"""
    wanted = redemptions.Filter(query_data.influencer_id, query_data.offer_id, query_data.code_id)
    return _file("redemptions", exports.REDEMPTIONS, exports.orders(current().workspace_id, wanted))
