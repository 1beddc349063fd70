"""The influencer table: filters, every order with its pages, columns, as many statements for ten rows as for all."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete

from app.db import transaction
from app.influencers.names import sort_name
from app.influencers.service import upsert_many
from app.offers.models import Offer
from app.redemptions.models import Total
from app.stores.models import Store
from app.views.cursors import pack
from tests.support.actors import Merchant
from tests.support.offers import add_offer
from tests.support.statements import statements
from tests.views.conftest import NAMES, add_people, give, sold

SORTS = ("name", "added", "net", "redemptions", "last_order")


def ask(merchant: Merchant, **query: Any) -> dict[str, Any]:
    answer = merchant.get("/api/influencers", query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json


def names(merchant: Merchant, **query: Any) -> list[str]:
    return [row["name"] for row in ask(merchant, **query)["items"]]


def walk(merchant: Merchant, limit: int = 3, **query: Any) -> list[dict[str, Any]]:
    """Every row, by following the cursors."""
    rows, cursor = [], ""
    for _ in range(50):
       page = ask(merchant, limit=limit, cursor=cursor, **query)
       assert page["total"] == len(NAMES) or query.keys() - {"sort", "columns"}
       rows += page["items"]
       if page["next_cursor"] is None:
           return rows
       assert len(page["items"]) == limit
       cursor = page["next_cursor"]
    raise AssertionError("the cursors never end")


def test_people_stand_by_name_in_latin_letters(merchant: Merchant, people: list[int]) -> None:
    assert names(merchant) == sorted(NAMES, key=sort_name)
    assert names(merchant, sort="-name") == sorted(NAMES, key=sort_name, reverse=True)
    assert names(merchant, sort="added") == list(NAMES)


def figure(row: dict[str, Any], sort: str, column: str | None) -> Any:
    """What the row is sorted by; None where there is nothing."""
    match sort.lstrip("-"):
       case "name":
           return sort_name(row["name"])
       case "added":
           return row["id"]
    if column is None:
       totals = row["totals"]
       value = {"net": next((m["amount"] for m in totals["net"] if m["currency"] == "EUR"), None),
                "redemptions": totals["redemptions"] or None, "last_order": totals["last_order_at"]}[sort.lstrip("-")]
    else:
       cell = row["offers"].get(column) or {}
       value = {"net": (cell.get("net") or {}).get("amount"), "redemptions": cell.get("redemptions") or None,
                "last_order": cell.get("last_order_at")}[sort.lstrip("-")]
    return Decimal(value) if value is not None and sort.lstrip("-") == "net" else value


@pytest.mark.parametrize("sort", [*SORTS, *(f"-{sort}" for sort in SORTS)])
def test_every_order_goes_through_everybody_once(
    merchant: Merchant, offers: list[Offer], people: list[int], sort: str
) -> None:
    check_order(merchant, people, {"sort": sort}, None)
    check_order(merchant, people, {"sort": sort, "columns": f"{offers[0].id},{offers[1].id}"}, str(offers[0].id))


def check_order(merchant: Merchant, people: list[int], query: dict[str, Any], column: str | None) -> None:
    sort = query["sort"]
    rows = walk(merchant, 3, **query)
    assert sorted(row["id"] for row in rows) == people
    figures = [figure(row, sort, column) for row in rows]
    known = [one for one in figures if one is not None]
    assert figures == known + [None] * (len(figures) - len(known)), "people without a figure come last"
    assert known == sorted(known, reverse=sort.startswith("-"))
    assert rows == ask(merchant, limit=200, **query)["items"], "pages and the whole list agree"
    assert rows == walk(merchant, 1, **query), "so do pages of one"


def test_a_column_shows_code_and_figures(merchant: Merchant, offers: list[Offer], people: list[int]) -> None:
    winter, spring = (str(offer.id) for offer in offers)
    rows = {row["id"]: row for row in ask(merchant, columns=f"{winter},{spring}")["items"]}
    first = rows[people[0]]
    assert first["offers"][spring]["status"] == "queued"
    assert first["offers"][spring]["code"] == "S0"
    assert first["offers"][spring]["net"] == {"amount": "1000.00", "currency": "EUR"}
    assert first["offers"][spring]["redemptions"] == 9
    failed = rows[people[6]]["offers"]
    assert failed == {winter: {"status": "failed", "code": "W6", "code_id": failed[winter]["code_id"], "tracked": True,
                              "redemptions": 0, "net": None, "last_order_at": None}}
    assert rows[people[9]]["offers"] == {}
    assert rows[people[9]]["totals"] == {"redemptions": 0, "net": [], "last_order_at": None}


def test_totals_keep_currencies_apart(merchant: Merchant, offers: list[Offer], people: list[int]) -> None:
    rows = {row["id"]: row for row in ask(merchant)["items"]}
    net = rows[people[1]]["totals"]["net"]
    assert [one["currency"] for one in net] == ["EUR", "USD"]
    assert net[1]["amount"] == "70.00"


def test_a_code_held_now_goes_before_one_taken_back(merchant: Merchant, store: Store, people: list[int]) -> None:
    with transaction() as session:
       offer = add_offer(session, store)
       give(session, offer, people[0], "NEW", "live")
       give(session, offer, people[0], "OLD", "retired", ended=True)
       give(session, offer, people[1], "GONE", "retired", ended=True)
       sold(session, offer, people[2], "10")
    rows = {row["id"]: row["offers"] for row in ask(merchant, columns=offer.id)["items"]}
    assert rows[people[0]][str(offer.id)]["code"] == "NEW"
    assert rows[people[1]][str(offer.id)]["status"] == "retired"
    assert rows[people[2]][str(offer.id)]["status"] is None
    assert rows[people[2]][str(offer.id)]["net"]["amount"] == "10.00"


FILTERS: list[tuple[dict[str, Any], set[int]]] = [
    ({"q": "lukasz"}, {0}), ({"q": "Żółty"}, {0}), ({"q": "芳"}, {1}), ({"q": "wangfang"}, {1}),
    ({"q": "ann"}, {6}),
    ({"q": "an"}, {1, 2, 6}), ({"q": "@user3"}, {3}), ({"q": "p4@example"}, {4}), ({"q": "o'neill maria"}, {5}),
    ({"q": "w5"}, {5}), ({"q": "W5"}, {5}), ({"q": "nobody"}, set()), ({"q": "%"}, set()), ({"q": "_"}, set()),
    ({"q": "@"}, set()), ({"q": "  "}, set(range(10))), ({"tag": "even"}, {0, 2, 4, 6, 8}),
    ({"tag": "none"}, set()),
    ({"group": "A", "tag": "odd"}, {1, 3, 5, 7, 9}), ({"archived": "true"}, set()),
    ({"offer": 0}, set(range(7))), ({"offer": 1}, {0, 1, 2}), ({"offer": 0, "code_status": "failed"}, {6}),
    ({"offer": 0, "code_status": "none"}, {7, 8, 9}), ({"code_status": "none"}, {7, 8, 9}),
    ({"code_status": "queued"}, {0, 1, 2}), ({"code_status": "live", "tag": "odd"}, {1, 3, 5}),
]  # fmt: skip
"""What is asked, and the places (in NAMES) of those who are found. `offer` is a place in the offers."""


def test_filters(merchant: Merchant, offers: list[Offer], people: list[int]) -> None:
    for given, found in FILTERS:
       query = {name: value for name, value in given.items() if name != "offer"}
       if "offer" in given:
           query["offer_id"] = offers[given["offer"]].id
       page = ask(merchant, limit=2, **query)
       rows = walk(merchant, 2, **query) if found else page["items"]
       assert {people.index(row["id"]) for row in rows} == found, given
       assert page["total"] == len(found), given


def test_filters_by_what_the_roster_says(merchant: Merchant, people: list[int]) -> None:
    for place, told in ((3, {"stage": "vip", "country": "PL"}), (8, {"stage": "vip", "country": "DE"})):
       assert merchant.patch(f"/api/influencers/{people[place]}", json=told).status_code == 200
    assert found(merchant, people, stage="vip") == {3, 8}
    assert found(merchant, people, stage="vip", country="pl") == {3}
    assert found(merchant, people, stage="none") == set()
    labels = merchant.get("/api/influencers/labels").json
    assert labels["stages"] == [{"label": "vip", "count": 2}]
    assert labels["countries"] == [{"label": "DE", "count": 1}, {"label": "PL", "count": 1}]


LAST_ORDERS = {0: 1, 1: 40, 2: 70, 3: 100, 4: None}
"""Days ago, by place; None: only orders that never counted."""
ACTIVITY = {"order_7": {0}, "order_30": {0}, "order_90": {0, 1, 2}, "quiet_30": {1, 2, 3}, "quiet_60": {2, 3},
            "quiet_90": {3}, "never": {4, 5, 6, 7, 8, 9}}  # fmt: skip


def test_filters_by_activity(merchant: Merchant, store: Store, people: list[int]) -> None:
    with transaction() as session:
       first, second = add_offer(session, store, "Winter"), add_offer(session, store, "Spring")
       for place, days in LAST_ORDERS.items():
           give(session, first, people[place], f"W{place}")
           sold(session, first, people[place], "10", minutes=None if days is None else days * 1440)
       give(session, second, people[3], "S3")
       sold(session, second, people[3], "10", minutes=0)
    for activity, places in ACTIVITY.items():
       assert found(merchant, people, activity=activity, offer_id=first.id) == places & set(LAST_ORDERS), activity
    assert found(merchant, people, activity="quiet_90") == set(), "an order of another offer counts too"
    assert found(merchant, people, activity="order_7") == {0, 3}
    with transaction() as session:
       session.execute(delete(Total).where(Total.offer_id == second.id))
    assert {activity: found(merchant, people, activity=activity) for activity in ACTIVITY} == ACTIVITY


def found(merchant: Merchant, people: list[int], **query: Any) -> set[int]:
    return {people.index(row["id"]) for row in ask(merchant, **query)["items"]}


def test_the_columns_tell_their_offers(merchant: Merchant, offers: list[Offer]) -> None:
    columns = ask(merchant, columns=f"{offers[1].id},{offers[0].id}")["columns"]
    assert [(column["name"], column["type"], column["run"]) for column in columns] == [
       ("Spring", "percentage", None), ("Winter", "percentage", None)]


BAD = (
    "limit=0", "limit=201", "limit=x", "sort=money", "columns=x", "columns=1,-2", "columns=1,2,3,4,5,6,7,8,9,10,11",
    "offer_id=0", "code_status=lost", "activity=order_8", "cursor=x", "cursor=x.W10", "cursor=9999999999999.W10",
    "cursor=ðŸ", "q=" + "x" * 201, "unknown=1", "offer_id=99999999999999999999",
)  # fmt: skip


def test_bad_questions_are_refused(merchant: Merchant, people: list[int]) -> None:
    for query in BAD:
       answer = merchant.get(f"/api/influencers?{query}")
       assert answer.status_code == 422, f"{query}: {answer.text}"
       assert answer.json["errors"], query


STRANGE = (
    pack("name"), pack("name", "a"), pack("name", 1, 2), pack("name", "a", 2**70), pack("name", "\x00", 1),
    pack("-name", "a", 1), pack("net", "1", 1), pack("name", None, None), pack("name", "a", True),
    "W10", "bnVsbA", "e30", "",
)  # fmt: skip


def test_a_cursor_that_is_not_ours_is_refused(merchant: Merchant, people: list[int]) -> None:
    for cursor in STRANGE:
       assert merchant.get("/api/influencers", query_string={"cursor": f"10.{cursor}"}).status_code == 422, cursor


@pytest.mark.parametrize("cursor", [pack("added", "x", 1), pack("added", "0001-01-01T00:00:00+14:00", 1)])
def test_a_cursor_with_an_impossible_time_is_refused(merchant: Merchant, people: list[int], cursor: str) -> None:
    assert merchant.get("/api/influencers", query_string={"sort": "added", "cursor": f"10.{cursor}"}).status_code == 422


def test_the_list_goes_on_when_somebody_comes_in_meanwhile(merchant: Merchant, people: list[int]) -> None:
    first = ask(merchant, limit=4)
    merchant.post("/api/influencers", json={"first_name": "Aaron"})
    rest = ask(merchant, limit=20, cursor=first["next_cursor"])
    assert len({row["id"] for row in first["items"] + rest["items"]}) == len(NAMES)


@pytest.mark.parametrize("query", [{}, {"sort": "-net"}, {"q": "example"}])
def test_the_number_of_statements_does_not_grow_with_the_rows(
    merchant: Merchant, store: Store, offers: list[Offer], query: dict[str, Any]
) -> None:
    columns = f"{offers[0].id},{offers[1].id}"
    ask(merchant)  # the store's directory is warm from here on
    counts = []
    for _ in range(2):
       with statements() as sent:
           ask(merchant, limit=200, columns=columns, **query)
       counts.append(len([one for one in sent if not one.startswith(("BEGIN", "PRAGMA"))]))
       add_more_people(store)
    assert counts[0] == counts[1]
    assert counts[0] <= 9


def add_more_people(store: Store) -> None:
    """A hundred more."""
    with transaction() as session:
       upsert_many(session, store.workspace_id, "more",
                   [{"external_id": str(n), "email": f"m{n}@example.com"} for n in range(100)])


def test_more_people_than_a_page(merchant: Merchant, store: Store) -> None:
    add_people(store, 450)
    rows = walk(merchant, 200, tag="even")
    assert len(rows) == len({row["id"] for row in rows}) == 225
