"""Idempotency keys: a write that is repeated acts once and is answered as the first time.

The row is made before the work, is marked within the work's own transaction, and gets the answer afterwards. So a
repeat after a crash either finds nothing done, and does it, or finds it done without an answer, and says so.
"""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from typing import ClassVar

from flask import Response, g, has_app_context, request
from sqlalchemy import delete, event, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.db import transaction
from app.db.base import Base
from app.db.bulk import insert_rows
from app.errors import Conflict, FieldError, InvalidInput
from app.stores.models import IdempotencyKey

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEPT = timedelta(hours=24)
LEASE = timedelta(minutes=5)
"""Longer than a request can take: then its process has died."""
_GOOD = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)


class InProgress(Conflict):
    code = "in_progress"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "1"}


def begin(workspace_id: int) -> Response | None:
    """The answer to give again, or None where this request is to be worked.

    Raises InvalidInput for a key that was used for something else, Conflict while the first request is being worked.
    """
    if HEADER not in request.headers:
        return None
    key = request.headers[HEADER]
    if not _GOOD.fullmatch(key):
        raise InvalidInput.at(FieldError(HEADER, "Enter 1 to 255 plain letters, digits or signs, without spaces."))
    asked = _hash()
    with transaction() as session:
        row = _claimed(session, workspace_id, key, asked)
        if row.request_hash != asked:
            raise InvalidInput(
                "This Idempotency-Key was used for another request. Take a new one.", code="idempotency_key_reused"
            )
        if row.status is not None:
            answer = Response(row.body or "", row.status, content_type=row.content_type)
            answer.headers[REPLAYED] = "true"
            return answer
        if row.acted:
            raise Conflict("This was done, but its answer was lost. Look before you repeat it.", code="answer_lost")
        g.idempotency = row.id
    return None


def _claimed(session: Session, workspace_id: int, key: str, asked: str) -> IdempotencyKey:
    """The row of this key: a new one, or one whose request died, is taken for this request."""
    at = now()
    values = {
        "workspace_id": workspace_id, "key": key, "request_hash": asked, "acted": False, "content_type": "",
        "created_at": at,
    }  # fmt: skip
    table = Base.metadata.tables[IdempotencyKey.__tablename__]
    made = insert_rows(session, table, [values], ignore=("workspace_id", "key"), returning=(table.c.id,))
    row = session.scalars(
        select(IdempotencyKey)
        .where(IdempotencyKey.workspace_id == workspace_id, IdempotencyKey.key == key)
        .with_for_update()
    ).one()
    if made:
        return row
    if at - row.created_at > KEPT:
        row.request_hash, row.acted, row.status, row.body, row.created_at = asked, False, None, None, at
    elif row.request_hash == asked and row.status is None and not row.acted:
        if at - row.created_at < LEASE:
            raise InProgress("The same request is being worked. Ask again in a moment.")
        row.created_at = at
    return row


def _hash() -> str:
    asked = hashlib.sha256(f"{request.method} {request.full_path}\n".encode(errors="surrogatepass"))
    asked.update(request.get_data(cache=True))
    return asked.hexdigest()


@event.listens_for(Session, "before_commit")
def _mark(session: Session) -> None:
    id = g.get("idempotency") if has_app_context() else None
    if id is None or session.in_nested_transaction():
        return
    connection = session.connection()
    if connection.get_execution_options().get("write"):
        connection.execute(update(IdempotencyKey).where(IdempotencyKey.id == id).values(acted=True))


def keep(response: Response) -> Response:
    """Keeps the answer; one that says nothing about the request (our own fault) is forgotten if nothing was done."""
    id = g.pop("idempotency", None)
    if id is None:
        return response
    with transaction() as session:
        if response.status_code < 500 and not response.is_streamed:
            session.execute(
                update(IdempotencyKey)
                .where(IdempotencyKey.id == id)
                .values(
                    status=response.status_code,
                    body=response.get_data(as_text=True),
                    content_type=response.content_type or "",
                )
            )
        else:
            session.execute(delete(IdempotencyKey).where(IdempotencyKey.id == id, IdempotencyKey.acted.is_(False)))
    return response


def drop_old() -> None:
    with transaction() as session:
        session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now() - KEPT))
