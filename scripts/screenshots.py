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
        campaign_id = campaign(merchant, offer_id)
        own_page = write(merchant, offer_id)
        with sync_playwright() as playwright:
            arguments = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else QUIET
            browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
            for kind, size in SIZES.items():
                page = browser.new_page(viewport=size, device_scale_factor=1, locale="en-GB")
                for name, path in pictures(merchant, offer_id, campaign_id).items():
                    take(page, merchant, f"{name}-{kind}", path)
                page.goto(own_page)
                shoot(page, f"own-page-{kind}")
            browser.close()
    return 0


def pictures(merchant: Merchant, offer_id: int, campaign_id: int) -> dict[str, str]:
    """File name: path of the page."""
    sale = next(row for row in merchant.pages("/redemptions") if row["refunded"]["amount"] != "0.00")
    template_id = merchant.api("GET", "/message-templates")["items"][0]["id"]
    return {
        "home": "/", "influencers": f"/influencers?offer_id={offer_id}",
        "person": f"/influencers/{sale['influencer']['id']}",
        "import": "/influencers/import", "new-offer": "/offers/new", "offer": f"/offers/{offer_id}",
        "edit-offer": f"/offers/{offer_id}/edit", "campaigns": "/campaigns", "campaign": f"/campaigns/{campaign_id}",
        "campaign-members": f"/campaigns/{campaign_id}?tab=members",
        "campaign-results": f"/campaigns/{campaign_id}?tab=results",
        "campaign-setup": f"/campaigns/{campaign_id}?tab=setup",
        "messages": "/messages", "template": f"/messages/templates/{template_id}", "mail": "/settings/mail",
        "own-pages": "/settings/portal", "people": "/settings/people", "keys": "/settings/keys",
        "audit": "/settings/audit", "link": "/settings/link", "offers": "/offers", "orders": "/redemptions",
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


def campaign(merchant: Merchant, offer_id: int) -> int:
    """Active, with creators at several stages and a pool that runs short."""
    id = int(merchant.api("POST", "/campaigns", {"name": "Winter campaign", "starts_on": "2026-11-01"})["id"])
    terms = {"name": "Winter kit", "description": "The kit of this winter, free of charge.", "offer_id": offer_id,
             "value": {"amount": "85.00", "currency": "EUR"}, "cost": {"amount": "31.50", "currency": "EUR"},
             "warn_at": 5}
    pool = f"/incentives/{merchant.api('POST', f'/campaigns/{id}/incentives', terms)['id']}"
    merchant.api("POST", f"{pool}/codes", {"make": 12})
    people = [row["id"] for row in merchant.pages("/influencers")[:40]]
    merchant.api("POST", f"/campaigns/{id}/members", {"selection": {"ids": people}})
    merchant.api("POST", f"/campaigns/{id}/activate")
    wait_for(lambda: merchant.api("GET", pool)["pool"]["left"] == 12, 30, "the codes of the pool")
    members = [row["id"] for row in merchant.pages(f"/campaigns/{id}/members")]
    for to, part in (("confirmed", members[:26]), ("pre_payment", members[:11]), ("content", members[:6])):
        merchant.api("POST", f"/campaigns/{id}/moves", {"members": {"ids": part}, "to": to, "short": "fit"})
    return id


def write(merchant: Merchant, offer_id: int) -> str:
    """A letter to a few people, by the sandbox's mail box; the address of the first one's own page."""
    mail = merchant.http.get(f"{merchant.sandbox.base_url}/_sandbox/mail", timeout=10).json()
    server = {"host": mail["host"], "port": int(mail["port"]), "security": "none", "sender_name": "Juniper Goods",
              "sender_email": "creators@shop.example"}
    merchant.api("PUT", "/mail-server", server)
    words = merchant.api("GET", "/message-tags")["starters"][0]
    template = merchant.api("POST", "/message-templates", {name: words[name] for name in ("name", "subject", "text")})
    people = [row for row in merchant.pages(f"/influencers?offer_id={offer_id}&code_status=live") if row["email"]][:8]
    chosen = {"ids": [row["id"] for row in people]}
    merchant.api("POST", "/messages", {"template_id": template["id"], "offer_id": offer_id, "selection": chosen})
    wait_for(lambda: merchant.api("GET", "/messages")["counts"].get("sent"), 60, "the letters")
    return str(merchant.api("GET", f"/influencers/{people[0]['id']}/portal")["url"])


def counted(merchant: Merchant, offer_id: int) -> int:
    return sum(total["redemptions"] for total in merchant.api("GET", f"/offers/{offer_id}")["totals"])


def take(page: Page, merchant: Merchant, name: str, path: str) -> None:
    inner = path.rstrip("/")
    page.goto(f"{merchant.sandbox.base_url}/store/{merchant.handle}/apps/{merchant.api_key}{inner}")
    frame = page.frame_locator("#app-frame")
    expect(frame.locator("h1")).to_be_visible(timeout=30_000)
    expect(frame.locator("[aria-busy=true]")).to_have_count(0, timeout=30_000)
    shoot(page, name)


def shoot(page: Page, name: str) -> None:
    page.screenshot(path=FOLDER / f"{name}.png")
    print(f"{(FOLDER / name).relative_to(ROOT)}.png")


if __name__ == "__main__":
    sys.exit(main())
