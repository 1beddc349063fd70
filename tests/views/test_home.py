"""Home: what waits, the totals, thirty days in the workspace's own time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import update

from app.clock import now
from app.codes.models import Code, CodeRun
from app.db import reading, transaction
from app.offers.models import Offer
from app.redemptions.models import Order, Redemption
from app.roster.models import RosterConnection
from app.stores.models import PrivacyRequest, Store
from app.views.home import days
from tests.support.actors import Merchant
from tests.support.offers import add_offer
from tests.support.rows import add_store
from tests.support.statements import statements
from tests.views.conftest import give, sold


def home(merchant: Merchant) -> dict[str, Any]:
    answer = merchant.get("/api/home")
    assert answer.status_code == 200, answer.text
    return answer.json


def steps(merchant: Merchant) -> dict[str, bool]:
    return {step["step"]: step["done"] for step in home(merchant)["setup"]}


def test_a_new_workspace_has_everything_to_do(merchant: Merchant) -> None:
    shown = home(merchant)
    assert (shown["attention"], shown["totals"], shown["runs"], shown["top"]) == ([], [], [], [])
    assert len(shown["days"]) == 30
    assert steps(merchant) == {"store": True, "influencers": False, "offer": False, "roster": False}


def test_the_steps_get_done(merchant: Merchant, store: Store, offers: list[Offer]) -> None:
    with transaction() as session:
        session.add(RosterConnection(workspace_id=store.workspace_id, base_url="https://r.example.com", api_key="k",
                                     signing_secret="whsec_" + "A" * 32, pull_progress={}, created_at=now()))
    assert steps(merchant) == {"store": True, "influencers": True, "offer": True, "roster": True}


def test_totals_and_top_agree_with_the_ledgers_sums(merchant: Merchant, offers: list[Offer], people: list[int]) -> None:
    shown = home(merchant)
    assert [one["currency"] for one in shown["totals"]] == ["EUR", "USD"]
    euros, dollars = shown["totals"]
    assert Decimal(euros["net"]["amount"]) == Decimal(euros["gross"]["amount"]) - Decimal(euros["refunded"]["amount"])
    assert dollars["net"] == {"amount": "70.00", "currency": "USD"}
    assert shown["top"][0]["influencer_id"] == people[0]
    nets = [Decimal(one["net"]["amount"]) for one in shown["top"]]
    assert nets == sorted(nets, reverse=True)
    assert len(shown["top"]) == 5


def kinds(merchant: Merchant) -> dict[str, dict[str, Any]]:
    return {line["kind"]: line for line in home(merchant)["attention"]}


def test_what_waits_is_said_with_its_reasons(merchant: Merchant, store: Store, offers: list[Offer]) -> None:
    with transaction() as session:
        for n, reason in enumerate(["taken", "taken", "unreachable"]):
            give(session, offers[1], 1, f"F{n}", "failed")
            session.execute(update(Code).where(Code.code == f"F{n}").values(reason=reason))
        session.add(CodeRun(workspace_id=store.workspace_id, offer_id=offers[0].id, state="running", total=1,
                            trouble="The store does not answer.", created_at=now()))
        session.add(PrivacyRequest(store_id=store.id, topic="customers/data_request", delivery_id="d",
                                   received_at=now()))
        session.execute(update(Store).where(Store.id == store.id).values(name="Aurora"))
    shown = kinds(merchant)
    lines = [line for line in home(merchant)["attention"] if line["kind"] == "codes_failed"]
    assert lines[0] == {
        "kind": "codes_failed", "link": f"/offers/{offers[1].id}", "count": 3,
        "text": "3 codes failed in Spring. 2 already exist in the store, 1 got no answer.",
    }  # fmt: skip
    assert lines[1]["text"].startswith("1 code failed in Winter.")
    assert shown["run_waits"]["text"] == "Winter: The store does not answer."
    assert shown["privacy_requests"]["text"] == "Aurora: 1 privacy request to answer."
    assert shown["privacy_requests"]["link"] == f"/stores/{store.id}"


def test_another_store_that_needs_opening_comes_first(merchant: Merchant, store: Store, offers: list[Offer]) -> None:
    with transaction() as session:
        other = add_store(session, "second.myshopify.com", workspace_id=store.workspace_id, state="needs_reauth")
    first = home(merchant)["attention"][0]
    assert (first["kind"], first["link"]) == ("store_needs_reauth", f"/stores/{other.id}")


def order_at(session: Any, offer: Offer, person: int, at: datetime, gross: str, **changes: Any) -> None:
    number = f"{at.timestamp()}-{gross}"
    money = {"currency": "EUR", "gross": Decimal(gross), "discount": Decimal(0), "refunded": Decimal(0)}
    order = Order(workspace_id=offer.workspace_id, store_id=offer.store_id, remote_id=number, name="#1", placed_at=at,
                  remote_updated_at=at, **money)
    code = give(session, offer, person, f"D{number}")
    session.add(order)
    session.flush()
    session.add(Redemption(**{"workspace_id": offer.workspace_id, "store_id": offer.store_id, "order_id": order.id,
                              "code_id": code.id, "offer_id": offer.id, "influencer_id": person, "placed_at": at,
                              "counted": True, **money, **changes}))
    session.flush()


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Pacific/Auckland", "UTC"])
def test_each_order_falls_on_its_day_in_the_zone(
    merchant: Merchant, store: Store, people: list[int], zone: str
) -> None:
    """Around midnight of each day, over a change of the clocks (25 October in Berlin)."""
    place = ZoneInfo(zone)
    at = datetime(2026, 11, 10, 12, tzinfo=UTC)
    expected: dict[str, Decimal] = {}
    with transaction() as session:
        offer = add_offer(session, store)
        for ahead in range(-1, 31):
            midnight = datetime(2026, 10, 12, tzinfo=place) + timedelta(days=ahead)
            for minutes, gross in ((-1, "1"), (0, "10"), (14, "100"), (721, "1000.25")):
                moment = midnight.astimezone(UTC) + timedelta(minutes=minutes)
                order_at(session, offer, people[0], moment, gross)
                day = moment.astimezone(place).date().isoformat()
                expected[day] = expected.get(day, Decimal(0)) + Decimal(gross)
        order_at(session, offer, people[0], at, "5000", counted=False)
        order_at(session, offer, people[0], at, "7000", currency="USD")
    with reading() as session:
        shown = days(session, store.workspace_id, "EUR", place, at)
    assert len(shown) == 30
    today = at.astimezone(place).date()
    assert shown[-1]["day"] == today
    assert [one["day"] for one in shown] == [today - timedelta(days=back) for back in reversed(range(30))]
    for one in shown:
        assert Decimal(one["net"]["amount"]) == expected.get(one["day"].isoformat(), Decimal(0)), one


def test_today_is_the_workspaces(merchant: Merchant, store: Store) -> None:
    with time_machine.travel(datetime(2026, 11, 21, 23, 30, tzinfo=UTC), tick=False):
        assert home(merchant)["days"][-1]["day"] == "2026-11-22"  # in Berlin


def test_home_takes_the_same_statements_for_much_as_for_little(
    merchant: Merchant, store: Store, people: list[int]
) -> None:
    home(merchant)
    counts = []
    for round in range(2):
        with statements() as sent:
            home(merchant)
        counts.append(len([one for one in sent if not one.startswith(("BEGIN", "PRAGMA"))]))
        with transaction() as session:
            for n in range(15):
                offer = add_offer(session, store, f"Offer {round} {n}")
                give(session, offer, people[n % 10], f"H{round}-{n}", "failed")
                sold(session, offer, people[n % 10], "10")
    # The second time has runs, failures and totals to show.
    assert counts[1] <= counts[0] + 1
    assert counts[1] <= 20
