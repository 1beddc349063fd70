"""A file of people on its way in: sent, its columns matched, checked row by row, and only then applied.

The text stands in the database in compressed pieces until it was applied, or for a day. Both passes are worked by a
job in short transactions (app.influencers.import_jobs); a mark says how far each is.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.db import Base
from app.db.bulk import insert_rows, proposed
from app.errors import Conflict, FieldError, InvalidInput, NotFound
from app.influencers import csv_text
from app.influencers.columns import FIELDS, ID, known, propose, record, told_apart_by_letters
from app.influencers.fields import clean
from app.influencers.file_rows import Planned, key_of
from app.influencers.models import ImportPart, ImportRow, InfluencerImport
from app.influencers.upsert import Key
from app.queue import enqueue_after_commit

LARGEST = 25 * 1024 * 1024
MOST_ROWS = 250_000
MOST_COLUMNS = 200
SAMPLE = 3
PIECE = 512 * 1024
"""Letters of the text in one piece: some 100 kB compressed."""
KEPT = timedelta(days=1)
RESULTS_KEPT = timedelta(days=30)
OUTCOMES = ("created", "updated", "unchanged", "refused")
JOB = "app.influencers.import_jobs.work"
_PARTS, _ROWS = (Base.metadata.tables[model.__tablename__] for model in (ImportPart, ImportRow))


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that can be read. `pieces`: its text, compressed."""

    encoding: str
    separator: str
    head: list[str]
    sample: list[list[str]]
    rows: int
    pieces: list[bytes]


def open_file(content: bytes) -> Opened:
    """Raises InvalidInput at file. No database is asked."""
    text, encoding = csv_text.decode(content)
    separator = csv_text.separator_of(text, known)
    reader = csv_text.rows(text, separator)
    head = next(reader, None)
    if head is None or head.number != 1 or head.fault:
        raise _refused("The first row must name the columns, such as email, first_name and tags.")
    if len(head.cells) > MOST_COLUMNS:
        raise _refused(f"This file has {len(head.cells)} columns. Use at most {MOST_COLUMNS}.")
    sample: list[list[str]] = []
    count = 0
    for row in reader:
        count += 1
        if len(sample) < SAMPLE:
            sample.append([clean(cell)[:100] for cell in row.cells[: len(head.cells)]])
        if count > MOST_ROWS:
            raise _refused(f"This file has more than {MOST_ROWS:,} rows. Split it.")
    if not count:
        raise _refused("This file has no rows below its head.")
    pieces = [zlib.compress(text[at : at + PIECE].encode(errors="replace"), 1) for at in range(0, len(text), PIECE)]
    return Opened(encoding, separator, [clean(name)[:100] for name in head.cells], sample, count, pieces)


def _refused(message: str) -> InvalidInput:
    return InvalidInput.at(FieldError("file", message))


def start(session: Session, workspace_id: int, name: str, opened: Opened, actor: str) -> InfluencerImport:
    """The row of an import. Its pieces follow, one transaction each; then ready()."""
    found = InfluencerImport(
        workspace_id=workspace_id, name=clean(name)[:255], state="sent", encoding=opened.encoding,
        separator=opened.separator, head=opened.head, sample=opened.sample, mapping=propose(opened.head),
        rows=opened.rows, checked=0, applied=0, counts={}, round=0, message="", started_by=actor, created_at=now(),
    )  # fmt: skip
    session.add(found)
    session.flush()
    return found


def add_piece(session: Session, import_id: int, number: int, piece: bytes) -> None:
    insert_rows(session, _PARTS, [{"import_id": import_id, "number": number, "content": piece}])


def get(session: Session, workspace_id: int, import_id: int, *, lock: bool = False) -> InfluencerImport:
    query = select(InfluencerImport).where(
        InfluencerImport.workspace_id == workspace_id, InfluencerImport.id == import_id
    )
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound("There is no such import.")
    return found


def latest(session: Session, workspace_id: int) -> Sequence[InfluencerImport]:
    query = select(InfluencerImport).where(InfluencerImport.workspace_id == workspace_id)
    return session.scalars(query.order_by(InfluencerImport.id.desc()).limit(20)).all()


def check(session: Session, workspace_id: int, import_id: int, mapping: Mapping[str, int]) -> InfluencerImport:
    """Starts the check with these columns, from the first row. Raises InvalidInput at mapping, or Conflict."""
    found = get(session, workspace_id, import_id, lock=True)
    if found.state not in ("sent", "checking", "checked"):
        raise Conflict("This import was applied already. Send the file again.", code="applied")
    faults = [
        FieldError(f"mapping.{field}", "Choose a column of this file.")
        for field, place in mapping.items() if place >= len(found.head)
    ]  # fmt: skip
    if "external_id" not in mapping and ID not in mapping:
        faults.append(FieldError("mapping.external_id", "Choose the column that tells one person from another."))
    if faults:
        raise InvalidInput.at(*faults)
    found.mapping = {field: mapping[field] for field in FIELDS if field in mapping}
    found.state, found.checked, found.counts, found.message = "checking", 0, {}, ""
    found.round, found.worker_until = found.round + 1, None
    enqueue_after_commit(session, JOB, found.id)
    return found


def apply(session: Session, workspace_id: int, import_id: int) -> InfluencerImport:
    """Starts the import itself; a second time it changes nothing. Raises Conflict before the check is done."""
    found = get(session, workspace_id, import_id, lock=True)
    if found.state in ("applying", "done"):
        return found
    if found.state != "checked":
        raise Conflict("Check the file first.", code="not_checked")
    found.state, found.applied, found.counts = "applying", 0, {}
    found.round, found.worker_until = found.round + 1, None
    enqueue_after_commit(session, JOB, found.id)
    return found


def text_of(session: Session, import_id: int) -> str:
    parts = session.scalars(
        select(ImportPart.content).where(ImportPart.import_id == import_id).order_by(ImportPart.number)
    )
    return "".join(zlib.decompress(part).decode() for part in parts)


Record = tuple[csv_text.Row, dict[str, Any]]


class Reader:
    """The rows of an import as records, and in which row each person comes for the last time."""

    def __init__(self, text: str, separator: str, mapping: Mapping[str, int]) -> None:
        self._text, self._separator, self._mapping = text, separator, mapping
        self._by_letters = told_apart_by_letters(mapping)
        self.last: dict[Key, int] = {}
        keys = {field: mapping[field] for field in ("external_id", "source", ID) if field in mapping}
        for row, raw in self._records(keys):
            if not row.fault and (key := key_of(raw)):
                self.last[key] = row.number

    def records(self) -> Iterator[Record]:
        return self._records(self._mapping)

    def _records(self, mapping: Mapping[str, int]) -> Iterator[Record]:
        rows = csv_text.rows(self._text, self._separator)
        next(rows, None)
        for row in rows:
            yield row, record(row.cells, mapping, by_letters=self._by_letters)


def note(session: Session, found: InfluencerImport, planned: Sequence[Planned]) -> None:
    """Writes the results of some rows down and counts them."""
    keep = ("number", "external_id", "name", "outcome", "field", "message", "influencer_id")
    rows = [{"import_id": found.id, **{name: getattr(one, name) for name in keep}} for one in planned]
    again = {name: proposed(name, _ROWS.c[name]) for name in keep if name != "number"}
    insert_rows(session, _ROWS, rows, add_to=("import_id", "number"), set_=again)
    counts = dict(found.counts)
    for one in planned:
        counts[one.outcome] = counts.get(one.outcome, 0) + 1
    found.counts = counts


def results(session: Session, import_id: int, outcome: str | None, after: int, limit: int) -> Sequence[ImportRow]:
    query = select(ImportRow).where(ImportRow.import_id == import_id, ImportRow.number > after)
    if outcome:
        query = query.where(ImportRow.outcome == outcome)
    return session.scalars(query.order_by(ImportRow.number).limit(limit)).all()


def waiting(session: Session) -> Sequence[int]:
    """Imports with work to do and nobody who does it."""
    at = now()
    return session.scalars(
        select(InfluencerImport.id).where(
            InfluencerImport.state.in_(("checking", "applying")),
            func.coalesce(InfluencerImport.worker_until, at) <= at,
        )
    ).all()


def drop_file(session: Session, import_id: int) -> None:
    session.execute(delete(ImportPart).where(ImportPart.import_id == import_id))


def drop_stale(session: Session, most: int) -> int:
    """Files that nobody applied for a day, and results of a month ago, are forgotten. How much there was to do."""
    old = select(InfluencerImport.id).where(
        InfluencerImport.state.in_(("sent", "checking", "checked")), InfluencerImport.created_at < now() - KEPT
    )
    ids = session.scalars(old.limit(most)).all()
    for id in ids:
        drop_file(session, id)
    session.execute(
        update(InfluencerImport)
        .where(InfluencerImport.id.in_(ids))
        .values(state="failed", sample=[], message="Nobody applied this file within a day. Send it again.")
    )
    rows = select(ImportRow.import_id, ImportRow.number).join(InfluencerImport).where(
        InfluencerImport.created_at < now() - RESULTS_KEPT
    )  # fmt: skip
    some = session.execute(rows.limit(most)).all()
    for import_id in {row.import_id for row in some}:
        numbers = [row.number for row in some if row.import_id == import_id]
        session.execute(delete(ImportRow).where(ImportRow.import_id == import_id, ImportRow.number.in_(numbers)))
    return len(ids) + len(some)
