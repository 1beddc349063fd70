"""Who has the page open: the token of either host, verified, and the store it opens."""

from __future__ import annotations

from dataclasses import replace

from app.auth import plugin_tokens, session_tokens
from app.auth.identity import StoreIdentity
from app.auth.session_tokens import BadToken
from app.config import current_settings
from app.errors import Forbidden
from app.platforms.woocommerce.addresses import domain_of
from app.queue import enqueue
from app.stores import install, users, woo
from app.stores.context import Context
from app.stores.service import store_for_domain

RECHECK = "app.stores.woo_jobs.recheck"


def verify(token: str) -> StoreIdentity:
    """Shopify's ID token or the plugin's. Raises BadToken."""
    claimed = plugin_tokens.claimed_store(token)
    if claimed is None:
        settings = current_settings()
        return session_tokens.verify(token, client_id=settings.shopify_api_key, secrets=settings.shopify_api_secrets)
    door = woo.door_of_plugin(claimed)
    if door is None or door.page_secret is None:
        raise BadToken("no connected store of this name")
    return plugin_tokens.verify(token, store=claimed, secret=door.page_secret, domain=door.domain, domain_of=domain_of)


def open_store(identity: StoreIdentity, token: str) -> Context:
    """The context of a verified visit, without the person. Raises what `install.open_store` does."""
    if identity.platform != woo.PLATFORM:
        return install.open_store(identity, token)
    known = store_for_domain(woo.PLATFORM, identity.domain)
    if known is None or known.state == "uninstalled":
        raise Forbidden(
            "This shop is not connected. Connect it on the plugin's page in WordPress.", code="not_installed"
        )
    if known.state == "needs_reauth":
        # The plugin knows us, so the keys may work again: they are tried, and the page tells until they do.
        enqueue(RECHECK, known.id, unique=f"recheck:{known.id}")
    return Context(known.workspace_id, known.id, f"{identity.platform}:{identity.user}")


def signed_in(token: str) -> Context:
    """With the person and their role."""
    identity = verify(token)
    context = open_store(identity, token)
    user = users.visiting(context.workspace_id, context.store_id, identity, token)
    # What the token does not grant, no row here grants.
    role = "view" if identity.manages is False else user.role
    return replace(context, role=role, user_id=user.id)


def admin_of(public_id: str) -> str:
    """Address of the WordPress page that frames ours; empty for an unknown store."""
    door = woo.door_of_plugin(public_id)
    return door.admin_url if door else ""
