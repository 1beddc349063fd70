"""A WooCommerce store in the sandbox: one click connects it, its admin frames the page, and its shop takes a link."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from sandbox.client import SandboxClient
from sandbox.woo_client import WooSandbox
from scripts.system import System


def test_one_click_connects_and_the_page_opens_in_wordpress(page: Page, system: System) -> None:
    sandbox = SandboxClient(system.sandbox_url)
    store = WooSandbox.create(sandbox, "browser-woo", name="Loom & Leaf")
    store.plant(["MAYA15"], amount="15", discount_type="percent")

    page.goto(f"{store.url}/wp-admin/admin.php?page=shoutcode")
    page.get_by_role("button", name="Connect this shop").click()

    framed = page.frame_locator("#shoutcode-frame")
    expect(framed.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("#shoutcode-frame")).to_have_attribute("style", re.compile(r"height: \d{3,}px"))
    expect(page.locator("#shoutcode-late")).to_be_hidden()
    assert store.facts()["connected"]
    page.locator("#toplevel_page_shoutcode .wp-submenu").get_by_role("link", name="Messages").click()
    expect(framed.get_by_role("heading", level=1, name="Messages")).to_be_visible()
    expect(page).to_have_url(f"{store.url}/wp-admin/admin.php?page=shoutcode-messages")
    page.reload()
    expect(framed.get_by_role("heading", level=1, name="Messages")).to_be_visible()

    page.goto(f"{store.url}/?shoutcode=MAYA15&utm_source=maya")
    assert page.url == f"{store.url}/?utm_source=maya"
    page.get_by_role("button", name="Add to cart").first.click()
    expect(page.get_by_text("Coupon: maya15")).to_be_visible()
    page.get_by_role("button", name="Place order").click()
    expect(page.get_by_text("Thank you!")).to_be_visible()
    (order,) = store.orders()
    assert order["discount_total"] != "0.00"
    sandbox.close()
