"""Archiving many people at once, or bringing them back: a few at once within the request, more by a job."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from app import events
from app.clock import now
from app.db import db, reading, transaction
from app.db.bulk import among
from app.errors import Conflict, NotFound
from app.influencers.filters import Filter, Selection, conditions
from app.influencers.models import Influencer, PeopleChange
from app.influencers.telling import told
from app.queue import enqueue, enqueue_after_commit

Kind = Literal["archive", "restore"]
JOB = "app.influencers.changes.work"
AT_ONCE = 500
CHUNK = 5_000
# SQLite has one writer: the intake of orders waits while a transaction runs, so they are short and leave gaps.
STEP = {"sqlite": 100, "postgresql": 2_000}
PAUSES = {"sqlite": True, "postgresql": False}
SLICE_SECONDS = 5.0
"""Then other jobs of this queue get their turn."""
KEPT = timedelta(days=7)
"""So long a change can be undone."""


def start(session: Session, workspace_id: int, kind: Kind, selection: Selection, actor: str) -> PeopleChange:
    """Whoever is as wanted already is left out, and does not count. Raises NotFound for an id that is not ours."""
    return _begin(session, workspace_id, kind, _chosen(session, workspace_id, kind, selection), actor)


def undo(session: Session, workspace_id: int, id: int, actor: str) -> PeopleChange:
    """Exactly those whom the change changed go back. Raises Conflict while it is under way."""
    change = get(session, workspace_id, id)
    if change.finished_at is None:
        raise Conflict("This is still being done. Undo it when it has finished.", code="under_way")
    kind: Kind = "restore" if change.kind == "archive" else "archive"
    return _begin(session, workspace_id, kind, _ours(session, workspace_id, change.ids, *_changeable(kind)), actor)


def get(session: Session, workspace_id: int, id: int) -> PeopleChange:
    change = session.scalar(
        select(PeopleChange).where(PeopleChange.workspace_id == workspace_id, PeopleChange.id == id)
    )
    if change is None:
        raise NotFound("This change is not there any more.")
    return change


def _begin(session: Session, workspace_id: int, kind: Kind, ids: list[int], actor: str) -> PeopleChange:
    change = PeopleChange(
        workspace_id=workspace_id, kind=kind, ids=ids, total=len(ids), done=0, started_by=actor, created_at=now()
    )
    session.add(change)
    session.flush()
    if len(ids) <= AT_ONCE:
        _change(session, workspace_id, kind, ids)
        change.done, change.finished_at = len(ids), now()
    else:
        enqueue_after_commit(session, JOB, change.id)
    return change


def _chosen(session: Session, workspace_id: int, kind: Kind, selection: Selection) -> list[int]:
    if selection.ids is not None:
        wanted = list(dict.fromkeys(selection.ids))
        if missing := len(wanted) - len(_ours(session, workspace_id, wanted)):
            raise NotFound(f"{missing} of the people selected are not in your list.")
        return _ours(session, workspace_id, wanted, *_changeable(kind))
    left_out = set(selection.except_ids)
    found = session.scalars(
        select(Influencer.id)
        .where(*conditions(workspace_id, selection.filter or Filter()), *_changeable(kind))
        .order_by(Influencer.id)
    )
    return [id for id in found if id not in left_out]


def _ours(session: Session, workspace_id: int, ids: Sequence[int], *able: ColumnElement[bool]) -> list[int]:
    found = select(Influencer.id).where(Influencer.workspace_id == workspace_id, *able)
    parts = (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
    return [id for part in parts for id in session.scalars(found.where(among(session, Influencer.id, part)))]


def _changeable(kind: Kind) -> list[ColumnElement[bool]]:
    """Who was merged into another person, or erased, is archived for good."""
    if kind == "archive":
        return [Influencer.archived_at.is_(None)]
    return [
        Influencer.archived_at.is_not(None), Influencer.merged_into_id.is_(None), Influencer.erased_at.is_(None),
    ]  # fmt: skip


def _change(session: Session, workspace_id: int, kind: Kind, ids: Sequence[int]) -> None:
    """One statement for all of them, and two for what the roster is told."""
    at = now()
    people = session.scalars(
        update(Influencer)
        .where(Influencer.workspace_id == workspace_id, among(session, Influencer.id, ids), *_changeable(kind))
        .values(archived_at=at if kind == "archive" else None, updated_at=at)
        .returning(Influencer)
        .execution_options(synchronize_session=False)
    ).all()
    type = "influencer.archived" if kind == "archive" else "influencer.upserted"
    events.append_many(session, [(workspace_id, type, told(person), person.id) for person in people])


def work(change_id: int) -> None:
    """The job. Each step moves the mark along with its work, so it may run twice at once, or end half-way."""
    with reading() as session:
        change = session.get(PeopleChange, change_id)
    if change is None:
        return
    dialect, until = db.engine.dialect.name, time.monotonic() + SLICE_SECONDS
    more = True
    while more and time.monotonic() < until:
        began = time.monotonic()
        more = _step(change, STEP[dialect])
        if PAUSES[dialect]:
            time.sleep(time.monotonic() - began)
    if more:
        enqueue(JOB, change_id)


def _step(change: PeopleChange, size: int) -> bool:
    """False when all is done. `change` is as it was read first: its list is long and stays the same."""
    with transaction() as session:
        row = PeopleChange.id == change.id
        done = session.scalar(select(PeopleChange.done).where(row).with_for_update())
        if done is None or done >= change.total:
            return False
        ids = change.ids[done : done + size]
        _change(session, change.workspace_id, "archive" if change.kind == "archive" else "restore", ids)
        more = done + len(ids) < change.total
        values = {"done": done + len(ids), "finished_at": None if more else now()}
        session.execute(update(PeopleChange).where(row).values(values))
        return more


def sweep() -> None:
    """Changes whose job was lost or whose worker died; the oldest go that nobody can undo any more."""
    with reading() as session:
        waiting = session.scalars(select(PeopleChange.id).where(PeopleChange.finished_at.is_(None))).all()
        old = session.scalars(
            select(PeopleChange.id).where(PeopleChange.finished_at < now() - KEPT).order_by(PeopleChange.id).limit(100)
        ).all()
    for id in waiting:
        enqueue(JOB, id)
    if old:
        with transaction() as session:
            session.execute(delete(PeopleChange).where(PeopleChange.id.in_(old)))
