"""How close the making of codes on WooCommerce comes to what the store's own batches take.

By REST alone: batches of 100, two at a time. The stand-in takes 10 ms for each coupon, between what a real store took
with one client (15) and with four (7); one code in a hundred is taken by others and needs a second candidate. The time
counts from the merchant's click until the run is finished. The baseline is the same number of batches, sent by two
bare clients to a store just like it in the same run.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from bench.codes_shopify import CLASH_EVERY, employ, progress
from bench.harness import Figure, Run, bench, cores, wait_for
from sandbox.woo_client import WooSandbox
from scripts.merchant import Merchant

BATCH = 100
PARALLEL = 2
CREATE_MS = 10.0
BARE_BATCHES = 12
MOST_RATIO = 1.2
QUICK_RATIO = 1.3
"""The start and the end of a run weigh more in a short one."""


@bench("codes_woocommerce")
def codes_woocommerce(run: Run) -> Iterator[Figure]:
    codes, most = run.pick((10_000, MOST_RATIO), (2_000, QUICK_RATIO))
    ours, theirs = cores()
    with run.system() as system:
        system.start_queue(cpus=ours)
        system.migrate()
        system.start_sandbox(cpus=theirs)
        system.start_web(cpus=ours)
        system.start_worker(cpus=ours)
        system.start_worker("codes", cpus=ours)
        system.wait_for_workers()
        merchant = Merchant(system, "juniper-goods")
        merchant.install()
        store, store_id = connect(merchant)
        employ(system.database_url, codes)
        store.plant([f"BENCH{number}" for number in range(CLASH_EVERY, codes + 1, CLASH_EVERY)])
        store.turn(create_ms=CREATE_MS)
        bare = bare_seconds(WooSandbox.create(merchant.sandbox, "bare", plugin=False))
        started = time.monotonic()
        begun = merchant.offer("Bench", pattern="BENCH{seq}", everybody=True, store_id=store_id)
        progress(merchant, begun["run"]["id"], codes, started)
        seconds = time.monotonic() - started
        made = store.requests().get("POST coupons/batch", 0)
        live = len(store.published())
        if live != codes + codes // CLASH_EVERY:
            raise AssertionError(f"{live} coupons in the store instead of {codes} and those of others")
    baseline = bare * (codes + codes // CLASH_EVERY) / BATCH
    yield run.figure(
        "codes_woocommerce.rest", value=seconds, unit="s", baseline=baseline, bar=f"ratio <= {most}",
        ok=seconds / baseline <= most, codes=codes, batches=made,
    )


def connect(merchant: Merchant) -> tuple[WooSandbox, int]:
    """A store without the plugin, by its key screen; and its id in the app."""
    store = WooSandbox.create(merchant.sandbox, "bench", plugin=False)
    grant = merchant.api("POST", "/key-grants", {"store_url": store.url})
    asked = dict(parse_qsl(urlsplit(grant["authorize_url"]).query))
    requests.get(f"{store.url}/wc-auth/v1/access_granted/", params=asked, timeout=30, allow_redirects=False)

    def connected() -> int | None:
        stores = merchant.api("GET", "/session")["stores"]
        return next((row["id"] for row in stores if row["platform"] == "woocommerce" and row["currency"]), None)

    return store, wait_for(connected, 30, "the store's keys")


def bare_seconds(store: WooSandbox) -> float:
    """Of one batch where two are always on their way: the store's own ceiling."""
    store.turn(create_ms=CREATE_MS)
    key = store.key()
    auth = (key["consumer_key"], key["consumer_secret"])

    def send(number: int) -> None:
        body: dict[str, Any] = {
            "create": [{"code": f"bare-{number}-{n}", "amount": "15", "discount_type": "percent"} for n in range(BATCH)]
        }
        answer = requests.post(f"{store.rest}/wc/v3/coupons/batch", json=body, auth=auth, timeout=60)
        answer.raise_for_status()

    started = time.monotonic()
    with ThreadPoolExecutor(PARALLEL) as pool:
        list(pool.map(send, range(BARE_BATCHES)))
    return (time.monotonic() - started) / BARE_BATCHES
