"""Ending an offer. Creating, editing, publishing (patterns, people): app.assignments. Reading: app.views."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field

from app.db import reading, transaction
from app.offers import service
from app.offers.fields import OfferTerms, offer_terms
from app.stores.context import current
from app.stores.guards import signed_in
from app.stores.service import get_store, platform_for

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
    found = platform_for(store_id).search_products(query_data.kind, query_data.q)
    return {
        "items": [
            {
                "id": one.id, "title": one.title, "image": one.image,
                "price": None if one.price is None else f"{one.price:f}",
            }
            for one in found
        ]
    }  # fmt: skip
