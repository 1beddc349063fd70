"""A WooCommerce store in the sandbox: one click connects it, its admin frames the page, and its shop takes a link."""

from __future__ import annotations

import re

import requests
from playwright.sync_api import Frame, FrameLocator, Page, expect

from sandbox.client import Json, SandboxClient
from sandbox.woo_client import WooSandbox
from scripts.system import System, wait_for
from tests.browser.conftest import SECONDS
from tests.browser.test_pages import serious_faults

MENU = ("Home", "Influencers", "Offers", "Campaigns", "Messages", "Settings")


class WordPress:
    """A store's own admin, with the page of the app in its frame."""

    def __init__(self, page: Page, store: WooSandbox) -> None:
        page.set_default_timeout(SECONDS * 1000)
        self.page, self.store = page, store
        self.app: FrameLocator = page.frame_locator("#shoutcode-frame")

    def open(self, path: str) -> None:
        self.page.goto(f"{self.store.url}/wp-admin/admin.php?page=shoutcode&path={path}")
        self.settled()

    def settled(self) -> None:
        expect(self.app.locator("h1")).to_be_visible()
        expect(self.app.locator("[aria-busy=true]")).to_have_count(0)

    def menu(self, name: str) -> None:
        self.page.locator("#toplevel_page_shoutcode .wp-submenu").get_by_role("link", name=name, exact=True).click()
        self.settled()

    def choose(self, text: str) -> None:
        self.app.get_by_text(text, exact=True).locator("visible=true").first.click()

    @property
    def frame(self) -> Frame:
        frame = self.page.locator("#shoutcode-frame").element_handle().content_frame()
        assert frame is not None
        return frame


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


def test_an_offer_made_in_wordpress_is_live_in_the_shop(page: Page, system: System) -> None:
    sandbox = SandboxClient(system.sandbox_url)
    store = WooSandbox.create(sandbox, "browser-weave", name="Weave & Wool", currency="EUR")
    assert requests.get(store.connect_url(), timeout=SECONDS, allow_redirects=False).is_redirect
    admin = WordPress(page, store)
    admin.open("/offers/new")
    # What WooCommerce lacks is said before anything is chosen, and each in words.
    told = admin.app.locator(".can-do")
    expect(told).to_contain_text("Minimum number of items")
    expect(told).not_to_contain_text("_")
    assert serious_faults(admin) == []
    make(admin)

    def live() -> list[Json]:
        ours = [coupon for code, coupon in store.published().items() if code.startswith("wool-")]
        return ours if len(ours) == 3 else []

    coupons = wait_for(live, SECONDS, "the codes in the shop")
    assert {(one["discount_type"], one["amount"], len(one["product_ids"])) for one in coupons} == {
        ("fixed_cart", "7.50", 1)
    }
    expect(admin.app.get_by_text("3 of 3 codes live")).to_be_visible()
    assert serious_faults(admin) == []
    for name in MENU:
        admin.menu(name)
        assert serious_faults(admin) == [], name
    sandbox.close()


def make(admin: WordPress) -> None:
    admin.app.get_by_label("Name", exact=True).fill("Winter wool")
    admin.choose("Fixed amount")
    admin.app.get_by_label("Value", exact=True).fill("7.50")
    admin.choose("Products")
    admin.app.get_by_role("button", name="Choose products").click()
    admin.app.get_by_role("button", name="Choose Beeswax candle").click()
    admin.app.get_by_label("Code pattern").fill("WOOL-{random:5}")
    admin.app.get_by_label("Pool (optional)").fill("3")
    admin.app.get_by_role("button", name="Publish and make 3 codes").locator("visible=true").first.click()
    expect(admin.app.get_by_role("heading", level=1, name="Winter wool")).to_be_visible()
    admin.settled()
