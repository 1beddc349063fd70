from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import requests

from app.platforms.port import Failure, PlatformError
from app.platforms.woocommerce.adapter import WooStore
from app.platforms.woocommerce.client import Credentials, WooClient
from tests.woocommerce.conftest import make_terms
from tests.woocommerce.fake_store import KEY, SECRET


def test_thousands_go_in_one_request_with_the_terms(plugin_store, fake):
    starts = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
    terms = make_terms(starts_at=starts, uses_per_code=2, once_per_customer=True, minimum_subtotal=Decimal("60"))
    made = plugin_store.create_discount(terms, "FIRST")
    assert made.status == "scheduled"
    asked = len(fake.requests)
    job = plugin_store.add_codes(made.remote_id, [f"C{n}" for n in range(plugin_store.block_size)])
    assert len(fake.requests) == asked + 1
    assert plugin_store.block_status(job).imported == 5000
    assert fake.plugin.coupons["c7"]["terms"] | {"title": ""} == {
        "title": "", "discount_type": "percent", "amount": "15", "free_shipping": False, "usage_limit": 2,
        "usage_limit_per_user": 1, "minimum_amount": "60", "starts_at": int(starts.timestamp()),
    }  # fmt: skip
    assert len(list(plugin_store.discount_codes(made.remote_id))) == 5001


def test_repeat_after_a_lost_answer_makes_nothing_twice(plugin_store, fake):
    made = plugin_store.create_discount(make_terms(), "A")
    fake.fail_next = ["cut"]
    with pytest.raises(PlatformError) as caught:
        plugin_store.add_codes(made.remote_id, ["B", "C"])
    assert caught.value.can_retry
    assert plugin_store.block_status(plugin_store.add_codes(made.remote_id, ["B", "C"])).imported == 2
    assert set(fake.plugin.coupons) == {"a", "b", "c"}


def test_taken_codes_are_told_one_by_one(plugin_store, fake):
    made = plugin_store.create_discount(make_terms(), "A")
    fake.plugin.make("THEIRS", "", {})
    results = list(plugin_store.block_results(plugin_store.add_codes(made.remote_id, ["THEIRS", "OURS"])))
    assert [(result.code, result.failure) for result in results] == [("THEIRS", Failure.TAKEN), ("OURS", None)]
    assert plugin_store.find_codes(["theirs", "OURS", "no"]) == {"theirs": "coupon:2", "OURS": made.remote_id}


def test_end_before_the_start_drops_the_start_and_reopening_brings_it_back(plugin_store, fake):
    starts = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
    made = plugin_store.create_discount(make_terms(starts_at=starts), "A")
    plugin_store.end_discount(made.remote_id)
    assert "starts_at" not in fake.plugin.coupons["a"]["terms"]
    assert plugin_store.reopen_discount(made.remote_id, None).starts_at == starts
    assert fake.plugin.coupons["a"]["terms"]["starts_at"] == int(starts.timestamp())


def test_delete_takes_off_the_codes_chosen(plugin_store, fake):
    made = plugin_store.create_discount(make_terms(), "A")
    plugin_store.add_codes(made.remote_id, ["B"])
    plugin_store.delete_codes(made.remote_id, [str(fake.plugin.coupons["a"]["id"])])
    assert set(fake.plugin.coupons) == {"b"}


def test_wrong_signing_secret_means_connect_again(fake):
    with requests.Session() as session, pytest.raises(PlatformError) as caught:
        WooStore(WooClient(Credentials(fake.root, KEY, SECRET, "00" * 32), session)).find_code("A")
    assert caught.value.code is Failure.UNAUTHORIZED


def test_capabilities_say_what_lacks_without_the_plugin(store, plugin_store):
    assert plugin_store.capabilities().missing == {}
    assert plugin_store.capabilities().start_dates
    assert set(store.capabilities().missing) == {"start_dates", "apply_links"}
    assert (store.block_size, store.blocks_in_flight) == (100, 2)
