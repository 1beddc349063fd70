"""The walk over the API: a draft, an incentive, members, a short pool, the release, orders, results."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.campaigns.jobs import sweep, tend
from app.campaigns.models import Campaign, Incentive, IncentiveCode
from app.clock import now
from app.codes.models import Code
from app.db import reading, transaction
from app.events import Event
from app.stores.models import Store
from tests.support import campaigns as make
from tests.support.actors import Merchant
from tests.support.redeeming import order, take

EVERYBODY = {"filter": {}}


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.get_json() if answer.data else None


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.get_json()["code"]) == (status, code), answer.text
    return answer.get_json()


class Walk:
    def __init__(self, merchant: Merchant, store: Store, *, codes: int = 3, people: int = 4) -> None:
        self.merchant, self.store = merchant, store
        with transaction() as session:
            self.offer = make.add_offer(session, store)
            self.code_ids = make.add_codes(session, None, self.offer, codes)
            self.people = make.add_people(session, store, people)
        self.id = ok(merchant.post("/api/campaigns", json={"name": "Glow season"}), 201)["id"]
        self.path = f"/api/campaigns/{self.id}"
        given = {
            "name": "Creator kit", "description": "A kit of your choice",
            "value": {"amount": "85.00", "currency": "eur"},
            "cost": {"amount": "30", "currency": "EUR"}, "offer_id": self.offer.id, "warn_at": 2,
        }  # fmt: skip
        self.incentive = ok(merchant.post(f"{self.path}/incentives", json=given), 201)["id"]
        ok(merchant.post(f"{self.path}/members", json={"selection": EVERYBODY}))

    def show(self) -> dict[str, Any]:
        return ok(self.merchant.get(self.path))

    def move(self, to: str, members: Any = EVERYBODY, **how: Any) -> Any:
        return self.merchant.post(f"{self.path}/moves", json={"members": members, "to": to, **how})

    def members(self, query: str = "") -> list[dict[str, Any]]:
        return ok(self.merchant.get(f"{self.path}/members?sort=name&{query}"))["items"]


def test_a_campaign_from_draft_to_results(merchant: Merchant, store: Store) -> None:
    walk = Walk(merchant, store)
    added = ok(merchant.post(f"/api/incentives/{walk.incentive}/codes", json={"make": 3}))
    assert (added["taken"], added["making"], added["waits"]) == (3, 0, False)
    assert ok(merchant.post(f"{walk.path}/members", json={"selection": EVERYBODY})) == {"added": 0, "there": 4}
    seen = ok(merchant.post(f"{walk.path}/move-previews", json={"members": EVERYBODY, "to": "pre_payment"}))
    assert seen["text"] == "3 of 4 can move: 1 code short"
    [short] = seen["shortages"]
    assert (short["missing"], short["can_make"], short["pattern"]) == (1, True, "KIT-{random:6}")
    refused(walk.move("pre_payment"), 409, "short")
    done = ok(walk.move("pre_payment", short="fit", at_least=3))
    assert (done["moved"], done["waiting"], done["given"]) == (3, 1, 3)

    # A draft holds the codes: masked at every door until they are released.
    with reading() as session:
        plain = [session.get_one(Code, id).code for id in walk.code_ids]
    doors = ("/members", "/board", "", "/members.csv", "/results")
    for door in (*doors, f"/../../incentives/{walk.incentive}/codes"):
        answer = merchant.get(f"{walk.path}{door}".replace(f"{walk.path}/../..", "/api"))
        assert answer.status_code == 200
        assert not [code for code in plain if code in answer.text], door
    assert walk.show()["incentives"][0]["pool"] | {"days_left": 0} == {
        "left": 0, "coming": 0, "held": 3, "released": 0, "broken": 0, "total": 3, "days_left": 0, "low": True,
    }  # fmt: skip
    assert ok(merchant.post(f"{walk.path}/activate"))["released"] == 3
    first = walk.members("code=released")[0]
    assert first["codes"][0]["code"] in plain
    assert first["codes"][0]["fulfilled_at"]
    assert [one["waits_for"] for one in walk.members("code=waiting")] == ["pre_payment"]
    name = first["influencer"]["name"]
    assert name in [one["influencer"]["name"] for one in walk.members(f"q={name}&code=released")]
    assert name in merchant.get(f"{walk.path}/members.csv?q={name}").text
    assert walk.members("q=nobody-is-called-this") == []
    assert first["codes"][0]["code"] in merchant.get(f"{walk.path}/members.csv").text
    detail = ok(merchant.get(f"/api/campaign-members/{first['id']}"))
    assert [change["to_stage"] for change in detail["history"]] == ["pre_payment", "invited"]

    # An active campaign asks before it changes.
    refused(merchant.patch(walk.path, json={"notes": "new"}), 409, "confirm")
    ok(merchant.patch(walk.path, json={"notes": "new", "starts_on": "2026-11-01", "confirm": True}))
    assert walk.show()["starts_on"] == "2026-11-01"
    refused(merchant.delete(walk.path), 409, "not_draft")
    refused(merchant.post(f"{walk.path}/members/remove", json={"members": EVERYBODY}), 409, "released")
    _sell(walk, first)
    _results(walk, first)
    ok(merchant.post(f"{walk.path}/end"))
    refused(walk.move("done"), 409, "ended")


def _sell(walk: Walk, member: dict[str, Any]) -> None:
    """The creator's own order with the kit, and two of the audience with another code of theirs."""
    from app.assignments.models import Assignment

    with transaction() as session:
        campaign = session.get_one(Campaign, walk.id)
        assert campaign.activated_at is not None
        offer = make.add_offer(session, walk.store, "Autumn")
        [code] = make.add_codes(session, None, offer, 1, prefix="ANA", in_pool=False)
        session.add(
            Assignment(workspace_id=walk.store.workspace_id, offer_id=offer.id, code_id=code,
                       influencer_id=member["influencer"]["id"], starts_at=campaign.activated_at)
        )  # fmt: skip
    later = now() + timedelta(minutes=1)
    kit = member["codes"][0]["code"]
    take(
        walk.store,
        order("own", "0", codes=[(kit, "85")], placed_at=later),
        order("a", "60", codes=["ANA-00000"], placed_at=later, refunded="10"),
        order("b", "40", codes=["ANA-00000"], placed_at=later),
        order("before", "70", codes=["ANA-00000"], placed_at=later - timedelta(days=30)),
    )


def _results(walk: Walk, member: dict[str, Any]) -> None:
    def eur(amount: str) -> list[dict[str, str]]:
        return [{"amount": amount, "currency": "EUR"}]

    found = ok(walk.merchant.get(f"{walk.path}/results"))
    whole = found["campaign"]
    assert (whole["released"], whole["value"], whole["cost"]) == (3, eur("255.00"), eur("90.00"))
    assert (whole["orders"], whole["net"], whole["own_orders"]) == (2, eur("90.00"), 1)
    assert whole["own_discount"] == eur("85.00")
    assert whole["returns"] == [{"currency": "EUR", "ratio": "1.00"}]
    [part] = found["incentives"]
    assert (part["net"], part["own_orders"], part["cost"]) == (eur("90.00"), 1, eur("90.00"))
    creators = ok(walk.merchant.get(f"{walk.path}/results/creators?limit=2"))
    assert creators["total"] == 3
    assert creators["items"][0]["influencer"]["id"] == member["influencer"]["id"]
    assert (creators["items"][0]["net"], creators["items"][0]["cost"]) == (eur("90.00"), eur("30.00"))
    assert (creators["items"][1]["net"], creators["items"][1]["released"]) == ([], 1)
    for which, count in (
        ("", 2), (f"?incentive_id={walk.incentive}", 2), (f"?influencer_id={member['influencer']['id']}", 2),
        (f"?influencer_id={creators['items'][1]['influencer']['id']}", 0),
    ):  # fmt: skip
        listed = ok(walk.merchant.get(f"{walk.path}/orders{which}"))
        assert (listed["total"], len(listed["items"])) == (count, count), which
    rest = ok(walk.merchant.get(f"{walk.path}/results/creators?limit=2&cursor={creators['next_cursor']}"))
    assert (len(rest["items"]), rest["next_cursor"]) == (1, None)
    lines = walk.merchant.get(f"{walk.path}/results.csv").text.splitlines()
    assert len(lines) == 4
    # Own use is in no total of the influencer either.
    person = ok(walk.merchant.get(f"/api/influencers/{member['influencer']['id']}"))
    assert [(row["redemptions"], row["net"]["amount"]) for row in person["totals"]] == [(2, "90.00")]


def test_pasted_codes_are_looked_up_and_given_to_who_waits(merchant: Merchant, store: Store) -> None:
    walk = Walk(merchant, store, codes=0, people=3)
    ok(merchant.post(f"{walk.path}/activate"))
    assert ok(walk.move("pre_payment", short="fit"))["waiting"] == 3
    pasted = {"codes": f"KIT-A, KIT-B\nKIT-C\nkit-a\n{'X' * 151}"}
    added = ok(merchant.post(f"/api/incentives/{walk.incentive}/codes", json=pasted))
    assert added["accepted"] == ["KI•••• (5)"] * 3
    assert [row["reason"][:20] for row in added["refused"]] == ["It is in this list t", "It has 151 character"]
    shown = walk.show()["incentives"][0]["last_import"]
    assert (shown["id"], shown["counts"]["waiting"]) == (added["import_id"], 3)
    _found(walk, added["import_id"])
    sweep()
    tend(walk.id)
    page = walk.show()
    assert page["incentives"][0]["pool"]["released"] == 2
    assert (page["waiting"], page["stages"]["pre_payment"], page["stages"]["invited"]) == (1, 2, 1)
    with reading() as session:
        low = session.scalars(select(Event).where(Event.type == "pool.low")).one()
        assert (low.data["left"], low.data["warn_at"], low.influencer_id) == (0, 2, None)
    home = ok(merchant.get("/api/home"))
    assert [line["text"] for line in home["attention"] if line["kind"] == "pool_low"] == [
        "Creator kit in Glow season: 0 codes left, and 1 creator waits for one."
    ]


def _found(walk: Walk, import_id: int) -> None:
    """The job's answer, as app.assignments.importing writes it: two of the three are in the store."""
    from app.codes.models import CodeImportLine

    with transaction() as session:
        rows = session.scalars(select(CodeImportLine).where(CodeImportLine.import_id == import_id)).all()
        waiting = [row for row in rows if row.state == "waiting"]
        for row in waiting[:2]:
            [id] = make.add_codes(session, None, walk.offer, 1, prefix=row.code, source="imported")
            row.state, row.code_id = "linked", id
        waiting[2].state, waiting[2].reason = "refused", "The store does not have this code."


def test_content_done_by_an_api_call(merchant: Merchant, store: Store) -> None:
    walk = Walk(merchant, store, people=3)
    ids = [one["id"] for one in walk.members()]
    ok(walk.move("content", {"ids": ids[:2]}, short="fit"))
    with transaction() as session:
        make.add_codes(session, session.get_one(Incentive, walk.incentive), walk.offer, 3, prefix="NEW")
    tend(walk.id)
    body = {"influencer_ids": [walk.people[0]], "external_ids": ["c-1", "c-2", "nobody"]}
    done = ok(merchant.post(f"{walk.path}/content-done", json=body))
    assert done == {
        "moved": walk.people[:2], "waiting": [], "not_there": [walk.people[2]], "unknown": ["nobody"],
    }  # fmt: skip
    assert ok(merchant.post(f"{walk.path}/content-done", json=body))["moved"] == []


def test_a_top_up_asks_the_offer_and_a_rotation_is_followed(merchant: Merchant, store: Store) -> None:
    walk = Walk(merchant, store, codes=1, people=1)
    ok(merchant.post(f"/api/incentives/{walk.incentive}/codes", json={"make": 1}))
    ok(merchant.post(f"{walk.path}/activate"))
    ok(walk.move("pre_payment"))
    ok(merchant.patch(f"/api/incentives/{walk.incentive}", json={"top_up": 5, "confirm": True}))
    tend(walk.id)
    shown = walk.show()["incentives"][0]
    assert (shown["pool"]["coming"], shown["owed"]) == (5, 0)
    with transaction() as session:
        old = session.get_one(Code, walk.code_ids[0])
        [new] = make.add_codes(session, None, walk.offer, 1, prefix="SWAP", in_pool=False, replaces_id=old.id)
    sweep()
    tend(walk.id)
    [code] = walk.members()[0]["codes"]
    assert (code["code"], code["code_id"], code["released"]) == ("SWAP-00000", new, True)
    with reading() as session:
        assert session.get_one(Code, new).purpose == "own_use"
        rows = session.scalars(select(IncentiveCode).where(IncentiveCode.member_id.is_not(None))).all()
        assert [(row.code_id, row.replaced_at is None) for row in rows] == [(old.id, False), (new, True)]


def test_bad_input_is_told_at_the_field(merchant: Merchant, store: Store) -> None:
    walk = Walk(merchant, store, people=1)
    for path, body, field in (
        ("/api/campaigns", {"name": " "}, "name"),
        ("/api/campaigns", {"name": "glow SEASON"}, "name"),
        ("/api/campaigns", {"name": "N", "starts_on": "2026-12-02", "ends_on": "2026-12-01"}, "ends_on"),
        (f"{walk.path}/incentives", {"name": "K", "value": {"amount": "1.234", "currency": "EUR"}}, "value"),
        (f"{walk.path}/incentives", {"name": "K", "cost": {"amount": "-1", "currency": "EUR"}}, "cost"),
        (f"{walk.path}/incentives", {"name": "K", "top_up": 5}, "top_up"),
        (f"{walk.path}/incentives", {"name": "K", "template_id": 4711}, "template_id"),
        (f"/api/incentives/{walk.incentive}/codes", {}, "codes"),
        (f"/api/incentives/{walk.incentive}/codes", {"codes": "A", "make": 1}, "codes"),
    ):
        answer = merchant.post(path, json=body)
        assert answer.status_code == 422, answer.text
        assert answer.get_json()["errors"][0]["field"].split(".")[0] == field, answer.text
