"""Bringing in codes that exist already: pasted, from a file, or all of a discount of the store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from app import spreadsheets
from app.assignments.forms import Forms, Id
from app.codes import import_rules, imports
from app.codes.models import CodeImport
from app.db import reading, transaction
from app.errors import Conflict, FieldError, InvalidInput
from app.platforms.port import PlatformError
from app.stores.context import current
from app.stores.guards import signed_in
from app.stores.service import SOMEBODY_WAITS, get_store, platform_for

blueprint = APIBlueprint("code_imports", __name__, tag="Codes")

CSV: dict[int | str, Any] = {
    200: {"description": "The results as CSV.", "content": {"text/csv": {"schema": {"type": "string"}}}}
}
RESULT = ("number", "code", "person", "influencer_id", "state", "reason")
PART = 1_000


class CodeImportIn(Forms):
    """One of `codes` (between commas or on lines), `csv` (a file with a column called code, and where wanted one of
    external_id, email or handle) and `remote_id` (a discount of the store). `keep_missing`: codes that the store does
    not have are kept as not tracked instead of refused. `offer_id`: where the codes go that are not in the store."""

    store_id: Id
    codes: Annotated[str, Field(max_length=2_000_000)] | None = None
    csv: Annotated[str, Field(max_length=2_000_000)] | None = None
    remote_id: Annotated[str, Field(max_length=255)] | None = None
    offer_id: Id | None = None
    keep_missing: bool = False


class CodeImportCounts(BaseModel):
    waiting: int
    linked: int
    kept: int
    refused: int


class CodeImportOut(BaseModel):
    """`offer_id`: the offer of all its codes, where there is one. Orders count from `created_at` on."""

    id: int
    store_id: int
    offer_id: int | None
    state: Literal["reading", "running", "finished"]
    total: int
    counts: CodeImportCounts
    trouble: str
    started_by: str
    created_at: datetime
    finished_at: datetime | None


class CodeImportLineOut(BaseModel):
    """`state`: waiting, linked, kept (not tracked) or refused, with the reason."""

    number: int
    code: str
    person: str
    influencer_id: int | None
    state: str
    reason: str


class CodeImportLines(BaseModel):
    items: list[CodeImportLineOut]
    next_after: int | None


class CodeResultQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    state: Literal["waiting", "linked", "kept", "refused"] | None = None


class CodeLineQuery(CodeResultQuery):
    after: Annotated[int, Field(ge=0, le=10_000_000)] = 0


class FoundDiscount(BaseModel):
    """A discount of the store. `terms`: in words; `offer`: the one it belongs to already."""

    remote_id: str
    title: str
    status: str
    codes: int | None
    first_code: str
    type: str
    value: str
    note: str


class FoundDiscounts(BaseModel):
    items: list[FoundDiscount]


class DiscountQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    q: Annotated[str, Field(max_length=200)] = ""


@blueprint.post("/code-imports")
@signed_in
@blueprint.input(CodeImportIn)
@blueprint.output(CodeImportOut, status_code=202)
def import_codes(json_data: CodeImportIn) -> dict[str, Any]:
    """Bring in codes that exist already

    A job looks each up in the store. Those found are linked with the terms of their discount and count from then on.
    """
    context = current()
    given = [json_data.codes is not None, json_data.csv is not None, json_data.remote_id is not None]
    if sum(given) != 1:
        raise InvalidInput.at(FieldError("codes", "Send codes, csv or remote_id."))
    with transaction() as session:
        store = get_store(session, context.workspace_id, json_data.store_id)
        if json_data.remote_id is not None:
            made = imports.start_discount(session, store, json_data.remote_id, actor=context.actor)
        else:
            from_file = json_data.csv is not None
            made = imports.start(
                session, store,
                imports.read_csv(json_data.csv or "") if from_file else import_rules.split(json_data.codes or ""),
                keep_missing=json_data.keep_missing, offer_id=json_data.offer_id,
                origin="csv" if from_file else "pasted", actor=context.actor,
            )  # fmt: skip
        session.flush()
        return imports.show(session, made)


@blueprint.get("/code-imports/<int:code_import_id>")
@signed_in
@blueprint.output(CodeImportOut)
def show_code_import(code_import_id: int) -> dict[str, Any]:
    """Show how far an import of codes is"""
    with reading() as session:
        return imports.show(session, _get(session, code_import_id))


@blueprint.get("/code-imports/<int:code_import_id>/lines")
@signed_in
@blueprint.input(CodeLineQuery, location="query")
@blueprint.output(CodeImportLines)
def list_import_lines(code_import_id: int, query_data: CodeLineQuery) -> dict[str, Any]:
    """List what became of each code, with the reasons

    Pooled codes are masked.
    """
    with reading() as session:
        rows = imports.lines(session, _get(session, code_import_id), query_data.state, query_data.after)
    more = len(rows) > imports.PAGE
    rows = rows[: imports.PAGE]
    return {"items": rows, "next_after": rows[-1]["number"] if more else None}


@blueprint.get("/code-imports/<int:code_import_id>/result.csv")
@signed_in
@blueprint.input(CodeResultQuery, location="query")
@blueprint.doc(responses=CSV)
def export_code_import(code_import_id: int, query_data: CodeResultQuery) -> Response:
    """Export what became of each code as CSV

    Pooled codes are masked.
    """
    with reading() as session:
        found = _get(session, code_import_id)
    headers = {"Content-Disposition": 'attachment; filename="import-result.csv"'}
    rows = _all_lines(found, query_data.state)
    return Response(spreadsheets.lines(RESULT, rows), mimetype="text/csv", headers=headers)


def _all_lines(found: CodeImport, state: str | None) -> Iterator[Sequence[Any]]:
    """Each part is read in a moment of its own, so that a long download holds nothing open."""
    after = 0
    while True:
        with reading() as session:
            rows = imports.lines(session, found, state, after, PART)
        for row in rows[:PART]:
            yield [row[name] for name in RESULT]
        if len(rows) <= PART:
            return
        after = rows[PART - 1]["number"]


def _get(session: Any, code_import_id: int) -> CodeImport:
    return imports.get(session, current().workspace_id, code_import_id)


@blueprint.get("/stores/<int:store_id>/discounts")
@signed_in
@blueprint.input(DiscountQuery, location="query")
@blueprint.output(FoundDiscounts)
def search_store_discounts(store_id: int, query_data: DiscountQuery) -> dict[str, Any]:
    """Search the discounts that the store has already

    By the beginning of the title, or by a whole code; at most 50, the newest first.
    """
    with reading() as session:
        get_store(session, current().workspace_id, store_id)
    try:
        found = platform_for(store_id, patience=SOMEBODY_WAITS).search_discounts(query_data.q)
    except PlatformError as error:
        raise Conflict(f"The store could not be asked: {error.message}", code="store_away") from error
    return {
        "items": [
            {
                "remote_id": row.remote_id,
                "title": row.title,
                "status": row.status,
                "codes": None if row.codes < 0 else row.codes,
                "first_code": row.first_code,
                "type": "other" if row.terms is None else row.terms.type.value,
                "value": "" if row.terms is None or row.terms.value is None else f"{row.terms.value.normalize():f}",
                "note": row.unreadable,
            }
            for row in found
        ]
    }
