"""Reading one code."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from apiflask import APIBlueprint
from pydantic import BaseModel

from app.db import reading
from app.stores.context import current
from app.stores.guards import signed_in
from app.views import code_page
from app.views.offer_routes import Holder

blueprint = APIBlueprint("code_views", __name__, tag="Codes")


class Named(BaseModel):
    id: int
    name: str


class CodeStore(Named):
    platform: str


class OtherCode(BaseModel):
    id: int
    code: str
    state: str


class CodeDetail(BaseModel):
    """`due`: what the store has yet to be told. `tracked` false: kept though the store does not have it. `uses_kept`:
    whether its uses go on being counted after it was disabled. `can`: what may be done with it now."""

    id: int
    code: str
    state: str
    due: str
    message: str
    source: str
    tracked: bool
    influencer: Holder | None
    offer: Named
    store: CodeStore
    replaces: OtherCode | None
    replaced_by: OtherCode | None
    share_url: str | None
    link_applies: bool
    uses_kept: bool
    can: list[Literal["disable", "enable", "replace", "edit", "retire"]]
    created_at: datetime
    live_at: datetime | None


@blueprint.get("/codes/<int:code_id>")
@signed_in
@blueprint.output(CodeDetail)
def show_code(code_id: int) -> dict[str, Any]:
    """Show a code"""
    with reading() as session:
        return code_page.page(session, current().workspace_id, code_id)
