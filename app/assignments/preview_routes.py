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
    whole: bool = False
    """Of all people selected, not of the first 1,000 alone: takes seconds for 100,000."""
    skip: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    q: Text = ""
    """Only people whom a search finds, and codes with this in them."""
    changed: bool = False
    """Only codes that were edited, or changed because theirs is taken."""


class PreviewItem(BaseModel):
    """`note`: why the code differs from the pattern; `fault`: why the code typed for them cannot be."""

    influencer_id: int
    name: str
    code: str
    note: str | None
    fault: str | None


class Fault(BaseModel):
    field: str
    message: str


class CodePreviewOut(BaseModel):
    """50 people, from `skip` on, of `matching` ones. `total`: who would get a code; `worked_out`: of how many of them
    the codes are known. `checked_in_store`: how many of the 50 the store was asked about; `note`: why not. `skipped`:
    the first 100 of `skipped_total`."""

    items: list[PreviewItem]
    total: int
    worked_out: int
    matching: int
    clashes: int
    checked_in_store: int
    note: str | None
    skipped: list[Skipped]
    skipped_total: int
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
    preview = _worked_out(workspace_id, json_data)
    with preview.lock:
        with reading() as session:
            store_id = get_store(session, workspace_id, json_data.store_id).id
            shown = previews.page(
                session, workspace_id, preview, skip=json_data.skip, query=json_data.q, changed=json_data.changed
            )
        if shown.wishes:
            _check_in_store(preview, shown, store_id)
        return _answer(preview, shown)


def _answer(preview: previews.Preview, shown: previews.Page) -> dict[str, Any]:
    away = "The store could not be asked just now. Codes that exist there get another number when they are made."
    return {
        "items": previews.items(preview, shown),
        "total": preview.total,
        "worked_out": len(preview.wishes),
        "matching": shown.matching,
        "clashes": previews.clashes(preview),
        "checked_in_store": shown.checked,
        "note": away if shown.away else None,
        "skipped": preview.skipped,
        "skipped_total": preview.skipped_total,
        "errors": [{"field": fault.field, "message": fault.message} for fault in preview.errors],
    }


def _worked_out(workspace_id: int, wanted: CodePreviewIn) -> previews.Preview:
    """The pages of a whole preview are cut from the same one for a while."""

    def make() -> previews.Preview:
        with reading() as session:
            return _preview(session, workspace_id, wanted)

    if not wanted.whole:
        return make()
    asked = wanted.model_dump_json(exclude={"skip", "q", "changed"})
    return previews.kept((workspace_id, asked), make)


def _preview(session: Session, workspace_id: int, wanted: CodePreviewIn) -> previews.Preview:
    store = get_store(session, workspace_id, wanted.store_id)
    year = now().astimezone(ZoneInfo(store.time_zone)).year
    facts, sequence = Facts(wanted.offer_name, _shown_value(wanted.value), year), 1
    if wanted.offer_id is not None:
        offer = offers.get(session, workspace_id, wanted.offer_id)
        facts, sequence = codes.facts_of(session, offer), offer.next_sequence
    return previews.from_our_rows(
        session, workspace_id, store.id, wanted.pattern, facts, wanted.selection, wanted.edits, wanted.offer_id,
        sequence, whole=wanted.whole,
    )  # fmt: skip


def _shown_value(text: str) -> str:
    """Half-typed values are left out of the codes."""
    number = text.strip()
    if number.replace(".", "", 1).isdecimal() and number.isascii():
        return number.rstrip("0").rstrip(".") if "." in number else number
    return ""


def _check_in_store(preview: previews.Preview, shown: previews.Page, store_id: int) -> None:
    def ours(names: list[str]) -> set[str]:
        with reading() as session:
            return codes.taken(session, store_id, names)

    try:
        platform = platform_for(store_id, patience=SOMEBODY_WAITS)
    except PlatformError:
        shown.away = True
        return
    previews.check_in_store(preview, shown, platform, ours)
