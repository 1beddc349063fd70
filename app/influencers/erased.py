"""Who asked to be erased: of them a keyed hash is kept, so that no roster and no file brings them back."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import Base
from app.db.bulk import among, insert_rows
from app.db.types import derived_keys
from app.influencers.models import ErasedKey

REASON = "This person was erased at their own request. Take them off your list too."
PURPOSE = b"erased person"
Marks = tuple[str, ...]
_TABLE = Base.metadata.tables[ErasedKey.__tablename__]


def marks(source: str, external_id: str | None, email: str) -> Marks:
    """What a person is known by, in the spelling that is hashed."""
    found = [f"id:{source}:{external_id}"] if external_id else []
    return (*found, f"email:{email.strip().casefold()}") if email.strip() else tuple(found)


def remember(session: Session, workspace_id: int, known_by: Iterable[str]) -> None:
    (key, *_) = derived_keys(PURPOSE)
    rows = [{"workspace_id": workspace_id, "digest": _digest(key, mark)} for mark in sorted(set(known_by))]
    insert_rows(session, _TABLE, rows, ignore=("workspace_id", "digest"))


def among_erased(session: Session, workspace_id: int, people: Mapping[int, Marks]) -> set[int]:
    """Which of these were erased; the keys of `people` are the caller's own."""
    by_digest: dict[str, set[int]] = {}
    # By every key in force: rows written before a key was rotated in are found too.
    for key in derived_keys(PURPOSE):
        for place, known_by in people.items():
            for mark in known_by:
                by_digest.setdefault(_digest(key, mark), set()).add(place)
    if not by_digest:
        return set()
    query = select(ErasedKey.digest).where(
        ErasedKey.workspace_id == workspace_id, among(session, ErasedKey.digest, sorted(by_digest))
    )
    return {place for digest in session.scalars(query) for place in by_digest[digest]}


def _digest(key: bytes, mark: str) -> str:
    return hmac.new(key, mark.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()
