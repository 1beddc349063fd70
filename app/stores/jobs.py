"""Entry points for the queue."""

from __future__ import annotations

import structlog
from sqlalchemy import delete, select

from app.clock import now
from app.db import reading, transaction
from app.platforms.port import Failure, PlatformError
from app.stores import idempotency, privacy, service
from app.stores.models import LinkCode, OAuthState, PrivacyRequest, Store
from app.stores.tokens import mark_needs_reauth

log = structlog.get_logger()


def read_facts(store_id: int) -> None:
    """Name, currency, time zone, plan and granted scopes; after install and whenever the scopes change."""
    try:
        facts = service.read_facts(store_id)
    except PlatformError as error:
        if error.code is Failure.UNAUTHORIZED:
            mark_needs_reauth(store_id)
        log.warning("facts_not_read", store_id=store_id, code=error.code, detail=error.message)
        return
    with transaction() as session:
        service.save_facts(session, store_id, facts)


def sweep_facts() -> None:
    """Stores whose facts were never read: the queue lost the job, or the platform was away."""
    with reading() as session:
        waiting = session.scalars(select(Store.id).where(Store.state == "active", Store.facts_read_at.is_(None))).all()
    for store_id in waiting:
        read_facts(store_id)


def drop_old_states() -> None:
    """OAuth states and link codes that nobody came back with."""
    with transaction() as session:
        session.execute(delete(LinkCode).where(LinkCode.expires_at < now()))
        session.execute(delete(OAuthState).where(OAuthState.expires_at < now()))


def drop_old_idempotency_keys() -> None:
    """Answers that nobody may ask for again."""
    idempotency.drop_old()


def work_privacy_request(request_id: int) -> None:
    privacy.work(request_id)


def sweep_privacy_requests() -> None:
    """Requests that the queue lost, or whose worker was killed."""
    with reading() as session:
        waiting = session.scalars(select(PrivacyRequest.id).where(PrivacyRequest.done_at.is_(None))).all()
    for request_id in waiting:
        privacy.work(request_id)
