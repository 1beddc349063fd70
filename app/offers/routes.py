"""An offer's life: paused, ended, reopened, put away, copied. Making and changing one, with its codes: app.assignments;
reading: app.views.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from app.db import reading, transaction
from app.offers import changes, life, service
from app.offers.fields import OfferTerms, Text, offer_terms
from app.offers.models import Offer
from app.stores.context import current
from app.stores.guards import signed_in
from app.stores.service import SOMEBODY_WAITS, get_store, platform_for

blueprint = APIBlueprint("offers", __name__, tag="Offers")


@blueprint.post("/offers/<int:offer_id>/end")
@signed_in
@blueprint.output(OfferTerms)
def end_offer(offer_id: int) -> dict[str, Any]:
    """End an offer

    Its codes stop working as soon as the store has heard of it. Orders and totals stay.
    """
    workspace_id = current().workspace_id
    with transaction() as session:
        offer = service.end(session, workspace_id, offer_id)
        return offer_terms(offer, get_store(session, workspace_id, offer.store_id))


class Reopening(BaseModel):
    """`ends_at` in the store's time; left out: as it is; null or "": no end."""

    model_config = ConfigDict(extra="forbid")

    ends_at: Text = ""


@blueprint.post("/offers/<int:offer_id>/pause")
@signed_in
@blueprint.output(OfferTerms)
def pause_offer(offer_id: int) -> dict[str, Any]:
    """Pause an offer

    Its codes stop working as soon as the store has heard of it, until the offer is reopened.
    """
    return _change(offer_id, life.pause)


@blueprint.post("/offers/<int:offer_id>/reopen")
@signed_in
@blueprint.input(Reopening)
@blueprint.output(OfferTerms)
def reopen_offer(offer_id: int, json_data: Reopening) -> dict[str, Any]:
    """Reopen an offer that is paused or has ended

    The same codes work again.
    """
    actor, sent = current().actor, "ends_at" in json_data.model_fields_set
    return _change(
        offer_id,
        lambda session, offer: life.reopen(session, offer, json_data.ends_at if sent else None, actor=actor),
    )


@blueprint.post("/offers/<int:offer_id>/archive")
@signed_in
@blueprint.output(OfferTerms)
def archive_offer(offer_id: int) -> dict[str, Any]:
    """Archive a draft, or an offer that has ended

    It leaves the lists; its orders and totals stay.
    """
    return _change(offer_id, lambda session, offer: life.archive(offer))


@blueprint.post("/offers/<int:offer_id>/restore")
@signed_in
@blueprint.output(OfferTerms)
def restore_offer(offer_id: int) -> dict[str, Any]:
    """Bring an archived offer back"""
    return _change(offer_id, lambda session, offer: life.restore(offer))


@blueprint.post("/offers/<int:offer_id>/send-again")
@signed_in
@blueprint.output(OfferTerms)
def send_offer_again(offer_id: int) -> dict[str, Any]:
    """Tell the store an offer's terms again

    Where it keeps them otherwise than asked, or refused a change: `store_note` says what.
    """
    actor = current().actor
    return _change(offer_id, lambda session, offer: changes.send_again(session, offer, actor))


@blueprint.post("/offers/<int:offer_id>/duplicate")
@signed_in
@blueprint.output(OfferTerms, status_code=201)
def duplicate_offer(offer_id: int) -> dict[str, Any]:
    """Copy an offer's terms into a new draft

    Under another name and for nobody yet; dates that have passed are left out.
    """
    context = current()
    with transaction() as session:
        offer = service.get(session, context.workspace_id, offer_id)
        made = changes.duplicate(session, offer, actor=context.actor)
        return offer_terms(made, service.store_of(session, made))


def _change(offer_id: int, act: Callable[[Session, Offer], None]) -> dict[str, Any]:
    with transaction() as session:
        offer = service.get(session, current().workspace_id, offer_id, lock=True)
        act(session, offer)
        session.flush()
        return offer_terms(offer, service.store_of(session, offer))


class EndedOut(BaseModel):
    """How many offers were ended."""

    ended: int


@blueprint.post("/stores/<int:store_id>/end-offers")
@signed_in
@blueprint.output(EndedOut)
def end_all_offers(store_id: int) -> dict[str, Any]:
    """End all offers of a store

    To be done before Shoutcode is uninstalled there, since codes go on working without it.
    """
    with transaction() as session:
        return {"ended": service.end_all(session, current().workspace_id, store_id)}


class ProductQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Literal["product", "variant", "collection"] = "product"
    q: Annotated[str, Field(max_length=100)] = ""


class ProductOut(BaseModel):
    """`price`: in the store's currency; null where it has none of its own."""

    id: str
    title: str
    image: str | None
    price: str | None


class ProductsOut(BaseModel):
    items: list[ProductOut]


@blueprint.get("/stores/<int:store_id>/products")
@signed_in
@blueprint.input(ProductQuery, location="query")
@blueprint.output(ProductsOut)
def search_products(store_id: int, query_data: ProductQuery) -> dict[str, Any]:
    """Find what an offer can be for

    The first matches by title, as the store has them now: products, their variants (for a free product), or
    collections (categories on WooCommerce).
    """
    with reading() as session:
        store_id = get_store(session, current().workspace_id, store_id).id
    found = platform_for(store_id, patience=SOMEBODY_WAITS).search_products(query_data.kind, query_data.q)
    return {
        "items": [
            {
                "id": one.id, "title": one.title, "image": one.image,
                "price": None if one.price is None else f"{one.price:f}",
            }
            for one in found
        ]
    }  # fmt: skip
