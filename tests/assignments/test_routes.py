"""Offers for people over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.assignments import jobs as assignment_jobs
from app.assignments import preview_routes, previews
from app.assignments import service as assignments
from app.assignments.models import Assignment
from app.codes import jobs as code_jobs
from app.codes.models import Code, CodeRun
from app.db import reading, transaction
from app.events import Event
from app.offers import jobs as offer_jobs
from app.platforms.port import Failure, PlatformError
from app.stores.models import Store
from tests.support.actors import Merchant
from tests.support.fake_platform import FakePlatform
from tests.support.offers import add_people


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> FakePlatform:
    fake = FakePlatform()
    for module in (code_jobs, offer_jobs, preview_routes):
        monkeypatch.setattr(module, "platform_for", lambda store_id, **_: fake)
    return fake


@pytest.fixture
def people(store: Store) -> list[int]:
    with transaction() as session:
        return add_people(session, store.workspace_id, ["Anna", "Łukasz", "Anna"])


def offer_of(store: Store, **changes: Any) -> dict[str, Any]:
    body = {
        "name": "Winter launch", "store_id": store.id, "type": "percentage", "value": "15",
        "pattern": "{first_name}{value}", "starts_at": "2026-11-20T09:00", "ends_at": "2099-12-31",
    }  # fmt: skip
    return {**body, **changes}


def faults(response: Any) -> dict[str, str]:
    assert response.status_code == 422, response.text
    return {fault["field"]: fault["message"] for fault in response.json["errors"]}


def test_everybodys_code_is_worked_out_found_and_edited(
    merchant: Merchant, store: Store, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "FIRST", 20)
    with transaction() as session:
        ids = add_people(session, store.workspace_id, [*(f"Person{n:03}" for n in range(60)), "Person007"])
    platform.plant("PERSON055-15")
    asked = preview_of(store, [], pattern="{first_name}-{value}", selection={"filter": {}})

    def shown(**changes: Any) -> dict[str, Any]:
        return merchant.post("/api/code-previews", json={**asked, **changes}).json

    quick = shown()
    assert (len(quick["items"]), quick["worked_out"], quick["total"]) == (20, 20, 61)
    first, rest = shown(whole=True), shown(whole=True, skip=50)
    assert [len(first["items"]), len(rest["items"]), rest["worked_out"], rest["checked_in_store"]] == [50, 11, 61, 11]
    notes = {row["code"]: row["note"] for row in rest["items"]}
    assert "already in your store" in notes["PERSON055-15-2"]
    assert {row["influencer_id"] for row in first["items"] + rest["items"]} == set(ids)
    # Those that got a number come alone; a search goes by name and by code.
    taken = shown(whole=True, changed=True)
    assert [row["code"] for row in taken["items"]] == ["PERSON007-15-2", "PERSON055-15-2"]
    assert (taken["matching"], taken["clashes"]) == (2, 2)
    assert [row["name"] for row in shown(whole=True, q="person059")["items"]] == ["Person059"]
    assert [row["code"] for row in shown(whole=True, q="7-15-2")["items"]] == ["PERSON007-15-2"]
    # Solved by hand, wherever in the list; a faulty edit says so at its person.
    edits = {str(ids[60]): "SEVEN", str(ids[58]): "not / allowed", str(ids[59]): "SEVEN"}
    edited = shown(whole=True, changed=True, edits=edits)
    found = {row["influencer_id"]: (row["code"], row["fault"]) for row in edited["items"]}
    assert found[ids[60]] == ("SEVEN", None)
    assert all(found[id][1] for id in ids[58:60])
    assert edited["matching"] == 3


def test_an_existing_offers_preview_counts_everybody_who_has_a_code(
    merchant: Merchant, store: Store, people: list[int], platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "FIRST", 1)
    monkeypatch.setattr(previews, "NAMED", 1)
    made = merchant.post("/api/offers", json=offer_of(store, selection={"ids": people[:2]})).json
    for selection in ({"ids": people}, {"filter": {}}):
        asked = preview_of(store, people, selection=selection, offer_id=made["offer"]["id"])
        shown = merchant.post("/api/code-previews", json=asked).json
        assert [item["influencer_id"] for item in shown["items"]] == [people[2]]
        assert (shown["total"], shown["skipped_total"], len(shown["skipped"])) == (1, 2, 1)


def test_an_offer_for_people_makes_assigns_and_tells(
    merchant: Merchant, store: Store, people: list[int], platform: FakePlatform
) -> None:
    answer = merchant.post("/api/offers", json=offer_of(store, selection={"ids": people}))
    assert answer.status_code == 201, answer.text
    run = answer.json["run"]
    assert (run["state"], run["total"], run["counts"]["queued"]) == ("running", 3, 3)
    assert answer.json["offer"]["state"] == "active"
    code_jobs.push(run["id"])
    run = merchant.get(f"/api/runs/{run['id']}").json
    assert (run["state"], run["counts"]["live"], run["trouble"]) == ("finished", 3, "")
    listed = merchant.get(f"/api/offers/{answer.json['offer']['id']}/codes").json
    assert [(row["code"], row["influencer"]["name"]) for row in listed["items"]] == [
        ("ANNA15", "Anna"), ("ANNA15-2", "Anna"), ("LUKASZ15", "Łukasz"),
    ]  # fmt: skip
    with reading() as session:
        told = session.scalars(select(Event.type).order_by(Event.id)).all()
        assert len(session.scalars(select(Assignment)).all()) == 3
    assert told == ["assignment.created", "code.queued"] * 3 + ["code.live"] * 3


def test_an_offer_shows_counts_pool_people_and_its_run(
    merchant: Merchant, store: Store, people: list[int], platform: FakePlatform
) -> None:
    made = merchant.post("/api/offers", json=offer_of(store, selection={"ids": people}, pool=4)).json
    code_jobs.push(made["run"]["id"])
    offer = merchant.get(f"/api/offers/{made['offer']['id']}").json
    assert offer["counts"]["live"] == 7
    assert offer["pool"] == {"total": 4, "live": 4}
    assert offer["people"] == 3
    assert offer["run"]["state"] == "finished"
    page = merchant.get("/api/offers?state=active&q=WINTER").json
    assert (page["total"], page["items"][0]["id"]) == (1, offer["id"])
    assert merchant.get("/api/offers?state=draft").json["items"] == []


def test_pooled_codes_are_masked(merchant: Merchant, store: Store, platform: FakePlatform) -> None:
    made = merchant.post("/api/offers", json=offer_of(store, pool=2)).json
    rows = merchant.get(f"/api/offers/{made['offer']['id']}/codes").json["items"]
    with reading() as session:
        real = session.scalars(select(Code.code).order_by(Code.id)).all()
    assert [row["code"] for row in rows] == [f"{code[:2]}•••• ({len(code)})" for code in real]


def test_every_fault_is_told_at_its_field_and_nothing_is_kept(
    merchant: Merchant, store: Store, people: list[int]
) -> None:
    body = offer_of(
        store,
        name=" ",
        value="12,50",
        pattern="{frist}",
        starts_at="2027-03-28T02:30",
        ends_at="2026-11-20",
        uses_per_code=0,
    )
    told = faults(merchant.post("/api/offers", json=body))
    assert set(told) == {"name", "value", "pattern", "starts_at", "ends_at", "uses_per_code"}
    assert told["value"] == "Enter a percentage from 0.01 to 100."
    assert "does not exist" in told["starts_at"]
    assert "{frist} at character 1 is not a part we know" in told["pattern"]
    assert merchant.get("/api/offers").json["total"] == 0


def test_a_name_is_taken_ignoring_case(merchant: Merchant, store: Store) -> None:
    assert merchant.post("/api/offers", json=offer_of(store)).status_code == 201
    told = faults(merchant.post("/api/offers", json=offer_of(store, name="WINTER  Launch")))
    assert told == {"name": "Another offer has this name. Choose another one."}


@pytest.mark.parametrize("path", ["/api/offers", "/api/code-previews", "/api/offers/1/codes"])
def test_fields_that_we_do_not_know_are_refused(merchant: Merchant, path: str) -> None:
    assert "workspace_id" in faults(merchant.post(path, json={"workspace_id": 7}))


def test_edits_are_checked_one_by_one(merchant: Merchant, store: Store, people: list[int]) -> None:
    merchant.post("/api/offers", json=offer_of(store, selection={"ids": people[:1]}))
    edits = {str(people[1]): "Ł", str(people[2]): "anna15", "999": "OK"}
    told = faults(
        merchant.post("/api/offers", json=offer_of(store, name="Other", selection={"ids": people}, edits=edits))
    )
    assert told[f"edits.{people[1]}"].startswith("“Ł” at character 1 cannot be in a code")
    assert told[f"edits.{people[2]}"] == "ANNA15 is already used in this store. Enter another code."
    assert told["edits.999"] == "This person is not selected."


def test_a_draft_reaches_the_store_when_it_is_published(
    merchant: Merchant, store: Store, people: list[int], platform: FakePlatform
) -> None:
    body = offer_of(store, selection={"ids": people}, edits={str(people[0]): "VIP-ANNA"}, publish=False)
    made = merchant.post("/api/offers", json=body).json
    assert (made["run"], made["offer"]["state"]) == (None, "draft")
    offer_id = made["offer"]["id"]
    changed = merchant.patch(f"/api/offers/{offer_id}", json={"value": "20", "uses_per_code": 3}).json
    assert (changed["value"], changed["uses_per_code"], changed["ends_at"]) == ("20", 3, "2099-12-31T22:59:59Z")
    published = merchant.post(f"/api/offers/{offer_id}/publish").json
    assert published["added"] == 3
    again = merchant.post(f"/api/offers/{offer_id}/publish").json
    assert again["run"] is None
    rows = merchant.get(f"/api/offers/{offer_id}/codes").json["items"]
    assert [row["code"] for row in rows] == ["VIP-ANNA", "ANNA20", "LUKASZ20"]


def test_more_people_can_be_added_and_those_who_hold_a_code_are_named(
    merchant: Merchant, store: Store, people: list[int], platform: FakePlatform
) -> None:
    made = merchant.post("/api/offers", json=offer_of(store, selection={"ids": people[:1]})).json
    added = merchant.post(
        f"/api/offers/{made['offer']['id']}/codes", json={"selection": {"filter": {}, "except_ids": []}}
    )
    assert added.json["added"] == 2
    assert added.json["skipped"] == [{"influencer_id": people[0], "name": "Anna", "code": "ANNA15"}]
    nothing = merchant.post(f"/api/offers/{made['offer']['id']}/codes", json={"selection": {"ids": people}})
    assert (nothing.json["run"], nothing.json["added"], len(nothing.json["skipped"])) == (None, 0, 3)


def test_a_big_run_is_made_by_a_job(
    merchant: Merchant, store: Store, people: list[int], platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assignments, "AT_ONCE", 2)
    made = merchant.post("/api/offers", json=offer_of(store, selection={"ids": people}, pool=3)).json
    run_id = made["run"]["id"]
    assert made["run"]["counts"]["queued"] == 0
    assert made["run"]["total"] == 6
    code_jobs.push(run_id)  # nothing to send yet
    assignment_jobs.fill(run_id)
    assignment_jobs.fill(run_id)
    code_jobs.push(run_id)
    shown = merchant.get(f"/api/runs/{run_id}").json
    assert (shown["state"], shown["counts"]["live"]) == ("finished", 6)


def test_ending_an_offer_is_told_to_the_store_until_it_has_heard(
    merchant: Merchant, store: Store, people: list[int], platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = merchant.post("/api/offers", json=offer_of(store, selection={"ids": people})).json
    code_jobs.push(made["run"]["id"])
    offer_id = made["offer"]["id"]
    assert merchant.post(f"/api/offers/{offer_id}/end").json["state"] == "ended"
    platform.faults["end_discount"] = [("before", PlatformError(Failure.UNREACHABLE, "Away."))]
    offer_jobs.tell(offer_id)
    woken: list[int] = []
    monkeypatch.setattr(offer_jobs, "enqueue", lambda job, id, **options: woken.append(id))
    offer_jobs.sweep()
    assert woken == [offer_id]
    offer_jobs.tell(offer_id)
    assert [discount.status for discount in platform.discounts.values()] == ["ended"]
    offer_jobs.sweep()
    assert woken == [offer_id]
    refused = merchant.post(f"/api/offers/{offer_id}/codes", json={"pool": 1})
    assert refused.status_code == 409


def test_stop_resume_and_retry_over_http(
    merchant: Merchant, store: Store, people: list[int], platform: FakePlatform
) -> None:
    platform.refused["LUKASZ15"] = (Failure.TAKEN, "Odd.")
    run_id = merchant.post("/api/offers", json=offer_of(store, selection={"ids": people})).json["run"]["id"]
    assert merchant.post(f"/api/runs/{run_id}/stop").json["state"] == "stopped"
    code_jobs.push(run_id)
    assert platform.calls == []
    assert merchant.post(f"/api/runs/{run_id}/resume").json["state"] == "running"
    code_jobs.push(run_id)
    shown = merchant.get(f"/api/runs/{run_id}").json
    assert [(row["count"], row["can_retry"]) for row in shown["failures"]] == [(1, True)]
    platform.refused.clear()
    assert merchant.post(f"/api/runs/{run_id}/retry").json["counts"]["queued"] == 1
    code_jobs.push(run_id)
    assert merchant.get(f"/api/runs/{run_id}").json["counts"]["live"] == 3
    assert merchant.post(f"/api/runs/{run_id}/retry").status_code == 409


def preview_of(store: Store, people: list[int], **changes: Any) -> dict[str, Any]:
    body = {
        "store_id": store.id, "pattern": "{first_name}{value}", "type": "percentage", "value": "15",
        "offer_name": "Winter", "selection": {"ids": people}, "edits": {},
    }  # fmt: skip
    return {**body, **changes}


def test_a_preview_knows_our_codes_and_the_stores(
    merchant: Merchant, store: Store, people: list[int], platform: FakePlatform
) -> None:
    platform.plant("lukasz15")
    merchant.post("/api/offers", json=offer_of(store, selection={"ids": people[:1]}))
    shown = merchant.post("/api/code-previews", json=preview_of(store, people)).json
    assert [item["code"] for item in shown["items"]] == ["ANNA15-3", "ANNA15-2", "LUKASZ15-2"]
    assert shown["items"][2]["note"] == "LUKASZ15 is already in your store, so this one gets -2."
    assert (shown["total"], shown["checked_in_store"], shown["clashes"], shown["note"]) == (3, 3, 3, None)
    with reading() as session:
        assert len(session.scalars(select(CodeRun)).all()) == 1


def test_a_preview_goes_without_a_store_that_is_away(
    merchant: Merchant, store: Store, people: list[int], platform: FakePlatform
) -> None:
    platform.faults["find_codes"] = [("before", PlatformError(Failure.UNREACHABLE, "Away."))]
    shown = merchant.post("/api/code-previews", json=preview_of(store, people)).json
    assert [item["code"] for item in shown["items"]] == ["ANNA15", "ANNA15-2", "LUKASZ15"]
    assert shown["checked_in_store"] == 0
    assert "could not be asked" in shown["note"]


def test_a_broken_pattern_empties_the_preview(merchant: Merchant, store: Store, people: list[int]) -> None:
    shown = merchant.post("/api/code-previews", json=preview_of(store, people, pattern="{first_name")).json
    assert shown["items"] == []
    assert shown["errors"][0]["field"] == "pattern"


def test_a_preview_shows_edits_and_their_faults(
    merchant: Merchant, store: Store, people: list[int], platform: FakePlatform
) -> None:
    edits = {str(people[0]): "vip anna", str(people[1]): "VIP"}
    shown = merchant.post("/api/code-previews", json=preview_of(store, people, edits=edits)).json
    assert [item["code"] for item in shown["items"]] == ["ANNA15", "ANNA15-2", "VIP"]
    assert [fault["field"] for fault in shown["errors"]] == [f"edits.{people[0]}"]


def test_another_workspaces_offers_runs_stores_and_people_are_not_found(
    merchant: Merchant, store: Store, people: list[int], platform: FakePlatform
) -> None:
    from tests.support.rows import add_store

    made = merchant.post("/api/offers", json=offer_of(store, selection={"ids": people})).json
    with transaction() as session:
        add_store(session, "other-shop.myshopify.com")
    other = Merchant(merchant.http.application, "other-shop.myshopify.com")
    offer, run = made["offer"]["id"], made["run"]["id"]
    assert other.get(f"/api/offers/{offer}").status_code == 404
    assert other.get(f"/api/offers/{offer}/codes").status_code == 404
    assert other.patch(f"/api/offers/{offer}", json={"value": "1"}).status_code == 404
    for path in (
        f"offers/{offer}/end",
        f"offers/{offer}/publish",
        f"runs/{run}/stop",
        f"runs/{run}/resume",
        f"runs/{run}/retry",
    ):
        assert other.post(f"/api/{path}").status_code == 404, path
    assert other.post(f"/api/offers/{offer}/codes", json={"pool": 1}).status_code == 404
    assert other.get(f"/api/runs/{run}").status_code == 404
    assert other.post("/api/offers", json=offer_of(store)).status_code == 404
    assert other.post("/api/code-previews", json=preview_of(store, people)).status_code == 404
    with reading() as session:
        theirs = session.scalar(select(Store.id).where(Store.domain == "other-shop.myshopify.com"))
    mine = offer_of(store, store_id=theirs, selection={"ids": people})
    assert other.post("/api/offers", json=mine).status_code == 404
    assert other.get("/api/offers").json["total"] == 0
