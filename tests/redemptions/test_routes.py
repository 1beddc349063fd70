"""The page's reads: newest first, with the story of the money, and nothing of another workspace."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.db import reading, transaction
from app.redemptions.models import Redemption
from app.stores.models import Store
from tests.support.actors import Merchant
from tests.support.redeeming import PLACED, add_codes, order, take, take_each
from tests.support.rows import add_store


@pytest.fixture
def shop(store: Store) -> Store:
    return add_codes("LUCY", "MAX", store=store)


def test_the_list_is_newest_first_and_pages(shop: Store, merchant: Merchant) -> None:
    take(shop, *(order(str(n), "10", placed_at=PLACED + timedelta(minutes=n)) for n in range(120)))
    names, cursor = [], ""
    for _ in range(3):
        page = merchant.get(f"/api/redemptions?cursor={cursor}" if cursor else "/api/redemptions").get_json()
        names += [item["order_name"] for item in page["items"]]
        cursor = page["next_cursor"]
        assert page["total"] == 120
    assert cursor is None
    assert names == [f"#{n}" for n in reversed(range(120))]


def test_the_list_narrows_to_a_code_a_person_an_offer(shop: Store, merchant: Merchant) -> None:
    take(shop, order("1"), order("2", codes=["MAX"]))
    with reading() as session:
        row = session.scalars(select(Redemption).order_by(Redemption.id)).first()
    assert row is not None
    for name, value, count in (
        ("code_id", row.code_id, 1),
        ("influencer_id", row.influencer_id, 1),
        ("offer_id", row.offer_id, 2),
        ("code_id", 999, 0),
    ):
        assert merchant.get(f"/api/redemptions?{name}={value}").get_json()["total"] == count


def test_one_redemption_tells_every_change_and_why(shop: Store, merchant: Merchant) -> None:
    take_each(shop, [order(), order(minutes=1, refunded="12.50"), order(minutes=2, cancelled_at=PLACED)])
    id = merchant.get("/api/redemptions").get_json()["items"][0]["id"]
    found = merchant.get(f"/api/redemptions/{id}").get_json()
    assert found["state"] == "cancelled"
    assert [(entry["kind"], entry["gross"]["amount"], entry["refunded"]["amount"]) for entry in found["entries"]] == [
        ("sale", "100.00", "0.00"), ("refund", "0.00", "12.50"), ("cancellation", "-100.00", "-12.50"),
    ]  # fmt: skip
    assert found["net"] == {"amount": "0.00", "currency": "EUR"}
    assert found["reason"] == "Order cancelled in the store"
    assert found["influencer"]["name"] == "LUCY"


def test_another_workspaces_redemption_is_not_there(shop: Store, merchant: Merchant) -> None:
    with transaction() as session:
        other = add_store(session, "other.myshopify.com")
    take(add_codes("LUCY", store=other, offer="Theirs"), order())
    with reading() as session:
        id = session.scalars(select(Redemption.id)).one()
    assert merchant.get("/api/redemptions").get_json()["items"] == []
    assert merchant.get(f"/api/redemptions/{id}").status_code == 404
    assert merchant.post(f"/api/stores/{other.id}/reconcile").status_code == 404


@pytest.mark.parametrize("cursor", ["x", "%00", "MjAyNi0xMS0yMCAx", "bm9uc2Vuc2U=", "é"])
def test_a_cursor_that_is_not_ours_is_refused(shop: Store, merchant: Merchant, cursor: str) -> None:
    answer = merchant.get(f"/api/redemptions?cursor={cursor}")
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == "cursor"


@pytest.mark.parametrize("query", ["code_id=x", "code_id=0", "code_id=99999999999999999999", "offer_id=-1"])
def test_a_filter_that_is_no_id_is_refused(shop: Store, merchant: Merchant, query: str) -> None:
    assert merchant.get(f"/api/redemptions?{query}").status_code == 422


def test_an_id_beyond_every_table_is_not_found(shop: Store, merchant: Merchant) -> None:
    assert merchant.get(f"/api/redemptions/{2**70}").status_code == 404


def test_the_button_queues_a_check(shop: Store, merchant: Merchant) -> None:
    answer = merchant.post(f"/api/stores/{shop.id}/reconcile")
    assert (answer.status_code, answer.get_json()) == (202, {"queued": False})
