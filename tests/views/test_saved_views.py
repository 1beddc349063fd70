"""Saved views: kept for the workspace under names of their own, one of them opening the table."""

from __future__ import annotations

from typing import Any

from app.db import transaction
from app.offers.models import Offer
from app.views.models import SavedView
from tests.support.actors import Merchant

SHOWN = {"filter": {"tag": "even", "activity": "quiet_60"}, "sort": "-net", "fields": ["email", "tags", "country"]}


def save(merchant: Merchant, name: str, status: int = 201, **content: Any) -> Any:
    answer = merchant.post("/api/views", json={"name": name, **content})
    assert answer.status_code == status, answer.text
    return answer.json


def names(merchant: Merchant) -> list[str]:
    return [view["name"] for view in merchant.get("/api/views").json["items"]]


def test_a_view_is_kept_as_it_was_arranged(merchant: Merchant, offers: list[Offer]) -> None:
    order = [offers[1].id, offers[0].id]
    made = save(merchant, "  Top   20 ", offers=[*order, order[0]], **SHOWN)
    (view,) = merchant.get("/api/views").json["items"]
    assert view == made
    assert (view["name"], view["offers"], view["fields"]) == ("Top 20", order, SHOWN["fields"])
    assert (view["sort"], view["is_default"]) == ("-net", False)
    assert {name: value for name, value in view["filter"].items() if value} == SHOWN["filter"]
    # What it holds is what the table takes.
    query = {**SHOWN["filter"], "sort": view["sort"], "columns": ",".join(map(str, order))}
    assert merchant.get("/api/influencers", query_string=query).status_code == 200


def test_names_are_unique_whatever_their_case(merchant: Merchant) -> None:
    first = save(merchant, "Straße")
    refused = save(merchant, "STRASSE", status=422)
    assert refused["errors"] == [{"field": "name", "message": "Another view has this name. Enter another one."}]
    second = save(merchant, "Other")
    assert merchant.patch(f"/api/views/{second['id']}", json={"name": "strasse"}).status_code == 422
    assert merchant.patch(f"/api/views/{first['id']}", json={"name": "STRASSE"}).json["name"] == "STRASSE"
    assert names(merchant) == ["Other", "STRASSE"]
    for name in ("", "  ", "x" * 61):
        assert save(merchant, name, status=422)["errors"][0]["field"] == "name"


def test_only_what_is_sent_is_changed_and_one_view_opens_the_table(merchant: Merchant) -> None:
    first, second = save(merchant, "One", is_default=True, **SHOWN), save(merchant, "Two", is_default=True)
    assert [view["is_default"] for view in merchant.get("/api/views").json["items"]] == [False, True]
    content = {"filter": {"code_status": "none"}, "sort": "name", "offers": [], "fields": []}
    edited = merchant.patch(f"/api/views/{first['id']}", json={"content": content}).json
    assert (edited["name"], edited["sort"], edited["fields"]) == ("One", "name", [])
    assert merchant.patch(f"/api/views/{first['id']}", json={"is_default": True}).json["is_default"] is True
    assert [view["is_default"] for view in merchant.get("/api/views").json["items"]] == [True, False]
    assert merchant.delete(f"/api/views/{second['id']}").status_code == 204
    assert merchant.delete(f"/api/views/{second['id']}").status_code == 404
    assert names(merchant) == ["One"]


def test_a_view_is_refused_that_the_table_would_refuse(merchant: Merchant, offers: list[Offer]) -> None:
    bad = ({"sort": "money"}, {"fields": ["shoe size"]}, {"filter": {"activity": "often"}},
           {"offers": list(range(1, 12))})  # fmt: skip
    for content in bad:
        save(merchant, "Bad", status=422, **content)
    save(merchant, "Bad", status=404, offers=[offers[0].id, 999])
    assert names(merchant) == []


def test_a_view_outlives_its_offers(merchant: Merchant, offers: list[Offer]) -> None:
    kept = save(merchant, "Columns", offers=[offers[0].id])
    save(merchant, "People of it", filter={"offer_id": offers[0].id})
    with transaction() as session:
        for view in session.query(SavedView):
            content = {**view.content, "offers": [999] if view.id == kept["id"] else []}
            view.content = {**content, "filter": {"offer_id": None if view.id == kept["id"] else 999}}
    (view,) = merchant.get("/api/views").json["items"]
    assert (view["name"], view["offers"]) == ("Columns", [])


def test_a_workspace_keeps_fifty(merchant: Merchant) -> None:
    for number in range(50):
        save(merchant, f"View {number}")
    assert save(merchant, "One more", status=409)["code"] == "too_many_views"
