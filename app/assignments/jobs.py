"""Making the codes of big runs, and assigning them, in transactions short enough for everybody else."""

from __future__ import annotations

import time
from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.assignments import service
from app.codes import service as codes
from app.codes.models import CodeRun
from app.codes.patterns import Person
from app.db import db, reading, transaction
from app.influencers.models import Influencer
from app.influencers.names import first_handle
from app.offers.models import Offer

# SQLite has one writer: the intake of orders waits while a transaction runs, so they are short and leave gaps.
CHUNK = {"sqlite": 40, "postgresql": 1_000}
# The pause is as long as the step was.
PAUSES = {"sqlite": True, "postgresql": False}
FIRST_CHUNK = 250
"""One block for the store: it starts on that while the others are made."""
SLICE_SECONDS = 1.0
"""Then other jobs of this queue get their turn."""


class _Work:
    """What a run was asked for, read once: the list may be long."""

    def __init__(self, session: Session, run: CodeRun, offer: Offer) -> None:
        request = run.request or {}
        self.run_id = run.id
        self.ids: list[int] = request.get("ids", [])
        self.edits = {int(id): code for id, code in request.get("edits", {}).items()}
        self.pool: int = request.get("pool", 0)
        self.store_id = offer.store_id
        self.maker = codes.Maker(session, offer, run.id)


_last: list[_Work] = []
"""The work of this process's last slice: its maker knows each name's last number."""


def fill(run_id: int) -> None:
    """Makes the next codes of what a run was asked for; the store gets them meanwhile.

    Twice at once is safe: each step takes the next people under the store's lock.
    """
    work = _resume(run_id)
    if work is None:
        return
    dialect = db.engine.dialect.name
    until = time.monotonic() + SLICE_SECONDS
    more = _step(work, min(CHUNK[dialect], FIRST_CHUNK))
    codes.push_now(run_id)
    while more and time.monotonic() < until:
        began = time.monotonic()
        more = _step(work, CHUNK[dialect])
        if PAUSES[dialect]:
            time.sleep(time.monotonic() - began)
    _last[:] = [work] if more else []
    codes.push_now(run_id)
    if more:
        codes.make_now(run_id)


def _resume(run_id: int) -> _Work | None:
    if _last and _last[0].run_id == run_id:
        return _last[0]
    with reading() as session:
        run = session.get(CodeRun, run_id)
        if run is None or run.request is None:
            return None
        return _Work(session, run, session.get_one(Offer, run.offer_id))


def _step(work: _Work, size: int) -> bool:
    """One transaction: the next people get their codes, and the mark moves with them. False when all is done."""
    with transaction() as session:
        codes.lock_store(session, work.store_id)
        columns = (CodeRun.made, CodeRun.state, CodeRun.stop_asked, CodeRun.offer_id, CodeRun.started_by, CodeRun.total)
        run = session.execute(select(*columns).where(CodeRun.id == work.run_id)).one()
        offer = session.get_one(Offer, run.offer_id)
        if run.state != "running" or run.stop_asked or offer.ended_at is not None:
            return False
        ids = work.ids[run.made : run.made + size]
        pool = min(size - len(ids), len(work.ids) + work.pool - run.made - len(ids))
        made = work.maker.make(session, _people(session, offer.workspace_id, ids), pool=pool, edits=work.edits)
        service.assign(session, offer, made, run.started_by)
        mark = run.made + len(ids) + pool
        more: bool = mark < len(work.ids) + work.pool
        # Somebody else may have given them a code since the run was asked for: then there are fewer to make.
        values = {"made": mark, "total": run.total - (len(ids) + pool - len(made))}
        session.execute(
            update(CodeRun).where(CodeRun.id == work.run_id).values(values if more else {**values, "request": None})
        )
        return more


def _people(session: Session, workspace_id: int, ids: Sequence[int]) -> list[Person]:
    if not ids:
        return []
    rows = session.execute(
        select(
            Influencer.id, Influencer.first_name, Influencer.last_name, Influencer.display_name, Influencer.handles,
            Influencer.preferred_code,
        ).where(Influencer.workspace_id == workspace_id, Influencer.id.in_(ids))
    )  # fmt: skip
    found = {
        row.id: Person(
            row.id, row.first_name, row.last_name, row.display_name, first_handle(row.handles), row.preferred_code
        )
        for row in rows
    }
    return [found[id] for id in ids if id in found]


def sweep() -> None:
    """Runs still to be made whose job was lost or whose worker died."""
    waiting = select(CodeRun.id).where(CodeRun.state == "running", CodeRun.request.is_not(None))
    with reading() as session:
        ids = session.scalars(waiting.order_by(CodeRun.id)).all()
    for id in ids:
        codes.make_now(id)
