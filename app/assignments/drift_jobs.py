"""Comparing offers with the store: when the platform says that something changed there, and once a day."""

from __future__ import annotations

import structlog
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.assignments import drift as acts
from app.codes.models import Code, CodeRun
from app.codes.patterns import key
from app.db import reading, transaction
from app.offers import drift
from app.offers.models import Offer
from app.platforms.port import PlatformError, StoreDiscount, StorePlatform
from app.stores.models import Store
from app.stores.service import platform_for

log = structlog.get_logger()

CHUNK = 100


def compare(offer_id: int) -> None:
    """Looks at one offer's discount, and at its codes where the store has fewer than we think. A store that is away is
    asked again tomorrow, or when it says something."""
    with reading() as session:
        offer = session.get(Offer, offer_id)
        live = _live(session, offer_id)
    if offer is None or not drift.is_watched(offer):
        return
    remote_id = offer.remote_id or ""
    try:
        platform = platform_for(offer.store_id)
        found = platform.read_discounts([remote_id]).get(remote_id)
        _note(offer, found)
        if found is not None and 0 <= found.codes < live:
            _look_for_codes(platform, offer)
    except PlatformError as error:
        log.info("drift_not_seen", offer_id=offer_id, reason=error.code.value, request_id=error.request_id)


def _note(seen: Offer, found: StoreDiscount | None) -> None:
    with transaction() as session:
        offer = session.get_one(Offer, seen.id, with_for_update=True)
        if offer.updated_at != seen.updated_at or not drift.is_watched(offer):
            return  # edited while the store was asked
        if drift.note(offer, drift.seen(offer, found)) and offer.drift is not None:
            log.info("drift_seen", offer_id=offer.id, kind=offer.drift["kind"])


def _live(session: Session, offer_id: int) -> int:
    """How many codes the store should have; 0 while a run is making some, since then nobody can tell."""
    running = exists().where(CodeRun.offer_id == offer_id, CodeRun.state == "running")
    query = select(func.count()).where(Code.offer_id == offer_id, Code.state == "live", Code.tracked, ~running)
    return session.scalar(query) or 0


def _look_for_codes(platform: StorePlatform, offer: Offer) -> None:
    """Those that the store's own list does not have, asked for once more by name: the list may be a little old."""
    there = {key(row.code) for row in platform.discount_codes(offer.remote_id or "")}
    with reading() as session:
        ours = session.execute(
            select(Code.id, Code.code, Code.key).where(
                Code.offer_id == offer.id, Code.state == "live", Code.tracked, Code.due == ""
            )
        ).all()
    missing = [row for row in ours if row.key not in there]
    for start in range(0, len(missing), CHUNK):
        some = missing[start : start + CHUNK]
        held = {key(code) for code in platform.find_codes([row.code for row in some])}
        with transaction() as session:
            acts.codes_gone(session, [row.id for row in some if row.key not in held])


def compare_all() -> None:
    """Every offer that the store should have."""
    with reading() as session:
        ids = session.scalars(
            select(Offer.id)
            .join(Store, Store.id == Offer.store_id)
            .where(
                Store.state == "active", Offer.remote_id.is_not(None), Offer.published_at.is_not(None),
                Offer.archived_at.is_(None),
            )
            .order_by(Offer.id)
        ).all()  # fmt: skip
    for offer_id in ids:
        acts.compare_now(offer_id)
