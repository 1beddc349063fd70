"""Addresses that are not written to any more, kept as keyed hashes."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from app.clock import now
from app.db import Base
from app.db.bulk import among, insert_rows
from app.db.types import derived_keys
from app.messages.models import MessageSuppression

TABLE: Table = Base.metadata.tables["message_suppression"]


def suppress(session: Session, workspace_id: int, address: str, reason: str, detail: str = "") -> None:
    """The first reason stands; who unsubscribed stays so."""
    row = {
        "workspace_id": workspace_id, "address_key": keys_of(workspace_id, address)[0], "reason": reason,
        "detail": detail[:300], "created_at": now(),
    }  # fmt: skip
    insert_rows(session, TABLE, [row], ignore=("workspace_id", "address_key"))


def lift(session: Session, workspace_id: int, address: str, reason: str) -> None:
    """Writes to the address again: an address that came back may have been mended since."""
    session.execute(
        delete(MessageSuppression).where(
            MessageSuppression.workspace_id == workspace_id,
            MessageSuppression.address_key.in_(keys_of(workspace_id, address)),
            MessageSuppression.reason == reason,
        )
    )


def suppressed(session: Session, workspace_id: int, addresses: Sequence[str]) -> dict[str, str]:
    """{address: unsubscribed or bounced}, of those that are not written to."""
    keys = {key: address for address in addresses if address for key in keys_of(workspace_id, address)}
    if not keys:
        return {}
    rows = session.execute(
        select(MessageSuppression.address_key, MessageSuppression.reason).where(
            MessageSuppression.workspace_id == workspace_id,
            among(session, MessageSuppression.address_key, list(keys)),
        )
    )
    return {keys[key]: reason for key, reason in rows}


def keys_of(workspace_id: int, address: str) -> list[str]:
    """By every key in force: rows written before a key was rotated in are found too."""
    message = f"{workspace_id}:{address.strip().casefold()}".encode()
    return [hmac.new(key, message, hashlib.sha256).hexdigest() for key in derived_keys(b"suppressed address")]
