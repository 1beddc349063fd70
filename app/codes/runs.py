"""A run as the page shows it, and what can be done with it: stop, resume, retry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, null, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.codes.models import Code, CodeBlock, CodeRun
from app.codes.rules import failed_in_words, seconds_left
from app.codes.service import get_run, make_after_commit, push_after_commit
from app.errors import Conflict
from app.offers.models import Offer

WINDOW = timedelta(seconds=20)
"""The rate is that of the last blocks."""
FIRST_ESTIMATE = timedelta(seconds=3)
STATES = ("queued", "creating", "live", "failed")


def show(session: Session, workspace_id: int, run_id: int) -> dict[str, Any]:
    get_run(session, workspace_id, run_id)
    return latest(session, workspace_id, CodeRun.id == run_id)[0]


def latest(session: Session, workspace_id: int, *which: ColumnElement[bool], limit: int = 5) -> list[dict[str, Any]]:
    """Runs, the newest first, in four statements whatever their number; in one where there is none."""
    rows = session.execute(
        select(CodeRun, Offer.name)
        .join(Offer, Offer.id == CodeRun.offer_id)
        .where(CodeRun.workspace_id == workspace_id, *which)
        .order_by(CodeRun.id.desc())
        .limit(limit)
    ).all()
    ids = [run.id for run, _ in rows]
    if not ids:
        return []
    counts, failures, rates = _counts(session, ids), _failures(session, ids), _rates(session, ids)
    return [
        _run(run, name, counts.get(run.id, {}), failures.get(run.id, []), rates.get(run.id, 0)) for run, name in rows
    ]


def of_offers(session: Session, workspace_id: int, offer_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """{offer id: the run to look at}: one under way, else the newest with failures, else the newest."""
    failed = exists().where(Code.run_id == CodeRun.id, Code.state == "failed")
    wanted = func.coalesce(
        func.max(case((CodeRun.state != "finished", CodeRun.id))),
        func.max(case((failed, CodeRun.id))),
        func.max(CodeRun.id),
    )
    chosen = select(wanted).where(CodeRun.offer_id.in_(offer_ids)).group_by(CodeRun.offer_id)
    runs = latest(session, workspace_id, CodeRun.id.in_(chosen), limit=max(len(offer_ids), 1))
    return {run["offer_id"]: run for run in runs}


def _counts(session: Session, ids: Sequence[int]) -> dict[int | None, dict[str, int]]:
    query = select(Code.run_id, Code.state, func.count()).where(Code.run_id.in_(ids)).group_by(Code.run_id, Code.state)
    found: dict[int | None, dict[str, int]] = {}
    for run_id, state, count in session.execute(query):
        found.setdefault(run_id, {})[state] = count
    return found


def _failures(session: Session, ids: Sequence[int]) -> dict[int | None, list[dict[str, Any]]]:
    # What a store says may name the code, and those of a pool are nobody's to read.
    told = func.min(case((Code.in_pool, null()), else_=Code.message))
    query = (
        select(Code.run_id, Code.reason, Code.can_retry, func.count(), told)
        .where(Code.run_id.in_(ids), Code.state == "failed")
        .group_by(Code.run_id, Code.reason, Code.can_retry)
        .order_by(func.count().desc())
    )
    found: dict[int | None, list[dict[str, Any]]] = {}
    for run_id, reason, can_retry, count, message in session.execute(query):
        text = f"{failed_in_words(reason, count)}: {message}" if message else failed_in_words(reason, count)
        found.setdefault(run_id, []).append({"reason": reason, "text": text, "count": count, "can_retry": can_retry})
    return found


def _rates(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """Codes of the blocks done within the window."""
    query = (
        select(CodeBlock.run_id, func.sum(CodeBlock.size))
        .where(CodeBlock.run_id.in_(ids), CodeBlock.done_at > now() - WINDOW)
        .group_by(CodeBlock.run_id)
    )
    return {run_id: int(size) for run_id, size in session.execute(query)}


def _run(run: CodeRun, offer_name: str, counts: dict[str, int], failures: list[Any], recent: int) -> dict[str, Any]:
    going_for = now() - run.created_at
    seconds = min(going_for, WINDOW).total_seconds()
    rate = recent / seconds if run.state == "running" and going_for >= FIRST_ESTIMATE and recent else None
    waiting = run.total - sum(counts.get(state, 0) for state in ("live", "failed", "disabled", "retired"))
    return {
        "id": run.id,
        "offer_id": run.offer_id,
        "offer_name": offer_name,
        "state": run.state,
        "stopping": run.stop_asked,
        "total": run.total,
        "counts": {state: counts.get(state, 0) for state in STATES},
        "rate": None if rate is None else round(rate, 1),
        "seconds_left": None if rate is None else seconds_left(waiting, rate),
        "trouble": run.trouble,
        "started_by": run.started_by,
        "created_at": run.created_at,
        "finished_at": run.finished_at,
        "failures": failures,
    }


def stop(session: Session, workspace_id: int, run_id: int) -> None:
    """What is on its way is finished; the rest stays queued. Without a worker the run stops at once."""
    run = get_run(session, workspace_id, run_id, lock=True)
    if run.state != "running":
        return
    if run.worker and run.worker_until is not None and run.worker_until > now():
        run.stop_asked = True
    else:
        run.state, run.stop_asked, run.trouble = "stopped", False, ""


def resume(session: Session, workspace_id: int, run_id: int) -> None:
    run = get_run(session, workspace_id, run_id, lock=True)
    _must_be_open(session, run)
    if run.state == "finished":
        return
    if run.state == "stopped":
        run.worker_until = None
    run.state, run.stop_asked = "running", False
    _go_on(session, run)


def retry(session: Session, workspace_id: int, run_id: int) -> None:
    """Queues again what failed and may work now."""
    run = get_run(session, workspace_id, run_id, lock=True)
    _must_be_open(session, run)
    again = session.scalars(
        update(Code)
        .where(Code.run_id == run.id, Code.state == "failed", Code.can_retry)
        .values(state="queued", reason="", message="", can_retry=False, block_id=None)
        .returning(Code.id)
    ).all()
    if not again and run.state == "finished":
        raise Conflict("Nothing in this run can be tried again.")
    if run.state != "running":
        run.worker_until = None
    run.state, run.stop_asked, run.finished_at = "running", False, None
    _go_on(session, run)


def _go_on(session: Session, run: CodeRun) -> None:
    if run.request is not None:
        make_after_commit(session, run)
    push_after_commit(session, run)


def _must_be_open(session: Session, run: CodeRun) -> None:
    if session.get_one(Offer, run.offer_id).ended_at is not None:
        raise Conflict("This offer has ended: its run cannot go on.")
