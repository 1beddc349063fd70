"""Changing an offer whose codes are in the store already: our row first, then the store; and its next version.

A change that the store has not taken yet is kept at the row (`pending_change`) with the terms from before: if the store
refuses it, they come back.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import Conflict, FieldError, InvalidInput
from app.offers import service
from app.offers.fields import given_of, state_of
from app.offers.given import Checked
from app.offers.models import Offer
from app.offers.rules import NAME_LENGTH, State
from app.stores.models import Store

FIXED = ("type", "purpose")
OURS = frozenset({"name", "name_key"})
"""Columns that the store knows nothing of."""
OPEN = (State.ACTIVE, State.SCHEDULED, State.PAUSED)
_ENDING = re.compile(r" \((\d{1,6})\)$")


def checked(session: Session, offer: Offer, store: Store, changes: Mapping[str, Any]) -> Checked:
    """The terms with these fields of Given changed. Raises InvalidInput, also for what a live offer cannot change."""
    faults = [
        FieldError(name, "Codes keep this for good. Make a new version for new codes instead.")
        for name in FIXED
        if name in changes and changes[name] != str(getattr(offer, name))
    ]
    try:
        terms = service.checked(session, store, replace(given_of(offer, store), **changes), but=offer.id)
    except InvalidInput as refused:
        raise InvalidInput.at(*faults, *refused.errors) from refused
    if faults:
        raise InvalidInput.at(*faults)
    # As typed a time has no fractions of a second: one that was not sent stays as it is.
    kept = {name: getattr(offer, name) for name in ("starts_at", "ends_at") if name not in changes}
    return replace(terms, **kept)


def changed_columns(offer: Offer, terms: Checked) -> list[str]:
    return [name for name in service.columns(terms) if getattr(offer, name) != getattr(terms, name)]


def must_be_editable(offer: Offer) -> None:
    """Raises Conflict."""
    if offer.type == "other":
        raise Conflict("The terms of this discount are the store's own: change them in the store's admin.")
    if offer.approval_asked_at is not None:
        raise Conflict("This offer waits for a second person. Take that back first.", code="waits_for_approval")
    if state_of(offer) not in OPEN:
        raise Conflict("This offer has ended. Reopen it first, or duplicate it.")


def change(session: Session, offer: Offer, terms: Checked, pattern: str | None, actor: str) -> None:
    """All codes of the offer, those in the store too, by a job. `pattern` is for codes made from now on."""
    told = [name for name in changed_columns(offer, terms) if name not in OURS]
    before = snapshot(offer, told)
    for name, value in service.columns(terms).items():
        setattr(offer, name, value)
    if pattern is not None:
        offer.pattern = pattern.strip()
    offer.updated_at = now()
    service.save(session, offer)
    if told:
        ask_store(session, offer, before, actor)


def ask_store(session: Session, offer: Offer, before: dict[str, Any], actor: str) -> None:
    """`before`: the columns as the store has them; those of a change that still waits stay the oldest."""
    waiting = (offer.pending_change or {}).get("before", {})
    offer.pending_change = {
        "id": secrets.token_hex(8), "by": actor, "at": now().isoformat(), "trouble": "",
        "before": {**before, **waiting},
    }  # fmt: skip
    offer.store_note = ""
    service.tell_store(session, offer)


def send_again(session: Session, offer: Offer, actor: str) -> None:
    """The same terms once more, where the store keeps them otherwise. Raises Conflict where there is nothing to say."""
    if not offer.store_note or offer.type == "other" or offer.remote_id is None:
        raise Conflict("The store has this offer as it stands here.", code="nothing_to_send")
    must_be_editable(offer)
    ask_store(session, offer, {}, actor)


def took(session: Session, offer_id: int, change_id: str, note: str) -> None:
    """The store has the terms of this change. If another change came in between, nobody knows which the store took
    last, so it is told once more."""
    offer = session.scalar(select(Offer).where(Offer.id == offer_id).with_for_update())
    if offer is None:
        return
    if offer.pending_change is not None and offer.pending_change["id"] == change_id:
        offer.pending_change, offer.store_note = None, note
    else:
        ask_store(session, offer, {}, "system:store")


def refused(session: Session, offer_id: int, change_id: str, reason: str) -> None:
    """The terms from before come back: the store kept them."""
    offer = session.scalar(select(Offer).where(Offer.id == offer_id).with_for_update())
    if offer is None or offer.pending_change is None or offer.pending_change["id"] != change_id:
        return
    for name, value in restored(offer.pending_change["before"]).items():
        setattr(offer, name, value)
    offer.pending_change = None
    offer.store_note = f"The store refused the change, so the offer is as it was: {reason}"[:1000]
    offer.updated_at = now()


def waits(session: Session, offer_id: int, change_id: str, trouble: str) -> None:
    offer = session.scalar(select(Offer).where(Offer.id == offer_id).with_for_update())
    if offer is not None and offer.pending_change is not None and offer.pending_change["id"] == change_id:
        offer.pending_change = {**offer.pending_change, "trouble": trouble[:500]}


def snapshot(offer: Offer, names: Iterable[str]) -> dict[str, Any]:
    """Columns in JSON's types."""
    return pack({name: getattr(offer, name) for name in names})


def pack(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _packed(value) for name, value in columns.items()}


def _packed(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"time": value.isoformat()}
    return {"decimal": f"{value:f}"} if isinstance(value, Decimal) else value


def restored(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _unpacked(value) for name, value in kept.items()}


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"time"}:
        return datetime.fromisoformat(value["time"])
    return Decimal(value["decimal"]) if isinstance(value, dict) and set(value) == {"decimal"} else value


# --- versions and copies ---------------------------------------------------------------------------------------------


def next_version(
    session: Session, offer: Offer, changes: Mapping[str, Any], pattern: str | None, *, actor: str
) -> Offer:
    """A successor with these changes, still a draft. Once it is published no more codes are made of this offer; those
    there are go on."""
    must_be_editable(offer)
    if (successor := successor_of(session, offer.id)) is not None:
        raise Conflict(f"This offer has a next version already: change {successor.name}.", code="next_version")
    made = _copied(session, offer, {**_times(offer, changes), **changes}, pattern, actor)
    made.previous_id = offer.id
    return made


def successor_of(session: Session, offer_id: int) -> Offer | None:
    """One that was put away before it was published does not count."""
    next_ones = select(Offer).where(
        Offer.previous_id == offer_id, or_(Offer.archived_at.is_(None), Offer.published_at.is_not(None))
    )
    return session.scalar(next_ones.order_by(Offer.id).limit(1))


def duplicate(session: Session, offer: Offer, *, actor: str) -> Offer:
    """A draft with the same terms under another name; dates that have passed are left out."""
    if offer.type == "other":
        raise Conflict("The terms of this discount are the store's own: there is nothing to copy.")
    return _copied(session, offer, _times(offer, {}), None, actor)


def _times(offer: Offer, changes: Mapping[str, Any]) -> dict[str, Any]:
    at = now()
    passed = {"starts_at": offer.starts_at <= at, "ends_at": offer.ends_at is not None and offer.ends_at <= at}
    return {name: "" for name, is_over in passed.items() if is_over and name not in changes}


def _copied(session: Session, offer: Offer, changes: Mapping[str, Any], pattern: str | None, actor: str) -> Offer:
    store = service.store_of(session, offer)
    known = given_of(offer, store)
    given = replace(known, **changes)
    if " ".join(given.name.split()).casefold() == offer.name_key:
        given = replace(given, name=free_name(session, offer))
    if known.title == known.name and given.title == known.title:
        given = replace(given, title=given.name)
    return service.create(
        session, offer.workspace_id, offer.store_id, given, offer.pattern if pattern is None else pattern, actor=actor
    )


def free_name(session: Session, offer: Offer) -> str:
    """ "Winter launch (2)", or the next number that nobody has."""
    stem = _ENDING.sub("", offer.name)
    keys = select(Offer.name_key).where(
        Offer.workspace_id == offer.workspace_id, Offer.name_key.startswith(stem.casefold()[:100], autoescape=True)
    )
    taken = set(session.scalars(keys))
    number = 2
    while True:
        ending = f" ({number})"
        name = stem[: NAME_LENGTH - len(ending)].rstrip() + ending
        if name.casefold() not in taken:
            return name
        number += 1
