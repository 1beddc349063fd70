"""Discounts changed behind our back: seen, accepted, restored; and what we did ourselves, which is none of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from app.assignments import drift as acts
from app.assignments import drift_jobs
from app.clock import now
from app.codes import jobs
from app.codes.models import Code
from app.db import reading, transaction
from app.errors import Conflict
from app.offers import drift
from app.offers import jobs as offer_jobs
from app.offers import service as offers
from app.offers.models import Offer
from app.platforms.port import DiscountType
from tests.codes.conftest import Desk


@pytest.fixture(autouse=True)
def _live(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drift_jobs, "platform_for", lambda store_id: desk.platform)
    monkeypatch.setattr(offer_jobs, "platform_for", lambda store_id: desk.platform)
    desk.push(desk.prepare(["Anna", "Ben"]))


def offer(desk: Desk) -> Offer:
    with reading() as session:
        return session.get_one(Offer, desk.offer_id)


def in_store(desk: Desk) -> Any:
    return desk.platform.discounts[desk.discount_id() or ""]


def look(desk: Desk) -> list[tuple[str, Any, Any]] | str | None:
    drift_jobs.compare(desk.offer_id)
    found = offer(desk).drift
    if found is None or found["kind"] == "deleted":
        return found and "deleted"
    return [(change["field"], change["here"], change["store"]) for change in found["changes"]]


def test_a_changed_discount_is_accepted(desk: Desk) -> None:
    assert look(desk) is None
    ends_at = (now() + timedelta(days=9)).replace(microsecond=0)
    discount = in_store(desk)
    discount.terms = replace(discount.terms, type=DiscountType.FIXED_AMOUNT, value=Decimal("7.50"), uses_per_code=3)
    discount.ends_at = ends_at
    assert look(desk) == [
        ("type", "percentage", "fixed_amount"), ("value", "15", "7.5"), ("uses_per_code", None, 3),
        ("ends_at", None, f"{ends_at:%Y-%m-%dT%H:%M:%SZ}"),
    ]  # fmt: skip
    first = offer(desk).drift
    assert look(desk) is not None
    assert offer(desk).drift == first, "the time of the first look stays"

    with transaction() as session:
        drift.accept(session, session.get_one(Offer, desk.offer_id))
    row = offer(desk)
    assert (row.type, row.value, row.uses_per_code, row.ends_at, row.drift) == (
        "fixed_amount", Decimal("7.5"), 3, ends_at, None,
    )  # fmt: skip
    assert look(desk) is None
    with transaction() as session, pytest.raises(Conflict):
        drift.accept(session, session.get_one(Offer, desk.offer_id))


def test_a_changed_discount_is_restored(desk: Desk) -> None:
    in_store(desk).terms = replace(in_store(desk).terms, value=Decimal(50))
    assert look(desk) == [("value", "15", "50")]
    with transaction() as session:
        acts.restore(session, session.get_one(Offer, desk.offer_id), "test")
    assert look(desk) is None, "not while the store is being told"
    offer_jobs.tell(desk.offer_id)
    assert (in_store(desk).terms.value, look(desk)) == (Decimal(15), None)


def test_a_deleted_discount_is_made_anew_with_its_codes(desk: Desk) -> None:
    with reading() as session:
        anna = session.scalars(select(Code.id).where(Code.code == "ANNA15")).one()
    desk.platform.discounts.clear()
    desk.platform.codes.clear()
    assert look(desk) == "deleted"
    with transaction() as session:
        run = acts.restore(session, session.get_one(Offer, desk.offer_id), "test")
    assert run is not None
    assert run.total == 2
    jobs.push(run.id)
    assert desk.in_store() == {"ANNA15", "BEN15"}
    with reading() as session:
        assert session.get_one(Code, anna).state == "live"
    assert look(desk) is None


def test_a_deleted_discount_may_stay_gone(desk: Desk) -> None:
    desk.platform.discounts.clear()
    assert look(desk) == "deleted"
    with transaction() as session:
        drift.accept(session, session.get_one(Offer, desk.offer_id))
    assert offer(desk).ended_at is not None
    assert look(desk) is None


@pytest.mark.parametrize("close", ["pause", "end"])
def test_what_we_did_ourselves_is_no_drift(desk: Desk, close: str) -> None:
    with transaction() as session:
        row = session.get_one(Offer, desk.offer_id)
        row.ended_at, row.paused_at = (now(), None) if close == "end" else (None, now())
        offers.tell_store(session, row)
    assert look(desk) is None, "the store has yet to be told"
    offer_jobs.tell(desk.offer_id)
    assert in_store(desk).status == "ended"
    assert look(desk) is None

    in_store(desk).status = "active"
    field = "ended_at" if close == "end" else "paused_at"
    assert [change[0] for change in look(desk) or []] == [field]


def test_a_code_deleted_in_the_store_is_noticed(desk: Desk) -> None:
    del desk.platform.codes["ANNA15"]
    told = {"admin_graphql_api_id": desk.discount_id(), "redeem_code": {"id": "1", "code": "anna15"}}
    with transaction() as session:
        acts.noted(session, desk.store_id, [("discounts/redeemcode_removed", told), ("discounts/update", {})])
    assert look(desk) is None
    with reading() as session:
        row = session.scalars(select(Code).where(Code.code == "ANNA15")).one()
    assert (row.state, row.message) == ("disabled", "It was deleted in the store.")
    assert desk.codes("live") == ["BEN15"]
