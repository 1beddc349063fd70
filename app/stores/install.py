"""A store's way in: token exchange at the first open, or an authorization code. Reinstalls take up the old row."""

from __future__ import annotations

import time

import structlog
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.auth.identity import StoreIdentity
from app.clock import now
from app.db import reading, transaction
from app.errors import Forbidden, Unavailable
from app.platforms.port import PlatformError
from app.platforms.shopify.tokens import GrantRefused
from app.queue import enqueue
from app.stores import tokens
from app.stores.context import Context
from app.stores.jobs import read_facts
from app.stores.models import Store, StoreToken, Workspace
from app.stores.service import directory

log = structlog.get_logger()


class StaleIdToken(Exception):
    """Shopify wants a newer ID token: the page must fetch one and ask again."""


def open_store(identity: StoreIdentity, id_token: str) -> Context:
    """The context of a verified visit; connects the store first where it has no usable token.

    Raises StaleIdToken; Forbidden where the app is not installed; Unavailable where Shopify does not answer.
    """
    with reading() as session:
        store, token = _find(session, identity)
        if store is not None and store.state == "active" and tokens.is_usable(token):
            return _context(store, identity)
    return _context(connect(identity, lambda endpoint: endpoint.exchange(id_token), anew=False), identity)


def connect(identity: StoreIdentity, grant: tokens.Grant, *, anew: bool = True) -> Store:
    """Asks for a new token pair under the store's lease and saves it. No transaction is open while Shopify is asked.

    `anew` False: not where another request has just done so.
    """
    store_id, version, usable = _row_for(identity)
    if usable and not anew:
        return _load(store_id)
    endpoint = tokens.endpoint_for(identity.domain)
    lease = tokens.take_lease(store_id, version)
    if lease is None:
        return _wait_for_other(store_id, version)
    try:
        tokens.under_lease(store_id, lease, lambda: grant(endpoint))
    except GrantRefused as error:
        _forget_empty_row(store_id)
        if error.error == "invalid_subject_token":
            raise StaleIdToken from error
        raise Forbidden(
            "Shoutcode is not installed in this store. Install it from the Shopify App Store.", code="not_installed"
        ) from error
    except PlatformError as error:
        raise Unavailable("Shopify does not answer just now. Try again in a minute.") from error
    directory.forget()
    if not enqueue("app.stores.jobs.read_facts", store_id, unique=f"facts:{store_id}"):
        read_facts(store_id)
    log.info("store_connected", store_id=store_id)
    return _load(store_id)


def _load(store_id: int) -> Store:
    with reading() as session:
        return session.get_one(Store, store_id)


def _forget_empty_row(store_id: int) -> None:
    """The row was made for the lease's sake; a store without a token has none."""
    with transaction() as session:
        session.execute(delete(StoreToken).where(StoreToken.store_id == store_id, StoreToken.access_token.is_(None)))


def _wait_for_other(store_id: int, version: int) -> Store:
    """Somebody else is connecting this store (the page asks several things at once): theirs is ours too."""
    deadline = time.monotonic() + tokens.LEASE.total_seconds()
    while time.monotonic() < deadline:
        with reading() as session:
            row = session.get(StoreToken, store_id)
            if row is None or (row.version == version and row.refreshing_until is None):
                break
            if row.version != version:
                return session.get_one(Store, store_id)
        time.sleep(tokens.POLL_SECONDS)
    raise Unavailable("Shopify does not answer just now. Try again in a minute.")


def _row_for(identity: StoreIdentity) -> tuple[int, int, bool]:
    """(store id, version of its token row, whether that can be used): makes the rows where they are missing."""
    try:
        with transaction() as session:
            return _ensure_rows(session, identity)
    except IntegrityError:  # another request made them in the same moment
        with transaction() as session:
            return _ensure_rows(session, identity)


def _ensure_rows(session: Session, identity: StoreIdentity) -> tuple[int, int, bool]:
    store, row = _find(session, identity)
    if store is None:
        workspace = Workspace(name=identity.domain, created_at=now())
        session.add(workspace)
        session.flush()
        store = Store(
            workspace_id=workspace.id,
            platform=identity.platform,
            domain=identity.domain,
            name=identity.domain,
            installed_at=now(),
        )
        session.add(store)
        session.flush()
    if row is None:
        store.installed_at = now()
        row = StoreToken(store_id=store.id, version=0)
        session.add(row)
        session.flush()
    return store.id, row.version, store.state == "active" and tokens.is_usable(row)


def _find(session: Session, identity: StoreIdentity) -> tuple[Store | None, StoreToken | None]:
    """In one statement: read one after the other, they might be of two different moments."""
    row = session.execute(
        select(Store, StoreToken)
        .outerjoin(StoreToken, StoreToken.store_id == Store.id)
        .where(Store.platform == identity.platform, Store.domain == identity.domain)
    ).first()
    return (row[0], row[1]) if row else (None, None)


def _context(store: Store, identity: StoreIdentity) -> Context:
    return Context(store.workspace_id, store.id, f"{identity.platform}:{identity.user}")
