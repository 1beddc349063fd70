"""An offer and whom it is for: kept for later, issued at once, or held until a second person agrees."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sqlalchemy.orm import Session

from app.assignments import approvals, service
from app.assignments.forms import DraftChanges, PeopleIn
from app.codes import patterns, runs
from app.errors import FieldError, InvalidInput
from app.offers import changes
from app.offers import service as offers
from app.offers.fields import OfferIn, offer_terms
from app.offers.given import Given
from app.offers.models import Offer
from app.stores.service import get_store

CHANGE = "change"
"""In Offer.draft: the change of a published offer that waits for a second person."""


def keep(offer: Offer, people: PeopleIn) -> None:
    """Whom it is for, until it is published or approved."""
    service.check_pool(offer.pattern, people.pool)
    offer.draft = people.model_dump(mode="json", include=set(PeopleIn.model_fields), exclude_none=True)


def offered(session: Session, offer: Offer, people: PeopleIn, actor: str) -> service.Issued:
    """Codes for people, of an offer that is published with them where it was not; nothing yet where it has to wait."""
    if approvals.asked(session, offer, people.selection, people.pool, actor):
        keep(offer, people)
        return service.Issued()
    return issued(session, offer, people, actor)


def issued(session: Session, offer: Offer, people: PeopleIn, actor: str) -> service.Issued:
    if offer.published_at is None:
        offers.publish(session, offer)
        approvals.withdraw(offer)  # it may have been asked for under limits that are no more
        offer.draft = None
    return service.issue(session, offer, people.selection, edits=people.edits, pool=people.pool, actor=actor)


def approved(session: Session, offer: Offer, actor: str) -> service.Issued:
    """What waited is done in the name of whoever had asked for it."""
    waiting = offer.draft or {}
    asked_by = approvals.approve(session, offer, actor)
    offer.draft = None
    if CHANGE not in waiting:
        return issued(session, offer, PeopleIn.model_validate(waiting), asked_by)
    edit_published(session, offer, DraftChanges.model_validate(waiting[CHANGE]), asked_by, approved=True)
    return service.Issued()


def sent_of(body: OfferIn) -> tuple[dict[str, Any], str | None]:
    """(the fields of Given that were sent, the pattern). Raises InvalidInput for a faulty pattern."""
    sent, given = body.model_fields_set, body.given()
    if "pattern" in sent:
        patterns.parse(body.pattern)
    named = {field.name: getattr(given, field.name) for field in fields(Given) if field.name in sent}
    return named, body.pattern if "pattern" in sent else None


def edit_published(session: Session, offer: Offer, body: DraftChanges, actor: str, *, approved: bool = False) -> None:
    """What takes more off than before may wait for a second person."""
    if people := body.model_fields_set & set(PeopleIn.model_fields):
        raise InvalidInput.at(FieldError(min(people), "This offer is published: add people or pooled codes to it."))
    changes.must_be_editable(offer)
    given, pattern = sent_of(body)
    terms = changes.checked(session, offer, offers.store_of(session, offer), given)
    if not approved and approvals.change_asked(session, offer, terms, actor):
        offer.draft = {CHANGE: body.model_dump(mode="json", exclude_unset=True)}
    else:
        changes.change(session, offer, terms, pattern, actor)


def answer(session: Session, offer: Offer, issued: service.Issued) -> dict[str, Any]:
    """As IssuedOut."""
    session.flush()
    return {
        "offer": terms_of(session, offer),
        "run": runs.show(session, offer.workspace_id, issued.run.id) if issued.run else None,
        "added": issued.added,
        "skipped": issued.skipped,
    }


def terms_of(session: Session, offer: Offer) -> dict[str, Any]:
    return offer_terms(offer, get_store(session, offer.workspace_id, offer.store_id))
