"""Roles, keys and the log, as people meet them in the page."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.admin import Admin
from tests.browser.filled import Filled


def test_a_key_is_made_shown_once_and_revoked(page: Page, filled: Filled) -> None:
    admin = Admin(page, filled.merchant)
    admin.open("/settings/keys", "API keys")
    admin.app.get_by_label("Name").fill("Warehouse")
    admin.button("Make key").click()
    expect(admin.app.get_by_text("It is not shown again")).to_be_visible()
    expect(admin.app.locator(".code-cell")).to_contain_text("sck_")

    admin.button("Done").click()
    admin.button("Revoke Warehouse").first.click()
    admin.app.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    admin.toast("Warehouse is revoked")

    admin.open("/settings/audit", "Audit log")
    expect(admin.app.get_by_text("Revoke key").first).to_be_visible()


def test_whoever_may_only_look_reads_why(page: Page, filled: Filled) -> None:
    admin = Admin(page, filled.merchant)
    admin.open("/settings/people", "People and roles")
    with page.expect_navigation():
        page.get_by_label("Signed in as").select_option(label="Sam (staff)")
    admin.open("/offers", "Offers")

    button = admin.button("New offer")
    expect(button).to_be_disabled()
    expect(button).to_have_attribute(
        "title", "Your role lets you look only. Ask somebody who manages Shoutcode for the role “Issue”."
    )
    admin.open("/settings", "Settings")
    expect(admin.app.get_by_text("For people who manage.").first).to_be_visible()
