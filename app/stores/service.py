"""Stores: looking them up, opening their platform, their facts, and what the platform tells about the app itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from babel.numbers import get_currency_precision
from shopify import ApiAccess
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.config import current_settings
from app.db import reading
from app.errors import NotFound
from app.platforms.port import Capabilities, Failure, PlatformError, StoreFacts, StorePlatform
from app.platforms.shopify.adapter import CAPABILITIES, ShopifyStore
from app.platforms.shopify.client import PATIENCE, AdminClient
from app.platforms.woocommerce.terms import capabilities_of as woo_capabilities
from app.queue import enqueue_after_commit
from app.stores import privacy, woo
from app.stores.models import Store, StoreToken, WooConnection, Workspace
from app.stores.tokens import StoreTokens, endpoint_for

log = structlog.get_logger()

CLOCKS_APART = timedelta(minutes=1)
APP_TOPICS = ("app/uninstalled", "app/scopes_update", *privacy.TOPICS)


@dataclass(frozen=True, slots=True)
class KnownStore:
    id: int
    workspace_id: int
    state: str


def get_store(session: Session, workspace_id: int, store_id: int) -> Store:
    """Raises NotFound for another workspace's store too."""
    store = session.scalar(select(Store).where(Store.workspace_id == workspace_id, Store.id == store_id))
    if store is None:
        raise NotFound("This store is not linked.")
    return store


def list_stores(session: Session, workspace_id: int) -> Sequence[Store]:
    return session.scalars(select(Store).where(Store.workspace_id == workspace_id).order_by(Store.id)).all()


def get_workspace(session: Session, workspace_id: int) -> Workspace:
    return session.get_one(Workspace, workspace_id)


SOMEBODY_WAITS = 3.0
"""Seconds of patience with a store while a person looks at the page; a job has minutes."""


def platform_for(store_id: int, *, patience: float = PATIENCE) -> StorePlatform:
    """The store's platform, with tokens that renew themselves. To be called and used with no transaction open.

    Raises PlatformError STORE_CLOSED where the store is uninstalled.
    """
    with reading() as session:
        store = session.get(Store, store_id)
    if store is None or store.state == "uninstalled":
        raise PlatformError(Failure.STORE_CLOSED, "Shoutcode is not installed in this store.")
    if store.state == "needs_reauth":
        raise PlatformError(Failure.UNAUTHORIZED, _AGAIN[store.platform])
    if store.platform == woo.PLATFORM:
        return woo.platform_of(store)
    tokens = StoreTokens(store.id, endpoint_for(store.domain))
    return ShopifyStore(AdminClient(current_settings().shopify_base(store.domain), tokens, patience=patience))


_AGAIN = {
    "shopify": "Open Shoutcode in the store's admin again.",
    "woocommerce": "The store does not know our keys any more: connect it again on the plugin's page in WordPress.",
}


def capabilities_of(store: Store) -> Capabilities:
    """What the store can do as it now stands; never asks the platform."""
    if store.platform == woo.PLATFORM:
        decimals = CAPABILITIES.amount_decimals if store.price_decimals is None else store.price_decimals
        return woo_capabilities(has_plugin=store.has_plugin, decimals=decimals)
    missing = dict(CAPABILITIES.missing)
    if not ApiAccess(store.scopes).covers(ApiAccess("write_discounts")):
        missing["codes"] = "Shoutcode may not make discounts here: open it in the store's admin and allow it."
    if not ApiAccess(store.scopes).covers(ApiAccess("read_orders")):
        missing["results"] = "Shoutcode may not see orders here: open it in the store's admin and allow it."
    decimals = get_currency_precision(store.currency) if store.currency else CAPABILITIES.amount_decimals
    return replace(CAPABILITIES, amount_decimals=decimals, missing=missing)


class _Directory:
    """Stores by domain, remembered for seconds: what the webhook path asks thousands of times a second."""

    KNOWN_SECONDS = 3.0
    UNKNOWN_SECONDS = 0.5
    MOST = 10_000

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: dict[tuple[str, str], tuple[float, KnownStore | None]] = {}

    def find(self, platform: str, domain: str) -> KnownStore | None:
        key = (platform, domain)
        held = self._rows.get(key)
        if held is not None and time.monotonic() < held[0]:
            return held[1]
        found = self._load(platform, domain)
        lasts = self.UNKNOWN_SECONDS if found is None else self.KNOWN_SECONDS
        with self._lock:
            if len(self._rows) >= self.MOST:
                self._rows.clear()
            self._rows[key] = (time.monotonic() + lasts, found)
        return found

    def forget(self) -> None:
        with self._lock:
            self._rows.clear()

    @staticmethod
    def _load(platform: str, domain: str) -> KnownStore | None:
        query = select(Store.id, Store.workspace_id, Store.state).where(
            Store.platform == platform, Store.domain == domain
        )
        with reading() as session:
            row = session.execute(query).first()
        return KnownStore(*row) if row else None


directory = _Directory()


def store_for_domain(platform: str, domain: str) -> KnownStore | None:
    """Any store ever connected, whatever its state; up to three seconds old. Never asks the platform."""
    return directory.find(platform, domain)


def read_facts(store_id: int) -> StoreFacts:
    """Asks the platform; no transaction may be open."""
    return platform_for(store_id).facts()


def save_facts(session: Session, store_id: int, facts: StoreFacts) -> None:
    store = session.get_one(Store, store_id)
    first = store.facts_read_at is None
    store.name, store.currency, store.time_zone, store.plan = facts.name, facts.currency, facts.time_zone, facts.plan
    store.scopes = ",".join(facts.scopes)
    store.facts_read_at = now()
    workspace = session.get_one(Workspace, store.workspace_id)
    if first and workspace.name == store.domain:
        # The workspace's first store names it; after that the merchant does.
        workspace.name, workspace.time_zone = facts.name, facts.time_zone


def handle_topic(
    session: Session, store_id: int, topic: str, payload: dict[str, Any], delivery_id: str, at: datetime
) -> None:
    """What the platform said at `at` about the app itself, or asks for a buyer's sake. May run twice."""
    if topic == "app/uninstalled":
        if not _installed_since(session, store_id, at):
            uninstall(session, store_id)
    elif topic == "app/scopes_update":
        current = payload.get("current")
        if isinstance(current, list):
            session.execute(update(Store).where(Store.id == store_id).values(scopes=",".join(map(str, current))))
        enqueue_after_commit(session, "app.stores.jobs.read_facts", store_id, unique=f"facts:{store_id}")
    elif topic in privacy.TOPICS:
        privacy.handle(session, store_id, topic, payload, delivery_id)
    else:
        raise ValueError(f"{topic} is not one of {APP_TOPICS}")


def _installed_since(session: Session, store_id: int, at: datetime) -> bool:
    """Whether a delivery from `at` is about an earlier installation: they may come late, or twice.

    Two clocks are compared: where it is close, the delivery is believed, and opening the page connects the store again.
    """
    obtained_at = session.scalar(select(StoreToken.obtained_at).where(StoreToken.store_id == store_id))
    return obtained_at is not None and obtained_at > at + CLOCKS_APART


def uninstall(session: Session, store_id: int) -> None:
    """From the commit on no call is made to the store: there is no token left to make it with. History stays."""
    session.execute(delete(StoreToken).where(StoreToken.store_id == store_id))
    session.execute(delete(WooConnection).where(WooConnection.store_id == store_id))
    session.execute(
        update(Store)
        .where(Store.id == store_id, Store.state != "uninstalled")
        .values(state="uninstalled", uninstalled_at=now(), plugin_version="")
    )
    directory.forget()
    woo.forget_doors()
    log.info("store_uninstalled", store_id=store_id)
