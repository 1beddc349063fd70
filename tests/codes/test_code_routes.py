"""Codes over the API: what the page and scripts do with one code, with many, and with those of the store."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import urlsplit

import pytest
from apiflask import APIFlask

from app.assignments import import_routes, importing, life_jobs
from app.codes import jobs
from app.db import transaction
from tests.support.actors import Merchant
from tests.support.fake_platform import FakePlatform
from tests.support.offers import add_people
from tests.support.rows import add_store


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> FakePlatform:
    made = FakePlatform()
    for module in (jobs, life_jobs, importing, import_routes):
        monkeypatch.setattr(module, "platform_for", lambda store_id, **_: made)
    return made


@pytest.fixture
def me(app: APIFlask) -> Merchant:
    return Merchant(app)


@pytest.fixture
def offer(app: APIFlask, me: Merchant, platform: FakePlatform) -> dict[str, Any]:
    """An offer whose two codes are live."""
    with transaction() as session:
        store = add_store(session)
        people = add_people(session, store.workspace_id, ["Anna", "Ben"])
    body = {
        "name": "Winter", "store_id": store.id, "type": "percentage", "value": "15", "pattern": "{first_name}{value}",
        "selection": {"ids": people},
    }  # fmt: skip
    made = me.post("/api/offers", json=body).json
    jobs.push(made["run"]["id"])
    return {"id": made["offer"]["id"], "store_id": store.id, "people": people}


def codes(me: Merchant, offer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    items = me.get(f"/api/offers/{offer['id']}/codes").json["items"]
    return {item["code"]: item for item in items}


def test_the_life_of_one_code(me: Merchant, offer: dict[str, Any], platform: FakePlatform) -> None:
    anna = f"/api/codes/{codes(me, offer)['ANNA15']['id']}"
    shown = me.get(anna).json
    assert (shown["state"], shown["can"], shown["uses_kept"]) == ("live", ["disable", "replace", "retire"], False)
    assert (shown["influencer"]["id"], shown["offer"]["name"]) == (offer["people"][0], "Winter")

    assert me.post(f"{anna}/disable").json["due"] == "off"
    assert me.post(f"{anna}/enable").status_code == 409
    life_jobs.settle(offer["store_id"])
    assert me.get(anna).json["can"] == ["enable", "replace", "retire"]
    jobs.push(me.post(f"{anna}/enable").json["run_id"])
    assert me.get(anna).json["state"] == "live"

    wrong = me.post(f"{anna}/replace", json={"code": "ben15"})
    assert (wrong.status_code, wrong.json["errors"][0]["field"]) == (422, "code")
    new = me.post(f"{anna}/replace", json={})
    assert (new.status_code, new.json["code"]) == (201, "ANNA15-2")
    assert me.get(anna).json["replaced_by"]["code"] == "ANNA15-2"
    jobs.push(new.json["run_id"])
    life_jobs.settle(offer["store_id"])
    assert (me.get(anna).json["state"], me.get(anna).json["can"]) == ("retired", [])
    after = me.get(f"/api/codes/{new.json['id']}").json
    assert (after["state"], after["replaces"]["code"]) == ("live", "ANNA15")
    assert set(platform.codes) == {"ANNA15-2", "BEN15"}


def test_many_codes_at_once(me: Merchant, offer: dict[str, Any], platform: FakePlatform) -> None:
    changed = me.post("/api/code-changes", json={"action": "disable", "offer_id": offer["id"]})
    assert (changed.status_code, changed.json["change"]["total"], changed.json["change"]["done"]) == (202, 2, 0)
    life_jobs.settle(offer["store_id"])
    done = me.get(f"/api/code-changes/{changed.json['change']['id']}").json
    assert (done["state"], done["done"], platform.codes) == ("finished", 2, {})

    back = me.post("/api/code-changes", json={"action": "enable", "influencer_id": offer["people"][0]}).json
    assert [run["total"] for run in back["runs"]] == [1]
    jobs.push(back["runs"][0]["id"])
    assert set(platform.codes) == {"ANNA15"}
    ids = [item["id"] for item in codes(me, offer).values()]
    assert me.post("/api/code-changes", json={"action": "retire", "code_ids": ids}).json["change"]["total"] == 2
    assert me.post("/api/code-changes", json={"action": "retire", "code_ids": ids}).status_code == 409
    assert me.post("/api/code-changes", json={"action": "retire"}).status_code == 422


def test_a_share_link_has_a_target_and_utm_values(me: Merchant, offer: dict[str, Any]) -> None:
    link = f"/api/codes/{codes(me, offer)['ANNA15']['id']}/share-link"
    none = dict.fromkeys(("source", "medium", "campaign", "content", "term"), "")
    assert me.get("/api/share-defaults").json == none
    assert me.put("/api/share-defaults", json={"source": "creators"}).json == {**none, "source": "creators"}
    too_long = me.put("/api/share-defaults", json={"source": "x" * 101})
    assert [fault["field"] for fault in too_long.json["errors"]] == ["source"]
    url = me.get(f"{link}?target=/products/jacket&campaign=Winter 26").json["url"]
    assert urlsplit(url).path == "/discount/ANNA15"
    assert urlsplit(url).query == "redirect=%2Fproducts%2Fjacket&utm_source=creators&utm_campaign=Winter%2026"
    defaults = f"/api/offers/{offer['id']}/share-defaults"
    assert me.get(defaults).json["own"] is False
    assert me.put(defaults, json={"utm": {"source": "winter"}}).json["own"] is True
    assert me.get(link).json["url"].endswith("/discount/ANNA15?utm_source=winter")
    assert me.get(f"{link}?source=").json["url"].endswith("/discount/ANNA15")
    elsewhere = me.get(f"{link}?target=https://evil.example/")
    assert (elsewhere.status_code, elsewhere.json["errors"][0]["field"]) == (422, "target")

    svg, png = (me.get(link.replace("share-link", f"qr.{kind}")) for kind in ("svg", "png"))
    assert (svg.mimetype, svg.data[:5]) == ("image/svg+xml", b"<?xml")
    assert (png.mimetype, png.data[:4]) == ("image/png", b"\x89PNG")


def test_codes_of_the_store_are_brought_in(
    me: Merchant, offer: dict[str, Any], platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.plant("OLD-1")
    found = me.get(f"/api/stores/{offer['store_id']}/discounts?q=somebody").json["items"]
    assert [(row["title"], row["first_code"], row["type"]) for row in found] == [("Somebody else's", "OLD-1", "other")]

    brought = me.post("/api/code-imports", json={"store_id": offer["store_id"], "codes": "OLD-1, NOT THERE\nold-1"})
    assert (brought.status_code, brought.json["counts"]["waiting"]) == (202, 2)
    import_id = brought.json["id"]
    importing.run(import_id)
    done = me.get(f"/api/code-imports/{import_id}").json
    assert (done["state"], done["counts"]) == ("finished", {"waiting": 0, "linked": 1, "kept": 0, "refused": 2})
    refused = me.get(f"/api/code-imports/{import_id}/lines?state=refused").json["items"]
    assert [(row["number"], row["code"]) for row in refused] == [(2, "NOT THERE"), (3, "old-1")]
    assert me.get(f"/api/offers/{done['offer_id']}/codes").json["items"][0]["code"] == "OLD-1"
    monkeypatch.setattr(import_routes, "PART", 1)
    result = me.get(f"/api/code-imports/{import_id}/result.csv")
    assert (result.status_code, result.mimetype) == (200, "text/csv")
    rows = list(csv.DictReader(io.StringIO(result.text.lstrip("\ufeff"))))
    assert [(row["number"], row["code"], row["state"]) for row in rows] == [
        ("1", "OLD-1", "linked"), ("2", "NOT THERE", "refused"), ("3", "old-1", "refused"),
    ]  # fmt: skip
    assert rows[1]["reason"] == refused[0]["reason"]
    assert "OLD-1" not in me.get(f"/api/code-imports/{import_id}/result.csv?state=refused").text

    whole = me.post("/api/code-imports", json={"store_id": offer["store_id"], "remote_id": found[0]["remote_id"]})
    importing.run(whole.json["id"])
    assert me.get(f"/api/code-imports/{whole.json['id']}").json["counts"]["refused"] == 1
    for wrong in ({}, {"codes": "A", "csv": "B"}, {"codes": " , "}):
        assert me.post("/api/code-imports", json={"store_id": offer["store_id"], **wrong}).status_code == 422
