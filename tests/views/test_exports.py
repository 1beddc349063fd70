"""Lists as files: complete, in parts, safe to open, and good to send in again."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from sqlalchemy import select, update

from app.audit.models import AuditEntry
from app.codes.models import Code
from app.db import reading, transaction
from app.influencers import import_jobs
from app.influencers.models import Influencer
from app.offers.models import Offer
from app.stores.models import Store
from app.views import exports
from tests.support.actors import Merchant
from tests.support.redeeming import add_codes, order, take
from tests.support.statements import statements


def rows_of(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))


def people(merchant: Merchant, **asked: Any) -> list[dict[str, str]]:
    body = {"selection": {"filter": {}}, **asked}
    return rows_of(merchant.post("/api/exports/influencers", json=body))


def test_people_with_their_offers_in_parts(
    merchant: Merchant, offers: list[Offer], request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "PART", 3)
    first, people_ = offers[0], request.getfixturevalue("people")
    found = people(merchant, columns=[first.id])
    table = merchant.get(f"/api/influencers?columns={first.id}").json["items"]
    assert [row["name"] for row in found] == [row["name"] for row in table]
    for row, shown in zip(found, table, strict=True):
        cell = shown["offers"].get(str(first.id))
        assert row["Winter: code"] == (cell["code"] if cell else "")
        assert row["Winter: net"] == (cell["net"]["amount"] if cell and cell["net"] else "")
        assert row["active"] == "yes"
    some = people(merchant, selection={"ids": [people_[0], people_[3]]})
    assert {row["shoutcode_id"] for row in some} == {str(people_[0]), str(people_[3])}
    rest = people(merchant, selection={"filter": {"tag": "even"}, "except_ids": [people_[0]]})
    assert len(rest) == 4
    with reading() as session:
        assert session.scalars(select(AuditEntry.action)).all() == ["export_influencers"] * 3




def test_what_is_exported_is_imported_unchanged(merchant: Merchant, store: Store) -> None:
    given = {
        "first_name": "=Zoë", "last_name": "-Bauer", "email": "zoe@example.com", "tags": ["a", "b"], "groups": ["+g"],
        "handles": [{"platform": "instagram", "handle": "zoe", "followers": 12, "url": "https://x.com/zoe"},
                    {"platform": "", "handle": "zo"}],
        "country": "DE", "commission_rate": "12.5", "notes": "two\nlines; and \"more\"", "preferred_code": "ZO",
    }  # fmt: skip
    assert merchant.post("/api/influencers", json=given).status_code == 201
    answer = merchant.post("/api/exports/influencers", json={"selection": {"filter": {}}})
    assert "'=Zoë" in answer.text
    assert "\n=" not in answer.text
    made = merchant.post("/api/influencer-imports", data={"file": (io.BytesIO(answer.data), "export.csv")}).json
    path = f"/api/influencer-imports/{made['id']}"
    assert merchant.post(f"{path}/check", json={"mapping": made["mapping"]}).status_code == 202
    import_jobs.work(made["id"])
    assert merchant.get(f"{path}/rows").json["items"][0]["outcome"] == "unchanged", merchant.get(f"{path}/rows").text


def test_orders_and_codes(merchant: Merchant, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "PART", 2)
    add_codes("LUCY", "MAYA", "OLGA", store=store)
    take(store, *(order(str(n), "10", codes=["LUCY"], refunded="2.50") for n in range(5)))
    offer = merchant.get("/api/offers").json["items"][0]
    codes = rows_of(merchant.get(f"/api/offers/{offer['id']}/codes.csv"))
    assert [(row["code"], row["redemptions"], row["influencer"]) for row in codes] == [
        ("LUCY", "5", "LUCY"), ("MAYA", "0", "MAYA"), ("OLGA", "0", "OLGA"),
    ]  # fmt: skip
    assert (codes[0]["net"], codes[0]["tracked"]) == ("37.50", "yes")
    orders = rows_of(merchant.get("/api/redemptions.csv"))
    assert len({row["id"] for row in orders}) == 5
    assert (orders[0]["net"], orders[0]["refunded"], orders[0]["influencer"]) == ("7.50", "2.50", "LUCY")


def test_codes_that_the_store_does_not_have_are_marked_everywhere(merchant: Merchant, store: Store) -> None:
    add_codes("LUCY", "MAYA", store=store)
    take(store, order("1", "10", codes=["LUCY"]))
    with transaction() as session:
        session.execute(update(Code).where(Code.code == "LUCY").values(tracked=False))
    offer = merchant.get("/api/offers").json["items"][0]
    expected = {"LUCY": "no", "MAYA": "yes"}
    codes = rows_of(merchant.get(f"/api/offers/{offer['id']}/codes.csv"))
    assert {row["code"]: row["tracked"] for row in codes} == expected
    found = people(merchant, columns=[offer["id"]])
    assert {row["Spring: code"]: row["Spring: tracked"] for row in found} == expected
    assert [row["tracked"] for row in rows_of(merchant.get("/api/redemptions.csv"))] == ["no"]
    table = merchant.get(f"/api/influencers?columns={offer['id']}").json["items"]
    cells = [row["offers"][str(offer["id"])] for row in table]
    assert {cell["code"]: cell["tracked"] for cell in cells} == {"LUCY": False, "MAYA": True}


def test_the_number_of_statements_grows_with_parts_only(merchant: Merchant, store: Store) -> None:
    counts = []
    for more in (5, 100):
        with transaction() as session:
            session.add_all(
                Influencer(workspace_id=store.workspace_id, display_name=f"P{more} {n}", sort_name=f"p{more} {n:03}",
                           created_at=store.installed_at, updated_at=store.installed_at)
                for n in range(more)
            )  # fmt: skip
        with statements() as sent:
            assert len(people(merchant)) >= more
        counts.append(len(sent))
    assert counts[0] == counts[1]
