from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Thread

import pytest
import requests

from app.platforms.port import DiscountType, Failure, PlatformError
from app.platforms.woocommerce.client import Credentials, WooClient
from app.platforms.woocommerce.terms import MARK
from tests.woocommerce.conftest import make_terms, meta


def failures(store, job):
    return {result.code: result.failure for result in store.block_results(job)}


def test_codes_carry_the_offers_terms_and_its_mark(store, shop):
    ends = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
    terms = make_terms(ends_at=ends, uses_per_code=3, once_per_customer=True, minimum_subtotal=Decimal("30"))
    made = store.create_discount(terms, "MAYA15")
    job = store.add_codes(made.remote_id, ["LEE15", "ANA15"])
    assert store.block_status(job).imported == 2
    assert set(shop.published()) == {"maya15", "lee15", "ana15"}
    for coupon in shop.published().values():
        assert meta(coupon, MARK) == made.remote_id
        assert (coupon["amount"], coupon["usage_limit"], coupon["usage_limit_per_user"]) == ("15.00", 3, 1)
        assert coupon["date_expires_gmt"] == "2026-12-31T23:59:59"


def test_a_block_is_one_batch_and_writes_nothing_anew(store, shop):
    """What the store keeps of the terms (whole seconds, none of our words) is not a change of them."""
    at = datetime(2026, 11, 3, 10, 0, 0, 123_456, tzinfo=UTC)
    made = store.create_discount(make_terms(starts_at=at, ends_at=at + timedelta(days=30), title="Spring"), "A")
    before = shop.requests()["POST coupons/batch"]
    for block in range(3):
        store.add_codes(made.remote_id, [f"B{block}-{n}" for n in range(5)])
    assert shop.requests()["POST coupons/batch"] == before + 3


def test_results_keep_the_order_asked(store):
    made = store.create_discount(make_terms(), "A")
    codes = [f"C{n}" for n in range(99, -1, -1)]
    assert [result.code for result in store.block_results(store.add_codes(made.remote_id, codes))] == codes


def test_code_of_somebody_else_is_taken_and_left_alone(store, shop):
    made = store.create_discount(make_terms(), "A")
    shop.plant(["theirs"], amount="50")
    job = store.add_codes(made.remote_id, ["THEIRS", "OURS"])
    assert failures(store, job) == {"THEIRS": Failure.TAKEN, "OURS": None}
    assert shop.published()["theirs"]["amount"] == "50.00"


@pytest.mark.parametrize("lost", ["cut_after_act", "500", "502"])
def test_block_sent_again_after_a_lost_answer_makes_nothing_twice(store, shop, lost):
    made = store.create_discount(make_terms(), "A")
    shop.fail_next(f"POST coupons/batch:{lost}")
    with pytest.raises(PlatformError) as caught:
        store.add_codes(made.remote_id, ["B", "C"])
    assert (caught.value.code, caught.value.can_retry) == (Failure.UNREACHABLE, True)
    assert store.block_status(store.add_codes(made.remote_id, ["B", "C"])).imported == 2
    assert set(shop.published()) == {"a", "b", "c"}


def test_offer_made_again_after_a_lost_answer_is_the_same(store, shop):
    terms = make_terms()
    shop.fail_next("POST coupons/batch:cut_after_act")
    with pytest.raises(PlatformError):
        store.create_discount(terms, "MAYA15")
    again = store.create_discount(terms, "MAYA15")
    found = store.find_discount("maya15")
    assert found.remote_id == again.remote_id
    assert found.references == (terms.reference,)
    assert len(shop.coupons()) == 2


def test_what_the_store_keeps_otherwise_is_taken_off_again(store, shop):
    made = store.create_discount(make_terms(), "A")
    shop.turn(skew={"amount": "1500.00"})
    job = store.add_codes(made.remote_id, ["B"])
    assert failures(store, job) == {"B": Failure.INVALID}
    assert set(shop.published()) == {"a"}


def test_letters_that_woocommerce_changes_never_reach_the_store(store, shop):
    made = store.create_discount(make_terms(), "A")
    bad = ["A&B", "A B", "ÜBER", "X" * 65, ""]
    asked = shop.asked("POST coupons/batch")
    assert set(failures(store, store.add_codes(made.remote_id, bad)).values()) == {Failure.INVALID}
    assert shop.asked("POST coupons/batch") == asked


@pytest.mark.parametrize(
    "changes",
    [
        {"value": Decimal("12.345")},
        {"value": Decimal("100.01")},
        {"value": Decimal("0")},
        {"value": Decimal("NaN")},
        {"minimum_subtotal": Decimal("-1")},
        {"uses_per_code": 0},
        {"type": DiscountType.FREE_PRODUCT},
        {"starts_at": datetime(2099, 1, 1, tzinfo=UTC)},
        {"ends_at": datetime(2020, 1, 1, tzinfo=UTC)},
    ],
)
def test_terms_that_would_be_stored_wrongly_are_refused_before_anything_is_sent(store, shop, changes):
    with pytest.raises(PlatformError) as caught:
        store.create_discount(make_terms(**changes), "A")
    assert caught.value.code is Failure.INVALID
    assert shop.coupons() == []


def test_update_reaches_every_code_and_takes_limits_away(store, shop):
    terms = make_terms(uses_per_code=1, ends_at=datetime.now(UTC) + timedelta(days=1))
    made = store.create_discount(terms, "A0")
    for start in (1, 101):
        store.add_codes(made.remote_id, [f"A{n}" for n in range(start, start + 100)])
    store.update_discount(made.remote_id, replace(terms, value=Decimal("20"), uses_per_code=None, ends_at=None))
    coupons = shop.published().values()
    assert len(coupons) == 201
    assert {(c["amount"], c["usage_limit"], c["date_expires_gmt"]) for c in coupons} == {("20.00", None, None)}


def test_ended_offer_expires_and_opens_again(store, shop):
    made = store.create_discount(make_terms(), "A")
    assert store.end_discount(made.remote_id).status == "ended"
    assert shop.published()["a"]["date_expires_gmt"] <= datetime.now(UTC).isoformat()
    assert store.reopen_discount(made.remote_id, None).status == "active"
    assert shop.published()["a"]["date_expires_gmt"] is None


def test_delete_leaves_coupons_without_the_mark_alone(store, shop):
    made = store.create_discount(make_terms(), "A")
    foreign = shop.plant(["theirs"], amount="5", description=made.remote_id)[0]
    listed = list(store.discount_codes(made.remote_id))
    assert [result.code for result in listed] == ["a"]
    store.delete_codes(made.remote_id, [listed[0].remote_id, str(foreign)])
    assert set(shop.published()) == {"theirs"}


def test_find_names_ours_and_theirs_ignoring_case(store, shop):
    made = store.create_discount(make_terms(), "Maya15")
    theirs = shop.plant(["THEIRS"], amount="5")[0]
    wanted = {"mAYA15": made.remote_id, "theirs": f"coupon:{theirs}"}
    assert store.find_codes(["mAYA15", "theirs", "nobody"]) == wanted


def test_two_requests_at_most_are_at_the_store(store, shop):
    """However many threads ask: shared hosts have few workers, and shoppers need them."""
    made = store.create_discount(make_terms(), "FIRST")
    shop.turn(create_ms=5)
    blocks = [Thread(target=store.add_codes, args=(made.remote_id, [f"T{n}-{m}" for m in range(9)])) for n in range(5)]
    for block in blocks:
        block.start()
    most = 0
    while any(block.is_alive() for block in blocks):
        most = max(most, shop.inside.workers.busy)
    assert most == 2
    assert len(shop.published()) == 46


def test_block_of_another_process_is_not_found(store):
    with pytest.raises(PlatformError) as caught:
        store.block_status("f" * 32)
    assert caught.value.code is Failure.NOT_FOUND


@pytest.mark.parametrize(
    ("fault", "code", "can_retry"),
    [
        ("401", Failure.UNAUTHORIZED, False),
        ("403", Failure.ACCESS_DENIED, False),
        ("429", Failure.THROTTLED, True),
        ("503", Failure.UNREACHABLE, True),
        ("301", Failure.UNEXPECTED, False),
        ("html", Failure.UNEXPECTED, False),
    ],
)
def test_answers_become_failures(store, shop, fault, code, can_retry):
    shop.fail_next(fault)
    with pytest.raises(PlatformError) as caught:
        store.find_code("A")
    assert (caught.value.code, caught.value.can_retry) == (code, can_retry)
    assert caught.value.retry_after == (7.0 if fault == "429" else None)


def test_revoked_key_means_connect_again_and_is_never_shown(shop):
    made = shop.key()
    keys = Credentials(shop.rest, made["consumer_key"], made["consumer_secret"])
    assert made["consumer_secret"] not in repr(keys)
    shop.call("DELETE", "/keys")
    with requests.Session() as session, pytest.raises(PlatformError) as caught:
        WooClient(keys, session).get("coupons")
    assert caught.value.code is Failure.UNAUTHORIZED
