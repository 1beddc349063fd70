"""Ending an offer. Creating, editing, publishing (patterns, people): app.assignments. Reading: app.views."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from pydantic import BaseModel

from app.db import transaction
from app.offers import service
from app.offers.fields import OfferTerms, offer_terms
from app.stores.context import current
from app.stores.guards import signed_in
from app.stores.service import get_store

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
