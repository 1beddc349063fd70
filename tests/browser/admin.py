"""The store's admin as a person sees it: the frame with our page, and what the host draws around it."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.sync_api import Frame, FrameLocator, Locator, Page, expect

from scripts.merchant import Merchant
from tests.browser.filled import PAGES


class Admin:
    def __init__(self, page: Page, merchant: Merchant, ids: Mapping[str, int] | None = None) -> None:
        self.page = page
        self.merchant = merchant
        self.ids = ids or {}
        self.app: FrameLocator = page.frame_locator("#app-frame")

    def open(self, path: str = "/", heading: str | None = None) -> None:
        """Opens a page of the app in the admin and waits until it shows what it is about."""
        base = self.merchant.sandbox.base_url
        inner = "" if path == "/" else path
        self.page.goto(f"{base}/store/{self.merchant.handle}/apps/{self.merchant.api_key}{inner}")
        self.settled(heading)

    def settled(self, heading: str | None = None) -> None:
        """Everything asked for has come: a heading, and nothing that is still busy."""
        title = self.app.locator("h1")
        if heading:
            expect(title).to_have_text(heading)
        else:
            expect(title).to_be_visible()
        expect(self.app.locator("[aria-busy=true]")).to_have_count(0)

    def path(self, name: str) -> str:
        return PAGES[name].format(**self.ids)

    @property
    def frame(self) -> Frame:
        """The frame's document, for what needs its scripts."""
        handle = self.page.locator("#app-frame").element_handle()
        frame = handle.content_frame()
        assert frame is not None
        return frame

    def button(self, name: str) -> Locator:
        """The one in sight: some stand twice, for desks and for phones."""
        return self.app.get_by_role("button", name=name).locator("visible=true")

    def menu(self, name: str) -> None:
        self.page.locator("#app-menu").get_by_role("link", name=name).click()

    def toast(self, text: str) -> None:
        expect(self.page.locator("#toasts").get_by_text(text).first).to_be_visible()

    def scrolls_sideways(self) -> bool:
        return bool(self.frame.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
