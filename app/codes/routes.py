"""Runs: their progress, and stopping, resuming, retrying them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from apiflask import APIBlueprint
from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.codes import runs
from app.db import reading, transaction
from app.stores.context import current
from app.stores.guards import signed_in

blueprint = APIBlueprint("runs", __name__, tag="Runs")


class RunCounts(BaseModel):
    queued: int
    creating: int
    live: int
    failed: int


class RunFailure(BaseModel):
    """Codes that failed for one reason; `text` carries the count and the store's words."""

    reason: str
    text: str
    count: int
    can_retry: bool


class RunOut(BaseModel):
    """`rate`: codes a second of late; `trouble`: why the run waits, in words."""

    id: int
    offer_id: int
    offer_name: str
    state: Literal["running", "stopped", "finished"]
    stopping: bool
    total: int
    counts: RunCounts
    rate: float | None
    seconds_left: int | None
    trouble: str
    started_by: str
    created_at: datetime
    finished_at: datetime | None
    failures: list[RunFailure]


@blueprint.get("/runs/<int:run_id>")
@signed_in
@blueprint.output(RunOut)
def show_run(run_id: int) -> dict[str, Any]:
    """Show a run's progress"""
    with reading() as session:
        return runs.show(session, current().workspace_id, run_id)


@blueprint.post("/runs/<int:run_id>/stop")
@signed_in
@blueprint.output(RunOut)
def stop_run(run_id: int) -> dict[str, Any]:
    """Stop a run

    Blocks on their way are finished; what is live stays live, the rest stays queued.
    """
    return _change(runs.stop, run_id)


@blueprint.post("/runs/<int:run_id>/resume")
@signed_in
@blueprint.output(RunOut)
def resume_run(run_id: int) -> dict[str, Any]:
    """Take a stopped run up again"""
    return _change(runs.resume, run_id)


@blueprint.post("/runs/<int:run_id>/retry")
@signed_in
@blueprint.output(RunOut)
def retry_run(run_id: int) -> dict[str, Any]:
    """Try failed codes again, those that can work now"""
    return _change(runs.retry, run_id)


def _change(act: Callable[[Session, int, int], None], run_id: int) -> dict[str, Any]:
    workspace_id = current().workspace_id
    with transaction() as session:
        act(session, workspace_id, run_id)
        session.flush()
        return runs.show(session, workspace_id, run_id)
