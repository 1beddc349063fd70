"""Offers: create, edit a draft, publish, end. Whom they are for: app.assignments."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import Conflict, FieldError, InvalidInput, NotFound
from app.offers.fields import given_of, state_of
from app.offers.given import Checked, Given
from app.offers.models import OTHER, Offer
from app.offers.rules import State, check
from app.queue import enqueue_after_commit
from app.stores.models import Store
from app.stores.service import capabilities_of, get_store

TELL = "app.offers.jobs.tell"
NAME_TAKEN = "Another offer has this name. Choose another one."


def get(session: Session, workspace_id: int, offer_id: int, *, lock: bool = False) -> Offer:
    """Raises NotFound, for another workspace's offers too."""
    query = select(Offer).where(Offer.workspace_id == workspace_id, Offer.id == offer_id)
    offer = session.scalar(query.with_for_update() if lock else query)
    if offer is None:
        raise NotFound("This offer is not in your workspace.")
    return offer


def create(session: Session, workspace_id: int, store_id: int, given: Given, pattern: str, *, actor: str) -> Offer:
    """A draft. Raises InvalidInput with every fault. `pattern` has been read by codes.patterns."""
    store = get_store(session, workspace_id, store_id)
    if store.state == "uninstalled":
        raise Conflict("Shoutcode is not installed in this store any more.")
    terms = checked(session, store, given)
    at = now()
    offer = Offer(
        workspace_id=workspace_id, store_id=store.id, currency=store.currency, pattern=pattern.strip(), next_sequence=1,
        created_by=actor, created_at=at, updated_at=at, **columns(terms),
    )  # fmt: skip
    save(session, offer)
    return offer


def faults(session: Session, workspace_id: int, store_id: int, given: Given) -> list[FieldError]:
    """What would be wrong with these terms."""
    try:
        checked(session, get_store(session, workspace_id, store_id), given)
    except InvalidInput as refused:
        return refused.errors
    return []


def edit_draft(
    session: Session, workspace_id: int, offer_id: int, changes: dict[str, Any], pattern: str | None
) -> Offer:
    """`changes`: fields of Given. Raises Conflict once the offer is published."""
    offer = get(session, workspace_id, offer_id, lock=True)
    if state_of(offer) is not State.DRAFT:
        raise Conflict("This offer is published already.")
    store = get_store(session, workspace_id, offer.store_id)
    terms = checked(session, store, replace(given_of(offer, store), **changes), but=offer.id)
    for name, value in columns(terms).items():
        setattr(offer, name, value)
    if pattern is not None:
        offer.pattern = pattern.strip()
    offer.updated_at = now()
    save(session, offer)
    return offer


def publish(session: Session, offer: Offer) -> None:
    """Twice is as good as once. From here on its codes, not those of the version before it, are given out."""
    if offer.published_at is not None:
        return
    at = now()
    if offer.ends_at is not None and offer.ends_at <= at:
        raise InvalidInput.at(FieldError("ends_at", "This end has passed. Enter a later one."))
    offer.published_at = offer.updated_at = at
    if offer.previous_id is not None:
        before = get(session, offer.workspace_id, offer.previous_id, lock=True)
        before.issuing_ended_at = before.updated_at = at


def end(session: Session, workspace_id: int, offer_id: int) -> Offer:
    """Codes stop working when the store has heard of it: a job tells it, again and again until it does."""
    offer = get(session, workspace_id, offer_id, lock=True)
    if offer.published_at is None:
        raise Conflict("This offer is a draft: there is nothing to end.")
    if offer.ended_at is None:
        offer.ended_at = offer.updated_at = now()
        tell_store(session, offer)
    return offer


def tell_store(session: Session, offer: Offer) -> None:
    """A job brings the store in line with the row."""
    enqueue_after_commit(session, TELL, offer.id, queue="codes", unique=f"tell-{offer.id}")


def store_of(session: Session, offer: Offer) -> Store:
    return get_store(session, offer.workspace_id, offer.store_id)


def open_in_store(workspace_id: int, store_id: int) -> tuple[ColumnElement[bool], ...]:
    """The offers whose codes would go on working in the store without us."""
    return (
        Offer.workspace_id == workspace_id,
        Offer.store_id == store_id,
        Offer.published_at.is_not(None),
        Offer.ended_at.is_(None),
        Offer.archived_at.is_(None),
        or_(Offer.ends_at.is_(None), Offer.ends_at > now()),
    )


def end_all(session: Session, workspace_id: int, store_id: int) -> int:
    """Ends every open offer of a store; how many. To be done before an uninstall: codes outlive the app."""
    get_store(session, workspace_id, store_id)
    ids = session.scalars(select(Offer.id).where(*open_in_store(workspace_id, store_id)).order_by(Offer.id)).all()
    for id in ids:
        end(session, workspace_id, id)
    return len(ids)


def must_work(offer: Offer) -> None:
    """Raises Conflict where codes of the offer are not to work any more."""
    if state_of(offer) in (State.ENDED, State.ARCHIVED):
        raise Conflict("This offer has ended. Reopen it, or make a new one.")


def must_be_open(offer: Offer) -> None:
    """Raises Conflict where no code may be added to the offer."""
    must_work(offer)
    if offer.type == OTHER:
        raise Conflict("The terms of this offer are the store's own: make codes there, and import them.")
    if offer.issuing_ended_at is not None:
        raise Conflict("New codes come from this offer's next version.", code="next_version")


def checked(session: Session, store: Store, given: Given, but: int = 0) -> Checked:
    faults: list[FieldError] = []
    try:
        able = capabilities_of(store)
        terms = check(given, currency=store.currency, zone=ZoneInfo(store.time_zone), now=now(), able=able)
    except InvalidInput as refused:
        faults += refused.errors
    key = " ".join(given.name.split()).casefold()
    same = select(Offer.id).where(Offer.workspace_id == store.workspace_id, Offer.name_key == key, Offer.id != but)
    if key and session.scalar(same.limit(1)) is not None:
        faults.append(FieldError("name", NAME_TAKEN))
    if faults:
        raise InvalidInput.at(*faults)
    return terms


def columns(terms: Checked) -> dict[str, Any]:
    return {name: getattr(terms, name) for name in Checked.__slots__}


def save(session: Session, offer: Offer) -> None:
    """Two at once with one name: the database lets one through, the other reads why."""
    try:
        with session.begin_nested():
            session.add(offer)
            session.flush()
    except IntegrityError as error:
        raise InvalidInput.at(FieldError("name", NAME_TAKEN)) from error
