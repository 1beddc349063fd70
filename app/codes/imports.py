"""Bringing in codes that exist already: what was given is kept as lines, and a job looks them up in the store.

What links them to offers and people is above this slice: app.assignments.importing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import now
from app.codes import import_rules as rules
from app.codes.import_rules import Given
from app.codes.models import Code, CodeImport, CodeImportLine
from app.codes.rules import masked
from app.db import Base
from app.db.bulk import insert_rows
from app.errors import Conflict, FieldError, InvalidInput, NotFound
from app.influencers import csv_text
from app.offers import service as offers
from app.queue import enqueue, enqueue_after_commit
from app.stores.models import Store

JOB = "app.assignments.importing.run"
QUEUE = "codes"
PAGE = 100


def start(
    session: Session,
    store: Store,
    strings: Sequence[str | Given],
    *,
    keep_missing: bool = False,
    offer_id: int | None = None,
    incentive_id: int | None = None,
    purpose: str = "audience",
    in_pool: bool | None = None,
    origin: str = "pasted",
    actor: str,
) -> CodeImport:
    """Keeps the codes as lines and queues the job that looks them up. Never asks the store itself.

    `in_pool`: nobody holds them until they are assigned; so it is for an incentive. `keep_missing`: codes that the
    store does not have are kept as not tracked instead of refused. Afterwards each line carries its `code_id`.
    Raises InvalidInput at `codes`.
    """
    given = [Given(one) if isinstance(one, str) else one for one in strings]
    if not given:
        raise InvalidInput.at(FieldError("codes", "Enter at least one code."))
    if len(given) > rules.MOST:
        raise InvalidInput.at(FieldError("codes", f"Bring in at most {rules.MOST:,} codes at a time."))
    made = _add(
        session, store, origin=origin, offer_id=offer_id, incentive_id=incentive_id, purpose=purpose,
        in_pool=incentive_id is not None if in_pool is None else in_pool, keep_missing=keep_missing, actor=actor,
    )  # fmt: skip
    add_lines(session, made, given)
    return made


def start_discount(session: Session, store: Store, remote_id: str, *, actor: str) -> CodeImport:
    """Every code of a discount of the store; the job lists them."""
    return _add(session, store, origin="discount", state="reading", remote_id=remote_id, actor=actor)


def _add(session: Session, store: Store, *, actor: str, **facts: Any) -> CodeImport:
    if store.state != "active":
        raise Conflict("Shoutcode cannot ask this store just now. Open it in the store's admin again.")
    if facts.get("offer_id") is not None:
        offers.get(session, store.workspace_id, facts["offer_id"])
    made = CodeImport(
        workspace_id=store.workspace_id, store_id=store.id, total=0, started_by=actor, created_at=now(), **facts
    )
    session.add(made)
    session.flush()
    enqueue_after_commit(session, JOB, made.id, queue=QUEUE, unique=f"import-{made.id}")
    return made


def again(import_id: int) -> None:
    enqueue(JOB, import_id, queue=QUEUE, unique=f"import-{import_id}")


def add_lines(session: Session, made: CodeImport, given: Sequence[Given]) -> None:
    """Faulty ones are refused at once."""
    rows = [
        {
            "import_id": made.id, "number": made.total + n, "code": one.code[:200], "person": one.person[:320],
            "state": "refused" if fault else "waiting", "reason": fault,
        }
        for n, (one, fault) in enumerate(zip(given, rules.faults(given), strict=True), start=1)
    ]  # fmt: skip
    insert_rows(session, Base.metadata.tables["code_import_line"], rows)
    made.total += len(rows)


def read_csv(text: str) -> list[Given]:
    """Codes of a file with a column called code, and where it has one, whose they are. Raises InvalidInput at `csv`."""
    separator = csv_text.separator_of(text, lambda head: int(rules.columns_of(head) is not None))
    rows = csv_text.rows(text, separator)
    head = next(rows, None)
    columns = rules.columns_of(head.cells) if head is not None else None
    if columns is None:
        raise InvalidInput.at(FieldError("csv", "Name a column of the first row “code”."))
    return [Given("") if row.fault else rules.from_cells(row.cells, columns) for row in rows]


def get(session: Session, workspace_id: int, import_id: int) -> CodeImport:
    """Raises NotFound, for another workspace's imports too."""
    found = session.scalar(
        select(CodeImport).where(CodeImport.workspace_id == workspace_id, CodeImport.id == import_id)
    )
    if found is None:
        raise NotFound("This import is not in your workspace.")
    return found


def show(session: Session, found: CodeImport) -> dict[str, Any]:
    query = (
        select(CodeImportLine.state, func.count())
        .where(CodeImportLine.import_id == found.id)
        .group_by(CodeImportLine.state)
    )
    counts = {row[0]: row[1] for row in session.execute(query)}
    offer_ids = session.scalars(
        select(Code.offer_id)
        .join(CodeImportLine, CodeImportLine.code_id == Code.id)
        .where(CodeImportLine.import_id == found.id)
        .distinct()
        .limit(2)
    ).all()
    return {
        "id": found.id,
        "store_id": found.store_id,
        "offer_id": offer_ids[0] if len(offer_ids) == 1 else found.offer_id,
        "state": found.state,
        "total": found.total,
        "counts": {state: counts.get(state, 0) for state in ("waiting", "linked", "kept", "refused")},
        "trouble": found.trouble,
        "started_by": found.started_by,
        "created_at": found.created_at,
        "finished_at": found.finished_at,
    }


def lines(
    session: Session, found: CodeImport, state: str | None, after: int, limit: int = PAGE
) -> list[dict[str, Any]]:
    """What became of each code, in the order given; one more than `limit` where others follow.

    Pooled codes are masked, also while they wait.
    """
    query = (
        select(CodeImportLine, Code.in_pool)
        .outerjoin(Code, Code.id == CodeImportLine.code_id)
        .where(CodeImportLine.import_id == found.id, CodeImportLine.number > after)
        .order_by(CodeImportLine.number)
        .limit(limit + 1)
    )
    if state is not None:
        query = query.where(CodeImportLine.state == state)
    return [
        {
            "number": line.number,
            "code": masked(line.code) if pooled or _hidden(found, line) else line.code,
            "person": line.person,
            "influencer_id": line.influencer_id,
            "state": line.state,
            "reason": line.reason,
        }
        for line, pooled in session.execute(query)
    ]


def _hidden(found: CodeImport, line: CodeImportLine) -> bool:
    """Whether an import for the pool may have put this string there: then nobody reads it."""
    return found.in_pool and (line.state != "refused" or line.reason == rules.TWICE)
