"""People, one by one, over the API."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.db import reading, transaction
from app.errors import InvalidInput, NotFound
from app.events import Event
from app.influencers import service
from app.influencers.service import Filter, Selection, upsert_many
from app.stores.models import Store
from tests.support.actors import Merchant
from tests.support.rows import add_store


def errors(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {error["field"]: error["message"] for error in answer.json["errors"]}


def add(merchant: Merchant, **given: Any) -> dict[str, Any]:
    answer = merchant.post("/api/influencers", json=given)
    assert answer.status_code == 201, answer.text
    return answer.json


def test_a_person_is_added(merchant: Merchant) -> None:
    made = add(merchant, first_name=" Zoë ", handles=[{"platform": "tiktok", "handle": "@zoe"}], tags=["vip", "VIP"])
    assert (made["name"], made["tags"], made["local_tags"]) == ("Zoë", ["vip"], ["vip"])
    assert made["handles"][0]["handle"] == "zoe"
    assert merchant.get(f"/api/influencers/{made['id']}").json["name"] == "Zoë"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "first_name"), ({"first_name": "\u0000 "}, "first_name"), ({"email": "nobody"}, "email"),
        ({"first_name": "x" * 256}, "first_name"), ({"first_name": "A", "country": "Z9"}, "country"),
        ({"first_name": "A", "currency": "EURO"}, "currency"),
        ({"first_name": "A", "commission_rate": -1}, "commission_rate"),
        ({"first_name": "A", "handles": [{"handle": "a b"}]}, "handles.0.handle"),
        ({"first_name": "A", "archived_at": None}, "archived_at"),
        ({"first_name": "A", "workspace_id": 2}, "workspace_id"),
        ({"first_name": 5}, "first_name"), ({"first_name": "A", "tags": ["x" * 101]}, "tags"),
    ],
)  # fmt: skip
def test_wrong_input_is_told_at_its_field(merchant: Merchant, given: dict[str, Any], field: str) -> None:
    assert field in errors(merchant.post("/api/influencers", json=given))
    assert merchant.get("/api/influencers").json["total"] == 0


def test_only_what_is_sent_is_changed(merchant: Merchant) -> None:
    made = add(merchant, first_name="Ana", email="ana@example.com", tags=["vip"], notes="old")
    changed = merchant.patch(f"/api/influencers/{made['id']}", json={"notes": "two\nlines", "tags": ["new"]}).json
    assert (changed["email"], changed["notes"], changed["tags"]) == ("ana@example.com", "two\nlines", ["new"])
    assert [row["label"] for row in merchant.get("/api/influencers/labels").json["tags"]] == ["new"]


def test_a_rosters_fields_and_tags_are_changed_there(merchant: Merchant, store: Store) -> None:
    with transaction() as session:
        record = {"external_id": "1", "first_name": "Ana", "tags": ["vip"]}
        (row,) = upsert_many(session, store.workspace_id, "r", [record])
    path = f"/api/influencers/{row.influencer_id}"
    assert errors(merchant.patch(path, json={"first_name": "Eva"})) == {
        "first_name": "Your roster keeps this. Change it there."
    }
    assert errors(merchant.patch(path, json={"tags": []})) == {"tags": "“vip” comes from your roster. Remove it there."}
    same = merchant.patch(path, json={"first_name": "Ana", "tags": ["vip", "own"], "last_name": "Rossi"}).json
    assert (same["tags"], same["local_tags"], same["name"]) == (["vip", "own"], ["own"], "Ana Rossi")


def test_archiving_and_restoring(merchant: Merchant) -> None:
    made = add(merchant, first_name="Ana")
    for _ in range(2):
        assert merchant.post(f"/api/influencers/{made['id']}/archive").json["archived"] is True
    assert merchant.get("/api/influencers").json["total"] == 0
    assert merchant.get("/api/influencers?archived=true").json["total"] == 1
    for _ in range(2):
        assert merchant.post(f"/api/influencers/{made['id']}/restore").json["archived"] is False
    assert merchant.get("/api/influencers").json["total"] == 1
    with reading() as session:
        told = session.scalars(select(Event.type).order_by(Event.id)).all()
    assert told == ["influencer.upserted", "influencer.archived", "influencer.upserted"]


def test_labels_are_counted(merchant: Merchant) -> None:
    add(merchant, first_name="Ana", tags=["vip", "pl"], groups=["A"])
    add(merchant, first_name="Eva", tags=["vip"])
    assert merchant.get("/api/influencers/labels").json == {
        "tags": [{"label": "vip", "count": 2}, {"label": "pl", "count": 1}],
        "groups": [{"label": "A", "count": 1}], "stages": [], "countries": [],
    }  # fmt: skip


def chosen(store: Store, selection: Selection) -> list[str]:
    with reading() as session:
        return [person.name for person in service.select(session, store.workspace_id, selection)]


def test_a_selection_by_ids_or_by_filter(merchant: Merchant, store: Store) -> None:
    ids = [add(merchant, first_name=name, tags=["all"])["id"] for name in ("Zoë", "Ana", "Łukasz")]
    assert chosen(store, Selection(ids=ids)) == ["Ana", "Łukasz", "Zoë"]
    assert chosen(store, Selection(filter=Filter(tag="all"), except_ids=[ids[1]])) == ["Łukasz", "Zoë"]
    assert chosen(store, Selection(filter=Filter(q="lukasz"))) == ["Łukasz"]
    assert chosen(store, Selection(ids=[ids[0]] * 3)) == ["Zoë"]
    with pytest.raises(ValueError, match="either ids or a filter"):
        Selection(ids=[1], filter=Filter())


def test_nobody_is_left_out_silently(merchant: Merchant, store: Store) -> None:
    made = add(merchant, first_name="Ana")
    with transaction() as session:
        other = add_store(session, "other.myshopify.com")
        (theirs,) = upsert_many(session, other.workspace_id, "r", [{"external_id": "1"}])
    with pytest.raises(NotFound, match="1 of the people"):
        chosen(store, Selection(ids=[made["id"], theirs.influencer_id or 0]))
    merchant.post(f"/api/influencers/{made['id']}/archive")
    with pytest.raises(InvalidInput):
        chosen(store, Selection(ids=[made["id"]]))
    assert chosen(store, Selection(filter=Filter())) == []
