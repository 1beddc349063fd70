"""Making the codes of big runs, and assigning them, in transactions short enough for everybody else."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from datetime import timedelta

import structlog
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.assignments import service
from app.assignments.service import FILL
from app.clock import now
from app.codes import service as codes
from app.codes.models import CodeRun
from app.codes.patterns import Person
from app.db import db, reading, transaction
from app.influencers.models import Influencer
from app.influencers.names import first_handle
from app.offers.models import Offer
from app.queue import enqueue

log = structlog.get_logger()

LEASE = timedelta(seconds=30)
# SQLite has one writer: the intake of orders waits while a transaction runs, so they are short and leave gaps.
CHUNK = {"sqlite": 40, "postgresql": 2_000}
PAUSE = {"sqlite": 0.002, "postgresql": 0.0}


def fill(run_id: int) -> None:
    """Makes what the run was asked for, from where the last worker left off. Twice at once: the lease lets one in."""
    worker = f"fill:{secrets.token_hex(8)}"
    with transaction() as session:
        taken = _take(session, run_id, worker)
    if taken is None:
        return
    dialect = db.engine.dialect.name
    while _step(taken, run_id, worker, CHUNK[dialect]):
        time.sleep(PAUSE[dialect])


class _Work:
    """What a run was asked for, read once: the list may be long."""

    def __init__(self, session: Session, run: CodeRun, offer: Offer) -> None:
        request = run.request or {}
        self.ids: list[int] = request.get("ids", [])
        self.edits = {int(id): code for id, code in request.get("edits", {}).items()}
        self.pool: int = request.get("pool", 0)
        self.store_id = offer.store_id
        self.maker = codes.Maker(session, offer, run.id)


def _take(session: Session, run_id: int, worker: str) -> _Work | None:
    run = session.get(CodeRun, run_id, with_for_update=True)
    if run is None or run.state != "running" or run.request is None:
        return None
    if run.worker_until is not None and run.worker_until > now():
        return None
    run.worker, run.worker_until = worker, now() + LEASE
    return _Work(session, run, session.get_one(Offer, run.offer_id))


def _step(work: _Work, run_id: int, worker: str, size: int) -> bool:
    """One transaction: the next people get their codes, and the mark moves with them. False when all is done."""
    with transaction() as session:
        codes.lock_store(session, work.store_id)
        run = session.scalar(select(CodeRun).where(CodeRun.id == run_id, CodeRun.worker == worker).with_for_update())
        if run is None:
            return False
        offer = session.get_one(Offer, run.offer_id)
        if run.stop_asked or offer.ended_at is not None:
            run.state, run.stop_asked, run.worker, run.worker_until = "stopped", False, "", None
            return False
        ids = work.ids[run.made : run.made + size]
        pool = min(size - len(ids), len(work.ids) + work.pool - run.made - len(ids))
        made = work.maker.make(session, _people(session, offer.workspace_id, ids), pool=pool, edits=work.edits)
        service.assign(session, offer, made, run.started_by)
        run.made += len(ids) + pool
        # Somebody else may have given them a code since the run was asked for.
        run.total -= len(ids) + pool - len(made)
        run.worker_until = now() + LEASE
        if run.made < len(work.ids) + work.pool:
            return True
        run.request, run.worker, run.worker_until = None, "", None
        codes.push_after_commit(session, run)
        return False


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
    waiting = select(CodeRun.id).where(
        CodeRun.state == "running",
        CodeRun.request.is_not(None),
        or_(CodeRun.worker_until.is_(None), CodeRun.worker_until < now()),
    )
    with reading() as session:
        ids = session.scalars(waiting.order_by(CodeRun.id)).all()
    for id in ids:
        enqueue(FILL, id, queue=codes.QUEUE, unique=f"fill-{id}")
