"""A published offer: changed, paused, ended, reopened, put away, copied; and the store that hears of it."""

from __future__ import annotations

from typing import Any

import pytest
from apiflask import APIFlask

from app.codes import jobs as code_jobs
from app.db import transaction
from app.offers import jobs as offer_jobs
from app.offers import routes as offer_routes
from app.offers.models import Offer
from app.platforms.port import Failure, PlatformError, Product
from app.stores.models import Store
from tests.support.actors import Merchant
from tests.support.fake_platform import AWAY, FakePlatform
from tests.support.offers import add_people
from tests.support.rows import add_user


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> FakePlatform:
    fake = FakePlatform()
    for module in (code_jobs, offer_jobs, offer_routes):
        monkeypatch.setattr(module, "platform_for", lambda store_id, **_: fake)
    return fake


@pytest.fixture
def live(merchant: Merchant, store: Store, platform: FakePlatform) -> int:
    """An offer with two live codes and one that waits."""
    with transaction() as session:
        people = add_people(session, store.workspace_id, ["Anna", "Ben"])
    body = {
        "name": "Winter launch", "store_id": store.id, "type": "percentage", "value": "15", "uses_per_code": 1,
        "pattern": "{first_name}{value}", "ends_at": "2099-12-31", "selection": {"ids": people},
    }  # fmt: skip
    made = merchant.post("/api/offers", json=body).json
    code_jobs.push(made["run"]["id"])
    return int(made["offer"]["id"])


def shown(merchant: Merchant, offer_id: int) -> dict[str, Any]:
    answer: dict[str, Any] = merchant.get(f"/api/offers/{offer_id}").json
    return answer


def kept(platform: FakePlatform) -> Any:
    """The store's only discount."""
    (found,) = platform.discounts.values()
    return found


def test_a_change_says_what_it_does_where_before_it_is_made(
    merchant: Merchant, live: int, platform: FakePlatform
) -> None:
    calls = list(platform.calls)
    impact = merchant.post(
        f"/api/offers/{live}/change-previews",
        json={"uses_per_code": 3, "value": "20", "pattern": "{first_name}-{value}"},
    ).json
    assert (impact["live"], impact["coming"], impact["in_store"]) == (2, 0, True)
    assert [(line["field"], line["before"], line["after"]) for line in impact["changes"]] == [
        ("value", "15", "20"),
        ("uses_per_code", 1, 3),
        ("pattern", "{first_name}{value}", "{first_name}-{value}"),
    ]
    assert (impact["saying_old_value"], impact["errors"]) == (2, [])
    assert platform.calls == calls
    assert shown(merchant, live)["value"] == "15"
    wrong = merchant.post(f"/api/offers/{live}/change-previews", json={"value": "101", "purpose": "gift"}).json
    assert {fault["field"] for fault in wrong["errors"]} == {"purpose", "value"}


def test_a_change_of_a_live_offer_reaches_its_codes(merchant: Merchant, live: int, platform: FakePlatform) -> None:
    before = shown(merchant, live)
    changed = merchant.patch(f"/api/offers/{live}", json={"uses_per_code": 3, "minimum_quantity": 2})
    assert changed.status_code == 200, changed.text
    assert changed.json["change"]["asked_by"] == "shopify:42"
    offer_jobs.tell(live)
    assert (kept(platform).terms.uses_per_code, kept(platform).terms.minimum_quantity) == (3, 2)
    after = shown(merchant, live)
    assert (after["change"], after["store_note"], after["starts_at"]) == (None, "", before["starts_at"])
    # Nothing of it is told twice, and a name is ours alone.
    merchant.patch(f"/api/offers/{live}", json={"name": "Spring launch", "title": before["title"]})
    calls = len(platform.calls)
    offer_jobs.tell(live)
    assert len(platform.calls) == calls


def test_a_store_that_is_away_gets_the_change_later(
    merchant: Merchant, live: int, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    merchant.patch(f"/api/offers/{live}", json={"value": "20"})
    platform.faults["update_discount"] = [("before", AWAY)]
    offer_jobs.tell(live)
    assert shown(merchant, live)["change"]["trouble"] == "The store is away."
    merchant.patch(f"/api/offers/{live}", json={"value": "25"})
    woken: list[int] = []
    monkeypatch.setattr(offer_jobs, "enqueue", lambda job, id, **options: woken.append(id))
    offer_jobs.sweep()
    assert woken == [live]
    offer_jobs.tell(live)
    assert kept(platform).terms.value == 25
    offer_jobs.sweep()
    assert woken == [live]


def test_what_the_store_refuses_comes_back(merchant: Merchant, live: int, platform: FakePlatform) -> None:
    merchant.patch(f"/api/offers/{live}", json={"title": "refused", "value": "12.5", "ends_at": "2098-01-01"})
    offer_jobs.tell(live)
    after = shown(merchant, live)
    assert (after["title"], after["value"], after["ends_at"][:10], after["change"]) == (
        "Winter launch", "15", "2099-12-31", None,
    )  # fmt: skip
    assert after["store_note"] == "The store refused the change, so the offer is as it was: Title is not allowed."
    platform.keeps_otherwise = ("value: 20 % asked, 15 % kept",)
    merchant.patch(f"/api/offers/{live}", json={"value": "20"})
    offer_jobs.tell(live)
    assert "value: 20 % asked, 15 % kept" in shown(merchant, live)["store_note"]
    platform.keeps_otherwise = ()
    assert merchant.post(f"/api/offers/{live}/send-again").json["store_note"] == ""
    offer_jobs.tell(live)
    assert (shown(merchant, live)["change"], shown(merchant, live)["store_note"]) == (None, "")
    assert merchant.post(f"/api/offers/{live}/send-again").status_code == 409


def test_a_change_that_comes_in_between_is_told_too(
    merchant: Merchant, live: int, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job has read 20 %, the merchant asks for 30 %, another worker writes that, and 20 % arrives last."""
    merchant.patch(f"/api/offers/{live}", json={"value": "20"})
    late: list[str] = []

    def overtaken(method: str) -> None:
        if method == "update_discount" and not late:
            late.append(method)
            merchant.patch(f"/api/offers/{live}", json={"value": "30"})
            offer_jobs.tell(live)

    platform.on_call = overtaken
    offer_jobs.tell(live)
    assert kept(platform).terms.value == 20
    assert shown(merchant, live)["change"] is not None
    offer_jobs.tell(live)
    assert kept(platform).terms.value == 30
    assert shown(merchant, live)["change"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"purpose": "gift"}, "purpose"),
        ({"pool": 5}, "pool"),
        ({"value": "0"}, "value"),
        ({"pattern": "{nobody}"}, "pattern"),
    ],
)
def test_what_a_live_offer_cannot_become(merchant: Merchant, live: int, body: dict[str, Any], field: str) -> None:
    refused = merchant.patch(f"/api/offers/{live}", json=body)
    assert refused.status_code == 422
    assert field in {fault["field"] for fault in refused.json["errors"]}


def test_a_raised_value_waits_for_a_second_person(
    app: APIFlask, merchant: Merchant, store: Store, live: int, platform: FakePlatform
) -> None:
    with transaction() as session:
        add_user(session, store, "7", role="approve")
    merchant.put("/api/approval-limits", json={"percentage": "20", "codes": None})
    assert merchant.patch(f"/api/offers/{live}", json={"uses_per_code": 5}).json["approval"] is None
    assert "25 % is more" in merchant.post(f"/api/offers/{live}/change-previews", json={"value": "25"}).json["approval"]
    waiting = merchant.patch(f"/api/offers/{live}", json={"value": "25", "uses_per_code": 2}).json
    assert (waiting["approval"]["reason"], waiting["value"]) == ("25 % is more than 20 %.", "15")
    assert merchant.patch(f"/api/offers/{live}", json={"value": "16"}).status_code == 409
    assert merchant.post(f"/api/offers/{live}/approve").status_code == 403
    approved = Merchant(app, user="7").post(f"/api/offers/{live}/approve").json["offer"]
    assert (approved["value"], approved["uses_per_code"], approved["change"]["asked_by"]) == ("25", 2, "shopify:42")
    assert merchant.patch(f"/api/offers/{live}", json={"value": "21"}).json["approval"] is None  # lower than it was


def test_new_codes_only_make_the_next_version(merchant: Merchant, live: int, platform: FakePlatform) -> None:
    made = merchant.post(f"/api/offers/{live}/versions", json={"value": "20", "type": "fixed_amount", "pool": 2,
                                                               "pattern": "NEW-{random:6}"})  # fmt: skip
    assert made.status_code == 201, made.text
    successor = made.json["offer"]
    assert (successor["name"], successor["state"], successor["previous_id"]) == ("Winter launch (2)", "active", live)
    old, new = shown(merchant, live), shown(merchant, successor["id"])
    assert (old["state"], old["value"], old["counts"]["live"]) == ("active", "15", 2)
    assert [one["id"] for one in old["versions"]] == [one["id"] for one in new["versions"]] == [live, successor["id"]]
    refused = merchant.post(f"/api/offers/{live}/codes", json={"pool": 1})
    assert (refused.status_code, refused.json["code"]) == (409, "next_version")
    assert merchant.post(f"/api/offers/{live}/versions", json={}).status_code == 409


def test_paused_and_reopened(merchant: Merchant, live: int, platform: FakePlatform) -> None:
    assert merchant.post(f"/api/offers/{live}/pause").json["state"] == "paused"
    offer_jobs.tell(live)
    assert kept(platform).status == "ended"
    # A change while it is paused waits until it is reopened: an end date would switch it on.
    merchant.patch(f"/api/offers/{live}", json={"value": "20"})
    offer_jobs.tell(live)
    assert (kept(platform).status, kept(platform).terms.value) == ("ended", 15)
    assert [offer["id"] for offer in merchant.get("/api/offers?state=paused").json["items"]] == [live]
    assert merchant.post(f"/api/offers/{live}/reopen", json={}).json["state"] == "active"
    offer_jobs.tell(live)
    assert (kept(platform).status, kept(platform).terms.value) == ("active", 20)
    assert kept(platform).ends_at.year == 2099
    assert merchant.post(f"/api/offers/{live}/reopen", json={}).status_code == 409


def test_reopened_before_the_store_heard_of_the_end(merchant: Merchant, live: int, platform: FakePlatform) -> None:
    merchant.post(f"/api/offers/{live}/end")

    def reopened(method: str) -> None:
        if method == "end_discount":
            platform.on_call = lambda name: None
            merchant.post(f"/api/offers/{live}/reopen", json={"ends_at": None})

    platform.on_call = reopened
    offer_jobs.tell(live)
    assert kept(platform).status == "ended"
    offer_jobs.tell(live)
    assert (kept(platform).status, kept(platform).ends_at) == ("active", None)
    assert (shown(merchant, live)["state"], shown(merchant, live)["ends_at"]) == ("active", None)


def test_an_end_that_has_passed_asks_for_a_later_one(merchant: Merchant, live: int, platform: FakePlatform) -> None:
    with transaction() as session:
        offer = session.get_one(Offer, live)
        offer.ends_at = offer.starts_at
    assert merchant.post(f"/api/offers/{live}/reopen", json={}).status_code == 422
    assert merchant.post(f"/api/offers/{live}/reopen", json={"ends_at": "2020-01-01"}).status_code == 422
    assert merchant.post(f"/api/offers/{live}/reopen", json={"ends_at": "2098-01-01"}).json["state"] == "active"
    offer_jobs.tell(live)
    assert kept(platform).ends_at.year == 2098


def test_a_discount_that_was_deleted_in_the_store_is_told(
    merchant: Merchant, live: int, platform: FakePlatform
) -> None:
    platform.discounts.clear()
    merchant.patch(f"/api/offers/{live}", json={"value": "20"})
    offer_jobs.tell(live)
    assert shown(merchant, live)["store_note"] == "The discount was deleted in the store."
    merchant.post(f"/api/offers/{live}/end")
    offer_jobs.tell(live)
    assert shown(merchant, live)["state"] == "ended"


def test_put_away_and_brought_back(merchant: Merchant, live: int) -> None:
    assert merchant.post(f"/api/offers/{live}/archive").status_code == 409
    merchant.post(f"/api/offers/{live}/end")
    assert merchant.post(f"/api/offers/{live}/archive").json["state"] == "archived"
    assert merchant.get("/api/offers").json["items"] == []
    assert [offer["id"] for offer in merchant.get("/api/offers?state=archived").json["items"]] == [live]
    assert merchant.post(f"/api/offers/{live}/restore").json["state"] == "ended"


def test_a_copy_is_a_draft_for_nobody(merchant: Merchant, store: Store, live: int) -> None:
    copy = merchant.post(f"/api/offers/{live}/duplicate").json
    assert (copy["name"], copy["title"], copy["state"], copy["value"]) == (
        "Winter launch (2)", "Winter launch (2)", "draft", "15",
    )  # fmt: skip
    assert merchant.post(f"/api/offers/{copy['id']}/duplicate").json["name"] == "Winter launch (3)"
    assert shown(merchant, copy["id"])["saved_for"] == {"people": 0, "selection": None, "edits": {}, "pool": 0}
    with transaction() as session:
        ids = add_people(session, store.workspace_id, ["Zoe", "Yan", "Xi"])
    edited = {"selection": {"ids": ids}, "edits": {str(ids[0]): "ZOE-1"}, "pool": 0, "minimum_quantity": 2}
    assert merchant.patch(f"/api/offers/{copy['id']}", json=edited).status_code == 200
    saved = shown(merchant, copy["id"])
    assert (saved["saved_for"]["people"], saved["saved_for"]["edits"]) == (3, {str(ids[0]): "ZOE-1"})
    assert saved["saved_for"]["selection"]["ids"] == ids
    assert saved["minimum_quantity"] == 2


def test_products_are_found_through_the_store(merchant: Merchant, store: Store, platform: FakePlatform) -> None:
    platform.products["variant"] = [Product("v-1", "Mug - Sand", None, None), Product("v-2", "Board", None, None)]
    found = merchant.get(f"/api/stores/{store.id}/products?kind=variant&q=mug").json
    assert found == {"items": [{"id": "v-1", "title": "Mug - Sand", "image": None, "price": None}]}
    platform.faults["search_products"] = [("before", PlatformError(Failure.ACCESS_DENIED, "Allow it."))]
    assert merchant.get(f"/api/stores/{store.id}/products").status_code == 403
