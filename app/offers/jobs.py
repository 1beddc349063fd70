"""Jobs that tell the store of an offer's end."""

from __future__ import annotations

import structlog
from sqlalchemy import select, update

from app.clock import now
from app.db import reading, transaction
from app.offers.models import Offer
from app.offers.service import END
from app.platforms.port import Failure, PlatformError
from app.queue import enqueue
from app.stores.service import platform_for

log = structlog.get_logger()


def end(offer_id: int) -> None:
    """Ends the discount in the store. Twice is as good as once; a store that is away is asked again by the sweep."""
    with reading() as session:
        offer = session.get(Offer, offer_id)
    if offer is None or offer.ended_at is None or offer.ended_in_store_at is not None or offer.remote_id is None:
        return
    try:
        platform_for(offer.store_id).end_discount(offer.remote_id)
    except PlatformError as error:
        if error.code is not Failure.NOT_FOUND:
            log.info("offer_end_waits", offer_id=offer_id, reason=error.code.value, request_id=error.request_id)
            return
    with transaction() as session:
        session.execute(update(Offer).where(Offer.id == offer_id).values(ended_in_store_at=now()))


def sweep() -> None:
    """Offers that ended here and not yet in the store."""
    waiting = select(Offer.id).where(
        Offer.ended_at.is_not(None), Offer.ended_in_store_at.is_(None), Offer.remote_id.is_not(None)
    )
    with reading() as session:
        ids = session.scalars(waiting.order_by(Offer.id).limit(1000)).all()
    for id in ids:
        enqueue(END, id, queue="codes", unique=f"end-{id}")
