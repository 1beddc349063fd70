"""Two people who are one: what either was given and sold is one person's, and nothing is counted twice or lost."""

from __future__ import annotations

import threading
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from app.db import Base, db, reading, transaction
from app.events import Event
from app.influencers.models import Influencer
from app.influencers.service import upsert_many
from app.people import jobs, merging
from app.redemptions import service as redemptions
from app.stores.models import Store
from tests.support.actors import Merchant
from tests.support.redeeming import add_codes, order, sums, take


@pytest.fixture
def two(store: Store) -> dict[str, int]:
    """Lucy and Lucia, each with a code of one offer, each with an order and a refund."""
    add_codes("LUCY", "LUCIA", store=store)
    add_codes("LUCIA2", store=store, offer="Summer")
    take(
        store,
        order("1", "100", codes=["LUCY"]),
        order("2", "50", codes=["LUCIA"], refunded="20"),
        order("3", "30", codes=["LUCIA2"]),
    )
    with transaction() as session:
        people = {row.display_name: row for row in session.scalars(select(Influencer))}
        people["LUCIA"].email, people["LUCIA"].local_tags, people["LUCIA"].notes = "l@example.com", ["vip"], "second"
        people["LUCY"].email, people["LUCY"].notes = "lucy@example.com", "first"
    return {name: row.id for name, row in people.items()}


def merge(merchant: Merchant, survivor: int, other: int, *take: str) -> dict[str, Any]:
    answer = merchant.post(f"/api/influencers/{survivor}/merge", json={"other_id": other, "take": take})
    assert answer.status_code == 200, answer.text
    return answer.json


def test_the_preview_says_what_happens_and_the_merge_does_it(merchant: Merchant, two: dict[str, int]) -> None:
    path = f"/api/influencers/{two['LUCY']}"
    seen = merchant.post(f"{path}/merge-preview", json={"other_id": two["LUCIA"]}).json
    assert seen["moves"] == {"codes": 1, "orders": 1, "messages": 0, "campaigns": 0}
    assert {one["field"]: (one["kept"], one["dropped"], one["can_take"]) for one in seen["differences"]} == {
        "display_name": ("LUCY", "LUCIA", True), "email": ("lucy@example.com", "l@example.com", True),
    }  # fmt: skip
    merged = merge(merchant, two["LUCY"], two["LUCIA"], "email")
    assert (merged["name"], merged["email"], merged["notes"]) == ("LUCY", "l@example.com", "first\n\nsecond")
    assert merged["local_tags"] == ["vip"]

    assert sums() == {("LUCY", "EUR"): (2, Decimal(150), Decimal(20)), ("LUCIA2", "EUR"): (1, Decimal(30), Decimal(0))}
    page = merchant.get(path).json
    assert {code["code"] for code in page["codes"]} == {"LUCY", "LUCIA"}
    assert page["totals"][0]["net"] == {"amount": "130.00", "currency": "EUR"}
    old = merchant.get(f"/api/influencers/{two['LUCIA']}").json
    assert (old["archived"], old["merged_into_id"], old["codes"], old["totals"]) == (True, two["LUCY"], [], [])
    for change in ("restore", "archive"):
        merchant.post(f"/api/influencers/{two['LUCIA']}/{change}")
    assert merchant.get("/api/influencers?archived=true").json["total"] == 0
    with reading() as session:
        told = session.scalars(select(Event).where(Event.type == "influencer.merged")).one()
    assert (told.influencer_id, told.data["merged_external_id"]) == (two["LUCY"], "Spring-LUCIA")


def test_later_orders_refunds_and_the_rosters_old_id_go_to_the_survivor(
    merchant: Merchant, store: Store, two: dict[str, int]
) -> None:
    merge(merchant, two["LUCY"], two["LUCIA"])
    take(store, order("2", "50", codes=["LUCIA"], refunded="50", minutes=9), order("4", "7", codes=["LUCIA"]))
    assert sums()["LUCY", "EUR"] == (3, Decimal(157), Decimal(50))

    merge(merchant, two["LUCIA2"], two["LUCY"])
    with transaction() as session:
        old = {"external_id": "Spring-LUCIA", "display_name": "Other", "country": "PL", "active": False}
        (result,) = upsert_many(session, store.workspace_id, "manual", [old])
    assert result.influencer_id == two["LUCIA2"]
    page = merchant.get(f"/api/influencers/{two['LUCIA2']}").json
    assert (page["name"], page["country"], page["archived"]) == ("LUCIA2", "PL", False)
    assert sums() == {("LUCIA2", "EUR"): (4, Decimal(187), Decimal(50))}


def test_the_rosters_record_comes_along_to_somebody_typed_in(merchant: Merchant, store: Store) -> None:
    mine = merchant.post("/api/influencers", json={"first_name": "Ana", "email": "ana@example.com", "tags": ["own"]})
    record = {"external_id": "7", "first_name": "Anna", "last_name": "Rossi", "tags": ["vip"]}
    with transaction() as session:
        (theirs,) = upsert_many(session, store.workspace_id, "r", [record])
    path = f"/api/influencers/{mine.json['id']}"
    merged = merge(merchant, mine.json["id"], theirs.influencer_id or 0)
    assert (merged["name"], merged["external_id"], merged["tags"]) == ("Anna Rossi", "7", ["vip", "own"])
    with transaction() as session:
        (result,) = upsert_many(session, store.workspace_id, "r", [record | {"last_name": "Bianchi"}])
    assert (result.outcome, result.influencer_id) == ("updated", mine.json["id"])
    assert merchant.get(path).json["name"] == "Anna Bianchi"


def test_what_cannot_be_merged(merchant: Merchant, store: Store, two: dict[str, int]) -> None:
    path = f"/api/influencers/{two['LUCY']}/merge"
    assert merchant.post(path, json={"other_id": two["LUCY"]}).status_code == 422
    assert merchant.post(path, json={"other_id": 99}).status_code == 404
    with transaction() as session:
        session.get_one(Influencer, two["LUCY"]).roster_fields = ["email"]
    answer = merchant.post(path, json={"other_id": two["LUCIA"], "take": ["email"]})
    assert answer.json["errors"][0]["field"] == "take.email"
    merge(merchant, two["LUCY"], two["LUCIA"])
    assert merchant.post(path, json={"other_id": two["LUCIA"]}).status_code == 409


def at_once(monkeypatch: pytest.MonkeyPatch, store: Store, survivor: int, other: int, first: str) -> None:
    """An order and a refund on one side, a merge on the other: one stands still half-way until the other has begun."""
    halfway, go_on = threading.Event(), threading.Event()

    def stopping(real: Any) -> Any:
        def stopped(*args: Any, **options: Any) -> Any:
            halfway.set()
            go_on.wait(10)
            return real(*args, **options)

        return stopped

    if first == "orders":
        monkeypatch.setattr(redemptions.ledger, "save", stopping(redemptions.ledger.save))
    else:
        monkeypatch.setattr(merging, "_join_totals", stopping(merging._join_totals))

    def orders() -> None:
        take(store, order("5", "10", codes=["LUCIA"]), order("2", "50", codes=["LUCIA"], refunded="25", minutes=5))

    def merging_them() -> None:
        with transaction() as session:
            merging.merge(session, store.workspace_id, survivor, other)

    works = [orders, merging_them] if first == "orders" else [merging_them, orders]
    threads = [threading.Thread(target=work) for work in works]
    threads[0].start()
    assert halfway.wait(10)
    threads[1].start()
    threads[1].join(0.3)
    go_on.set()
    for thread in threads:
        thread.join(30)


@pytest.mark.parametrize("first", ["orders", "merge"])
def test_an_order_that_comes_during_the_merge_is_the_survivors(
    store: Store, two: dict[str, int], monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    at_once(monkeypatch, store, two["LUCY"], two["LUCIA"], first)
    assert sums()["LUCY", "EUR"] == (3, Decimal(160), Decimal(25))


def test_without_the_lock_money_stays_behind(
    store: Store, two: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: the two above would see it. SQLite has one writer and needs no lock."""
    monkeypatch.setattr(redemptions, "beside", lambda *_: None)
    at_once(monkeypatch, store, two["LUCY"], two["LUCIA"], "merge")
    with reading() as session:
        left = merging.unsettled(session)
    assert bool(left) is (db.engine.dialect.name == "postgresql")
    jobs.sweep()
    assert sums()["LUCY", "EUR"] == (3, Decimal(160), Decimal(25))


def test_what_slips_in_under_the_old_name_is_settled(merchant: Merchant, store: Store, two: dict[str, int]) -> None:
    merge(merchant, two["LUCY"], two["LUCIA"])
    with transaction() as session:
        assignment = Base.metadata.tables["assignment"]
        session.execute(assignment.update().values(influencer_id=two["LUCIA"]))
    take(store, order("6", "5", codes=["LUCIA"]))
    assert ("LUCIA", "EUR") in sums()
    for _ in range(2):
        jobs.sweep()
    assert sums()["LUCY", "EUR"] == (3, Decimal(155), Decimal(20))


def test_every_table_that_names_a_person_has_a_rule() -> None:
    naming = {name for name, table in Base.metadata.tables.items() if "influencer_id" in table.c}
    assert naming == set(merging.MOVED) | set(merging.APART), "say in app/people/merging.py what a merge does to these"
