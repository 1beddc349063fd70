from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.platforms.port import Failure, PlatformError
from app.platforms.woocommerce.adapter import WooStore
from app.platforms.woocommerce.client import WooClient
from app.platforms.woocommerce.terms import STARTS
from tests.woocommerce.conftest import make_terms, meta, paired


def test_thousands_go_in_one_request_with_the_terms(plugin_store, plugin_shop):
    starts = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
    terms = make_terms(starts_at=starts, uses_per_code=2, once_per_customer=True, minimum_subtotal=Decimal("60"))
    made = plugin_store.create_discount(terms, "FIRST")
    assert made.status == "scheduled"
    asked = plugin_shop.asked("POST /coupons")
    job = plugin_store.add_codes(made.remote_id, [f"C{n}" for n in range(plugin_store.block_size)])
    assert plugin_shop.asked("POST /coupons") == asked + 1
    assert plugin_store.block_status(job).imported == 5000
    coupon = plugin_shop.published()["c7"]
    kept = ("discount_type", "amount", "free_shipping", "usage_limit", "usage_limit_per_user", "minimum_amount")
    assert [coupon[name] for name in kept] == ["percent", "15.00", False, 2, 1, "60.00"]
    assert meta(coupon, STARTS) == str(int(starts.timestamp()))
    assert len(list(plugin_store.discount_codes(made.remote_id))) == 5001


def test_repeat_after_a_lost_answer_makes_nothing_twice(plugin_store, plugin_shop):
    made = plugin_store.create_discount(make_terms(), "A")
    plugin_shop.fail_next("POST /coupons:cut_after_act")
    with pytest.raises(PlatformError) as caught:
        plugin_store.add_codes(made.remote_id, ["B", "C"])
    assert caught.value.can_retry
    assert plugin_store.block_status(plugin_store.add_codes(made.remote_id, ["B", "C"])).imported == 2
    assert set(plugin_shop.published()) == {"a", "b", "c"}


def test_taken_codes_are_told_one_by_one(plugin_store, plugin_shop):
    made = plugin_store.create_discount(make_terms(), "A")
    theirs = plugin_shop.plant(["THEIRS"])[0]
    results = list(plugin_store.block_results(plugin_store.add_codes(made.remote_id, ["THEIRS", "OURS"])))
    assert [(result.code, result.failure) for result in results] == [("THEIRS", Failure.TAKEN), ("OURS", None)]
    assert plugin_store.find_codes(["theirs", "OURS", "no"]) == {"theirs": f"coupon:{theirs}", "OURS": made.remote_id}


def test_end_before_the_start_drops_the_start_and_reopening_brings_it_back(plugin_store, plugin_shop):
    starts = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
    made = plugin_store.create_discount(make_terms(starts_at=starts), "A")
    plugin_store.end_discount(made.remote_id)
    assert meta(plugin_shop.published()["a"], STARTS) == ""
    assert plugin_store.reopen_discount(made.remote_id, None).starts_at == starts
    assert meta(plugin_shop.published()["a"], STARTS) == str(int(starts.timestamp()))


def test_delete_takes_off_the_codes_chosen(plugin_store, plugin_shop):
    made = plugin_store.create_discount(make_terms(), "A")
    plugin_store.add_codes(made.remote_id, ["B"])
    plugin_store.delete_codes(made.remote_id, [str(plugin_shop.published()["a"]["id"])])
    assert set(plugin_shop.published()) == {"b"}


def test_wrong_signing_secret_means_connect_again(plugin_shop, session):
    forged = replace(paired(plugin_shop, session), plugin_secret="00" * 32)
    with pytest.raises(PlatformError) as caught:
        WooStore(WooClient(forged, session)).find_code("A")
    assert caught.value.code is Failure.UNAUTHORIZED


def test_capabilities_say_what_lacks_without_the_plugin(store, plugin_store):
    assert not {"start_dates", "apply_links"} & set(plugin_store.capabilities().missing)
    assert plugin_store.capabilities().start_dates
    assert set(store.capabilities().missing) >= {"start_dates", "apply_links"}
    assert (store.block_size, store.blocks_in_flight) == (100, 3)
