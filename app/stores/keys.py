"""API keys of a workspace: made, looked up at each request, revoked at once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.db import reading, transaction
from app.errors import Forbidden, NotFound, Unauthorized
from app.stores.context import Context
from app.stores.models import ApiKey, Store
from app.stores.roles import SCOPES

log = structlog.get_logger()

PREFIX = "sck_"
SHOWN = 12
"""Letters of a key that stay visible."""
NOTED_EVERY = timedelta(minutes=1)


def context_of(token: str) -> Context:
    """Whom a key speaks for. Raises Unauthorized for one that is unknown or revoked, as of this moment."""
    with reading() as session:
        key = session.scalar(select(ApiKey).where(ApiKey.digest == _digest(token), ApiKey.revoked_at.is_(None)))
        if key is None:
            raise Unauthorized("This API key is not known, or was revoked.", code="invalid_key")
        store_id = session.scalar(
            select(func.min(Store.id)).where(Store.workspace_id == key.workspace_id, Store.state != "uninstalled")
        )
    if store_id is None:
        raise Forbidden("Shoutcode is not installed in any store of this workspace.", code="not_installed")
    _note_use(key)
    return Context(key.workspace_id, store_id, f"key:{key.id}", SCOPES[key.scope])


def _note_use(key: ApiKey) -> None:
    at = now()
    if key.last_used_at is None or at - key.last_used_at >= NOTED_EVERY:
        with transaction() as session:
            session.execute(update(ApiKey).where(ApiKey.id == key.id).values(last_used_at=at))


def listed(session: Session, workspace_id: int) -> Sequence[ApiKey]:
    """The newest first, revoked ones too."""
    return session.scalars(select(ApiKey).where(ApiKey.workspace_id == workspace_id).order_by(ApiKey.id.desc())).all()


def create(session: Session, workspace_id: int, name: str, scope: str, *, actor: str) -> tuple[ApiKey, str]:
    """The row and the key itself, which nobody can read again."""
    token = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey(
        workspace_id=workspace_id, name=name, prefix=token[:SHOWN], digest=_digest(token), scope=scope,
        created_by=actor, created_at=now(),
    )  # fmt: skip
    session.add(key)
    session.flush()
    return key, token


def revoke(session: Session, workspace_id: int, key_id: int) -> ApiKey:
    """Twice is as good as once."""
    key = session.scalar(select(ApiKey).where(ApiKey.workspace_id == workspace_id, ApiKey.id == key_id))
    if key is None:
        raise NotFound("This API key is not in your workspace.")
    key.revoked_at = key.revoked_at or now()
    return key


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
