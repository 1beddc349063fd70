"""Every page: nothing serious for axe, no sideways scrolling on a phone, nothing jumps, no fault in the console."""

from __future__ import annotations

from typing import Protocol

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Frame, Page

from tests.browser.admin import Admin
from tests.browser.filled import PAGES

PHONE = {"width": 390, "height": 844}
SERIOUS = ("serious", "critical")
MOST_SHIFT = 0.05
"""Cumulative layout shift; Shopify's own limit is 0.1."""
WATCH_SHIFTS = """
window.shift = 0
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value
}).observe({type: 'layout-shift', buffered: true})
"""


@pytest.mark.parametrize("name", PAGES)
def test_page_is_sound_at_a_desk(admin: Admin, name: str) -> None:
    faults = console_faults(admin.page)
    admin.page.add_init_script(WATCH_SHIFTS)
    admin.open(admin.path(name))
    assert serious_faults(admin) == []
    assert admin.frame.evaluate("window.shift") <= MOST_SHIFT
    assert faults == []


@pytest.mark.parametrize("name", PAGES)
def test_page_is_sound_on_a_phone(admin: Admin, name: str) -> None:
    admin.page.set_viewport_size(PHONE)
    admin.open(admin.path(name))
    assert not admin.scrolls_sideways()
    assert serious_faults(admin) == []


class Framed(Protocol):
    """A host's admin with our page in its frame."""

    @property
    def frame(self) -> Frame: ...


def serious_faults(admin: Framed) -> list[str]:
    found = Axe().run(admin.frame).response["violations"]
    return [
        f"{fault['id']}: {node['html'][:160]}"
        for fault in found
        if fault["impact"] in SERIOUS
        for node in fault["nodes"]
    ]


def console_faults(page: Page) -> list[str]:
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: faults.append(str(error)))
    return faults
