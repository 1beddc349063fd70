"""A second person: asked above the limits, never the one who asked, and nothing reaches the store before."""

from __future__ import annotations

from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from app.codes.models import Code
from app.db import reading, transaction
from app.stores.models import Store
from tests.support.actors import Merchant
from tests.support.offers import add_people
from tests.support.rows import add_user


@pytest.fixture
def second(app: APIFlask, store: Store) -> Merchant:
    with transaction() as session:
        add_user(session, store, "7", role="approve")
    return Merchant(app, user="7")


@pytest.fixture
def people(store: Store) -> list[int]:
    with transaction() as session:
        return add_people(session, store.workspace_id, ["Ana", "Bea", "Cleo"])


def _limit(merchant: Merchant, percentage: str | None = None, codes: int | None = None) -> None:
    assert merchant.put("/api/approval-limits", json={"percentage": percentage, "codes": codes}).status_code == 200


def _offer(merchant: Merchant, store: Store, ids: list[int], **terms: Any) -> dict[str, Any]:
    body = {
        "name": "Winter launch", "store_id": store.id, "type": "percentage", "value": "25", "pattern": "{first_name}",
        "selection": {"ids": ids},
    }  # fmt: skip
    answer = merchant.post("/api/offers", json=body | terms)
    assert answer.status_code == 201, answer.text
    return answer.json


def _codes() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Code)) or 0


def test_above_the_percentage_an_offer_waits(
    merchant: Merchant, second: Merchant, store: Store, people: list[int]
) -> None:
    _limit(merchant, percentage="20")
    made = _offer(merchant, store, people)

    assert (made["offer"]["state"], made["run"]) == ("draft", None)
    assert made["offer"]["approval"]["asked_by"] == "shopify:42"
    assert made["offer"]["approval"]["reason"] == "25 % is more than 20 %."
    assert _codes() == 0
    (line,) = [line for line in merchant.get("/api/home").json["attention"] if line["kind"] == "approval"]
    assert line["link"] == f"/offers/{made['offer']['id']}"

    approved = second.post(f"/api/offers/{made['offer']['id']}/approve").json
    assert (approved["offer"]["state"], approved["added"]) == ("active", 3)
    assert (approved["offer"]["approval"], approved["offer"]["approved_by"]) == (None, "shopify:7")
    assert approved["run"]["started_by"] == "shopify:42"
    assert _codes() == 3


@pytest.mark.parametrize(("value", "codes", "waits"), [("20", 3, False), ("20.01", 3, True), ("20", 2, True)])
def test_the_limits_themselves_are_free(
    merchant: Merchant, store: Store, people: list[int], value: str, codes: int, waits: bool
) -> None:
    _limit(merchant, percentage="20", codes=codes)

    assert (_offer(merchant, store, people, value=value)["offer"]["approval"] is not None) is waits


def test_without_limits_nothing_waits(merchant: Merchant, store: Store, people: list[int]) -> None:
    assert _offer(merchant, store, people, value="99")["offer"]["state"] == "active"


def test_the_same_person_twice_is_refused(merchant: Merchant, store: Store, people: list[int]) -> None:
    _limit(merchant, codes=1)
    offer_id = _offer(merchant, store, people)["offer"]["id"]
    refused = merchant.post(f"/api/offers/{offer_id}/approve")

    assert (refused.status_code, refused.json["code"]) == (403, "same_person")
    assert merchant.post(f"/api/offers/{offer_id}/publish").json["code"] == "waits_for_approval"
    assert _codes() == 0


def test_a_key_stands_for_whoever_made_it(app: APIFlask, merchant: Merchant, store: Store, people: list[int]) -> None:
    _limit(merchant, codes=1)
    key = merchant.post("/api/keys", json={"name": "Script", "scope": "manage"}).json["key"]
    body = {
        "name": "By script",
        "store_id": store.id,
        "type": "percentage",
        "value": "5",
        "pattern": "{first_name}",
        "selection": {"ids": people},
    }
    headers = {"Authorization": f"Bearer {key}"}
    offer_id = app.test_client().post("/api/offers", json=body, headers=headers).json["offer"]["id"]

    assert merchant.post(f"/api/offers/{offer_id}/approve").json["code"] == "same_person"
    by_key = app.test_client().post(f"/api/offers/{offer_id}/approve", headers=headers)
    assert by_key.json["code"] == "people_only"


def test_who_may_not_approve_is_refused(app: APIFlask, merchant: Merchant, store: Store, people: list[int]) -> None:
    with transaction() as session:
        add_user(session, store, "8", role="issue")
    _limit(merchant, codes=1)
    offer_id = _offer(merchant, store, people)["offer"]["id"]

    assert Merchant(app, user="8").post(f"/api/offers/{offer_id}/approve").status_code == 403
    assert Merchant(app, user="8").post(f"/api/offers/{offer_id}/decline").status_code == 403


def test_many_small_portions_are_as_much_as_one(
    merchant: Merchant, second: Merchant, store: Store, people: list[int]
) -> None:
    _limit(merchant, codes=2)
    offer_id = _offer(merchant, store, people[:2])["offer"]["id"]
    more = merchant.post(f"/api/offers/{offer_id}/codes", json={"selection": {"ids": people[2:]}}).json

    assert (more["added"], more["offer"]["approval"]["reason"]) == (0, "3 codes are more than 2.")
    assert _codes() == 2
    assert second.post(f"/api/offers/{offer_id}/approve").json["added"] == 1
    assert _codes() == 3


def test_declined_is_a_draft_again(merchant: Merchant, second: Merchant, store: Store, people: list[int]) -> None:
    _limit(merchant, codes=1)
    offer_id = _offer(merchant, store, people)["offer"]["id"]

    assert second.post(f"/api/offers/{offer_id}/decline").json["state"] == "draft"
    assert second.post(f"/api/offers/{offer_id}/approve").json["code"] == "not_waiting"
    assert merchant.post(f"/api/offers/{offer_id}/publish").json["offer"]["approval"]


def test_an_edit_asks_anew(merchant: Merchant, second: Merchant, store: Store, people: list[int]) -> None:
    _limit(merchant, percentage="20")
    offer_id = _offer(merchant, store, people)["offer"]["id"]
    merchant.patch(f"/api/offers/{offer_id}", json={"value": "90"})

    assert second.post(f"/api/offers/{offer_id}/approve").json["code"] == "not_waiting"


@pytest.mark.parametrize("percentage", ["101", "-1", "x", "NaN", "1.001", "1e3"])
def test_a_wrong_limit_is_told_at_its_field(merchant: Merchant, percentage: str) -> None:
    refused = merchant.put("/api/approval-limits", json={"percentage": percentage, "codes": None})

    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "percentage")
