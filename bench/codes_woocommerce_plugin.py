"""How fast codes are made on a real WooCommerce store by the companion plugin's route.

Where the environment names such a store (WOO_URL, WOO_KEY, WOO_SECRET; the plugin installed there). Two figures in one:
the plugin's own rate, from bare requests of 5,000 codes, and the seconds from the merchant's click until 10,000 codes
are live in the page. Everything that was made is deleted again, after the last clock has stopped.
"""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections.abc import Iterator

from bench.codes_shopify import employ, progress
from bench.harness import Figure, Run, bench
from scripts.merchant import Merchant
from scripts.woo_store import NAMES, RealStore

BLOCK = 5000
LEAST_RATE = 5000
MOST_SECONDS = 5.0
SLOWEST_QUICK = 3.0
REQUESTS = 3


@bench("codes_woocommerce.plugin")
def codes_woocommerce_plugin(run: Run) -> Iterator[Figure]:
    store = RealStore.from_env()
    if store is None or not store.has_plugin:
        wanted = f"a store with the companion plugin in {', '.join(NAMES)}"
        print(json.dumps({"name": "codes_woocommerce.plugin", "skipped": wanted}), file=sys.stderr)
        return
    codes, most = run.pick((10_000, MOST_SECONDS), (2_000, SLOWEST_QUICK))
    made: list[str] = []
    try:
        rate = bare_rate(store, made)
        seconds = until_live(run, store, codes, made)
    finally:
        # Not in between: a database goes on cleaning up long after it has said that rows are deleted.
        store.delete_marked(made)
    yield run.figure(
        "codes_woocommerce.plugin", value=seconds, unit="s",
        bar=f"<= {most:g} s, and {LEAST_RATE} codes/s by the plugin", ok=seconds <= most and rate >= LEAST_RATE,
        codes=codes, plugin_codes_per_second=round(rate),
    )  # fmt: skip


def bare_rate(store: RealStore, made: list[str]) -> float:
    """Codes a second in the best of a few requests: the first one fills the store's caches. `made`: a code of each."""
    best = 0.0
    for _ in range(REQUESTS):
        mark = secrets.token_hex(6)
        made.append(f"{mark}-0")
        body = {
            "mark": f"shoutcode:{mark}",
            "terms": {"title": f"Bench {mark}", "discount_type": "percent", "amount": "10"},
            "codes": [f"{mark}-{number}" for number in range(BLOCK)],
        }
        started = time.monotonic()
        results = store.plugin("POST", "/coupons", body)["results"]
        best = max(best, BLOCK / (time.monotonic() - started))
        assert all(row["status"] == "created" for row in results)
    return best


def until_live(run: Run, store: RealStore, codes: int, made: list[str]) -> float:
    """Seconds from the merchant's click until the page counts that many live codes."""
    with run.system() as system:
        system.start()
        merchant = Merchant(system, "juniper-goods")
        merchant.install()
        store_id = store.connect(merchant)
        employ(system.database_url, codes)
        mark = f"B{secrets.token_hex(3).upper()}"
        made.append(f"{mark}-1")
        started = time.monotonic()
        begun = merchant.offer(f"Bench {mark}", pattern=f"{mark}-{{seq}}", everybody=True, store_id=store_id)
        progress(merchant, begun["run"]["id"], codes, started)
        return time.monotonic() - started
