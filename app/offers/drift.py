"""What was changed behind our back: an offer's discount as the store has it, against our row. Decisions, and the row's
own changes; asking the store is for app.assignments.drift_jobs.

What we did ourselves is never drift: a pause or an end writes dates, an edit under way is not there yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.clock import now
from app.errors import Conflict
from app.offers import changes, service
from app.offers.existing import columns_of
from app.offers.models import OTHER, Offer
from app.platforms.port import StoreDiscount

PLAIN = ("percentage", "fixed_amount", "free_shipping")
TERMS = (
    "type", "value", "uses_per_code", "once_per_customer", "minimum_subtotal", "minimum_quantity", "scope",
    "combines_with",
)  # fmt: skip
DATES = ("starts_at", "ends_at")
DELETED, CHANGED = "deleted", "changed"


def is_watched(offer: Offer) -> bool:
    """Whether the store should have what the row says. Not while we are about to tell it something."""
    closed = offer.ended_at is not None or offer.paused_at is not None
    return (
        offer.remote_id is not None
        and offer.published_at is not None
        and offer.archived_at is None
        and offer.pending_change is None
        and closed == (offer.ended_in_store_at is not None)
    )


def seen(offer: Offer, found: StoreDiscount | None) -> dict[str, Any] | None:
    """The drift as the row keeps it; None where there is none. `found`: the store's discount, None where it is gone."""
    if found is None:
        # Whoever ended it here has nothing left to lose there.
        return None if offer.ended_at is not None else {"kind": DELETED, "changes": [], "columns": {}}
    theirs = _differing(offer, found)
    if not theirs:
        return None
    return {
        "kind": CHANGED,
        "changes": [
            {"field": name, "here": shown(getattr(offer, name)), "store": shown(theirs[name])} for name in theirs
        ],
        "columns": changes.pack(theirs),
    }  # fmt: skip


def _differing(offer: Offer, found: StoreDiscount) -> dict[str, Any]:
    """Columns as the store has them, of those that differ."""
    if offer.type == OTHER or found.terms is None:
        return {}
    closed = offer.ended_at is not None or offer.paused_at is not None
    if closed:
        # Its dates are ours; that it works again is not.
        closings = ("ended_at", "paused_at")
        return {} if found.status == "ended" else {name: None for name in closings if getattr(offer, name)}
    theirs = columns_of(found.terms, found.titles)
    # A free product is several of the store's fields at once: of such offers the limits and dates are compared.
    plain = offer.type in PLAIN and offer.free_product is None
    names = (*(TERMS if plain else ("uses_per_code", "once_per_customer")), *DATES)
    return {name: theirs[name] for name in names if _plain(getattr(offer, name)) != _plain(theirs[name])}


def _plain(value: Any) -> Any:
    """As the store can keep it: whole seconds, numbers without their zeros, ids in no order."""
    if isinstance(value, datetime):
        return value.replace(microsecond=0)
    if isinstance(value, Decimal):
        return value.normalize()
    if isinstance(value, Mapping) and "ids" in value:
        return value["kind"], sorted(value["ids"])
    return value


def shown(value: Any) -> Any:
    """In JSON's types, as a page can say it."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, Mapping) and "ids" in value:
        return ", ".join(value["titles"]) or value["kind"]
    if isinstance(value, Mapping):
        return ", ".join(name for name, on in value.items() if on)
    return value


def note(offer: Offer, drift: dict[str, Any] | None) -> bool:
    """Keeps what was seen; whether that is news. The time of the first look stays with the same drift."""
    before = offer.drift
    if before is not None and drift is not None and {**before, "at": ""} == {**drift, "at": ""}:
        return False
    if before is None and drift is None:
        return False
    offer.drift = None if drift is None else {**drift, "at": now().isoformat()}
    return True


def accept(session: Session, offer: Offer) -> None:
    """The store is right: the row takes its terms, or ends where the discount is gone. Raises Conflict."""
    drift = _must_drift(offer)
    if drift["kind"] == DELETED:
        offer.ended_at = offer.ended_in_store_at = now()
    else:
        for name, value in changes.restored(drift["columns"]).items():
            setattr(offer, name, value)
        if offer.ended_at is None and offer.paused_at is None:
            offer.ended_in_store_at = None
    offer.drift, offer.updated_at = None, now()
    session.flush()


def restore(session: Session, offer: Offer, actor: str) -> None:
    """We are right: the store is told our terms again. A discount that is gone is made anew by whoever calls this."""
    drift = _must_drift(offer)
    offer.drift, offer.updated_at = None, now()
    if drift["kind"] == DELETED:
        offer.remote_id = None
    elif offer.ended_at is not None or offer.paused_at is not None:
        offer.ended_in_store_at = None  # the sweep sees that the store has yet to be told of the end
        service.tell_store(session, offer)
    else:
        changes.ask_store(session, offer, {}, actor)
    session.flush()


def _must_drift(offer: Offer) -> dict[str, Any]:
    if offer.drift is None:
        raise Conflict("The store has this offer as it stands here.", code="no_drift")
    return offer.drift
