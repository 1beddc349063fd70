"""The life of codes in the page: off and on again, replaced, shared with a QR code, brought in from the store."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from scripts.merchant import Merchant
from scripts.system import System, wait_for
from tests.browser.admin import Admin
from tests.browser.test_pages import serious_faults

HANDLE = "code-desk"


def test_a_code_lives_on(page: Page, system: System) -> None:
    merchant = Merchant(system, HANDLE)
    merchant.sandbox.create_shop(HANDLE, name="Code desk", currency="EUR", time_zone="Europe/Berlin")
    merchant.install()
    person = merchant.api("POST", "/influencers", {"first_name": "Emma"})["id"]
    made = merchant.api("POST", "/offers", {
        "name": "Winter", "store_id": merchant.store_id, "type": "percentage", "value": "15",
        "pattern": "{first_name}{value}", "selection": {"ids": [person]},
    })  # fmt: skip
    merchant.finished_run(made["run"]["id"], 30)
    merchant.sandbox.plant_codes(merchant.shop, ["OLD FRIEND", "OLD-2"])
    offer_id = made["offer"]["id"]
    admin = Admin(page, merchant)
    admin.open(f"/offers/{offer_id}", "Winter")
    dialog = admin.app.get_by_role("dialog")

    def act(code: str, name: str, confirm: str) -> None:
        admin.button(f"Manage {code}").click()
        dialog.get_by_role("button", name=name, exact=True).click()
        dialog.get_by_role("button", name=confirm).click()

    act("EMMA15", "Disable", "Disable code")
    admin.toast("EMMA15 disabled")
    wait_for(lambda: "EMMA15" not in in_store(merchant), 20, "the code to leave the store")
    # The same dialog is still open and learns of it by itself.
    dialog.get_by_role("button", name="Enable", exact=True).click()
    expect(dialog.get_by_text("counts its uses from 0")).to_be_visible()
    dialog.get_by_role("button", name="Enable code").click()
    expect(dialog.locator("dd").get_by_text("Live")).to_be_visible()

    link = dialog.get_by_role("region", name="Share link")
    expect(link.locator("output")).to_contain_text("/discount/EMMA15")
    link.get_by_label("Page it leads to").fill("/products/jacket")
    expect(link.locator("output")).to_contain_text("redirect=%2Fproducts%2Fjacket")
    expect(link.get_by_role("img", name="QR code of")).to_be_visible()
    with page.expect_download() as saved:
        link.get_by_role("button", name="QR code PNG").click()
    assert saved.value.suggested_filename == "EMMA15.png"
    assert serious_faults(admin) == []

    dialog.get_by_role("button", name="Replace", exact=True).click()
    dialog.get_by_label("New code (optional)").fill("emma-new")
    dialog.get_by_role("button", name="Replace code").click()
    admin.toast("EMMA-NEW is being made")
    expect(dialog.locator("dd").get_by_text("Retired")).to_be_visible()
    page.keyboard.press("Escape")
    expect(admin.app.get_by_text("EMMA-NEW").locator("visible=true").first).to_be_visible()
    wait_for(lambda: in_store(merchant) == {"EMMA-NEW", "OLD FRIEND", "OLD-2"}, 20, "the new code in the store")

    admin.open("/offers", "Offers")
    admin.button("Import codes").click()
    dialog.get_by_label("Codes", exact=True).fill("OLD FRIEND, OLD-2\nNEVER THERE")
    assert serious_faults(admin) == []
    dialog.get_by_role("button", name="Import", exact=True).click()
    expect(dialog.get_by_text("2 codes imported")).to_be_visible()
    expect(dialog.get_by_text("The store does not have this code.")).to_be_visible()
    dialog.get_by_role("link", name="Open the offer").click()
    expect(admin.app.get_by_text("OLD FRIEND").locator("visible=true").first).to_be_visible()


def in_store(merchant: Merchant) -> set[str]:
    return {row["code"] for row in merchant.sandbox.codes(merchant.shop)}
