"""Bringing the store in line with an offer's row: its terms, and whether its codes work."""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy import and_, or_, select, update

from app.clock import now
from app.db import reading, transaction
from app.offers import changes
from app.offers.models import Offer
from app.offers.service import TELL
from app.offers.terms import kept_otherwise, terms_of
from app.platforms.port import Failure, PlatformError, StorePlatform
from app.queue import enqueue
from app.stores.service import platform_for

log = structlog.get_logger()

GONE = "The discount was deleted in the store."


def tell(offer_id: int) -> None:
    """Twice is as good as once. A store that is away is told again by the sweep."""
    with reading() as session:
        offer = session.get(Offer, offer_id)
    if offer is None or offer.remote_id is None or not _differs(offer):
        return None
    change = offer.pending_change
    try:
        platform = platform_for(offer.store_id)
        if change is not None and not _is_off(offer) and not _write_terms(platform, offer, change):
            return tell(offer_id)
        _open_or_close(platform, offer)
    except PlatformError as error:
        log.info("offer_waits", offer_id=offer_id, reason=error.code.value, request_id=error.request_id)
        with transaction() as session:
            if error.code is Failure.NOT_FOUND:
                _gone(session, offer)
            elif change is not None:
                changes.waits(session, offer_id, change["id"], error.message)


def _differs(offer: Offer) -> bool:
    if offer.pending_change is not None and not _is_off(offer):
        return True
    return _is_closed(offer) != (offer.ended_in_store_at is not None)


def _is_off(offer: Offer) -> bool:
    """Off, and to stay so: its terms are written when it is reopened, since an end date would switch it on."""
    return _is_closed(offer) and offer.ended_in_store_at is not None


def _is_closed(offer: Offer) -> bool:
    return offer.ended_at is not None or offer.paused_at is not None


def _write_terms(platform: StorePlatform, offer: Offer, change: dict[str, Any]) -> bool:
    """False where the store refused, so that the row is as it was before."""
    assert offer.remote_id is not None
    try:
        answer = platform.update_discount(offer.remote_id, terms_of(offer))
    except PlatformError as error:
        if error.code is not Failure.INVALID:
            raise
        with transaction() as session:
            changes.refused(session, offer.id, change["id"], error.message)
        return False
    with transaction() as session:
        changes.took(session, offer.id, change["id"], kept_otherwise(answer.differences))
    return True


def _open_or_close(platform: StorePlatform, offer: Offer) -> None:
    assert offer.remote_id is not None
    if _is_closed(offer) and offer.ended_in_store_at is None:
        platform.end_discount(offer.remote_id)
        _note(offer.id, ended_in_store_at=now())
    elif not _is_closed(offer) and offer.ended_in_store_at is not None:
        platform.reopen_discount(offer.remote_id, offer.ends_at)
        # Switching off may have moved the start too: the terms are written as they are wanted.
        answer = platform.update_discount(offer.remote_id, terms_of(offer))
        _note(offer.id, ended_in_store_at=None, store_note=kept_otherwise(answer.differences))


def _note(offer_id: int, **facts: Any) -> None:
    """What the store now has. If the row asks for something else by now, the sweep sees the two apart."""
    with transaction() as session:
        session.execute(update(Offer).where(Offer.id == offer_id).values(**facts))


def _gone(session: Any, offer: Offer) -> None:
    """Nothing is left to be told: no code of it works."""
    session.execute(
        update(Offer)
        .where(Offer.id == offer.id)
        .values(
            pending_change=None, store_note="" if _is_closed(offer) else GONE,
            ended_in_store_at=now() if _is_closed(offer) else None,
        )
    )  # fmt: skip


def sweep() -> None:
    """Offers whose row and store differ: the store was away, a worker died, or two came at once."""
    closed = or_(Offer.ended_at.is_not(None), Offer.paused_at.is_not(None))
    waiting = select(Offer.id).where(
        Offer.remote_id.is_not(None),
        or_(
            and_(Offer.pending_change.is_not(None), or_(~closed, Offer.ended_in_store_at.is_(None))),
            and_(closed, Offer.ended_in_store_at.is_(None)),
            and_(~closed, Offer.ended_in_store_at.is_not(None)),
        ),
    )
    with reading() as session:
        ids = session.scalars(waiting.order_by(Offer.id).limit(1000)).all()
    for id in ids:
        enqueue(TELL, id, queue="codes", unique=f"tell-{id}")
