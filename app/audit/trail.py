"""Writing the audit log, in the transaction of the change.

Rows of tracked tables that a request changes through the ORM are compared and written down by themselves, so that no
use case can forget to. Where a request changes many rows in one statement, one line says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import g, has_app_context
from sqlalchemy import event, insert, inspect
from sqlalchemy.orm import InstanceState, Session

from app.audit.models import AuditEntry
from app.audit.tracked import TRACKED, Tracked, follows, kept
from app.clock import now

_WRITTEN = "audit_written"


@dataclass(frozen=True, slots=True)
class Doing:
    """A request that changes something. `subject`: what its path names, for changes of many rows at once."""

    workspace_id: int
    actor: str
    action: str
    subject: str = ""
    subject_id: int | None = None
    request_id: str = ""


def begin(doing: Doing) -> None:
    """From here on, what this request commits is written down."""
    g.doing = doing


def append(
    session: Session, doing: Doing, *, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
) -> None:
    """One line by hand, for what no request does, or what no row shows. Nothing secret may be in it."""
    _write(session, doing, doing.subject, doing.subject_id, before, after)


def _write(
    session: Session, doing: Doing, subject: str, subject_id: int | None, before: Any, after: Any,
    workspace_id: int | None = None,
) -> None:  # fmt: skip
    session.info[_WRITTEN] = True
    session.connection().execute(
        insert(AuditEntry),
        {
            "workspace_id": workspace_id or doing.workspace_id, "at": now(), "actor": doing.actor,
            "action": doing.action, "subject": subject, "subject_id": subject_id, "before": before, "after": after,
            "request_id": doing.request_id,
        },
    )  # fmt: skip


def _doing() -> Doing | None:
    return g.get("doing") if has_app_context() else None


@event.listens_for(Session, "after_flush")
def _compare(session: Session, _flush: object) -> None:
    doing = _doing()
    if doing is None:
        return
    for row in (*session.new, *session.dirty, *session.deleted):
        state: InstanceState[Any] = inspect(row)
        tracked = TRACKED.get(row.__tablename__)
        if tracked is None or (row in session.new and not tracked.inserts):
            continue
        before, after = _change(session, row, state, tracked)
        if before or after:
            _write(session, doing, tracked.kind, row.id, before or None, after or None, _owner(row, tracked))


def _owner(row: Any, tracked: Tracked) -> int | None:
    return row.id if tracked.kind == "workspace" else getattr(row, "workspace_id", None)


def _change(
    session: Session, row: Any, state: InstanceState[Any], tracked: Tracked
) -> tuple[dict[str, Any], dict[str, Any]]:
    table: Any = state.mapper.local_table
    before, after = {}, {}
    for name in follows(tracked, table):
        if row in session.deleted:
            before[name] = kept(tracked, table, name, getattr(row, name))
        elif row in session.new:
            after[name] = kept(tracked, table, name, getattr(row, name))
        else:
            history = state.attrs[name].history
            old, new = list(history.deleted or ()), list(history.added or ())
            if old and old != new:
                before[name] = kept(tracked, table, name, old[0])
                after[name] = kept(tracked, table, name, new[0] if new else None)
    return before, after


@event.listens_for(Session, "before_commit")
def _say_at_least(session: Session) -> None:
    """A change of many rows at once: which operation, on what."""
    doing = _doing()
    if doing is None or session.in_nested_transaction():
        return
    if not session.connection().get_execution_options().get("write"):
        return
    session.flush()
    if not session.info.pop(_WRITTEN, False):
        _write(session, doing, doing.subject, doing.subject_id, None, None)
        session.info.pop(_WRITTEN)
