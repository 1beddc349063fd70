"""The store's discount of an offer: made with its first code, once, whatever answer gets lost."""

from __future__ import annotations

import structlog

from app.codes import blocks
from app.codes.blocks import RunFacts, Sent
from app.codes.clashes import Clashes
from app.db import transaction
from app.offers.terms import kept_otherwise
from app.platforms.port import Failure, PlatformError, RemoteDiscount, StorePlatform, Terms

log = structlog.get_logger()

ANSWER_LOST = (Failure.UNREACHABLE, Failure.UNEXPECTED)
FAIL_CHUNK = 100


def ensure(facts: RunFacts, platform: StorePlatform) -> str:
    """Remote id of the offer's discount; "" where there is no code to make it with, or the store refused its terms."""
    if facts.discount_id:
        return facts.discount_id
    if facts.terms is None:
        _refuse_all(facts, PlatformError(Failure.NOT_FOUND, "Its discount is not in the store any more."))
        return ""
    clashes = Clashes(facts.store_id, platform)
    while True:
        with transaction() as session:
            first = blocks.first_code(session, facts.offer_id, facts.run_id)
        if first is None:
            return ""
        try:
            made = _found_or_made(facts, facts.terms, platform, first)
        except PlatformError as error:
            if error.code is not Failure.INVALID:
                raise
            _refuse_all(facts, error)
            return ""
        if made is None:
            clashes.resolve([first])
            continue
        with transaction() as session:
            blocks.save_discount(session, facts.offer_id, made.remote_id, kept_otherwise(made.differences))
            blocks.go_live(session, facts.run_id, [first.id])
        return made.remote_id


def _found_or_made(facts: RunFacts, terms: Terms, platform: StorePlatform, first: Sent) -> RemoteDiscount | None:
    """None where the code is somebody else's. Looks before it makes: an earlier answer may have been lost."""
    found = platform.find_discount(first.code)
    if found is not None:
        return found if terms.reference in found.references else None
    try:
        return platform.create_discount(terms, first.code)
    except PlatformError as error:
        if error.code is Failure.TAKEN:
            return None
        if error.code not in ANSWER_LOST:
            raise
        log.info("discount_answer_lost", offer_id=facts.offer_id, reason=error.code.value)
        found = platform.find_discount(first.code)
        if found is None:
            raise
        return found if terms.reference in found.references else None


def _refuse_all(facts: RunFacts, error: PlatformError) -> None:
    """The terms were refused, so no code of the run can be made; the merchant reads the store's own words."""
    while True:
        with transaction() as session:
            ids = blocks.waiting_ids(session, facts.run_id, FAIL_CHUNK)
            blocks.fail(session, ids, Failure.INVALID, error.message, can_retry=True)
        if not ids:
            return
