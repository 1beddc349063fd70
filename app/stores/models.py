"""Workspaces, their stores, and the credentials that open them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.config import current_settings
from app.db import Base, EncryptedText, Money, UtcDateTime, big_id, pk


class Workspace(Base):
    """One merchant. Owns every row below it."""

    __tablename__ = "workspace"

    id: Mapped[pk]
    name: Mapped[str] = mapped_column(String(255))
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    attribution: Mapped[str] = mapped_column(String(20), default="by_discount")
    """Several codes on one order: by_discount, first, last, even or none (product rule of attribution)."""
    with_tax: Mapped[bool] = mapped_column(Boolean, default=False)
    approve_above_percentage: Mapped[Decimal | None] = mapped_column(Money)
    """Offers above it ask for a second person; None asks for nobody."""
    approve_above_codes: Mapped[int | None] = mapped_column(Integer)
    utm: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    """What share links carry: {"source": ..., "medium": ..., "campaign": ...}, where the offer has none of its own."""
    joined_into_id: Mapped[int | None] = mapped_column(big_id, ForeignKey("workspace.id"))
    """The workspace that its store was linked to; then nothing but this one's audit log is left here."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Store(Base):
    """One connected shop. Rows outlive an uninstall; a reinstall takes the old row up again."""

    __tablename__ = "store"
    __table_args__ = (UniqueConstraint("platform", "domain"),)

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"), index=True)
    platform: Mapped[str] = mapped_column(String(20))
    domain: Mapped[str] = mapped_column(String(255))
    """Shopify: the myshopify.com domain, lower case."""
    name: Mapped[str] = mapped_column(String(255), default="")
    currency: Mapped[str] = mapped_column(String(3), default="")
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    plan: Mapped[str] = mapped_column(String(60), default="")
    plugin_version: Mapped[str] = mapped_column(String(20), default="", server_default=text("''"))
    """Of the companion plugin; empty where a WooCommerce store is worked without it, and on Shopify."""
    price_decimals: Mapped[int | None] = mapped_column(Integer)
    """Of the store's prices, where it is the store's own choice (WooCommerce)."""
    scopes: Mapped[str] = mapped_column(String(1000), default="")
    """Granted ones, comma separated."""
    state: Mapped[str] = mapped_column(String(20), default="uninstalled")
    """active, needs_reauth (open the app again) or uninstalled; a store is active from its first token on."""
    installed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    uninstalled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    facts_read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    orders_complete_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Numbers are complete from this time on (back-fill)."""
    last_delivery_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reconciled_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reconciled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reconciled_missed: Mapped[int] = mapped_column(Integer, default=0)
    taking_off_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Lease of the worker that takes codes off this store."""

    @property
    def address(self) -> str:
        """Where shoppers find it, without a slash at its end."""
        return current_settings().shop_address(self.platform, self.domain)

    @property
    def has_plugin(self) -> bool:
        """Whether the companion plugin works in this (WooCommerce) store."""
        return bool(self.plugin_version)


class StoreToken(Base):
    """The newest token pair of a Shopify store; the pair is replaced whole.

    One row a store, made empty at install and deleted at uninstall.
    """

    __tablename__ = "store_token"

    store_id: Mapped[int] = mapped_column(big_id, ForeignKey("store.id"), primary_key=True, autoincrement=False)
    access_token: Mapped[str | None] = mapped_column(EncryptedText)
    access_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    obtained_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When this pair was given: the app was installed then, whatever an older delivery says."""
    refresh_token: Mapped[str | None] = mapped_column(EncryptedText)
    refresh_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=0)
    """Grows with every new pair."""
    refreshing_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The lease: who set it may ask Shopify for a new pair until then; the others re-read."""


class WooConnection(Base):
    """What opens a WooCommerce store, and what it signs with. Made when it connects, deleted when it disconnects."""

    __tablename__ = "woocommerce_connection"

    store_id: Mapped[int] = mapped_column(big_id, ForeignKey("store.id"), primary_key=True, autoincrement=False)
    public_id: Mapped[str] = mapped_column(String(40), unique=True)
    """The store's name between the app and the plugin; a new one for every pairing."""
    rest_root: Mapped[str] = mapped_column(String(500))
    """As the store names it: https://shop.example/wp-json."""
    admin_url: Mapped[str] = mapped_column(String(500), default="")
    """The plugin's page in WordPress; empty without the plugin."""
    consumer_key: Mapped[str] = mapped_column(EncryptedText)
    consumer_secret: Mapped[str] = mapped_column(EncryptedText)
    key_granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Of several keys the newest is in force."""
    signing_secret: Mapped[str | None] = mapped_column(EncryptedText)
    other_secret: Mapped[str | None] = mapped_column(EncryptedText)
    """The secret before it, or the next one while the store has not confirmed it: good for what comes in, too."""
    rotating: Mapped[bool] = mapped_column(Boolean, default=False)
    """`other_secret` is the next one."""
    secret_since: Mapped[datetime] = mapped_column(UtcDateTime)
    page_secret: Mapped[str | None] = mapped_column(EncryptedText)
    webhook_token: Mapped[str] = mapped_column(EncryptedText)
    webhook_token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    """The token stands in the address of WooCommerce's own webhooks: their headers are outside the signature."""
    webhook_secret: Mapped[str] = mapped_column(EncryptedText)
    webhooks_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When they were last seen to be there and active."""
    health: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What the store last said of itself; see app.platforms.woocommerce.facts."""
    health_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    connected_at: Mapped[datetime] = mapped_column(UtcDateTime)


class KeyGrant(Base):
    """A WooCommerce store that is being connected by its key screen, from the page of another store.

    `state`: waiting (for the merchant's yes), granted (the keys are to be tried), connected, or failed with a message.
    """

    __tablename__ = "key_grant"

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the one-time secret that ties the store's answer to this row: the answer itself is unsigned."""
    store_url: Mapped[str] = mapped_column(String(500))
    asked_by: Mapped[str] = mapped_column(String(120))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    message: Mapped[str] = mapped_column(String(300), default="")
    consumer_key: Mapped[str | None] = mapped_column(EncryptedText)
    consumer_secret: Mapped[str | None] = mapped_column(EncryptedText)
    granted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    store_id: Mapped[int | None] = mapped_column(big_id, ForeignKey("store.id"))


class User(Base):
    """A person who has opened the page in a store's admin, and what they may do in the workspace."""

    __tablename__ = "user_account"
    __table_args__ = (UniqueConstraint("store_id", "platform_user"),)

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"), index=True)
    store_id: Mapped[int] = mapped_column(big_id, ForeignKey("store.id"))
    platform_user: Mapped[str] = mapped_column(String(100))
    """The platform's id of the person."""
    name: Mapped[str] = mapped_column(String(120), default="")
    is_owner: Mapped[bool] = mapped_column(Boolean, default=False)
    """Owns the store's account there: always manages."""
    role: Mapped[str] = mapped_column(String(20), default="view")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the platform was last asked who this is."""
    known: Mapped[bool] = mapped_column(Boolean, default=False)
    """The platform has answered."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ApiKey(Base):
    """A program's way in. Only the hash of the key is kept; the key itself is shown once, when it is made."""

    __tablename__ = "api_key"

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    prefix: Mapped[str] = mapped_column(String(20))
    """The key's first letters, to tell keys apart."""
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256: a key has 256 random bits, so nothing slower is needed."""
    scope: Mapped[str] = mapped_column(String(20))
    """read, issue or manage."""
    created_by: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """To the minute."""
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class IdempotencyKey(Base):
    """A write that its caller may repeat: what was asked, and the answer to give again. Kept for a day."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("workspace_id", "key"),)

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"))
    key: Mapped[str] = mapped_column(String(255))
    request_hash: Mapped[str] = mapped_column(String(64))
    acted: Mapped[bool] = mapped_column(Boolean, default=False)
    """Set in the transaction of the change itself: a repeat after a crash never acts twice."""
    status: Mapped[int | None] = mapped_column(Integer)
    body: Mapped[str | None] = mapped_column(EncryptedText)
    content_type: Mapped[str] = mapped_column(String(100), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class LinkCode(Base):
    """Typed into another store's admin, it links that store to this workspace. Only its hash is kept; used once."""

    __tablename__ = "link_code"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class OAuthState(Base):
    """A state handed out by the authorization-code route; used once, for the shop it was made for."""

    __tablename__ = "oauth_state"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    shop: Mapped[str] = mapped_column(String(255))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class PrivacyRequest(Base):
    """A data or erasure request from the platform: worked by a job, and what was found is shown to the merchant."""

    __tablename__ = "privacy_request"
    __table_args__ = (UniqueConstraint("store_id", "topic", "delivery_id"),)

    id: Mapped[pk]
    store_id: Mapped[int] = mapped_column(big_id, ForeignKey("store.id"))
    topic: Mapped[str] = mapped_column(String(40))
    delivery_id: Mapped[str] = mapped_column(String(100))
    customer_keys: Mapped[str] = mapped_column(String(1000), default="")
    """The buyer as keyed hashes, comma separated, until the request is done."""
    found: Mapped[str] = mapped_column(String(4000), default="")
    """What we hold about this buyer, in words: order names only; we keep no personal data."""
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
