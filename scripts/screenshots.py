"""`make screenshots`: takes the pictures of docs/screenshots from the page as it is, on the sandbox."""

from __future__ import annotations

import os
import random
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from scripts.chromium import path as chromium
from scripts.merchant import Merchant
from scripts.system import ROOT, System, new_keys, wait_for

FOLDER = ROOT / "docs" / "screenshots"
SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, System(Path(folder), keys=new_keys()) as system:
        system.start()
        merchant = Merchant(system, "juniper-goods")
        offer_id = fill(merchant)
        with sync_playwright() as playwright:
            arguments = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else QUIET
            browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
            for kind, size in SIZES.items():
                page = browser.new_page(viewport=size, device_scale_factor=1, locale="en-GB")
                for name, path in pictures(merchant, offer_id).items():
                    take(page, merchant, f"{name}-{kind}", path)
            browser.close()
    return 0


def pictures(merchant: Merchant, offer_id: int) -> dict[str, str]:
    """File name: path of the page."""
    sale = next(row for row in merchant.pages("/redemptions") if row["refunded"]["amount"] != "0.00")
    return {
        "home": "/", "influencers": f"/influencers?offer_id={offer_id}",
        "person": f"/influencers/{sale['influencer']['id']}",
        "new-offer": "/offers/new", "offer": f"/offers/{offer_id}", "offers": "/offers", "orders": "/redemptions",
        "redemption": f"/redemptions/{sale['id']}", "settings": "/settings", "roster": "/settings/roster",
        "store": f"/stores/{merchant.store_id}",
    }  # fmt: skip


def fill(merchant: Merchant) -> int:
    """People, an offer with their codes, and sales of the kind a shop has; always the same ones."""
    chance = random.Random(7)
    merchant.install()
    merchant.connect_roster()
    made = merchant.offer("Spring drop", pattern="{first_name}{value}", pool=20, everybody=True)
    merchant.finished_run(made["run"]["id"], 60)
    held = [row["code"] for row in merchant.pages(f"/offers/{made['offer']['id']}/codes") if row["influencer"]]
    orders = [merchant.sandbox.order(merchant.shop, [code], f"{chance.randrange(30, 240)}.00")
              for code in chance.choices(held[:40], k=90)]
    for order in orders[::12]:
        merchant.sandbox.refund(merchant.shop, order["id"], "12.50")
    merchant.sandbox.cancel(merchant.shop, orders[5]["id"])
    wait_for(lambda: counted(merchant, made["offer"]["id"]) == len(orders) - 1, 60, "the sales")
    return int(made["offer"]["id"])


def counted(merchant: Merchant, offer_id: int) -> int:
    return sum(total["redemptions"] for total in merchant.api("GET", f"/offers/{offer_id}")["totals"])


def take(page: Page, merchant: Merchant, name: str, path: str) -> None:
    inner = path.rstrip("/")
    page.goto(f"{merchant.sandbox.base_url}/store/{merchant.handle}/apps/{merchant.api_key}{inner}")
    frame = page.frame_locator("#app-frame")
    expect(frame.locator("h1")).to_be_visible(timeout=30_000)
    expect(frame.locator("[aria-busy=true]")).to_have_count(0, timeout=30_000)
    page.screenshot(path=FOLDER / f"{name}.png")
    print(f"{(FOLDER / name).relative_to(ROOT)}.png")


if __name__ == "__main__":
    sys.exit(main())
