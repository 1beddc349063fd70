"""The merchant's whole way, click by click."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from scripts.merchant import Merchant
from scripts.system import wait_for
from tests.browser.admin import Admin
from tests.browser.conftest import SECONDS


def test_from_install_to_a_sale_that_the_roster_hears(page: Page, way: Merchant) -> None:
    page.set_default_timeout(SECONDS * 1000)
    admin = Admin(page, way)
    install(page, admin)
    connect_roster(admin)
    make_offer(admin)
    code = copied_code(admin)
    sell(admin, code)
    roster_heard(way, code)


def install(page: Page, admin: Admin) -> None:
    page.goto(f"{admin.merchant.sandbox.base_url}/store/{admin.merchant.handle}/install")
    page.get_by_role("button", name="Install").click()
    expect(admin.app.get_by_role("heading", name="Needs attention")).to_be_visible()
    expect(admin.app.get_by_role("heading", name="Set up")).to_be_visible()


def connect_roster(admin: Admin) -> None:
    admin.menu("Settings")
    admin.settled("Settings")
    admin.app.get_by_role("link", name="Connect roster").click()
    admin.settled("Roster")
    roster = admin.merchant.sandbox.roster()
    for label, name in (("Address", "base_url"), ("API key", "api_key"), ("Signing secret", "signing_secret")):
        admin.app.get_by_label(label, exact=True).fill(roster[name])
    admin.button("Connect roster").click()
    admin.toast("Roster connected")
    admin.button("Test connection").click()
    expect(admin.app.get_by_text("Takes codes and results")).to_be_visible()
    expect(admin.app.get_by_text("Last complete pull")).to_be_visible()


def make_offer(admin: Admin) -> None:
    admin.menu("Influencers")
    admin.settled("Influencers")
    boxes = admin.app.get_by_role("checkbox", name=re.compile("^Select (?!the )"))
    boxes.nth(0).check()
    boxes.nth(4).click(modifiers=["Shift"])
    expect(admin.app.get_by_text("5 selected")).to_be_visible()
    admin.button("Discount offer").click()
    admin.app.get_by_role("menuitem", name="New offer").click()
    admin.settled("New offer")
    expect(admin.app.get_by_text("5 codes ready")).to_be_visible()
    admin.app.get_by_label("Name", exact=True).fill("Spring creators")
    expect(admin.page.locator("#save-bar")).to_be_visible()
    admin.button("Publish and make 5 codes").first.click()

    admin.settled("Influencers")
    expect(admin.app.get_by_text("5 selected")).to_be_visible()
    expect(admin.app.get_by_role("columnheader", name="Spring creators, 15 % off")).to_be_visible()
    expect(admin.app.get_by_role("cell", name="Live", exact=True)).to_have_count(5)


def copied_code(admin: Admin) -> str:
    """The code of the first person, as its copy button names it."""
    label = admin.app.get_by_role("button", name=re.compile("^Copy ")).first.get_attribute("aria-label")
    assert label is not None
    return label.removeprefix("Copy ")


def sell(admin: Admin, code: str) -> None:
    admin.merchant.sandbox.order(admin.merchant.shop, [code], "80.00")
    wait_for(lambda: admin.merchant.api("GET", "/redemptions")["items"], SECONDS, "the sale")
    admin.open("/redemptions", "Orders")
    admin.app.get_by_role("table").get_by_role("link", name=re.compile("^#")).first.click()
    expect(admin.app.get_by_role("heading", name="Who gets the credit, and why")).to_be_visible()
    expect(admin.app.get_by_text("is credited with this order")).to_be_visible()
    expect(admin.app.get_by_role("cell", name="Order placed")).to_be_visible()


def roster_heard(merchant: Merchant, code: str) -> None:
    def heard() -> bool:
        told = [row["event"] for row in merchant.sandbox.roster()["received"]]
        kinds = {event["type"] for event in told if event["data"].get("code") == code}
        return {"code.live", "redemption.recorded"} <= kinds

    wait_for(heard, SECONDS, "the roster's news of code and sale")
