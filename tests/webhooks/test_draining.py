"""From the inbox into the ledger: every delivery once, whatever it is and however the worker fares."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from app import clock
from app.clock import now
from app.db import reading, transaction
from app.redemptions.models import Order
from app.stores.models import PrivacyRequest, Store
from tests.support.deliveries import deliver, inbox, order_payload
from tests.support.redeeming import kinds, sums
from webhooks import drain, jobs, work
from webhooks.health import inbox_health
from webhooks.models import Delivery

D = Decimal


def states() -> list[int]:
    return [row.state for row in inbox()]


def test_deliveries_become_redemptions(http: FlaskClient, shop: Store) -> None:
    for id in range(3):
        deliver(http, order_payload(id))
    jobs.drain()
    assert sums() == {("LUCY", "EUR"): (3, D(300), D(0))}
    assert states() == [1, 1, 1]


def test_draining_again_does_nothing(http: FlaskClient) -> None:
    deliver(http, order_payload())
    jobs.drain()
    jobs.drain()
    assert kinds() == ["sale"]


def test_of_many_deliveries_of_one_order_the_newest_stands(http: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Any] = []
    real = work.order_snapshot
    monkeypatch.setattr(work, "order_snapshot", lambda payload: read.append(payload) or real(payload))
    for minutes, refunded in ((2, "20.00"), (0, "0.00"), (3, "35.00"), (1, "10.00")):
        deliver(http, order_payload(minutes=minutes, refunded=refunded), "orders/updated")
    jobs.drain()
    assert sums() == {("LUCY", "EUR"): (1, D(100), D(35))}
    assert len(read) == 1


def test_a_deletion_takes_the_order_out(http: FlaskClient) -> None:
    deliver(http, order_payload())
    deliver(http, {"id": 1}, "orders/delete")
    deliver(http, order_payload(minutes=1), "orders/updated")
    jobs.drain()
    assert sums() == {}
    with reading() as session:
        assert session.scalars(select(Order.state)).all() == ["deleted"]


def test_a_cancelled_order_is_net_zero(http: FlaskClient) -> None:
    deliver(http, order_payload())
    jobs.drain()
    deliver(http, order_payload(minutes=1, cancelled_at="2026-11-20T10:01:00Z"), "orders/cancelled")
    jobs.drain()
    assert sums() == {}


@pytest.mark.parametrize(
    ("payload", "topic"),
    [
        ({"id": 5}, "orders/create"),
        ({"id": 5, "updated_at": "yesterday"}, "orders/updated"),
        ({"updated_at": "2026-11-20T10:00:00Z"}, "orders/updated"),
        ({**order_payload(5), "subtotal_price_set": {"shop_money": {"amount": "much"}}}, "orders/create"),
        ({**order_payload(5), "updated_at": "2026-11-20T10:00:00"}, "orders/create"),
        ({**order_payload(5), "discount_codes": [None]}, "orders/create"),
        ({}, "orders/delete"),
        ({"order_id": 1}, "refunds/create"),
    ],
)
def test_a_body_that_cannot_be_read_is_put_aside_with_its_reason(
    http: FlaskClient, shop: Store, payload: dict[str, Any], topic: str
) -> None:
    deliver(http, order_payload(1))
    deliver(http, payload, topic, delivery_id="odd")
    deliver(http, order_payload(2))
    jobs.drain()
    assert states() == [1, 2, 1]
    assert sums() == {("LUCY", "EUR"): (2, D(200), D(0))}
    with reading() as session:
        health = inbox_health(session, shop.id)
    assert [row.delivery_id for row in health.failed] == ["odd"]
    assert health.failed[0].error


def test_an_unreadable_newest_delivery_leaves_the_one_before_it(http: FlaskClient) -> None:
    deliver(http, order_payload())
    deliver(
        http, {**order_payload(minutes=5), "currency": None, "name": None, "subtotal_price_set": {}}, "orders/updated"
    )
    jobs.drain()
    assert states() == [1, 2]
    assert sums() == {("LUCY", "EUR"): (1, D(100), D(0))}


def test_a_body_that_was_changed_in_the_table_is_put_aside(http: FlaskClient) -> None:
    deliver(http, order_payload())
    with transaction() as session:
        session.execute(update(Delivery).values(body=b"\x01" + bytes(60)))
    jobs.drain()
    assert states() == [2]


def fail_on(monkeypatch: pytest.MonkeyPatch, order_id: int, error: Exception) -> None:
    real = work.apply

    def apply(session: Any, store_id: int, snapshots: Any) -> Any:
        if any(row.remote_id == str(order_id) for row in snapshots):
            raise error
        return real(session, store_id, snapshots)

    monkeypatch.setattr(work, "apply", apply)


def test_one_delivery_that_trips_us_does_not_hold_up_the_rest(
    http: FlaskClient, shop: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for id in (1, 2, 3):
        deliver(http, order_payload(id))
    with monkeypatch.context() as patched:
        fail_on(patched, 2, RuntimeError("a bug"))
        jobs.drain()
    assert states() == [1, 0, 1]
    assert inbox()[1].attempts == 1
    assert "a bug" in inbox()[1].error
    monkeypatch.setattr(drain, "now", lambda: clock.now() + timedelta(minutes=2))
    jobs.drain()
    assert states() == [1, 1, 1]
    assert sums() == {("LUCY", "EUR"): (3, D(300), D(0))}


def test_it_is_given_up_after_some_attempts_and_can_be_put_back(
    http: FlaskClient, shop: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(http, order_payload())
    with monkeypatch.context() as patched:
        fail_on(patched, 1, RuntimeError("a bug"))
        for attempt in range(drain.MOST_ATTEMPTS):
            patched.setattr(drain, "now", lambda attempt=attempt: clock.now() + timedelta(minutes=attempt + 1))
            jobs.drain()
            assert inbox()[0].attempts == attempt + 1
    assert states() == [2]
    jobs.retry_failed(shop.id)
    jobs.drain()
    assert states() == [1]
    assert sums() == {("LUCY", "EUR"): (1, D(100), D(0))}


def test_a_database_that_goes_away_counts_against_no_delivery(
    http: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(http, order_payload())
    with monkeypatch.context() as patched:
        fail_on(patched, 1, OperationalError("SELECT", {}, Exception("gone")))
        with pytest.raises(OperationalError):
            jobs.drain()
    assert (states(), inbox()[0].attempts) == ([0], 0)
    jobs.drain()
    assert states() == [1]


def test_several_drains_at_once_work_each_delivery_once(http: FlaskClient) -> None:
    for id in range(60):
        deliver(http, order_payload(id % 30, minutes=id // 30, refunded="5.00" if id >= 30 else "0.00"))
    threads = [threading.Thread(target=jobs.drain) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(states()) == {1}
    assert sums() == {("LUCY", "EUR"): (30, D(3000), D(150))}


def test_a_refund_whose_order_is_late_is_asked_for(
    http: FlaskClient, shop: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr(work, "enqueue_after_commit", lambda session, *args, **how: asked.append(args))
    refund = {"id": 9, "order_id": 1, "created_at": "2026-11-20T10:05:00Z"}
    deliver(http, refund, "refunds/create")
    jobs.drain()
    assert asked == []  # an order we do not keep: it had no code of ours
    deliver(http, order_payload())
    jobs.drain()
    deliver(http, refund, "refunds/create")
    jobs.drain()
    assert asked == [(work.REREAD, shop.id, "1")]
    deliver(http, order_payload(minutes=5, refunded="9.00"), "orders/updated")
    deliver(http, refund, "refunds/create")
    jobs.drain()
    assert len(asked) == 1


def test_two_versions_of_one_second_are_asked_for(
    http: FlaskClient, shop: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr(work, "enqueue_after_commit", lambda session, *args, **how: asked.append(args))
    deliver(http, order_payload(refunded="9.00"), "orders/updated")
    deliver(http, order_payload())
    jobs.drain()
    assert asked == [(work.REREAD, shop.id, "1")]
    assert sums() == {("LUCY", "EUR"): (1, D(100), D(9))}


def test_the_app_is_gone_once_shopify_says_so(http: FlaskClient, shop: Store) -> None:
    deliver(http, {"id": 1}, "app/uninstalled")
    jobs.drain()
    with reading() as session:
        assert session.get_one(Store, shop.id).state == "uninstalled"


def test_a_privacy_request_is_noted_once(http: FlaskClient, shop: Store) -> None:
    for _ in range(2):
        deliver(http, {"customer": {"id": 7}}, "customers/redact", path="/webhooks/shopify/compliance", delivery_id="p")
    jobs.drain()
    with reading() as session:
        assert len(session.scalars(select(PrivacyRequest)).all()) == 1


def test_other_topics_are_worked_by_being_noted(http: FlaskClient) -> None:
    deliver(http, {"admin_graphql_api_id": "gid://shopify/DiscountCodeNode/1"}, "discounts/update")
    jobs.drain()
    assert states() == [1]


def test_the_store_knows_its_last_delivery(http: FlaskClient, shop: Store) -> None:
    deliver(http, order_payload(1))
    deliver(http, order_payload(2))
    jobs.drain()
    with reading() as session:
        assert session.get_one(Store, shop.id).last_delivery_at == inbox()[-1].received_at


def test_health_tells_what_waits_and_since_when(http: FlaskClient, shop: Store) -> None:
    deliver(http, order_payload(1))
    deliver(http, order_payload(2))
    with reading() as session:
        health = inbox_health(session, shop.id)
        other = inbox_health(session, shop.id + 1)
    assert (health.waiting, health.oldest_at) == (2, inbox()[0].received_at)
    assert (other.waiting, other.oldest_at) == (0, None)


def test_bodies_go_a_day_after_they_were_worked_and_rows_after_a_month(http: FlaskClient) -> None:
    for id in range(4):
        deliver(http, order_payload(id))
    jobs.drain()
    deliver(http, order_payload(9))  # waits still
    at = now()
    ages = {1: timedelta(hours=23), 2: timedelta(hours=25), 3: timedelta(days=29), 4: timedelta(days=31)}
    with transaction() as session:
        for id, age in ages.items():
            session.execute(update(Delivery).where(Delivery.id == id).values(worked_at=at - age, received_at=at - age))
        session.execute(update(Delivery).where(Delivery.id == 5).values(received_at=at - timedelta(days=40)))
    jobs.drop_old_bodies()
    assert {row.id: row.body is not None for row in inbox()} == {1: True, 2: False, 3: False, 5: True}
