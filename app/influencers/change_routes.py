"""Archiving many people at once, bringing them back, and undoing it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict

from app.db import reading, transaction
from app.influencers import changes
from app.influencers.filters import Selection
from app.influencers.models import PeopleChange
from app.stores.context import current
from app.stores.guards import signed_in

blueprint = APIBlueprint("people_changes", __name__, tag="Influencers")


class ChosenIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    selection: Selection


class ChangeOut(BaseModel):
    """`total`: how many people it changes; those who were so already are not among them. `done`: how many so far."""

    id: int
    kind: Literal["archive", "restore"]
    total: int
    done: int
    created_at: datetime
    finished_at: datetime | None


def _out(change: PeopleChange) -> dict[str, Any]:
    return {name: getattr(change, name) for name in ChangeOut.model_fields}


@blueprint.post("/influencers/archive")
@signed_in
@blueprint.input(ChosenIn)
@blueprint.output(ChangeOut, status_code=202)
def archive_influencers(json_data: ChosenIn) -> dict[str, Any]:
    """Archive the selected influencers

    Takes them off the table. Codes, orders and totals stay. More than a few hundred are archived by a job: ask for the
    change until `finished_at` is set.
    """
    context = current()
    with transaction() as session:
        return _out(changes.start(session, context.workspace_id, "archive", json_data.selection, context.actor))


@blueprint.post("/influencers/restore")
@signed_in
@blueprint.input(ChosenIn)
@blueprint.output(ChangeOut, status_code=202)
def restore_influencers(json_data: ChosenIn) -> dict[str, Any]:
    """Bring the selected archived influencers back"""
    context = current()
    with transaction() as session:
        return _out(changes.start(session, context.workspace_id, "restore", json_data.selection, context.actor))


@blueprint.get("/influencer-changes/<int:change_id>")
@signed_in
@blueprint.output(ChangeOut)
def show_change(change_id: int) -> dict[str, Any]:
    """Show how far a change of many influencers is"""
    with reading() as session:
        return _out(changes.get(session, current().workspace_id, change_id))


@blueprint.post("/influencer-changes/<int:change_id>/undo")
@signed_in
@blueprint.output(ChangeOut, status_code=202)
def undo_change(change_id: int) -> dict[str, Any]:
    """Undo a change of many influencers

    Within a week; exactly those whom it changed go back.
    """
    context = current()
    with transaction() as session:
        return _out(changes.undo(session, context.workspace_id, change_id, context.actor))
