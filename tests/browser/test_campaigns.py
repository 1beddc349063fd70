"""A campaign by hand: draft, incentive with pasted codes, 55 creators, a pool that is 5 short, the release."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from scripts.system import wait_for
from tests.browser.admin import Admin
from tests.browser.filled import Filled
from tests.browser.test_pages import serious_faults

CODES = [f"GLOW-{number:04}" for number in range(50)]


def test_from_a_draft_to_codes_in_creators_hands(page: Page, filled: Filled) -> None:
    merchant = filled.merchant
    admin = Admin(page, merchant)
    app = admin.app
    merchant.sandbox.plant_codes(merchant.shop, CODES, "Creator kits")
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
    dialog.get_by_role("button", name="Add incentive").click()
    admin.button("Add codes").click()
    dialog.get_by_role("textbox", name="Codes").fill("\n".join([*CODES, CODES[0]]))
    dialog.get_by_role("button", name="Add codes").click()
    expect(app.get_by_text("50 codes accepted")).to_be_visible()
    expect(app.get_by_text("1 refused")).to_be_visible()
    app.get_by_role("button", name="Done").click()
    expect(app.get_by_text("50 of 50 left").first).to_be_visible()

    _add_creators(merchant, 55)
    app.get_by_text("Board", exact=True).click()
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
    expect(app.locator(".member .mono").filter(has_text="GLOW-").first).to_be_visible()
    app.get_by_text("Members", exact=True).click()
    app.get_by_label("Code", exact=True).select_option(label="Code released")
    expect(app.get_by_text("50 of 50 members")).to_be_visible()
    app.locator(".member-name").first.click()
    expect(app.get_by_text("Confirmed → Pre-payment")).to_be_visible()


def _add_creators(merchant: Any, count: int) -> None:
    """By the API, as the influencer table does it: the first of the list, confirmed already."""
    campaign = merchant.api("GET", "/campaigns")["items"][0]["id"]
    people = [row["id"] for row in merchant.api("GET", f"/influencers?limit={count}")["items"]]
    merchant.api("POST", f"/campaigns/{campaign}/members", {"selection": {"ids": people}})
    body = {"members": {"filter": {}}, "to": "confirmed"}
    assert merchant.api("POST", f"/campaigns/{campaign}/moves", body)["moved"] == count
    wait_for(lambda: merchant.api("GET", f"/campaigns/{campaign}")["stages"]["confirmed"] == count, 5, "the creators")
