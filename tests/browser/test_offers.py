"""An offer's whole life in the page: made with a free product, changed, given a next version, ended, reopened."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page, expect

from scripts.system import wait_for
from tests.browser.admin import Admin
from tests.browser.filled import Filled


def look(admin: Admin, name: str) -> None:
    """A picture, where somebody wants to see one."""
    if folder := os.environ.get("SHOTS"):
        admin.page.screenshot(path=str(Path(folder) / f"{name}.png"))


def test_from_a_free_product_to_a_reopened_offer(page: Page, filled: Filled) -> None:
    page.set_default_timeout(20_000)
    admin = Admin(page, filled.merchant)
    make(admin)
    change(admin)
    next_version(admin)
    end_and_reopen(admin)


def make(admin: Admin) -> None:
    admin.open("/offers/new", "New offer")
    admin.app.get_by_label("Name", exact=True).fill("Mug with a candle")
    admin.app.get_by_text("Free product", exact=True).locator("visible=true").first.click()
    admin.button("Choose a product").click()
    pick(admin, "Stoneware mug - Sand")
    admin.button("Choose products").click()
    pick(admin, "Beeswax candle")
    expect(admin.app.get_by_text("Stoneware mug - Sand for free, for buying Beeswax candle")).to_be_visible()
    admin.app.get_by_label("Code pattern").fill("MUG-{random:5}")
    admin.app.get_by_label("Pool (optional)").fill("3")
    look(admin, "new-free-product")
    admin.button("Publish and make 3 codes").first.click()
    admin.settled("Mug with a candle")
    expect(admin.app.get_by_text("Stoneware mug - Sand ·")).to_be_visible()
    merchant = admin.merchant
    discounts = merchant.sandbox.call("GET", f"/shops/{merchant.shop}/discounts")

    def made() -> bool:
        found = merchant.sandbox.call("GET", f"/shops/{merchant.shop}/discounts")
        return any(one["title"] == "Mug with a candle" and one["kind"] == "bxgy" for one in found)

    assert discounts is not None
    wait_for(made, 30, "the discount")


def pick(admin: Admin, title: str) -> None:
    """In the host's own dialog, which stands outside of our frame."""
    admin.page.locator("#dialog").get_by_label(title, exact=True).check()
    admin.page.locator("#dialog-ok").click()


def change(admin: Admin) -> None:
    expect(admin.app.get_by_text("All codes are live").or_(admin.app.get_by_text("Active")).first).to_be_visible()
    admin.app.get_by_role("link", name="Edit", exact=True).click()
    admin.settled("Edit Mug with a candle")
    admin.app.get_by_label("Uses per code").fill("3")
    expect(admin.app.get_by_text("No limit → 3")).to_be_visible()
    expect(admin.app.get_by_text("3 live codes in Aurora Skincare")).to_be_visible()
    look(admin, "edit-live")
    admin.button("Change 3 codes").first.click()
    admin.toast("Mug with a candle changed")
    merchant = admin.merchant

    def told() -> bool:
        found = merchant.sandbox.call("GET", f"/shops/{merchant.shop}/discounts")
        return any(one["title"] == "Mug with a candle" and one["usage_limit"] == 3 for one in found)

    wait_for(told, 30, "the change in the store")


def next_version(admin: Admin) -> None:
    admin.settled("Mug with a candle")
    admin.app.get_by_role("link", name="Edit", exact=True).click()
    admin.settled("Edit Mug with a candle")
    admin.app.get_by_label("Purpose").select_option("gift")
    expect(admin.app.get_by_text("These can only be for new codes")).to_be_visible()
    look(admin, "edit-new-version")
    admin.button("Make the next version").first.click()
    admin.settled("Mug with a candle (2)")
    admin.app.get_by_role("link", name="Mug with a candle", exact=True).click()
    admin.settled("Mug with a candle")
    expect(admin.app.get_by_text("New codes come from Mug with a candle (2)")).to_be_visible()
    look(admin, "offer-replaced")


def end_and_reopen(admin: Admin) -> None:
    admin.button("More").click()
    look(admin, "offer-more")
    admin.app.get_by_role("menuitem", name="End offer").click()
    admin.app.get_by_role("dialog").get_by_role("button", name="End offer").click()
    admin.toast("Mug with a candle ended")
    admin.button("More").click()
    admin.app.get_by_role("menuitem", name="Reopen").click()
    admin.app.get_by_role("dialog").get_by_role("button", name="Reopen").click()
    admin.toast("Mug with a candle reopened")
    expect(admin.app.get_by_text("Active", exact=True).first).to_be_visible()
    look(admin, "offer-reopened")
