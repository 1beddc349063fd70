"""The table without a mouse."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser.admin import Admin

EACH = re.compile("^Select (?!the )")


def table(admin: Admin) -> Locator:
    admin.open("/influencers", "Influencers")
    region = admin.app.get_by_role("region", name="Influencers table")
    region.focus()
    return region


def test_arrows_and_space_select_rows_and_ranges(admin: Admin) -> None:
    region = table(admin)
    for key in ("ArrowDown", "ArrowDown", " ", "ArrowDown", "ArrowDown", "Shift+ "):
        region.press(key)
    expect(admin.app.get_by_role("status").get_by_text("3 selected")).to_be_visible()
    expect(admin.app.get_by_role("row", selected=True)).to_have_count(3)
    expect(admin.app.get_by_role("checkbox", name=EACH).nth(0)).not_to_be_checked()

    region.press("Escape")
    expect(admin.app.get_by_role("row", selected=True)).to_have_count(0)


def test_slash_searches_and_the_filter_is_what_is_selected(admin: Admin) -> None:
    region = table(admin)
    region.press("/")
    search = admin.app.get_by_role("searchbox", name="Search influencers")
    expect(search).to_be_focused()

    search.press_sequentially("anna")
    expect(admin.app.get_by_text(re.compile(r"^(\d+) of \1 loaded"))).to_be_visible()
    expect(search).to_be_focused()
    expect(search).to_have_value("anna")
    expect(admin.app.get_by_role("checkbox", name=EACH).first).to_be_visible()
    admin.app.get_by_role("checkbox", name=re.compile("^Select the ")).focus()
    admin.page.keyboard.press("Space")
    expect(admin.app.get_by_text(re.compile(r"^\d+ selected$"))).to_be_visible()
    admin.button("Discount offer").focus()
    admin.page.keyboard.press("Enter")
    offer = admin.app.get_by_role("menuitem", name="New offer")
    expect(offer).to_be_visible()
    admin.page.keyboard.press("ArrowDown")
    expect(offer).to_be_focused()
    admin.page.keyboard.press("Enter")
    admin.settled("New offer")


def test_a_dialog_gives_the_focus_back(admin: Admin) -> None:
    admin.open("/influencers", "Influencers")
    opener = admin.button("Add influencer")
    opener.focus()
    admin.page.keyboard.press("Enter")
    expect(admin.app.get_by_label("First name")).to_be_focused()
    admin.page.keyboard.press("Escape")
    expect(admin.app.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()
