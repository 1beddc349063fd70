"""What every StorePlatform does, whatever is behind it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.platforms.port import BlockStatus, Combines, DiscountType, Failure, PlatformError, StorePlatform, Terms
from tests.contract.conftest import Rig

START = datetime(2026, 11, 1, tzinfo=UTC)


def terms(**changes: Any) -> Terms:
    facts: dict[str, Any] = {
        "title": "Winter launch", "type": DiscountType.PERCENTAGE, "value": Decimal("12.5"), "starts_at": START,
        "reference": "shoutcode-1-20261121",
    }  # fmt: skip
    return Terms(**{**facts, **changes})


def spelled(codes: Iterable[str]) -> set[str]:
    """Codes as sets are compared: a store may keep another case than was asked for."""
    return {code.upper() for code in codes}


def added(rig: Rig, remote_id: str, codes: list[str]) -> BlockStatus:
    """One block, sent again by whoever has to after a lost answer."""
    try:
        job_id = rig.platform.add_codes(remote_id, codes)
    except PlatformError as lost:
        if rig.repeats_by_itself or not lost.can_retry:
            raise
        job_id = rig.platform.add_codes(remote_id, codes)
    return finished(rig.platform, job_id)


def finished(platform: StorePlatform, job_id: str) -> BlockStatus:
    until = time.monotonic() + 20
    while not (status := platform.block_status(job_id)).done:
        assert time.monotonic() < until, "the block was never done"
        time.sleep(0.02)
    return status


def test_the_facts_name_the_store(rig: Rig) -> None:
    facts = rig.platform.facts()
    assert (facts.currency, facts.time_zone) == ("EUR", "Europe/Berlin")
    assert facts.domain.endswith(rig.domain)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"type": DiscountType.FIXED_AMOUNT, "value": Decimal("7.50")},
        {"type": DiscountType.FREE_SHIPPING, "value": None},
        {"uses_per_code": 3, "once_per_customer": True, "minimum_subtotal": Decimal("49.90")},
    ],
)
def test_a_discount_is_made_with_its_first_code(rig: Rig, changes: dict[str, Any]) -> None:
    made = rig.platform.create_discount(terms(**changes), "Anna-15")
    assert rig.platform.find_code("ANNA-15") == made.remote_id
    assert [result.code.upper() for result in rig.platform.discount_codes(made.remote_id)] == ["ANNA-15"]


def test_a_discount_is_found_again_with_our_mark(rig: Rig) -> None:
    made = rig.platform.create_discount(terms(), "ANNA15")
    found = rig.platform.find_discount("anna15")
    assert found is not None
    assert (found.remote_id, found.references) == (made.remote_id, ("shoutcode-1-20261121",))
    assert rig.platform.find_discount("NOBODY") is None


def test_a_code_that_exists_makes_no_discount(rig: Rig) -> None:
    rig.plant(["anna15"])
    with pytest.raises(PlatformError) as refused:
        rig.platform.create_discount(terms(), "ANNA15")
    assert refused.value.code is Failure.TAKEN
    found = rig.platform.find_discount("ANNA15")
    assert found is not None
    assert found.references == ()


def test_a_lost_answer_to_a_creation_leaves_a_discount_to_be_found(rig: Rig) -> None:
    rig.fail_next("create_discount", "lost")
    with pytest.raises(PlatformError) as lost:
        rig.platform.create_discount(terms(), "ANNA15")
    assert (lost.value.code, lost.value.can_retry) == (Failure.UNREACHABLE, not rig.repeats_by_itself)
    found = rig.platform.find_discount("ANNA15")
    assert found is not None
    assert found.references == ("shoutcode-1-20261121",)


def test_a_block_goes_live_and_each_code_is_found(rig: Rig) -> None:
    made = rig.platform.create_discount(terms(), "FIRST")
    codes = [f"CODE-{n}" for n in range(rig.platform.block_size)]
    status = finished(rig.platform, rig.platform.add_codes(made.remote_id, codes))
    assert (status.imported, status.failed) == (len(codes), 0)
    found = rig.platform.find_codes([*codes, "NOBODYS"])
    assert found == dict.fromkeys(codes, made.remote_id)
    listed = list(rig.platform.discount_codes(made.remote_id))
    assert spelled(result.code for result in listed) == {"FIRST", *codes}
    assert all(result.remote_id for result in listed)


def test_taken_codes_fail_alone(rig: Rig) -> None:
    rig.plant(["berta"])
    made = rig.platform.create_discount(terms(), "FIRST")
    job_id = rig.platform.add_codes(made.remote_id, ["ANNA", "BERTA", "CARLA"])
    status = finished(rig.platform, job_id)
    assert (status.imported, status.failed) == (2, 1)
    results = {result.code: result.failure for result in rig.platform.block_results(job_id)}
    assert results == {"ANNA": None, "BERTA": Failure.TAKEN, "CARLA": None}
    found = rig.platform.find_codes(["ANNA", "BERTA"])
    assert found["ANNA"] == made.remote_id != found["BERTA"]


def test_a_block_may_be_sent_twice(rig: Rig) -> None:
    made = rig.platform.create_discount(terms(), "FIRST")
    finished(rig.platform, rig.platform.add_codes(made.remote_id, ["ANNA", "BERTA"]))
    again = finished(rig.platform, rig.platform.add_codes(made.remote_id, ["ANNA", "BERTA"]))
    # What is there already is told as taken, or as ours where the platform shows whose it is.
    assert again.imported + again.failed == 2
    assert set(rig.platform.find_codes(["ANNA", "BERTA"]).values()) == {made.remote_id}
    codes = [result.code.upper() for result in rig.platform.discount_codes(made.remote_id)]
    assert sorted(codes) == ["ANNA", "BERTA", "FIRST"]


def test_a_lost_answer_to_a_block_does_no_harm(rig: Rig) -> None:
    made = rig.platform.create_discount(terms(), "FIRST")
    rig.fail_next("add_codes", "lost")
    added(rig, made.remote_id, ["ANNA", "BERTA"])
    assert set(rig.platform.find_codes(["ANNA", "BERTA"]).values()) == {made.remote_id}


def test_a_busy_store_is_asked_again(rig: Rig) -> None:
    made = rig.platform.create_discount(terms(), "FIRST")
    job_id = rig.platform.add_codes(made.remote_id, ["ANNA"])
    rig.fail_next("block_status", "busy")
    assert finished(rig.platform, job_id).imported == 1


def test_terms_can_be_changed_ended_and_reopened(rig: Rig) -> None:
    made = rig.platform.create_discount(terms(), "FIRST")
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    changed = rig.platform.update_discount(made.remote_id, terms(value=Decimal(20), ends_at=until))
    assert (changed.status, changed.ends_at) == ("active", until)
    ended = rig.platform.end_discount(made.remote_id)
    assert ended.status == "ended"
    opened = rig.platform.reopen_discount(made.remote_id, until)
    assert (opened.status, opened.ends_at) == ("active", until)


def test_codes_can_be_taken_off(rig: Rig) -> None:
    made = rig.platform.create_discount(terms(), "FIRST")
    finished(rig.platform, rig.platform.add_codes(made.remote_id, ["ANNA", "BERTA"]))
    ids = {result.code.upper(): result.remote_id for result in rig.platform.discount_codes(made.remote_id)}
    rig.platform.delete_codes(made.remote_id, [ids["ANNA"] or ""])
    assert rig.platform.find_codes(["ANNA", "BERTA"]) == {"BERTA": made.remote_id}


@pytest.mark.parametrize(
    "call",
    [
        lambda rig: rig.platform.add_codes(rig.missing, ["ANNA"]),
        lambda rig: rig.platform.end_discount(rig.missing),
        lambda rig: rig.platform.update_discount(rig.missing, terms()),
        lambda rig: rig.platform.block_status(rig.missing_job),
    ],
)
def test_what_is_gone_is_not_found(rig: Rig, call: Any) -> None:
    with pytest.raises(PlatformError) as missing:
        call(rig)
    assert missing.value.code is Failure.NOT_FOUND
    assert not missing.value.can_retry


def test_single_codes_are_taken_off_and_put_back(rig: Rig) -> None:
    made = rig.platform.create_discount(terms(), "ANNA15")
    finished(rig.platform, rig.platform.add_codes(made.remote_id, [f"CODE-{n}" for n in range(30)]))
    rig.plant(["THEIRS"])

    rig.platform.take_off(made.remote_id, ["anna15", "CODE-7", "GONE", "THEIRS"])

    left = spelled(result.code for result in rig.platform.discount_codes(made.remote_id))
    assert left == {f"CODE-{n}" for n in range(30) if n != 7}
    assert rig.platform.find_code("THEIRS") is not None
    rig.platform.take_off(made.remote_id, ["ANNA15", *(f"CODE-{n}" for n in range(25))])
    left = spelled(result.code for result in rig.platform.discount_codes(made.remote_id))
    assert left == {f"CODE-{n}" for n in range(25, 30)}
    assert finished(rig.platform, rig.platform.add_codes(made.remote_id, ["ANNA15"])).imported == 1
    assert rig.platform.find_code("anna15") == made.remote_id


def test_what_is_not_in_the_store_is_left_out(rig: Rig) -> None:
    assert rig.platform.read_discounts([rig.missing]) == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"value": Decimal("12.55")},
        {"type": DiscountType.FIXED_AMOUNT, "value": Decimal("7.50"), "minimum_subtotal": Decimal("49.90")},
        {"type": DiscountType.FREE_SHIPPING, "value": None, "ends_at": START + timedelta(days=400)},
        {"uses_per_code": 3, "once_per_customer": True},
    ],
)
def test_the_terms_of_a_discount_are_read_back(rig: Rig, changes: dict[str, Any]) -> None:
    asked = terms(**changes)
    made = rig.platform.create_discount(asked, "ANNA15")

    found = rig.platform.read_discounts([made.remote_id])[made.remote_id]

    assert (found.remote_id, found.title, found.unreadable) == (made.remote_id, "Winter launch", "")
    assert (found.codes, found.first_code) in ((1, "ANNA15"), (-1, ""))  # not every platform counts them
    assert found.terms is not None
    same = ("title", "type", "value", "starts_at", "ends_at", "uses_per_code", "once_per_customer", "minimum_subtotal",
            "minimum_quantity", "scope", "combines_with", "reference")  # fmt: skip
    assert {name: getattr(found.terms, name) for name in same} == {name: getattr(asked, name) for name in same}


def test_whatever_else_the_store_knows_is_read_back_too(rig: Rig) -> None:
    """A term that came back otherwise would look as if somebody had changed it in the store."""
    able = rig.platform.capabilities()
    asked = terms(
        minimum_quantity=2 if able.minimum_quantity else None,
        combines_with=Combines(orders="orders" in able.combining, shipping="shipping" in able.combining),
    )
    made = rig.platform.create_discount(asked, "ANNA15")
    found = rig.platform.read_discounts([made.remote_id])[made.remote_id].terms
    assert found is not None
    assert (found.minimum_quantity, found.combines_with) == (asked.minimum_quantity, asked.combines_with)


def test_discounts_are_searched_by_title_and_by_code(rig: Rig) -> None:
    titles = {"ANNA15": "Winter launch 2026", "BEN20": "Summer"}
    for code, title in titles.items():
        if rig.foreign is not None:
            rig.foreign(title, code)
        else:
            rig.platform.create_discount(terms(title=title), code)
    winter, summer = (rig.platform.find_code(code) for code in titles)

    assert {row.remote_id for row in rig.platform.search_discounts("")} == {winter, summer}
    assert [row.remote_id for row in rig.platform.search_discounts("winter la")] == [winter]
    assert [row.remote_id for row in rig.platform.search_discounts("ben20")] == [summer]
    assert rig.platform.search_discounts("nothing like it") == []
