"""One person's page: every code with its time and figures, totals by offer, the last orders."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.clock import now
from app.db import transaction
from app.offers.models import Offer
from app.stores.models import Store
from tests.support.actors import Merchant
from tests.support.offers import add_offer
from tests.support.statements import statements
from tests.views.conftest import give, sold
from tests.views.test_home import order_at


def show(merchant: Merchant, person: int) -> dict[str, Any]:
    answer = merchant.get(f"/api/influencers/{person}")
    assert answer.status_code == 200, answer.text
    return answer.json


def test_the_page_has_fields_codes_and_totals(merchant: Merchant, offers: list[Offer], people: list[int]) -> None:
    shown = show(merchant, people[0])
    assert (shown["name"], shown["email"], shown["roster_fields"][0]) == (
        "Łukasz Żółty", "p0@example.com", "display_name",
    )  # fmt: skip
    assert [(code["code"], code["status"], code["offer"]["name"]) for code in shown["codes"]] == [
        ("S0", "queued", "Spring"), ("W0", "live", "Winter"),
    ]  # fmt: skip
    assert [one["offer"]["name"] for one in shown["offers"]] == ["Spring", "Winter"]
    assert shown["offers"][0]["totals"][0]["net"] == {"amount": "1000.00", "currency": "EUR"}
    assert shown["totals"][0]["redemptions"] >= 10


def test_a_code_taken_back_stays_on_the_page(merchant: Merchant, store: Store, people: list[int]) -> None:
    with transaction() as session:
        offer = add_offer(session, store)
        give(session, offer, people[0], "OLD", "retired", ended=True)
    (code,) = show(merchant, people[0])["codes"]
    assert code["until"] is not None
    assert (code["status"], code["net"], code["redemptions"]) == ("retired", None, 0)


def test_the_last_ten_orders_newest_first(merchant: Merchant, store: Store, people: list[int]) -> None:
    with transaction() as session:
        offer = add_offer(session, store)
        for n in range(12):
            order_at(session, offer, people[0], now() - timedelta(hours=n), f"{n}.50")
        order_at(session, offer, people[1], now(), "99")
    shown = show(merchant, people[0])
    assert [order["gross"]["amount"] for order in shown["orders"]] == [f"{n}.50" for n in range(10)]
    assert shown["orders"][0]["influencer"] == {"id": people[0], "name": "Łukasz Żółty"}
    sums = {code["code"]: code["net"]["amount"] for code in shown["codes"]}
    assert len(sums) == 12


def test_nobody_there(merchant: Merchant) -> None:
    assert merchant.get("/api/influencers/99").status_code == 404


def test_the_number_of_statements_does_not_grow(merchant: Merchant, store: Store, people: list[int]) -> None:
    show(merchant, people[0])
    counts = []
    for n in range(2):
        with transaction() as session:
            for m in range(1 + n * 10):
                offer = add_offer(session, store, f"Offer {n} {m}")
                order_at(session, offer, people[0], now() - timedelta(minutes=n * 100 + m), "10")
        with statements() as sent:
            show(merchant, people[0])
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_days_duplicates_and_what_is_edited_here(merchant: Merchant, store: Store, people: list[int]) -> None:
    with transaction() as session:
        order_at(session, add_offer(session, store), people[0], now(), "12.50")
        sold(session, add_offer(session, store, "Two"), people[0], "12.50")
    typed = merchant.post("/api/influencers", json={"first_name": "Twin", "email": "p0@example.com"}).json
    shown = show(merchant, people[0])
    assert shown["days"][-1]["net"] == {"amount": "12.50", "currency": "EUR"}
    assert len(shown["days"]) == 30
    assert shown["duplicates"] == [{"id": typed["id"], "name": "Twin"}]
    assert show(merchant, people[1])["days"] == []
    given = {"preferred_code": "LUKE", "commission_rate": "7.5", "local_tags": ["mine"], "notes": "tall"}
    merchant.patch(f"/api/influencers/{people[0]}", json=given)
    after = show(merchant, people[0])
    assert {name: after[name] for name in given} == given
