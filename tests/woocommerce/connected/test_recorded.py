"""What a real store sent, byte for byte: through signature check, inbox and ledger, in any order and twice."""

import json
import random
from decimal import Decimal

import pytest

from app.clock import now
from app.db import transaction
from app.stores import woo
from app.stores.models import WooConnection
from tests.support.deliveries import inbox
from tests.support.redeeming import add_codes, sums
from tests.support.rows import add_store
from tests.woocommerce.conftest import FIXTURES
from webhooks import intake, jobs

SECRET = "rig-webhook-secret-1"
TOKEN = "t0ken"
LIVES = [
    "order_created_with_coupon", "order_updated_after_create", "order_updated_refund_partial_amount",
    "order_updated_refund_line_item", "order_updated_refund_full", "order_created_draft_rejected_coupon_a",
    "order_created_draft_rejected_coupon_b_same_delivery_id", "checkout_1st_order_updated",
    "checkout_2nd_order_created", "order_updated_checkout_draft_coupon_removed", "order_created_on_hold",
    "order_updated_processing", "order_updated_cancelled", "order_deleted_trashed", "order_restored",
    "order_created_but_gone_before_delivery", "order_updated_but_gone_before_delivery",
    "order_created_state_at_delivery_completed",
]  # fmt: skip
"""In the order in which they came."""
TOTALS = {("MAYA15", "USD"): (3, Decimal("186.99"), Decimal("101.99"))}
"""Three orders with the code: 101.99, refunded in three steps; 42.50 by checkout; 42.50 cancelled, trashed, back."""


@pytest.fixture
def http(app):
    """A shop of which the recorded secret is known, with the code MAYA15."""
    intake.forget()
    woo.forget_doors()
    at = now()
    with transaction() as session:
        facts = {"platform": "woocommerce", "currency": "USD", "time_zone": "UTC"}
        store = add_store(session, "127.0.0.1:8090", token=False)
        for name, value in facts.items():
            setattr(store, name, value)
        session.add(
            WooConnection(
                store_id=store.id, public_id="rig", rest_root="http://127.0.0.1:8090/wp-json", consumer_key="ck",
                consumer_secret="cs", key_granted_at=at, secret_since=at, webhook_token=TOKEN,
                webhook_token_digest=woo.token_digest(TOKEN), webhook_secret=SECRET, connected_at=at,
            )
        )  # fmt: skip
    add_codes("MAYA15", store=store)
    yield app.test_client()
    intake.forget()


def recorded(name):
    return json.loads((FIXTURES / f"webhook_{name}.json").read_text())


def deliver(http, name, **changes):
    """As it is, to the address that we give a store for this topic."""
    delivery = {**recorded(name), **changes}
    topic = delivery["path"].rpartition("/")[2]
    headers = {key: value for key, value in delivery["headers"].items() if key not in ("Host", "Content-Length")}
    return http.post(f"/webhooks/woocommerce/{TOKEN}/{topic}", data=delivery["body"].encode(), headers=headers)


@pytest.mark.parametrize("seed", [None, 1, 2, 3])
def test_what_a_real_store_sent_adds_up(http, seed):
    names = LIVES if seed is None else random.Random(seed).sample(LIVES * 2, len(LIVES) * 2)
    for number, name in enumerate(names):
        assert deliver(http, name).status_code == 200, name
        if number % 5 == 0:
            jobs.drain()
    jobs.drain()
    assert sums() == TOTALS, f"seed {seed}"
    assert {row.state for row in inbox()} == {1}


def test_every_recorded_signature_holds_and_none_without_its_body(http):
    """A changed body, another secret's signature, no signature: 401, and nothing is kept."""
    signed = [path.stem.removeprefix("webhook_") for path in sorted(FIXTURES.glob("webhook_order_*.json"))]
    for name in signed:
        body = recorded(name)["body"]
        headers = recorded(name)["headers"]
        without = {key: value for key, value in headers.items() if key != "X-WC-Webhook-Signature"}
        assert deliver(http, name, body=body + " ").status_code == 401
        assert deliver(http, name, headers={**headers, "X-WC-Webhook-Signature": "AAAA"}).status_code == 401
        assert deliver(http, name, headers=without).status_code == 401
    assert inbox() == []
    assert {deliver(http, name).status_code for name in signed} == {200}


def test_pings_are_answered_and_coupons_not_taken(http):
    assert deliver(http, "ping").status_code == 200
    coupons = [path.stem.removeprefix("webhook_") for path in sorted(FIXTURES.glob("webhook_coupon_*.json"))]
    assert {deliver(http, name).status_code for name in coupons} == {422}
    assert inbox() == []
