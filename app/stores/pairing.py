"""A WooCommerce store's ways in and out: pairing with the companion plugin, keys alone, rotation, disconnecting.

The store is asked while no transaction is open; what it answers is saved in one.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.addresses import fault_of
from app.clock import now
from app.config import current_settings
from app.db import transaction
from app.errors import AppError, Conflict
from app.platforms.port import Failure, PlatformError
from app.platforms.woocommerce import pairing as plugin
from app.platforms.woocommerce import webhooks
from app.platforms.woocommerce.addresses import PLAIN, belongs, domain_of, origin_of, rest_root
from app.platforms.woocommerce.client import Credentials
from app.queue import enqueue
from app.stores import service, woo
from app.stores.models import Store, WooConnection, Workspace

log = structlog.get_logger()

READ_FACTS, SET_UP = "app.stores.jobs.read_facts", "app.stores.woo_jobs.set_up"
ROTATE_AFTER = timedelta(days=90)


class BadVisit(AppError):
    """The visit does not come from the plugin's own page, or not from this store's."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens a store; `signing_secret` None where there is no plugin."""

    credentials: Credentials
    domain: str
    name: str
    public_id: str
    granted_at: datetime
    admin_url: str = ""
    page_secret: str | None = None
    plugin_version: str = ""


def pair(store_url: str, rest: str, code: str) -> str:
    """Connects the store whose plugin made the code; returns the address of its page in WordPress.

    Raises BadVisit; PlatformError where the store refuses the code or does not answer.
    """
    demo = current_settings().is_demo
    root = rest_root(rest)
    for address in (store_url, root.removesuffix(PLAIN)):
        if fault_of(address, demo=demo):
            raise BadVisit("This shop has no https address, so it cannot be connected. Set one up and try again.")
    if not belongs(root, store_url):
        raise BadVisit("The shop's address and its REST address do not belong together. See Settings, Permalinks.")
    public_id, at = secrets.token_urlsafe(18), now()
    paired = plugin.pair(woo.http_session(), root, code, public_id)
    if domain_of(paired.store_url) != domain_of(store_url):
        raise BadVisit("The shop answered for another address than the one that it sent you from.")
    if not origin_of(paired.return_url):
        raise BadVisit("The shop did not say where its page is.")
    opening = Opening(
        paired.credentials, domain_of(store_url), paired.name[:255], public_id, at, paired.return_url,
        paired.page_secret, paired.plugin_version[:20],
    )  # fmt: skip
    store_id = save(opening)
    log.info("store_paired", store_id=store_id)
    return paired.return_url


def save(opening: Opening, *, workspace_id: int | None = None) -> int:
    """The store's row, new or taken up again, with what opens it now. `workspace_id`: only into this workspace.

    Raises Conflict where the store belongs to another one.
    """
    try:
        store_id = _saved(opening, workspace_id)
    except IntegrityError:  # another request made the rows in the same moment
        store_id = _saved(opening, workspace_id)
    woo.forget_doors()
    service.directory.forget()
    for job, name in ((READ_FACTS, "facts"), (SET_UP, "set-up")):
        enqueue(job, store_id, unique=f"{name}:{store_id}")
    return store_id


def _saved(opening: Opening, workspace_id: int | None) -> int:
    with transaction() as session:
        store = session.scalar(
            select(Store).where(Store.platform == woo.PLATFORM, Store.domain == opening.domain).with_for_update()
        )
        if store is not None and workspace_id is not None and store.workspace_id != workspace_id:
            raise Conflict(
                "This shop is connected to another workspace. Link it by a code from there instead.", code="elsewhere"
            )
        if store is None:
            store = _new_store(session, opening, workspace_id)
        if store.state == "uninstalled":
            store.installed_at = now()
        store.state, store.uninstalled_at = "active", None
        if not opening.admin_url and (held := session.get(WooConnection, store.id)) and held.signing_secret:
            _change_keys(held, opening)
        else:
            store.plugin_version = opening.plugin_version
            _connect(session, store, opening)
        return store.id


def _new_store(session: Session, opening: Opening, workspace_id: int | None) -> Store:
    if workspace_id is None:
        workspace = Workspace(name=opening.domain, created_at=now())
        session.add(workspace)
        session.flush()
        workspace_id = workspace.id
    store = Store(
        workspace_id=workspace_id, platform=woo.PLATFORM, domain=opening.domain, name=opening.name or opening.domain,
        state="uninstalled", installed_at=now(),
    )  # fmt: skip
    session.add(store)
    session.flush()
    return store


def _change_keys(held: WooConnection, opening: Opening) -> None:
    """Keys by the key screen, for a store that has the plugin: of several keys the newest is in force."""
    if opening.granted_at >= held.key_granted_at:
        held.consumer_key, held.consumer_secret = opening.credentials.consumer_key, opening.credentials.consumer_secret
        held.key_granted_at = opening.granted_at


def _connect(session: Session, store: Store, opening: Opening) -> None:
    held = session.get(WooConnection, store.id)
    if held is not None and opening.granted_at < held.key_granted_at:
        return
    if held is None:
        token = secrets.token_urlsafe(32)
        held = WooConnection(
            store_id=store.id, webhook_token=token, webhook_token_digest=woo.token_digest(token),
            webhook_secret=secrets.token_hex(25), connected_at=now(),
        )  # fmt: skip
        session.add(held)
    held.public_id, held.rest_root = opening.public_id, opening.credentials.rest_root
    held.consumer_key, held.consumer_secret = opening.credentials.consumer_key, opening.credentials.consumer_secret
    held.key_granted_at = held.secret_since = opening.granted_at
    held.signing_secret, held.other_secret, held.rotating = opening.credentials.plugin_secret, None, False
    held.page_secret, held.admin_url = opening.page_secret, opening.admin_url


def disconnect(store_id: int) -> None:
    """From our side: the store is told where it answers, then everything that opens it is deleted. Twice is once."""
    connection = woo.connection_of(store_id)
    if connection is not None:
        try:
            client = woo.client_for(connection, refused=lambda: None)
            webhooks.remove(client, woo.webhook_base(connection))
            if client.has_plugin:
                client.plugin("POST", "/disconnect", {})
        except PlatformError as error:
            # Its keys are deleted here all the same; the page says what is left to do there.
            log.info("store_not_told", store_id=store_id, code=error.code, detail=error.message)
    with transaction() as session:
        service.uninstall(session, store_id)


def rotate(store_id: int) -> None:
    """A new signing secret. It is stored before the store hears of it, so no lost answer leaves a side without one."""
    connection = woo.connection_of(store_id)
    if connection is None or connection.signing_secret is None:
        return
    following = connection.other_secret if connection.rotating else None
    if following is None:
        following = secrets.token_hex(32)
        _note(connection, other_secret=following, rotating=True)
    try:
        _tell(connection, connection.signing_secret, following)
    except PlatformError as error:
        if error.code is not Failure.UNAUTHORIZED:
            raise
        _tell(connection, following, following)  # an earlier answer was lost: the store has the new one already
    _note(
        connection, signing_secret=following, other_secret=connection.signing_secret, rotating=False,
        secret_since=now(),
    )  # fmt: skip
    log.info("secret_rotated", store_id=store_id)


def _tell(connection: WooConnection, signed_with: str, following: str) -> None:
    client = woo.client_for(connection, refused=lambda: None, secret=signed_with)
    plugin.rotate(client, following)


def _note(connection: WooConnection, **values: object) -> None:
    """Only while this pairing is the one in force."""
    with transaction() as session:
        session.execute(
            update(WooConnection)
            .where(WooConnection.store_id == connection.store_id, WooConnection.public_id == connection.public_id)
            .values(**values)
        )
    woo.forget_doors()
