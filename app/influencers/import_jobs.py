"""Checking and applying files of people. Each step is one short transaction that moves a mark along with its work,
so a job that is killed, or runs twice, neither loses a row nor does one twice.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from itertools import islice

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from app.clock import now
from app.db import db, reading, transaction
from app.db.bulk import rows_changed
from app.influencers import file_rows, imports
from app.influencers.imports import JOB, Reader
from app.influencers.models import InfluencerImport
from app.queue import enqueue

log = structlog.get_logger()

# SQLite has one writer: the intake of orders waits while a transaction runs, so they are short and leave gaps.
STEP = {"sqlite": 100, "postgresql": 500}
PAUSES = {"sqlite": True, "postgresql": False}
LEASE = timedelta(seconds=60)
SLICE_SECONDS = 10.0
"""Then other jobs of this queue get their turn; reading a file anew takes a second at most."""
STALE = 100


def work(import_id: int) -> None:
    """Checks or applies the next rows of an import, for a while."""
    begun = _begin(import_id)
    if begun is None:
        return
    found, lease = begun
    with reading() as session:
        reader = Reader(imports.text_of(session, import_id), found.separator, found.mapping)
    mark = found.checked if found.state == "checking" else found.applied
    records = islice(reader.records(), mark, None)
    size, until = STEP[db.engine.dialect.name], time.monotonic() + SLICE_SECONDS
    more = True
    while more and time.monotonic() < until:
        began = time.monotonic()
        rows = list(islice(records, size))
        held = _tried(import_id, found.round, mark, rows, reader, lease)
        if held is None:
            return
        mark, lease = mark + len(rows), held
        more = mark < found.rows and len(rows) == size
        if PAUSES[db.engine.dialect.name]:
            time.sleep(time.monotonic() - began)
    _end(import_id, lease)
    if more:
        enqueue(JOB, import_id)


def _begin(import_id: int) -> tuple[InfluencerImport, datetime] | None:
    """Takes the lease; None where there is nothing to do, or another worker does it."""
    at = now()
    with transaction() as session:
        taken = session.execute(
            update(InfluencerImport)
            .where(
                InfluencerImport.id == import_id, InfluencerImport.state.in_(("checking", "applying")),
                or_(InfluencerImport.worker_until.is_(None), InfluencerImport.worker_until <= at),
            )
            .values(worker_until=at + LEASE)
        )  # fmt: skip
        if not rows_changed(taken):
            return None
        return session.get_one(InfluencerImport, import_id), at + LEASE


def _tried(
    import_id: int, round: int, mark: int, rows: list[imports.Record], reader: Reader, lease: datetime
) -> datetime | None:
    try:
        return _step(import_id, round, mark, rows, reader, lease)
    except IntegrityError:
        # Somebody else brought one of these people in the same moment: now they are there, and are updated.
        log.info("import_step_repeated", import_id=import_id, mark=mark)
        return _step(import_id, round, mark, rows, reader, lease)


def _step(
    import_id: int, round: int, mark: int, rows: list[imports.Record], reader: Reader, lease: datetime
) -> datetime | None:
    """One transaction: these rows, their results, and the mark behind them. None where the work was taken away."""
    with transaction() as session:
        found = session.scalars(
            select(InfluencerImport).where(InfluencerImport.id == import_id).with_for_update()
        ).one()
        applying = found.state == "applying"
        at_mark = (found.applied if applying else found.checked) == mark
        is_ours = found.round == round and found.worker_until == lease and found.state in ("checking", "applying")
        if not is_ours or not at_mark:
            return None
        planned = file_rows.plan(session, found.workspace_id, rows, reader.last) if rows else []
        if applying and planned:
            planned = file_rows.apply(session, found.workspace_id, planned)
        if planned:
            imports.note(session, found, planned)
        found.worker_until = now() + LEASE
        mark += len(rows)
        if applying:
            found.applied = mark
        else:
            found.checked = mark
        if mark < found.rows and len(rows) < STEP[db.engine.dialect.name]:
            found.state, found.message = "failed", "The file did not arrive whole. Send it again."
        elif mark >= found.rows:
            found.state = "done" if applying else "checked"
            if applying:
                found.finished_at, found.sample = now(), []
                imports.drop_file(session, found.id)
        return found.worker_until


def _end(import_id: int, lease: datetime) -> None:
    with transaction() as session:
        session.execute(
            update(InfluencerImport)
            .where(InfluencerImport.id == import_id, InfluencerImport.worker_until == lease)
            .values(worker_until=None)
        )


def sweep() -> None:
    """Imports whose job was lost or whose worker died."""
    with reading() as session:
        ids = imports.waiting(session)
    for id in ids:
        enqueue(JOB, id, unique=f"import:{id}")


def drop_stale() -> None:
    dropped = STALE
    while dropped >= STALE:
        with transaction() as session:
            dropped = imports.drop_stale(session, STALE)
