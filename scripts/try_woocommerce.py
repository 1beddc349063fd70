"""`make test-woocommerce`: the main job on a real WooCommerce store, compared with its own books. One JSON line last.

    WOO_URL=https://shop.example WOO_KEY=ck_... WOO_SECRET=cs_... make test-woocommerce

The companion plugin may be installed there or not: without it start dates and links are left out. What is made in the
store (a product, two offers' coupons, seven orders) is deleted at the end. Exits 1 with every difference in words.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import requests
from redis import Redis
from rq import Queue

from scripts.merchant import Merchant, Refused
from scripts.processes import StartError
from scripts.smoke import Differences, expect
from scripts.system import System, wait_for
from scripts.woo_store import NAMES, RealStore

PEOPLE, POOL = 200, 800
PRICE = "50.00"
SETTLED_SECONDS = 90
MINUTE_FORM = "%Y-%m-%dT%H:%M"


def main() -> int:
    store = RealStore.from_env()
    if store is None:
        print(json.dumps({"ok": None, "skipped": f"set {', '.join(NAMES)} to a store that may be written to"}))
        return 0
    folder = Path(tempfile.mkdtemp(prefix="shoutcode-woocommerce-"))
    started = time.monotonic()
    try:
        with System(folder) as system:
            system.start()
            line = Way(Merchant(system, "juniper-goods"), store, system).go()
    except (StartError, Refused, Differences, TimeoutError) as error:
        print(f"{error}\nThe logs are kept in {folder / 'logs'}", file=sys.stderr)
        print(json.dumps({"ok": False}))
        return 1
    shutil.rmtree(folder)
    print(json.dumps({"ok": True, **line, "seconds": round(time.monotonic() - started, 1)}))
    return 0


class Way:
    def __init__(self, merchant: Merchant, store: RealStore, system: System) -> None:
        self.merchant, self.store, self.system = merchant, store, system
        self.run = f"T{int(time.time()) % 100_000_000:08d}"
        self.store_id = 0
        self.orders: dict[str, int] = {}
        self.codes: list[str] = []
        self.offer_id = self.person = 0

    def go(self) -> dict[str, Any]:
        has_plugin = self.store.has_plugin
        self.merchant.install()
        self.merchant.connect_roster()
        self.store_id = self.store.connect(self.merchant)
        product = self.store.rest("POST", "products", {
            "name": f"Shoutcode trial {self.run}", "regular_price": PRICE, "virtual": True, "tax_status": "none",
            "catalog_visibility": "hidden",
        })["id"]  # fmt: skip
        try:
            rate = self.make_codes()
            self.buy(product)
            differences = self.settle(self.differences)
            if has_plugin:
                self.try_start_date(product)
                self.try_link(product)
        finally:
            self.clean_up(product)
        return {
            "plugin": has_plugin, "codes": PEOPLE + POOL, "codes_per_second": rate, "orders": len(self.orders),
            "net_matches": not differences, "start_date": has_plugin, "link": has_plugin,
        }  # fmt: skip

    def make_codes(self) -> float:
        begun = time.monotonic()
        made = self.merchant.offer(
            f"Trial {self.run}", pattern=f"{self.run}-{{random:8}}", value="10", pool=POOL, everybody=True,
            store_id=self.store_id,
        )  # fmt: skip
        run = self.merchant.finished_run(made["run"]["id"], 900)
        rate = round((PEOPLE + POOL) / (time.monotonic() - begun), 1)
        expect(run["counts"]["live"] == PEOPLE + POOL, f"the run ended with {run['counts']}")
        self.offer_id = made["offer"]["id"]
        held = [row for row in self.merchant.pages(f"/offers/{self.offer_id}/codes?state=live") if row["influencer"]]
        self.codes, self.person = [row["code"] for row in held], held[0]["influencer"]["id"]
        found = self.store.rest("GET", "coupons", code=self.codes[0])
        expect(len(found) == 1 and Decimal(found[0]["amount"]) == 10, f"{self.codes[0]} is not as asked: {found}")
        return rate

    def buy(self, product: int) -> None:
        """One order for each thing that can happen to an order, each with a code of its own."""
        for number, name in enumerate(("kept", "part", "full", "cancelled", "trashed", "restored", "erased")):
            order = self.store.rest("POST", "orders", {
                "set_paid": True, "line_items": [{"product_id": product, "quantity": 2}],
                "coupon_lines": [{"code": self.codes[number]}],
                "billing": {"email": f"{name}@shoutcode-trial.example"},
            })  # fmt: skip
            self.orders[name] = order["id"]
        self.settle(lambda: self.differences(7))
        of = self.orders
        self.store.rest("POST", f"orders/{of['part']}/refunds", {"amount": "12.50", "api_refund": False})
        self.store.rest("POST", f"orders/{of['full']}/refunds", {"amount": "90.00", "api_refund": False})
        self.store.rest("PUT", f"orders/{of['cancelled']}", {"status": "cancelled"})
        self.store.rest("DELETE", f"orders/{of['trashed']}")
        self.store.rest("DELETE", f"orders/{of['restored']}")
        self.settle(lambda: self.differences(4))
        self.store.rest("PUT", f"orders/{of['restored']}", {"status": "processing"})
        self.store.rest("DELETE", f"orders/{of['erased']}", force="true")
        with Redis.from_url(self.system.env["REDIS_URL"]) as queue:
            # Nightly else: without the plugin's pushes nobody tells of an order that is deleted for good.
            Queue("default", connection=queue).enqueue_call("app.redemptions.jobs.check", args=(self.store_id,))

    def differences(self, counted: int = 4) -> list[str]:
        """The app's totals beside what the store's own orders say."""
        self.merchant.api("POST", f"/stores/{self.store_id}/reconcile")
        theirs = [order for name in self.orders if (order := self.order(name)) is not None]
        net = sum((Decimal(order["total"]) for order in theirs), Decimal(0))
        net += sum((Decimal(refund["total"]) for order in theirs for refund in order["refunds"]), Decimal(0))
        offer = self.merchant.api("GET", f"/offers/{self.offer_id}")
        ours = sum((Decimal(total["net"]["amount"]) for total in offer["totals"]), Decimal(0))
        redemptions = sum(total["redemptions"] for total in offer["totals"])
        found = [] if ours == net else [f"net is {ours} here and {net} in the store"]
        if (redemptions, len(theirs)) != (counted, counted):
            found.append(f"{redemptions} redemptions here, {len(theirs)} orders in the store, {counted} expected")
        return found

    def order(self, name: str) -> Any:
        """None for what is no sale."""
        answer = self.store.ask("GET", f"orders/{self.orders[name]}")
        if answer.status_code == 404 or answer.json()["status"] in ("trash", "cancelled"):
            return None
        return answer.json()

    def try_start_date(self, product: int) -> None:
        """A code of tomorrow is refused today, in the store's own words for shoppers."""
        tomorrow = (datetime.now(UTC) + timedelta(days=2)).strftime(MINUTE_FORM)
        made = self.merchant.api("POST", "/offers", {
            "name": f"Later {self.run}", "store_id": self.store_id, "type": "percentage", "value": "10",
            "pattern": f"L{self.run}-{{seq}}", "starts_at": tomorrow, "selection": {"ids": [self.person]},
            "publish": True,
        })  # fmt: skip
        self.merchant.finished_run(made["run"]["id"], 60)
        later = f"L{self.run}-1"
        answer = self.store.ask("POST", "orders", {
            "line_items": [{"product_id": product, "quantity": 1}], "coupon_lines": [{"code": later}],
        })  # fmt: skip
        expect(answer.status_code == 400, f"{later} works before its start: {answer.status_code}")
        draft = answer.json().get("data", {}).get("new_draft_order_id")
        if draft:
            self.store.ask("DELETE", f"orders/{draft}", force="true")

    def try_link(self, product: int) -> None:
        """A link puts the code into a cart that is filled afterwards."""
        shopper = requests.Session()
        shopper.get(f"{self.store.url}/", params={"shoutcode": self.codes[0]}, timeout=60)
        shopper.get(f"{self.store.url}/", params={"add-to-cart": product}, timeout=60)
        cart = shopper.get(f"{self.store.url}/wp-json/wc/store/v1/cart", timeout=60).json()
        applied = [row["code"].upper() for row in cart.get("coupons", ())]
        expect(applied == [self.codes[0].upper()], f"the cart after the link has {applied or 'no code'}")

    def settle(self, differences: Any) -> list[str]:
        try:
            wait_for(lambda: not differences(), SETTLED_SECONDS, "the totals")
        except TimeoutError:
            raise Differences("\n".join(differences())) from None
        return []

    def clean_up(self, product: int) -> None:
        for number in self.orders.values():
            self.store.ask("DELETE", f"orders/{number}", force="true")
        self.store.ask("DELETE", f"products/{product}", force="true")
        self.store.delete_coupons(self.run)


if __name__ == "__main__":
    sys.exit(main())
