"""Offers for people: create, edit a draft, publish, add people. Ending: app.offers; reading: app.views."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint

from app.assignments import approvals, service
from app.assignments.forms import DraftChanges, IssuedOut, NewOffer, PeopleIn
from app.assignments.offering import answer, edit_published, keep, offered, sent_of, terms_of
from app.codes import patterns
from app.db import reading, transaction
from app.errors import FieldError, InvalidInput
from app.offers import changes
from app.offers import service as offers
from app.offers.fields import OfferTerms
from app.stores.context import current
from app.stores.guards import signed_in

blueprint = APIBlueprint("assignments", __name__, tag="Offers")


@blueprint.post("/offers")
@signed_in
@blueprint.input(NewOffer)
@blueprint.output(IssuedOut, status_code=201)
def create_offer(json_data: NewOffer) -> dict[str, Any]:
    """Create an offer

    With `publish`, each person selected gets a code of their own, and a run sends the codes to the store.
    """
    context = current()
    _read_pattern(json_data)
    with transaction() as session:
        offer = offers.create(
            session, context.workspace_id, json_data.store_id, json_data.given(), json_data.pattern, actor=context.actor
        )
        if json_data.publish:
            return answer(session, offer, offered(session, offer, json_data, context.actor))
        keep(offer, json_data)
        return answer(session, offer, service.Issued())


@blueprint.patch("/offers/<int:offer_id>")
@signed_in
@blueprint.input(DraftChanges)
@blueprint.output(OfferTerms)
def edit_offer(offer_id: int, json_data: DraftChanges) -> dict[str, Any]:
    """Edit an offer

    Only the fields sent are changed. A published offer is changed for all of its codes, those in the store too, as soon
    as the store has heard of it; for new codes only: POST /offers/{id}/versions.
    """
    context = current()
    with transaction() as session:
        offer = offers.get(session, context.workspace_id, offer_id, lock=True)
        if offer.published_at is not None:
            edit_published(session, offer, json_data, context.actor)
            return terms_of(session, offer)
        given, pattern = sent_of(json_data)
        offer = offers.edit_draft(session, context.workspace_id, offer_id, given, pattern)
        approvals.withdraw(offer)  # what was to be approved is not there any more
        if sent := json_data.model_dump(include=json_data.model_fields_set & set(PeopleIn.model_fields)):
            keep(offer, PeopleIn.model_validate({**(offer.draft or {}), **sent}))
        return terms_of(session, offer)


@blueprint.post("/offers/<int:offer_id>/versions")
@signed_in
@blueprint.input(DraftChanges)
@blueprint.output(IssuedOut, status_code=201)
def add_version(offer_id: int, json_data: DraftChanges) -> dict[str, Any]:
    """Change an offer for new codes only

    Makes and publishes its next version: the fields sent, the rest as it is. The codes there are go on as they are; new
    ones come from the version made here.
    """
    context = current()
    with transaction() as session:
        offer = offers.get(session, context.workspace_id, offer_id, lock=True)
        given, pattern = sent_of(json_data)
        made = changes.next_version(session, offer, given, pattern, actor=context.actor)
        return answer(session, made, offered(session, made, json_data, context.actor))


@blueprint.post("/offers/<int:offer_id>/publish")
@signed_in
@blueprint.output(IssuedOut)
def publish_offer(offer_id: int) -> dict[str, Any]:
    """Publish a draft

    Makes codes for the people it was saved for. Twice is as good as once.
    """
    context = current()
    with transaction() as session:
        offer = offers.get(session, context.workspace_id, offer_id, lock=True)
        if offer.published_at is not None:
            return answer(session, offer, service.Issued())
        kept = PeopleIn.model_validate(offer.draft or {})
        return answer(session, offer, offered(session, offer, kept, context.actor))


@blueprint.post("/offers/<int:offer_id>/codes")
@signed_in
@blueprint.input(PeopleIn)
@blueprint.output(IssuedOut)
def add_codes(offer_id: int, json_data: PeopleIn) -> dict[str, Any]:
    """Give an existing offer to more people

    The same terms for everybody. People who hold a code of this offer are skipped and named.
    """
    context = current()
    with transaction() as session:
        offer = offers.get(session, context.workspace_id, offer_id, lock=True)
        if offer.published_at is None:
            raise InvalidInput.at(FieldError("selection", "Publish this draft first, or edit whom it is for."))
        if json_data.selection is None and not json_data.pool:
            raise InvalidInput.at(FieldError("selection", "Select people, or enter a number of pooled codes."))
        offers.must_be_open(offer)
        return answer(session, offer, offered(session, offer, json_data, context.actor))


def _read_pattern(wanted: NewOffer) -> None:
    """A faulty pattern is told together with the terms' faults, which the service finds."""
    try:
        patterns.parse(wanted.pattern)
    except InvalidInput as faulty:
        with reading() as session:
            others = offers.faults(session, current().workspace_id, wanted.store_id, wanted.given())
        raise InvalidInput.at(*others, *faulty.errors) from faulty
