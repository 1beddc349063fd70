"""Saved views of the influencer table."""

from __future__ import annotations

from apiflask import APIBlueprint
from pydantic import BaseModel

from app.db import reading, transaction
from app.stores.context import current
from app.stores.guards import signed_in
from app.views import saved_views
from app.views.saved_views import View, ViewEdit, ViewIn

blueprint = APIBlueprint("saved_views", __name__, tag="Influencers")


class Views(BaseModel):
    items: list[View]


@blueprint.get("/views")
@signed_in
@blueprint.output(Views)
def list_views() -> Views:
    """List the saved views of the influencer table"""
    with reading() as session:
        return Views(items=saved_views.listed(session, current().workspace_id))


@blueprint.post("/views")
@signed_in
@blueprint.input(ViewIn)
@blueprint.output(View, status_code=201)
def save_view(json_data: ViewIn) -> View:
    """Save a view of the influencer table

    For everybody in the workspace, under a name that no other view has.
    """
    context = current()
    with transaction() as session:
        return saved_views.add(session, context.workspace_id, json_data, context.actor)


@blueprint.patch("/views/<int:view_id>")
@signed_in
@blueprint.input(ViewEdit)
@blueprint.output(View)
def edit_view(view_id: int, json_data: ViewEdit) -> View:
    """Rename a view, change what it shows, or open the table with it"""
    with transaction() as session:
        return saved_views.edit(session, current().workspace_id, view_id, json_data)


@blueprint.delete("/views/<int:view_id>")
@signed_in
@blueprint.output({}, status_code=204)
def delete_view(view_id: int) -> str:
    """Delete a view"""
    with transaction() as session:
        saved_views.remove(session, current().workspace_id, view_id)
    return ""
