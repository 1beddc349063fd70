"""What codes people would get, before anything is made."""

from __future__ import annotations

from typing import Annotated, Any
from zoneinfo import ZoneInfo

from apiflask import APIBlueprint
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.assignments import previews
from app.assignments.forms import Edits, Forms, Id, Skipped
from app.clock import now
from app.codes import service as codes
from app.codes.patterns import Facts
from app.db import reading
from app.influencers.service import Selection
from app.offers import service as offers
from app.offers.fields import Text
from app.platforms.port import PlatformError
from app.stores.context import current
from app.stores.guards import signed_in
from app.stores.service import SOMEBODY_WAITS, get_store, platform_for

blueprint = APIBlueprint("code_previews", __name__, tag="Offers")


class CodePreviewIn(Forms):
    store_id: Id
    pattern: Text = ""
    type: Text = ""
    value: Text = ""
    offer_name: Text = ""
    selection: Selection
    edits: Edits = {}
    offer_id: Id | None = None
    skip: Annotated[int, Field(ge=0, le=previews.CONSIDERED - previews.SHOWN)] = 0


class PreviewItem(BaseModel):
    """`note`: why the code differs from the pattern."""

    influencer_id: int
    name: str
    code: str
    note: str | None


class Fault(BaseModel):
    field: str
    message: str


class CodePreviewOut(BaseModel):
    """50 people, from `skip` on. `checked_in_store`: how many of them the store was asked about; `note`: why not."""

    items: list[PreviewItem]
    total: int
    clashes: int
    checked_in_store: int
    note: str | None
    skipped: list[Skipped]
    errors: list[Fault]


@blueprint.post("/code-previews")
@signed_in
@blueprint.input(CodePreviewIn)
@blueprint.output(CodePreviewOut)
def preview_codes(json_data: CodePreviewIn) -> dict[str, Any]:
    """Preview codes

    Shows the codes that people would get. Nothing is kept and nothing is sent.
    """
    workspace_id = current().workspace_id
    with reading() as session:
        preview = _preview(session, workspace_id, json_data)
        preview.skip = json_data.skip
        store_id = get_store(session, workspace_id, json_data.store_id).id
    if preview.wishes:
        _check_in_store(preview, store_id)
    away = "The store could not be asked just now. Codes that exist there get another number when they are made."
    return {
        "items": previews.items(preview),
        "total": preview.total,
        "clashes": previews.clashes(preview),
        "checked_in_store": preview.checked,
        "note": away if preview.away else None,
        "skipped": preview.skipped,
        "errors": [{"field": fault.field, "message": fault.message} for fault in preview.errors],
    }


def _preview(session: Session, workspace_id: int, wanted: CodePreviewIn) -> previews.Preview:
    store = get_store(session, workspace_id, wanted.store_id)
    year = now().astimezone(ZoneInfo(store.time_zone)).year
    facts, sequence = Facts(wanted.offer_name, _shown_value(wanted.value), year), 1
    if wanted.offer_id is not None:
        offer = offers.get(session, workspace_id, wanted.offer_id)
        facts, sequence = codes.facts_of(session, offer), offer.next_sequence
    return previews.from_our_rows(
        session,
        workspace_id,
        store.id,
        wanted.pattern,
        facts,
        wanted.selection,
        wanted.edits,
        wanted.offer_id,
        sequence,
    )


def _shown_value(text: str) -> str:
    """Half-typed values are left out of the codes."""
    number = text.strip()
    if number.replace(".", "", 1).isdecimal() and number.isascii():
        return number.rstrip("0").rstrip(".") if "." in number else number
    return ""


def _check_in_store(preview: previews.Preview, store_id: int) -> None:
    def ours(names: list[str]) -> set[str]:
        with reading() as session:
            return codes.taken(session, store_id, names)

    try:
        platform = platform_for(store_id, patience=SOMEBODY_WAITS)
    except PlatformError:
        preview.away = True
        return
    previews.check_in_store(preview, platform, ours)
