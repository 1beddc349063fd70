"""Locks on a thing that is no row: many may work beside each other, or one alone. They end with the transaction.

On SQLite there is one writer at a time anyway, and it sees what the one before it has written.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

PEOPLE = 1
"""Who is who in a workspace: held by those who credit people, taken alone to make one person of two."""


def beside(session: Session, kind: int, id: int) -> None:
    """Waits for whoever works alone."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock_shared(kind, id % 2**31)))


def alone(session: Session, kind: int, id: int) -> None:
    """Waits for everybody else, and keeps them waiting."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(kind, id % 2**31)))
