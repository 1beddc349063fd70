"""A campaign by hand: from a draft, with a pool that is 5 short, to a creator's letter, own page and order."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect
from redis import Redis
from rq import Queue

from app.schedule import SCHEDULE
from scripts.system import System, wait_for
from tests.browser.admin import Admin
from tests.browser.filled import Filled
from tests.browser.test_messages import PHONE, arrived
from tests.browser.test_pages import serious_faults

CODES = [f"GLOW-{number:04}" for number in range(50)]
MESSAGE = "A gift for you"
DESK = {"width": 1280, "height": 800}


def test_from_a_draft_to_a_creators_order(page: Page, filled: Filled, system: System) -> None:
    merchant = filled.merchant
    admin = Admin(page, merchant)
    app = admin.app
    merchant.sandbox.plant_codes(merchant.shop, CODES, "Creator kits")
    _write_message(merchant)
    admin.open("/campaigns", "Campaigns")
    admin.button("New campaign").click()
    dialog = app.get_by_role("dialog")
    dialog.get_by_role("button", name="Make campaign").click()
    expect(dialog.get_by_text("Enter a name.")).to_be_visible()
    dialog.get_by_label("Name").fill("Glow season")
    dialog.get_by_role("button", name="Make campaign").click()
    admin.settled("Glow season")

    admin.button("Add promo code").click()
    dialog.get_by_label("Name").fill("Creator kit")
    dialog.get_by_label("Retail value of a code").fill("85.00")
    dialog.get_by_label("Message sent at release").select_option(label=MESSAGE)
    dialog.get_by_role("button", name="Add incentive").click()
    expect(app.get_by_role("link", name=MESSAGE)).to_be_visible()
    admin.button("Add codes").click()
    dialog.get_by_role("textbox", name="Codes").fill("\n".join([*CODES, CODES[0]]))
    dialog.get_by_role("button", name="Add codes").click()
    expect(app.get_by_text("50 codes accepted")).to_be_visible()
    expect(app.get_by_text("1 refused")).to_be_visible()
    app.get_by_role("button", name="Done").click()
    expect(app.get_by_text("50 of 50 left").first).to_be_visible()

    _add_creators(merchant, 55)
    admin.open(f"/campaigns/{_campaign(merchant)}?tab=board", "Glow season")
    app.get_by_label("Select all 55 in Confirmed").check()
    admin.button("Move 55 to Pre-payment").click()
    expect(app.get_by_text("50 of 55 can move: 5 codes short")).to_be_visible()
    assert serious_faults(admin) == []
    app.get_by_role("button", name="Move 50", exact=True).click()
    admin.toast("50 moved, 5 wait for a code")
    expect(app.get_by_text("Code held GL").first).to_be_visible()
    expect(app.get_by_text("Waits for Pre-payment").first).to_be_visible()

    admin.button("Activate").click()
    admin.button("Activate and release 50 codes").click()
    admin.toast("Active: 50 codes released")
    _take_turn(system, "app.messages.jobs.announce")
    expect(app.locator(".member .mono").filter(has_text="GLOW-").first).to_be_visible()
    app.get_by_text("Members", exact=True).click()
    app.get_by_label("Code", exact=True).select_option(label="Code released")
    expect(app.get_by_text("50 of 50 members")).to_be_visible()
    app.locator(".member-name").first.click()
    expect(app.get_by_text("Confirmed → Pre-payment")).to_be_visible()

    code = _reads_letter(page, merchant)
    _orders(merchant, code, "80.00")
    page.set_viewport_size(DESK)
    admin.open(f"/campaigns/{_campaign(merchant)}?tab=results", "Glow season")
    for term, value in (("Creators’ own orders", "1"), ("Cost", "€8.00"), ("Net revenue", "–")):
        expect(app.locator(f"dt:text-is('{term}') + dd")).to_have_text(value)


def _write_message(merchant: Any) -> None:
    """A mail server and a template, by the API: tests/browser/test_messages.py makes them by hand."""
    mail = merchant.http.get(f"{merchant.sandbox.base_url}/_sandbox/mail", timeout=5).json()
    sender = {"security": "none", "sender_email": "creators@shop.example", "per_minute": 6000}
    merchant.api("PUT", "/mail-server", {"host": mail["host"], "port": int(mail["port"]), **sender})
    [words] = [one for one in merchant.api("GET", "/message-tags")["starters"] if one["name"] == MESSAGE]
    merchant.api("POST", "/message-templates", {name: words[name] for name in ("name", "subject", "text")})


def _take_turn(system: System, job: str) -> None:
    """A job of the schedule, now: its own turn may be 20 s away."""
    [periodic] = [one for one in SCHEDULE if one.job == job]
    with Redis.from_url(system.env["REDIS_URL"]) as connection:
        Queue(periodic.queue, connection=connection).enqueue(periodic.job)


def _reads_letter(page: Page, merchant: Any) -> str:
    """One of the creators, on a phone: from the letter that the release sent to the page of their own."""
    letter = arrived(merchant.sandbox.base_url, "Something for you from")
    [code] = set(re.findall(r"\bGLOW-\d{4}\b", letter["text"]))
    own_page = re.search(r"http\S+/c/\S+", letter["text"])
    assert own_page
    page.set_viewport_size(PHONE)
    page.goto(own_page[0])
    expect(page.locator(".code").filter(has_text=code)).to_be_visible()
    return str(code)


def _orders(merchant: Any, code: str, amount: str) -> None:
    merchant.sandbox.order(merchant.shop, [code], amount)
    results = f"/campaigns/{_campaign(merchant)}/results"
    wait_for(lambda: merchant.api("GET", results)["campaign"]["own_orders"], 30, "the creator's order")


def _campaign(merchant: Any) -> int:
    return int(merchant.api("GET", "/campaigns")["items"][0]["id"])


def _add_creators(merchant: Any, count: int) -> None:
    """By the API, as the influencer table does it: the first of the list, confirmed already."""
    campaign = _campaign(merchant)
    people = [row["id"] for row in merchant.api("GET", f"/influencers?limit={count}")["items"]]
    merchant.api("POST", f"/campaigns/{campaign}/members", {"selection": {"ids": people}})
    body = {"members": {"filter": {}}, "to": "confirmed"}
    assert merchant.api("POST", f"/campaigns/{campaign}/moves", body)["moved"] == count
    wait_for(lambda: merchant.api("GET", f"/campaigns/{campaign}")["stages"]["confirmed"] == count, 5, "the creators")
