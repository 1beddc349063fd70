"""The first page as a merchant meets it: in Chromium with the CPU slowed 4 times, an empty cache, inside the admin.

Home, the influencer table with 100,000 people, 200 offers and 1,000,000 redemptions, and an offer with 10,000 codes;
on PostgreSQL alone, as the page is the same on both. The browser tells the figures itself: largest paint, layout shift,
the longest wait after a key or a click while filtering and selecting, and the script and style that came, compressed.
Each page is opened several times; the median counts, and of the three pages the worst.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Frame, FrameLocator, Page, expect, sync_playwright

from app.boot import boot
from app.config import Settings
from app.db import db
from bench import large
from bench.api_list import HANDLE, only_store
from bench.harness import Figure, Run, bench, wait_for
from scripts.chromium import path as chromium
from scripts.merchant import Merchant
from scripts.system import System

SLOWED = 4
BARS = {"lcp": (1.5, "s"), "cls": (0.02, ""), "inp": (150.0, "ms"), "kb": (200.0, "kB")}
SECONDS = 60
WATCH = """
window.seen = {lcp: 0, cls: 0, inp: 0}
const watch = (type, add, options) =>
  new PerformanceObserver((list) => list.getEntries().forEach(add)).observe({type, buffered: true, ...options})
watch('largest-contentful-paint', (entry) => { seen.lcp = entry.startTime / 1000 })
watch('layout-shift', (entry) => { if (!entry.hadRecentInput) seen.cls += entry.value })
watch('event', (entry) => { if (entry.interactionId) seen.inp = Math.max(seen.inp, entry.duration) },
  {durationThreshold: 16})
"""
# Script and style of our own address, as they came over the wire.
WEIGHT = """() => performance.getEntriesByType('resource')
  .filter((one) => /\\.(js|css)$/.test(new URL(one.name).pathname) && new URL(one.name).origin === location.origin)
  .reduce((sum, one) => sum + one.encodedBodySize, 0) / 1000"""


@dataclass(frozen=True, slots=True)
class Opened:
    """What the browser says of one visit; `inp` is 0 where nothing was done."""

    lcp: float
    cls: float
    inp: float
    kb: float


@bench("page_load")
def page_load(run: Run) -> Iterator[Figure]:
    if run.database != "postgres":
        return
    size = run.pick(large.FULL_SIZE, large.QUICK_SIZE)
    with run.system() as system:
        system.start_queue()
        system.start_sandbox()
        system.migrate()
        system.start_web()
        worker = system.start_worker()
        merchant = Merchant(system, HANDLE)
        merchant.install()
        wait_for(lambda: merchant.api("GET", "/session")["store"]["currency"], 60, "what the store says of itself")
        worker.stop()
        boot(Settings.from_env(system.env))
        try:
            offers = large.fill(*only_store(), size)
        finally:
            db.dispose()
        visits = visit_all(system, merchant, offers, run.pick(5, 1))
    yield from figures(visits, run.quick, size)


def visit_all(system: System, merchant: Merchant, offers: list[int], rounds: int) -> dict[str, list[Opened]]:
    """By the name of the page."""
    columns = ",".join(map(str, offers[: large.FULL]))
    pages = {"home": "", "influencers": f"/influencers?columns={columns}", "offer": f"/offers/{offers[large.FULL]}"}
    quiet = ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        arguments = quiet if os.geteuid() else [*quiet, "--no-sandbox"]
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        # The first one of each is not counted: then the database reads what it keeps at hand from there on.
        visits = {
            name: [visit(browser, system, merchant, path) for _ in range(rounds + 1)][1:]
            for name, path in pages.items()
        }
        browser.close()
    return visits


def visit(browser: Browser, system: System, merchant: Merchant, path: str) -> Opened:
    """A new visitor: nothing is cached yet."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(SECONDS * 1000)
    page.add_init_script(WATCH)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    page.goto(f"{system.sandbox_url}/store/{merchant.handle}/apps/{merchant.api_key}{path}")
    app = page.frame_locator("#app-frame")
    settled(app)
    frame = frame_of(page)
    frame.wait_for_function("seen.lcp > 0")
    kb = frame.evaluate(WEIGHT)
    painted = frame.evaluate("seen")
    if path.startswith("/influencers"):
        work(page, app)
    seen = frame.evaluate("seen")
    context.close()
    return Opened(painted["lcp"], seen["cls"], seen["inp"], kb)


def settled(app: FrameLocator) -> None:
    expect(app.locator("h1")).to_be_visible(timeout=SECONDS * 1000)
    expect(app.locator("[aria-busy=true]")).to_have_count(0, timeout=SECONDS * 1000)


def frame_of(page: Page) -> Frame:
    frame = page.locator("#app-frame").element_handle().content_frame()
    if frame is None:
        raise RuntimeError("the admin shows no frame")
    return frame


def work(page: Page, app: FrameLocator) -> None:
    """Selects rows, a range, the page and all that match; then filters by words and by a tag."""
    rows = app.locator("tbody input[type=checkbox]")
    rows.nth(1).click()
    rows.nth(6).click(modifiers=["Shift"])
    app.locator("thead input[type=checkbox]").click()
    app.get_by_role("button", name="Select all").click()
    rows.nth(3).click()
    app.get_by_role("button", name="Clear selection").click()
    search = app.get_by_role("searchbox")
    search.press_sequentially("anna", delay=60)
    settled(app)
    search.fill("")
    settled(app)
    app.get_by_role("button", name="Add filter").click()
    app.get_by_role("combobox", name="Tag", exact=True).click()
    app.get_by_role("option").first.click()
    settled(app)
    page.wait_for_timeout(200)  # the last event's time is told a frame later


def figures(visits: dict[str, list[Opened]], quick: bool, size: large.Size) -> Iterator[Figure]:
    for name, (most, unit) in BARS.items():
        of_page: dict[str, Any] = {
            page: statistics.median(getattr(one, name) for one in opened) for page, opened in visits.items()
        }
        if name == "inp":
            of_page = {"influencers": of_page["influencers"]}
        worst = max(of_page.values())
        extra = {"people": size.people, "redemptions": size.redemptions, **({"quick": True} if quick else {})}
        yield Figure(f"page_load.{name}", worst, unit, None, f"<= {most:g} {unit}".strip(), worst <= most,
                     extra={**of_page, **extra})
