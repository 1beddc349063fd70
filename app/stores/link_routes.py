"""Linking a second store."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field

from app.db import reading, transaction
from app.stores import linking
from app.stores.context import current
from app.stores.guards import signed_in
from app.stores.models import Store
from app.stores.routes import StoresOut, store_out
from app.stores.service import list_stores

blueprint = APIBlueprint("linking", __name__, tag="Stores")


class LinkCodeOut(BaseModel):
    """`code` is shown this once and works once."""

    code: str
    expires_at: datetime


class LinkIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, Field(max_length=60)]


@blueprint.post("/link-codes")
@signed_in
@blueprint.output(LinkCodeOut, status_code=201)
def make_link_code() -> dict[str, Any]:
    """Make a code that links another store to this workspace

    It is entered in the other store's admin within a quarter of an hour.
    """
    with transaction() as session:
        code, expires_at = linking.make_code(session, current().workspace_id)
    return {"code": code, "expires_at": expires_at}


@blueprint.post("/stores/link")
@signed_in
@blueprint.input(LinkIn)
@blueprint.output(StoresOut)
def link_store(json_data: LinkIn) -> StoresOut:
    """Link this store to the workspace that made the code

    A store with offers or orders of its own cannot join. Its people come along.
    """
    context = current()
    with transaction() as session:
        linking.link(session, context, json_data.code)
    with reading() as session:
        workspace_id = session.get_one(Store, context.store_id).workspace_id
        items = [store_out(store) for store in list_stores(session, workspace_id)]
    return StoresOut(items=items, total=len(items))
