"""The table as somebody arranges it: filters and columns, kept as a view; many archived at once, and back again."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.admin import Admin
from tests.browser.filled import Filled
from tests.browser.test_pages import serious_faults


def test_a_view_is_arranged_kept_and_found_again(page: Page, filled: Filled) -> None:
    admin = Admin(page, filled.merchant, filled.ids)
    admin.open("/influencers?columns={offer}".format(**filled.ids), "Influencers")
    admin.button("Add filter").click()
    admin.app.get_by_role("combobox", name="Activity").click()
    admin.app.get_by_role("option", name="No order yet").click()
    page.keyboard.press("Escape")
    expect(admin.button("Remove Activity No order yet")).to_be_visible()

    admin.button("Columns").click()
    admin.app.get_by_label("E-mail").click()
    admin.app.get_by_label("Tags", exact=True).click()
    assert serious_faults(admin) == []
    page.keyboard.press("Escape")
    expect(admin.app.get_by_role("columnheader", name="E-mail")).to_be_visible()
    expect(admin.app.get_by_role("columnheader", name="Tags")).to_have_count(0)

    admin.button("Save view").click()
    admin.app.get_by_label("Name", exact=True).fill("Not sold yet")
    page.keyboard.press("Enter")
    admin.toast("View “Not sold yet” saved")
    admin.open("/influencers", "Influencers")
    admin.app.get_by_role("link", name="Not sold yet").click()
    expect(admin.app.get_by_role("columnheader", name="E-mail")).to_be_visible()
    expect(admin.app.locator(".filter-chip")).to_have_text(["Activity No order yet"])

    admin.button("View “Not sold yet”").click()
    admin.button("Delete view").click()
    admin.app.get_by_role("alert").get_by_role("button", name="Delete view").click()
    admin.toast("View “Not sold yet” deleted")
    expect(admin.app.get_by_role("link", name="Not sold yet")).to_have_count(0)


def test_all_that_match_are_archived_and_come_back(page: Page, filled: Filled) -> None:
    admin = Admin(page, filled.merchant, filled.ids)
    admin.open("/influencers?q=anna", "Influencers")
    rows = admin.app.get_by_role("row", name="anna")
    many = rows.count()
    admin.app.get_by_role("checkbox", name=re.compile("^Select the ")).check()
    admin.button("More actions").click()
    admin.app.get_by_role("menuitem", name="Archive").click()
    admin.app.get_by_role("dialog").get_by_role("button", name=re.compile("^Archive")).click()
    expect(admin.app.get_by_text("No influencers match")).to_be_visible()
    page.locator("#toasts").get_by_text("Undo").click()
    expect(rows).to_have_count(many)
    assert many > 0
