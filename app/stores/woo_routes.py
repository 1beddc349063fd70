"""Connecting a WooCommerce store without its plugin, and letting go of one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field

from app.db import reading, transaction
from app.errors import Conflict
from app.stores import key_screen, pairing, service, woo
from app.stores.context import current
from app.stores.guards import signed_in
from app.stores.models import KeyGrant
from app.stores.routes import StoreOut, store_out

blueprint = APIBlueprint("woocommerce_stores", __name__, tag="Stores")


class KeyGrantIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    store_url: Annotated[str, Field(min_length=1, max_length=300)]


class KeyGrantOut(BaseModel):
    """`state`: waiting for the merchant's yes, granted (the keys are being tried), connected, or failed (`message`)."""

    id: int
    store_url: str
    state: str
    message: str
    store_id: int | None
    expires_at: datetime


class NewKeyGrantOut(KeyGrantOut):
    authorize_url: str
    """The shop's own page where the merchant says yes; to be opened in a tab of its own."""


@blueprint.post("/key-grants")
@signed_in
@blueprint.input(KeyGrantIn)
@blueprint.output(NewKeyGrantOut, status_code=201)
def ask_for_keys(json_data: KeyGrantIn) -> dict[str, Any]:
    """Connect a WooCommerce store by its own key screen

    For a store without the companion plugin. It joins this workspace once the merchant has said yes there.
    """
    with transaction() as session:
        grant, address = key_screen.start(session, current(), json_data.store_url)
        return {**_grant_out(grant), "authorize_url": address}


@blueprint.get("/key-grants/<int:grant_id>")
@signed_in
@blueprint.output(KeyGrantOut)
@blueprint.doc(summary="How far connecting a store by its key screen is")
def key_grant(grant_id: int) -> dict[str, Any]:
    with reading() as session:
        return _grant_out(key_screen.get(session, current().workspace_id, grant_id))


@blueprint.post("/stores/<int:store_id>/disconnect")
@signed_in
@blueprint.output(StoreOut)
def disconnect_store(store_id: int) -> StoreOut:
    """Disconnect a WooCommerce store

    Its keys and secrets are deleted on both sides. Codes stay in the store and go on working; numbers stay here.
    """
    context = current()
    with reading() as session:
        store = service.get_store(session, context.workspace_id, store_id)
    if store.platform != woo.PLATFORM:
        raise Conflict("A Shopify store is disconnected by uninstalling Shoutcode in its admin.", code="by_uninstall")
    pairing.disconnect(store.id)
    with reading() as session:
        return store_out(service.get_store(session, context.workspace_id, store_id))


def _grant_out(grant: KeyGrant) -> dict[str, Any]:
    return {
        "id": grant.id, "store_url": grant.store_url, "state": grant.state, "message": grant.message,
        "store_id": grant.store_id, "expires_at": grant.expires_at,
    }  # fmt: skip
