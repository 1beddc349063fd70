"""WooCommerce stores as they are connected: their secrets, the doors that lead to them, and the way in.

What arrives finds its store by a name in the address (`public_id`, a webhook token) and proves itself by a signature.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import requests
from sqlalchemy import select

from app.addresses import guarded_adapter
from app.clock import now
from app.config import current_settings
from app.db import reading
from app.platforms.port import Failure, PlatformError
from app.platforms.woocommerce.adapter import WooStore
from app.platforms.woocommerce.client import Credentials, WooClient
from app.stores.models import Store, WooConnection
from app.stores.tokens import mark_needs_reauth

PLATFORM = "woocommerce"
OLD_SECRET_LASTS = timedelta(hours=1)
"""After a rotation, for what was on its way; the plugin keeps it as long."""


@dataclass(frozen=True, slots=True)
class Door:
    """What a delivery or a page token is checked with."""

    store_id: int
    domain: str
    public_id: str
    state: str
    admin_url: str
    signing_secrets: tuple[str, ...] = field(repr=False)
    page_secret: str | None = field(repr=False)
    webhook_secret: str = field(repr=False)


class _Doors:
    """Remembered for seconds, as the directory of stores is: deliveries ask for the same few again and again."""

    KNOWN_SECONDS = 3.0
    UNKNOWN_SECONDS = 0.5
    MOST = 10_000

    def __init__(self, column: str) -> None:
        self._column = getattr(WooConnection, column)
        self._lock = threading.Lock()
        self._held: dict[str, tuple[float, Door | None]] = {}

    def find(self, name: str) -> Door | None:
        held = self._held.get(name)
        if held is not None and time.monotonic() < held[0]:
            return held[1]
        found = self._load(name)
        lasts = self.UNKNOWN_SECONDS if found is None else self.KNOWN_SECONDS
        with self._lock:
            if len(self._held) >= self.MOST:
                self._held.clear()
            self._held[name] = (time.monotonic() + lasts, found)
        return found

    def forget(self) -> None:
        with self._lock:
            self._held.clear()

    def _load(self, name: str) -> Door | None:
        query = (
            select(WooConnection, Store)
            .join(Store, Store.id == WooConnection.store_id)
            .where(self._column == name, Store.platform == PLATFORM)
        )
        with reading() as session:
            row = session.execute(query).first()
            return _door(*row) if row else None


_by_public_id = _Doors("public_id")
_by_token = _Doors("webhook_token_digest")


def _door(connection: WooConnection, store: Store) -> Door:
    secrets = [connection.signing_secret]
    if connection.rotating or now() - connection.secret_since < OLD_SECRET_LASTS:
        secrets.append(connection.other_secret)
    return Door(
        store.id, store.domain, connection.public_id, store.state, connection.admin_url,
        tuple(secret for secret in secrets if secret), connection.page_secret, connection.webhook_secret,
    )  # fmt: skip


def door_of_plugin(public_id: str) -> Door | None:
    """Up to three seconds old; None where no connected store has this name."""
    return _by_public_id.find(public_id) if len(public_id) <= 64 else None


def door_of_token(token: str) -> Door | None:
    """By the token in the address of WooCommerce's own webhooks."""
    return _by_token.find(token_digest(token)) if len(token) <= 64 else None


def forget_doors() -> None:
    _by_public_id.forget()
    _by_token.forget()


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def http_session() -> requests.Session:
    """To stores' own addresses: never into private networks, but for the demo's own machine."""
    session = requests.Session()
    session.trust_env = False  # a proxy of ours would connect for us, past the address check
    session.headers["User-Agent"] = "Shoutcode"
    adapter = guarded_adapter(loopback=current_settings().is_demo)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def client_for(
    connection: WooConnection, *, has_plugin: bool | None = None, refused: Callable[[], None] | None = None,
    secret: str | None = None,
) -> WooClient:  # fmt: skip
    """`refused` None: the store then has to be connected again. `secret`: another one than that in force."""
    store_id = connection.store_id
    credentials = Credentials(
        connection.rest_root, connection.consumer_key, connection.consumer_secret, secret or connection.signing_secret
    )
    refused = refused or (lambda: mark_needs_reauth(store_id))
    return WooClient(credentials, http_session(), has_plugin=has_plugin, refused=refused)


def connection_of(store_id: int) -> WooConnection | None:
    with reading() as session:
        return session.get(WooConnection, store_id)


def platform_of(store: Store) -> WooStore:
    """Raises PlatformError STORE_CLOSED where the store was disconnected."""
    connection = connection_of(store.id)
    if connection is None:
        raise PlatformError(Failure.STORE_CLOSED, "Shoutcode is not connected to this store.")
    return WooStore(client_for(connection, has_plugin=store.has_plugin))


def webhook_base(connection: WooConnection) -> str:
    return f"{current_settings().url}/webhooks/woocommerce/{connection.webhook_token}"
