"""The health page of a store: it tells what is wrong and what to do, and nothing of another workspace's stores."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from app.clock import now
from app.db import reading, transaction
from app.offers.models import Offer
from app.stores import jobs
from app.stores.models import Store
from app.stores.service import handle_topic
from tests.support.actors import Merchant
from tests.support.offers import add_offer
from tests.support.rows import add_store
from webhooks.models import Delivery


def _set(store: Store, **values: object) -> None:
    with transaction() as session:
        session.execute(update(Store).where(Store.id == store.id).values(**values))


def _deliver(store: Store, delivery_id: str, **values: object) -> None:
    with transaction() as session:
        values = {"triggered_at": now(), "body": b"x", **values}
        session.add(Delivery(store_id=store.id, topic="orders/create", delivery_id=delivery_id, **values))


def test_a_healthy_store_has_no_problem(merchant: Merchant, store: Store) -> None:
    _set(store, last_delivery_at=now(), reconciled_at=now(), reconciled_missed=0)

    health = merchant.get(f"/api/stores/{store.id}").json

    assert health["problems"] == []
    assert health["scopes"]["missing"] == []
    assert health["inbox"] == {"waiting": 0, "lag_seconds": 0}
    assert health["last_delivery_at"].endswith("Z")
    assert health["missed"] == 0
    assert health["name"] == "Some Shop"


def test_each_trouble_is_a_sentence(merchant: Merchant, store: Store) -> None:
    _set(store, scopes="write_discounts", facts_read_at=None, reconciled_at=now() - timedelta(hours=3))
    _deliver(store, "a", received_at=now() - timedelta(minutes=10))
    _deliver(store, "b", received_at=now(), state=2, error="no JSON")

    health = merchant.get(f"/api/stores/{store.id}").json

    assert health["scopes"]["missing"] == ["read_orders", "read_products"]
    assert health["inbox"]["waiting"] == 1
    assert 590 < health["inbox"]["lag_seconds"] < 700
    assert [failed["error"] for failed in health["failed_deliveries"]] == ["no JSON"]
    assert len(health["problems"]) == 5


def test_privacy_requests_are_shown_with_what_was_found(merchant: Merchant, store: Store) -> None:
    with transaction() as session:
        handle_topic(session, store.id, "customers/data_request", {"customer": {"id": 1}}, "d1", now())
    jobs.sweep_privacy_requests()

    [request] = merchant.get(f"/api/stores/{store.id}").json["privacy_requests"]

    assert request["topic"] == "customers/data_request"
    assert request["found"] == "We hold nothing about this buyer."
    assert request["done_at"]


def test_another_workspaces_store_is_not_there(merchant: Merchant, store: Store) -> None:
    with transaction() as session:
        other = add_store(session, "other-shop.myshopify.com")

    assert merchant.get(f"/api/stores/{other.id}").status_code == 404
    assert merchant.get("/api/stores/999").status_code == 404


def test_all_offers_of_a_store_are_ended_before_an_uninstall(merchant: Merchant, store: Store) -> None:
    with transaction() as session:
        other = add_store(session, "linked.myshopify.com", workspace_id=store.workspace_id)
        at = now()
        mine = [add_offer(session, store, name).id for name in ("One", "Two")]
        add_offer(session, store, "Draft", published_at=None)
        add_offer(session, store, "Over", ends_at=at - timedelta(days=1))
        theirs = add_offer(session, other, "Theirs").id
    assert merchant.get(f"/api/stores/{store.id}").json["open_offers"] == 2

    assert merchant.post(f"/api/stores/{store.id}/end-offers").json == {"ended": 2}

    assert merchant.get(f"/api/stores/{store.id}").json["open_offers"] == 0
    with reading() as session:
        ended = session.scalars(select(Offer.id).where(Offer.ended_at.is_not(None)).order_by(Offer.id)).all()
    assert ended == mine
    assert merchant.get(f"/api/offers/{theirs}").json["state"] == "active"
