"""A store in use, made through the API and the sandbox's own controls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scripts.merchant import Merchant
from scripts.system import wait_for

PAGES = {
    "home": "/",
    "influencers": "/influencers",
    "influencers-offer": "/influencers?offer_id={offer}",
    "influencers-none": "/influencers?q=nobody-is-called-this",
    "person": "/influencers/{person}",
    "imports": "/influencers/import",
    "offers": "/offers",
    "new-offer": "/offers/new",
    "offer": "/offers/{offer}",
    "draft": "/offers/{draft}",
    "edit-offer": "/offers/{offer}/edit",
    "edit-draft": "/offers/{draft}/edit",
    "campaigns": "/campaigns",
    "campaign": "/campaigns/{campaign}",
    "campaign-members": "/campaigns/{campaign}?tab=members",
    "campaign-results": "/campaigns/{campaign}?tab=results",
    "campaign-setup": "/campaigns/{campaign}?tab=setup",
    "orders": "/redemptions",
    "redemption": "/redemptions/{redemption}",
    "messages": "/messages",
    "new-template": "/messages/templates/new?from=0",
    "mail": "/settings/mail",
    "own-pages": "/settings/portal",
    "settings": "/settings",
    "roster": "/settings/roster",
    "people": "/settings/people",
    "keys": "/settings/keys",
    "audit": "/settings/audit",
    "link": "/settings/link",
    "store": "/stores/{store}",
    "nothing": "/settings/nothing",
}
"""Every page of the app by name; the fields are those of Filled.ids."""


@dataclass(frozen=True)
class Filled:
    merchant: Merchant
    ids: dict[str, int]


def fill(merchant: Merchant) -> Filled:
    merchant.install()
    merchant.connect_roster()
    made = merchant.offer("Winter launch", pattern="{first_name}{value}", everybody=True)
    draft = merchant.api("POST", "/offers", {**_DRAFT, "store_id": merchant.store_id})
    merchant.finished_run(made["run"]["id"], 60)
    offer_id = int(made["offer"]["id"])
    code = next(row for row in merchant.pages(f"/offers/{offer_id}/codes?state=live") if row["influencer"])
    order = merchant.sandbox.order(merchant.shop, [code["code"]], "80.00")
    merchant.sandbox.refund(merchant.shop, order["id"], "12.50")

    def counted() -> Any:
        found = merchant.api("GET", f"/redemptions?offer_id={offer_id}")["items"]
        return found if found and found[0]["refunded"]["amount"] != "0.00" else None

    redemption = wait_for(counted, 30, "the order with its refund")[0]
    return Filled(merchant, {
        "campaign": _campaign(merchant, offer_id),
        "offer": offer_id, "draft": draft["offer"]["id"], "person": code["influencer"]["id"],
        "redemption": redemption["id"], "store": merchant.store_id,
    })  # fmt: skip


def _campaign(merchant: Merchant, offer_id: int) -> int:
    """Active, with everybody in it; three have a code in hand, one waits for one."""
    campaign = int(merchant.api("POST", "/campaigns", {"name": "Winter campaign", "starts_on": "2026-11-01"})["id"])
    path = f"/campaigns/{campaign}"
    kit = {"name": "Winter kit", "value": {"amount": "85.00", "currency": "EUR"}, "offer_id": offer_id, "warn_at": 5}
    pool = f"/incentives/{merchant.api('POST', f'{path}/incentives', kit)['id']}"
    merchant.api("POST", f"{pool}/codes", {"make": 3})
    merchant.api("POST", f"{path}/members", {"selection": {"filter": {}}})
    merchant.api("POST", f"{path}/activate")
    wait_for(lambda: merchant.api("GET", pool)["pool"]["left"] == 3, 30, "the codes of the pool")
    members = [row["id"] for row in merchant.api("GET", f"{path}/members?limit=4")["items"]]
    merchant.api("POST", f"{path}/moves", {"members": {"ids": members}, "to": "pre_payment", "short": "fit"})
    return campaign


_DRAFT = {
    "name": "Spring creators", "type": "fixed_amount", "value": "10.00", "pattern": "KIT-{random:4}",
    "pool": 5, "publish": False,
}  # fmt: skip
