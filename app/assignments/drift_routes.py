"""Saying what holds where the store's discount was changed behind our back."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint

from app.assignments import drift as acts
from app.db import transaction
from app.offers import drift, service
from app.offers.fields import OfferTerms, offer_terms
from app.stores.context import current
from app.stores.guards import signed_in
from app.stores.service import get_store

blueprint = APIBlueprint("drift", __name__, tag="Offers")


@blueprint.post("/offers/<int:offer_id>/drift/accept")
@signed_in
@blueprint.output(OfferTerms)
def accept_drift(offer_id: int) -> dict[str, Any]:
    """Accept what was changed in the store

    The offer takes the store's terms; where its discount was deleted there, the offer ends.
    """
    context = current()
    with transaction() as session:
        offer = service.get(session, context.workspace_id, offer_id, lock=True)
        drift.accept(session, offer)
        return offer_terms(offer, get_store(session, context.workspace_id, offer.store_id))


@blueprint.post("/offers/<int:offer_id>/drift/restore")
@signed_in
@blueprint.output(OfferTerms)
def restore_drift(offer_id: int) -> dict[str, Any]:
    """Restore in the store what the offer says

    A discount that was deleted is made anew, and its live codes are put back under their strings.
    """
    context = current()
    with transaction() as session:
        offer = service.get(session, context.workspace_id, offer_id, lock=True)
        acts.restore(session, offer, context.actor)
        session.flush()
        return offer_terms(offer, get_store(session, context.workspace_id, offer.store_id))
