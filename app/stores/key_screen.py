"""Connecting a WooCommerce store without the plugin, by WooCommerce's own key screen (wc-auth).

It is started from the page of a store that is connected, and ends in that store's workspace. The store's server posts
its keys unsigned; what ties them to the row is the one-time secret, and what proves them is that they open the store.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.addresses import fault_of
from app.clock import now
from app.config import current_settings
from app.db import reading, transaction
from app.errors import AppError, Conflict, FieldError, InvalidInput, NotFound
from app.platforms.port import Failure, PlatformError
from app.platforms.woocommerce import facts
from app.platforms.woocommerce.addresses import domain_of, origin_of
from app.platforms.woocommerce.client import Credentials, WooClient
from app.platforms.woocommerce.key_screen import authorize_url, granted_keys
from app.queue import enqueue_after_commit
from app.stores import pairing, woo
from app.stores.context import Context
from app.stores.models import KeyGrant

log = structlog.get_logger()

LASTS = timedelta(minutes=30)
KEPT = timedelta(days=1)
CALLED_PORTS = (None, 443, 8080)
"""WordPress' own rule: keys and webhooks to any other port are never sent, and nobody is told."""
CALLBACK, RETURN = "/woocommerce/keys", "/woocommerce/keys/done"
EXAMPLE = "https://shop.example.com"
CHECK = "app.stores.woo_jobs.check_keys"


class NoGrant(AppError):
    """Keys that nobody has asked for, or too late."""

    status = 404
    code = "no_grant"


def start(session: Session, context: Context, store_url: str) -> tuple[KeyGrant, str]:
    """The row to watch, and the address of the key screen. Raises InvalidInput at store_url; Conflict."""
    settings = current_settings()
    if not settings.is_demo and urlsplit(settings.url).port not in CALLED_PORTS:
        raise Conflict("WooCommerce calls only the ports 443 and 8080: run Shoutcode on one of them.", code="port")
    home = store_url.strip().rstrip("/")
    if "://" not in home:
        home = f"https://{home}"
    fault = fault_of(home, demo=current_settings().is_demo, example=EXAMPLE)
    if not fault and not origin_of(home):
        fault = f"Enter an address such as {EXAMPLE}."
    if fault:
        raise InvalidInput.at(FieldError("store_url", fault))
    state = secrets.token_urlsafe(32)
    grant = KeyGrant(
        workspace_id=context.workspace_id, digest=_digest(state), store_url=home, asked_by=context.actor,
        expires_at=now() + LASTS,
    )  # fmt: skip
    session.add(grant)
    session.flush()
    base = current_settings().url
    return grant, authorize_url(home, state=state, callback_url=base + CALLBACK, return_url=base + RETURN)


def get(session: Session, workspace_id: int, grant_id: int) -> KeyGrant:
    grant = session.scalar(select(KeyGrant).where(KeyGrant.workspace_id == workspace_id, KeyGrant.id == grant_id))
    if grant is None:
        raise NotFound("This shop is not being connected any more. Start again.")
    return grant


def receive(session: Session, body: Any) -> None:
    """The store's keys. It waits for the answer, so they are tried afterwards. A reloaded screen grants a second time:
    the newest keys count. Raises NoGrant."""
    keys = granted_keys(body)
    found = keys and session.scalar(
        select(KeyGrant).where(KeyGrant.digest == _digest(keys.state), KeyGrant.expires_at > now()).with_for_update()
    )
    if not keys or not found:
        raise NoGrant("Nobody has asked for these keys, or too long ago. Start again from Shoutcode.")
    found.consumer_key, found.consumer_secret = keys.consumer_key, keys.consumer_secret
    found.granted_at, found.state, found.message = now(), "granted", ""
    enqueue_after_commit(session, CHECK, found.id)


def check(grant_id: int) -> None:
    """Tries the keys and connects the store with them. The store is asked with no transaction open."""
    with reading() as session:
        grant = session.get(KeyGrant, grant_id)
    if grant is None or grant.state != "granted" or not grant.consumer_key or not grant.consumer_secret:
        return
    assert grant.granted_at is not None
    keys = Credentials(f"{grant.store_url}/wp-json", grant.consumer_key, grant.consumer_secret)
    try:
        known = facts.store_facts(WooClient(keys, woo.http_session()))
        domain = domain_of(known.remote_id)
        if domain != domain_of(grant.store_url):
            raise PlatformError(Failure.INVALID, f"The shop calls itself {domain}. Start again with that address.")
        opening = pairing.Opening(keys, domain, known.name[:255], secrets.token_urlsafe(18), grant.granted_at)
        store_id = pairing.save(opening, workspace_id=grant.workspace_id)
    except PlatformError as error:
        if not error.can_retry or now() > grant.expires_at:
            _end(grant, "failed", _words(error))
        return
    except AppError as error:
        _end(grant, "failed", error.message)
        return
    _end(grant, "connected", "", store_id)
    log.info("store_connected_by_keys", store_id=store_id)


def _end(grant: KeyGrant, state: str, message: str, store_id: int | None = None) -> None:
    """The keys are needed here no longer; newer ones that came meanwhile are left to their own job."""
    with transaction() as session:
        session.execute(
            update(KeyGrant)
            .where(KeyGrant.id == grant.id, KeyGrant.granted_at == grant.granted_at)
            .values(state=state, message=message[:300], store_id=store_id, consumer_key=None, consumer_secret=None)
        )


def _words(error: PlatformError) -> str:
    if error.code in (Failure.UNAUTHORIZED, Failure.ACCESS_DENIED):
        return "The shop does not let its own keys in. Its server may drop the Authorization header: ask its host."
    if error.code is Failure.NOT_FOUND:
        return "There is no WooCommerce at this address, or its permalinks are plain. See Settings, Permalinks there."
    return error.message


def drop_old() -> None:
    with transaction() as session:
        session.execute(delete(KeyGrant).where(KeyGrant.expires_at < now() - KEPT))


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode(errors="surrogatepass")).hexdigest()
