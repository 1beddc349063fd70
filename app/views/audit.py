"""Reading the audit log, a page or all of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.db import reading
from app.stores.models import Workspace
from app.views import cursors

MOST = 200
CHUNK = 1_000
COLUMNS = ("at", "actor", "action", "subject", "subject_id", "before", "after", "request_id")
_ORDERS = {"newest": (int,)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Empty fields filter nothing."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    subject_id: int | None = None


def listed(session: Session, workspace_id: int, wanted: Wanted, cursor: str, limit: int) -> dict[str, Any]:
    """The newest first. Raises InvalidInput for a cursor that is not ours."""
    before = cursors.unpack(cursor, _ORDERS)[1][0] if cursor else None
    rows = session.scalars(_query(workspace_id, wanted, before).limit(limit + 1)).all()
    more = len(rows) > limit
    rows = rows[:limit]
    return {
        "items": [{"id": row.id} | {name: getattr(row, name) for name in COLUMNS} for row in rows],
        "next_cursor": cursors.pack("newest", rows[-1].id) if more else None,
    }


def everything(workspace_id: int, wanted: Wanted) -> Iterator[Sequence[Any]]:
    """Rows of COLUMNS; each part is read in a moment of its own, so that a long download holds nothing open."""
    last: int | None = None
    while True:
        with reading() as session:
            rows = session.scalars(_query(workspace_id, wanted, last).limit(CHUNK)).all()
        for row in rows:
            yield [_plain(getattr(row, name)) for name in COLUMNS]
        if len(rows) < CHUNK:
            return
        last = rows[-1].id


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value.isoformat().replace("+00:00", "Z") if hasattr(value, "isoformat") else value


def _query(workspace_id: int, wanted: Wanted, before: int | None) -> Select[AuditEntry]:
    # A linked store brings its own log along.
    joined = select(Workspace.id).where(Workspace.joined_into_id == workspace_id)
    ours = or_(AuditEntry.workspace_id == workspace_id, AuditEntry.workspace_id.in_(joined))
    where: list[ColumnElement[bool]] = [ours]
    for name in ("actor", "action", "subject"):
        if value := getattr(wanted, name):
            where.append(getattr(AuditEntry, name) == value)
    if wanted.subject_id is not None:
        where.append(AuditEntry.subject_id == wanted.subject_id)
    if before is not None:
        where.append(AuditEntry.id < before)
    return select(AuditEntry).where(*where).order_by(AuditEntry.id.desc())
