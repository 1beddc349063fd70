"""Files of people: sent, checked, applied, and the result of each row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from apiflask.fields import UploadFile
from flask import Response, request
from pydantic import BaseModel, ConfigDict, Field

from app import spreadsheets
from app.db import reading, transaction
from app.influencers import imports
from app.influencers.columns import FIELDS
from app.influencers.models import InfluencerImport
from app.stores.context import current
from app.stores.guards import signed_in

blueprint = APIBlueprint("imports", __name__, tag="Influencers")

PAGE = 100
RESULT = ("row", "external_id", "name", "result", "field", "message")
CSV: dict[int | str, dict[str, str | dict[str, dict[str, Any]]]] = {
    200: {"description": "The results as CSV.", "content": {"text/csv": {"schema": {"type": "string"}}}}
}
FieldName = Annotated[str, Field(pattern=f"^({'|'.join(FIELDS)})$")]
Place = Annotated[int, Field(ge=0, lt=imports.MOST_COLUMNS)]


class FileIn(BaseModel):
    """CSV with a head: comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252; up to 25 MB and 250,000 rows."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    file: UploadFile


class CheckIn(BaseModel):
    """`mapping`: {field: place of its column, the first being 0}. A column may serve two fields."""

    model_config = ConfigDict(extra="forbid")

    mapping: dict[FieldName, Place]


class Column(BaseModel):
    """`sample`: its first cells."""

    name: str
    sample: list[str]


class Counts(BaseModel):
    """Rows by what would become of them, or did."""

    created: int
    updated: int
    unchanged: int
    refused: int


class ImportOut(BaseModel):
    """`state`: sent, checking, checked, applying, done or failed. `mapping`: as proposed, until it is checked.

    Nothing is changed before it is applied. `checked` and `applied` count rows; `counts` is of the pass under way.
    """

    id: int
    name: str
    state: str
    encoding: str
    separator: str
    columns: list[Column]
    mapping: dict[str, int]
    rows: int
    checked: int
    applied: int
    counts: Counts
    message: str
    started_by: str
    created_at: datetime
    finished_at: datetime | None


class ImportList(BaseModel):
    items: list[ImportOut]


class ImportRowOut(BaseModel):
    """`number` as a spreadsheet counts rows. `field`: where a refused row is wrong."""

    number: int
    external_id: str
    name: str
    outcome: str
    field: str
    message: str
    influencer_id: int | None


class ImportRows(BaseModel):
    """`next_cursor`: the number to go on after."""

    items: list[ImportRowOut]
    next_cursor: str | None


class RowsQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    outcome: Literal["created", "updated", "unchanged", "refused"] | None = None
    cursor: Annotated[str, Field(pattern="^[0-9]{0,9}$")] = ""


class Result(BaseModel):
    model_config = ConfigDict(extra="forbid")

    outcome: Literal["created", "updated", "unchanged", "refused"] | None = None


@blueprint.before_request
def allow_files() -> None:
    """The one request that may be larger than the others."""
    if request.endpoint == f"{blueprint.name}.send_import":
        request.max_content_length = imports.LARGEST


@blueprint.post("/influencer-imports")
@signed_in
@blueprint.input(FileIn, location="files")
@blueprint.output(ImportOut, status_code=201)
def send_import(files_data: FileIn) -> dict[str, Any]:
    """Send a file of influencers

    It is read and its columns are matched; nobody is added yet. A file that nobody applies is forgotten after a day.
    """
    context = current()
    opened = imports.open_file(files_data.file.read())
    name = PurePath(files_data.file.filename or "").name
    with transaction() as session:
        found = imports.start(session, context.workspace_id, name, opened, context.actor)
    for number, piece in enumerate(opened.pieces):
        with transaction() as session:
            imports.add_piece(session, found.id, number, piece)
    return _fields(found)


@blueprint.get("/influencer-imports")
@signed_in
@blueprint.output(ImportList)
def list_imports() -> dict[str, Any]:
    """List the latest imports"""
    with reading() as session:
        return {"items": [_fields(found) for found in imports.latest(session, current().workspace_id)]}


@blueprint.get("/influencer-imports/<int:influencer_import_id>")
@signed_in
@blueprint.output(ImportOut)
def get_import(influencer_import_id: int) -> dict[str, Any]:
    """Get one import with its progress"""
    with reading() as session:
        return _fields(imports.get(session, current().workspace_id, influencer_import_id))


@blueprint.post("/influencer-imports/<int:influencer_import_id>/check")
@signed_in
@blueprint.input(CheckIn)
@blueprint.output(ImportOut, status_code=202)
def check_import(influencer_import_id: int, json_data: CheckIn) -> dict[str, Any]:
    """Check a file without importing it

    Says for each row what it would do. Runs on the server; ask for the import to see how far it is.
    """
    with transaction() as session:
        return _fields(imports.check(session, current().workspace_id, influencer_import_id, json_data.mapping))


@blueprint.post("/influencer-imports/<int:influencer_import_id>/apply")
@signed_in
@blueprint.output(ImportOut, status_code=202)
def apply_import(influencer_import_id: int) -> dict[str, Any]:
    """Import a checked file

    Rows that are refused are left out, the others go in. The same file twice changes nothing the second time.
    """
    with transaction() as session:
        return _fields(imports.apply(session, current().workspace_id, influencer_import_id))


@blueprint.get("/influencer-imports/<int:influencer_import_id>/rows")
@signed_in
@blueprint.input(RowsQuery, location="query")
@blueprint.output(ImportRows)
def list_import_rows(influencer_import_id: int, query_data: RowsQuery) -> dict[str, Any]:
    """List the rows of an import with their results"""
    after = int(query_data.cursor or 0)
    with reading() as session:
        found = imports.get(session, current().workspace_id, influencer_import_id)
        rows = imports.results(session, found.id, query_data.outcome, after, PAGE + 1)
    return {
        "items": [{name: getattr(row, name) for name in ImportRowOut.model_fields} for row in rows[:PAGE]],
        "next_cursor": str(rows[PAGE - 1].number) if len(rows) > PAGE else None,
    }


@blueprint.get("/influencer-imports/<int:influencer_import_id>/result.csv")
@signed_in
@blueprint.input(Result, location="query")
@blueprint.doc(responses=CSV)
def export_import_result(influencer_import_id: int, query_data: Result) -> Response:
    """Export the result of each row as CSV"""
    with reading() as session:
        found = imports.get(session, current().workspace_id, influencer_import_id)
    headers = {"Content-Disposition": 'attachment; filename="import-result.csv"'}
    rows = _all_results(found.id, query_data.outcome)
    return Response(spreadsheets.lines(RESULT, rows), mimetype="text/csv", headers=headers)


def _all_results(import_id: int, outcome: str | None) -> Iterator[Sequence[Any]]:
    """Each part is read in a moment of its own, so that a long download holds nothing open."""
    after = 0
    while True:
        with reading() as session:
            rows = imports.results(session, import_id, outcome, after, 1_000)
        for row in rows:
            yield row.number, row.external_id, row.name, row.outcome, row.field, row.message
        if len(rows) < 1_000:
            return
        after = rows[-1].number


def _fields(found: InfluencerImport) -> dict[str, Any]:
    columns = [
        {"name": name, "sample": [row[place] for row in found.sample if place < len(row)]}
        for place, name in enumerate(found.head)
    ]
    return {
        **{name: getattr(found, name) for name in ImportOut.model_fields if name not in ("columns", "counts")},
        "columns": columns,
        "counts": {outcome: found.counts.get(outcome, 0) for outcome in imports.OUTCOMES},
    }
