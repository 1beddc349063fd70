"""An offer's life after it was published: paused, reopened, put away, brought back."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.clock import now
from app.errors import Conflict, FieldError, InvalidInput
from app.offers import changes, service
from app.offers.fields import state_of
from app.offers.models import Offer
from app.offers.rules import State
from app.stores.service import capabilities_of


def pause(session: Session, offer: Offer) -> None:
    """Its codes stop working when the store has heard of it, until it is reopened."""
    if not capabilities_of(service.store_of(session, offer)).pause_discount:
        raise Conflict("This store cannot pause an offer. End it, and reopen it later.")
    if state_of(offer) is not State.ACTIVE:
        raise Conflict("Only an active offer can be paused.")
    offer.paused_at = offer.updated_at = now()
    service.tell_store(session, offer)


def reopen(session: Session, offer: Offer, ends_at: str | None, *, actor: str) -> None:
    """For paused and ended offers. `ends_at`: None leaves the end as it is, "" takes it away.

    Raises InvalidInput where the offer would be over again at once.
    """
    if state_of(offer) not in (State.PAUSED, State.ENDED):
        raise Conflict("Only an offer that is paused or has ended can be reopened.")
    if ends_at is None and offer.ends_at is not None and offer.ends_at <= now():
        raise InvalidInput.at(FieldError("ends_at", "This end has passed. Enter a later one, or leave it empty."))
    before = changes.snapshot(offer, ["ends_at"])
    if ends_at is not None and offer.type != "other":
        terms = changes.checked(session, offer, service.store_of(session, offer), {"ends_at": ends_at})
        offer.ends_at = terms.ends_at
    offer.ended_at = offer.paused_at = None
    offer.updated_at = now()
    if changes.snapshot(offer, ["ends_at"]) != before:
        changes.ask_store(session, offer, before, actor)
    else:
        service.tell_store(session, offer)


def archive(offer: Offer) -> None:
    """Out of the lists; its numbers stay."""
    if state_of(offer) is State.ARCHIVED:
        return
    if state_of(offer) not in (State.DRAFT, State.ENDED):
        raise Conflict("End this offer first: its codes still work.")
    if offer.approval_asked_at is not None:
        raise Conflict("This offer waits for a second person. Take that back first.", code="waits_for_approval")
    offer.archived_at = offer.updated_at = now()


def restore(offer: Offer) -> None:
    if offer.archived_at is not None:
        offer.archived_at, offer.updated_at = None, now()
