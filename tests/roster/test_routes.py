"""The roster page's API, and the whole way over HTTP with the sandbox's roster."""

from __future__ import annotations

from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from app import create_app, events
from app.config import Settings
from app.db import reading, transaction
from app.influencers.models import Influencer
from app.influencers.service import upsert_many
from app.roster import jobs
from app.roster.models import RosterConnection
from app.stores.models import Store
from sandbox.client import SandboxClient
from tests.support.actors import Merchant
from tests.support.rows import add_store

GOOD = {"base_url": "https://roster.example.com/api", "api_key": "key-1", "signing_secret": "whsec_" + "A" * 32}


def field_errors(answer: Any) -> dict[str, str]:
    return {error["field"]: error["message"] for error in answer.json["errors"]}


def test_without_a_roster(merchant: Merchant) -> None:
    shown = merchant.get("/api/roster").json
    assert shown["connected"] is False
    assert shown["pull"]["state"] == "never"
    assert merchant.post("/api/roster/test").status_code == 404
    assert merchant.post("/api/roster/pull").status_code == 404
    assert merchant.post("/api/roster/retry").status_code == 404
    assert merchant.delete("/api/roster").status_code == 204


def test_keys_go_in_and_never_come_out(merchant: Merchant) -> None:
    answer = merchant.put("/api/roster", json=GOOD)
    assert answer.status_code == 200
    assert answer.json["connected"] is True
    for path in ("/api/roster", "/api/home"):
        text = merchant.get(path).text
        assert "key-1" not in text
        assert "whsec_" not in text
    with reading() as session:
        row = session.scalars(select(RosterConnection)).one()
    assert (row.api_key, row.signing_secret) == ("key-1", GOOD["signing_secret"])


def test_wrong_input_is_told_at_its_field(merchant: Merchant) -> None:
    bad = {"base_url": "http://roster.example.com", "api_key": "kéy", "signing_secret": "secret"}
    assert set(field_errors(merchant.put("/api/roster", json=bad))) == set(bad)
    assert set(field_errors(merchant.put("/api/roster", json={"base_url": GOOD["base_url"]}))) == {
        "api_key", "signing_secret",
    }  # fmt: skip
    assert merchant.put("/api/roster", json=GOOD | {"workspace_id": 1}).status_code == 422
    assert merchant.get("/api/roster").json["connected"] is False


def test_keys_stay_while_the_address_does(merchant: Merchant) -> None:
    merchant.put("/api/roster", json=GOOD)
    assert merchant.put("/api/roster", json={"base_url": GOOD["base_url"], "api_key": "key-2"}).status_code == 200
    with reading() as session:
        row = session.scalars(select(RosterConnection)).one()
    assert (row.api_key, row.signing_secret) == ("key-2", GOOD["signing_secret"])
    # Keys are of one roster: they are never sent to another address.
    answer = merchant.put("/api/roster", json={"base_url": "https://evil.example.com/api"})
    assert set(field_errors(answer)) == {"api_key", "signing_secret"}


def test_disconnecting_lets_the_people_be_edited(merchant: Merchant, store: Store) -> None:
    merchant.put("/api/roster", json=GOOD)
    with transaction() as session:
        (row,) = upsert_many(session, store.workspace_id, "r", [{"external_id": "1", "first_name": "Ana"}])
    path = f"/api/influencers/{row.influencer_id}"
    assert field_errors(merchant.patch(path, json={"first_name": "Eva"})) == {
        "first_name": "Your roster keeps this. Change it there."
    }
    assert merchant.delete("/api/roster").status_code == 204
    assert merchant.patch(path, json={"first_name": "Eva"}).json["name"] == "Eva"


@pytest.fixture
def demo_app(demo: Settings) -> APIFlask:
    app = create_app(demo)
    app.testing = False
    return app


@pytest.fixture
def connected(demo_app: APIFlask, sandbox: SandboxClient) -> Merchant:
    """A merchant of the demo whose roster is the sandbox's."""
    with transaction() as session:
        store = add_store(session)
    merchant = Merchant(demo_app, store.domain)
    given = sandbox.roster()
    answer = merchant.put("/api/roster", json={name: given[name] for name in GOOD})
    assert answer.status_code == 200, answer.text
    return merchant


def connection_id() -> int:
    with reading() as session:
        return session.scalars(select(RosterConnection.id)).one()


def test_the_test_says_what_the_roster_allows(connected: Merchant, sandbox: SandboxClient) -> None:
    tried = connected.post("/api/roster/test").json
    assert (tried["ok"], tried["name"], tried["can_read"], tried["can_write"]) == (True, "Sandbox roster", True, True)
    assert len(tried["sample"]) == 5
    assert tried["sample"][0]["name"] == "Łukasz Żółć"
    sandbox.roster_down(True)
    tried = connected.post("/api/roster/test").json
    assert tried["ok"] is False
    assert "503" in tried["message"]


def test_the_sandboxs_people_come_in_with_all_their_names(connected: Merchant, sandbox: SandboxClient) -> None:
    sandbox.seed_roster(1200)
    jobs.pull(connection_id())
    pull = connected.get("/api/roster").json["pull"]
    assert (pull["state"], pull["seen"], pull["refused"]) == ("done", 1200, 0)
    people = connected.get("/api/influencers?limit=200").json
    gone = connected.get("/api/influencers?archived=true").json
    assert (people["total"], gone["total"]) == (1180, 20), "those the roster lists as left come in archived"
    sandbox.upsert_people([{"external_id": "inf-000003", "active": False},
                           {"external_id": "inf-000001", "stage": "paused"}])
    jobs.pull(connection_id())
    pull = connected.get("/api/roster").json["pull"]
    assert (pull["archived"], pull["updated"]) == (1, 1)
    assert connected.get("/api/influencers").json["total"] == people["total"] - 1


def test_what_happens_reaches_the_sandboxs_roster(connected: Merchant, sandbox: SandboxClient) -> None:
    jobs.pull(connection_id())
    before = sandbox.roster()["count"]
    with transaction() as session:
        rows = session.execute(select(Influencer.id, Influencer.workspace_id, Influencer.external_id)).all()
        for number in range(3):
            events.append_many(
                session,
                [(row.workspace_id, "code.live", {"influencer_external_id": row.external_id, "number": number}, row.id)
                 for row in rows],
            )  # fmt: skip
    jobs.push(connection_id())
    received = [row["event"]["data"] for row in sandbox.roster(after=before)["received"]]
    assert len(received) == 3 * len(rows)
    for row in rows:
        told = [one["number"] for one in received if one["influencer_external_id"] == row.external_id]
        assert told == [0, 1, 2]
    push = connected.get("/api/roster").json["push"]
    assert (push["waiting"], push["sent"], push["stuck"]) == (0, 3 * len(rows), 0)


def test_a_roster_that_is_down_shows_and_catches_up(connected: Merchant, sandbox: SandboxClient) -> None:
    sandbox.roster_down(True)
    connected.post("/api/influencers", json={"first_name": "Eve"})
    jobs.relay()
    jobs.push(connection_id())
    push = connected.get("/api/roster").json["push"]
    assert push["waiting"] == 1
    assert "503" in push["error"]
    assert any(line["kind"] == "roster_push_failed" for line in connected.get("/api/home").json["attention"])
    sandbox.roster_down(False)
    assert connected.post("/api/roster/retry").status_code == 202
    jobs.push(connection_id())
    assert connected.get("/api/roster").json["push"]["waiting"] == 0
    assert sandbox.roster()["received"][-1]["event"]["type"] == "influencer.upserted"
