"""The token pair of a store: read fresh for every call, renewed by one caller at a time under a lease.

The lease is a compare-and-set on `store_token.refreshing_until`, committed before Shopify is asked; whoever does not
get it re-reads until the new pair stands. No transaction is ever open while Shopify is asked, so a token endpoint that
stalls holds up nothing but the calls that need this store's new token.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from app.clock import now
from app.config import current_settings
from app.db import reading, transaction
from app.platforms.port import Failure, PlatformError
from app.platforms.shopify.tokens import LONGEST_CALL, GrantRefused, TokenEndpoint, TokenPair
from app.stores.models import Store, StoreToken

log = structlog.get_logger()

REFRESH_BEFORE = timedelta(minutes=5)
LEASE = timedelta(seconds=LONGEST_CALL + 5)
"""Longer than a grant can take: a holder that is still asking never meets a second one."""
POLL_SECONDS = 0.1

Grant = Callable[[TokenEndpoint], TokenPair]
"""One way of asking for a pair."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """One reading of the row, with what decides about it."""

    access_token: str | None
    access_expires_at: datetime | None
    refresh_token: str | None
    version: int
    leased: bool

    def works(self, at: datetime) -> bool:
        return self.access_token is not None and (self.access_expires_at is None or at < self.access_expires_at)

    def is_fresh(self, at: datetime) -> bool:
        return self.works(at) and (self.access_expires_at is None or at < self.access_expires_at - REFRESH_BEFORE)


class StoreTokens:
    """The TokenProvider of one store. To be used with no transaction open."""

    def __init__(self, store_id: int, endpoint: TokenEndpoint) -> None:
        self._store_id = store_id
        self._endpoint = endpoint

    def token(self) -> str:
        """An access token with minutes left. Raises PlatformError UNAUTHORIZED where the store must be opened again."""
        held = self._read()
        if not held.is_fresh(now()):
            held = self._renewed(held)
        assert held.access_token is not None
        return held.access_token

    def renew(self, refused: str) -> str:
        """A token other than `refused`: a newer one that somebody has saved, else one that is asked for now."""
        held = self._read()
        if held.access_token == refused or not held.works(now()):
            held = self._renewed(held, was_refused=True)
        assert held.access_token is not None
        return held.access_token

    def give_up(self) -> None:
        """Even a new token is refused: the store must be opened again."""
        mark_needs_reauth(self._store_id)

    def _read(self) -> Tokens:
        with reading() as session:
            return read(session, self._store_id)

    def _renewed(self, held: Tokens, *, was_refused: bool = False) -> Tokens:
        deadline = time.monotonic() + LEASE.total_seconds() + 1
        version = held.version
        while True:
            lease = take_lease(self._store_id, version)
            if lease is not None:
                return self._refresh(held, lease, was_refused=was_refused)
            held = self._read()
            if held.version != version and held.works(now()):
                return held
            if held.works(now()) and not was_refused:
                return held  # old, but good for some minutes more: another caller is renewing it
            if time.monotonic() > deadline:
                raise PlatformError(Failure.UNREACHABLE, "Shopify did not give a new token in time.", can_retry=True)
            version = held.version
            time.sleep(POLL_SECONDS)

    def _refresh(self, held: Tokens, lease: datetime, *, was_refused: bool) -> Tokens:
        if held.refresh_token is None:
            release(self._store_id, lease)
            mark_needs_reauth(self._store_id)
            raise GrantRefused("no_refresh_token", None)
        refresh_token = held.refresh_token
        try:
            pair = under_lease(self._store_id, lease, lambda: self._endpoint.refresh(refresh_token))
        except GrantRefused as error:
            log.warning("store_needs_reauth", store_id=self._store_id, error=error.error)
            mark_needs_reauth(self._store_id)
            raise
        except PlatformError:
            if was_refused or not held.works(now()):
                raise
            return held  # Shopify's token endpoint is away; the old token has some minutes left
        return Tokens(pair.access_token, pair.access_expires_at, pair.refresh_token, held.version + 1, False)


def endpoint_for(domain: str) -> TokenEndpoint:
    settings = current_settings()
    return TokenEndpoint(settings.shopify_base(domain), settings.shopify_api_key, settings.shopify_api_secrets[0])


def read(session: Session, store_id: int) -> Tokens:
    """Raises PlatformError STORE_CLOSED where the app is not installed any more."""
    row = session.get(StoreToken, store_id)
    if row is None:
        raise PlatformError(Failure.STORE_CLOSED, "Shoutcode is not installed in this store.")
    leased = row.refreshing_until is not None and row.refreshing_until > now()
    return Tokens(row.access_token, row.access_expires_at, row.refresh_token, row.version, leased)


def take_lease(store_id: int, version: int) -> datetime | None:
    """The lease's end, which is also its name; None where another caller has it or a newer pair stands already."""
    at = now()
    until = at + LEASE
    free = or_(StoreToken.refreshing_until.is_(None), StoreToken.refreshing_until <= at)
    with transaction() as session:
        taken = session.execute(
            update(StoreToken)
            .where(StoreToken.store_id == store_id, StoreToken.version == version, free)
            .values(refreshing_until=until)
            .returning(StoreToken.store_id)
        ).first()
    return until if taken else None


def under_lease(store_id: int, lease: datetime, ask: Callable[[], TokenPair]) -> TokenPair:
    """Asks Shopify, then saves the pair and gives the lease back in one transaction.

    A pair that comes after the lease has passed to another caller is dropped: theirs was asked for later, and only the
    newest pair of a store can be refreshed.
    """
    try:
        pair = ask()
    except BaseException:
        release(store_id, lease)
        raise
    with transaction() as session:
        saved = session.execute(
            update(StoreToken)
            .where(StoreToken.store_id == store_id, StoreToken.refreshing_until == lease)
            .values(
                access_token=pair.access_token,
                obtained_at=now(),
                access_expires_at=pair.access_expires_at,
                refresh_token=pair.refresh_token,
                refresh_expires_at=pair.refresh_expires_at,
                version=StoreToken.version + 1,
                refreshing_until=None,
            )
            .returning(StoreToken.store_id)
        ).first()
        if saved is None:
            raise PlatformError(Failure.UNREACHABLE, "Another caller has renewed the token.", can_retry=True)
        session.execute(
            update(Store)
            .where(Store.id == store_id)
            .values(scopes=",".join(pair.scopes), state="active", uninstalled_at=None)
        )
    return pair


def release(store_id: int, lease: datetime) -> None:
    with transaction() as session:
        session.execute(
            update(StoreToken)
            .where(StoreToken.store_id == store_id, StoreToken.refreshing_until == lease)
            .values(refreshing_until=None)
        )


def mark_needs_reauth(store_id: int) -> None:
    with transaction() as session:
        session.execute(update(Store).where(Store.id == store_id, Store.state == "active").values(state="needs_reauth"))


def is_usable(row: StoreToken | None) -> bool:
    """Whether calls can be made with it without the page being opened again."""
    if row is None or row.access_token is None:
        return False
    return row.refresh_expires_at is None or row.refresh_expires_at > now()
