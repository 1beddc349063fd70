"""The influencer list as the page asks for it: three offers as columns, filtered and sorted, 50 people a page.

100,000 people, 200 offers, 1,000,000 redemptions; the questions go over HTTP to the web process, one after another, by
one merchant. Each question is asked for its first page, with the number of all that match, and for the page after it.
The value is the slowest question's 95th percentile.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from app.boot import boot
from app.config import Settings
from app.db import db, transaction
from app.stores.models import Store
from bench import large
from bench.harness import Figure, Run, bench, cores
from scripts.merchant import Merchant

MOST_MILLISECONDS = {"postgres": 100.0, "sqlite": 200.0}
HANDLE = "juniper-goods"
LIMIT = 50


@bench("api_list")
def api_list(run: Run) -> Iterator[Figure]:
    size = run.pick(large.FULL_SIZE, large.QUICK_SIZE)
    app, load = cores()
    with run.system() as system:
        system.start_queue(cpus=load)
        system.start_sandbox(cpus=load)
        system.migrate()
        system.start_web(cpus=app)
        merchant = Merchant(system, HANDLE)
        merchant.install()
        boot(Settings.from_env(system.env))
        try:
            started = time.perf_counter()
            offers = large.fill(*only_store(), size)
            filled = time.perf_counter() - started
        finally:
            db.dispose()
        times = {name: ask(merchant, offers, query, run.pick(25, 8)) for name, query in questions(offers).items()}
    slow = {name: percentile(one) for name, one in times.items()}
    slowest = max(slow, key=lambda name: slow[name])
    most = MOST_MILLISECONDS[run.database]
    each = {f"ms_{name}": value for name, value in slow.items()}
    yield run.figure("api_list", value=slow[slowest], unit="ms p95", bar=f"p95 < {most:g} ms",
                     ok=slow[slowest] < most, slowest=slowest, people=size.people, offers=size.offers,
                     redemptions=size.redemptions, filled_in_seconds=filled, **each)


def only_store() -> tuple[int, int]:
    """(workspace id, store id). What else would be fetched from the store is known: its clock stands still here."""
    with transaction() as session:
        store = session.query(Store).one()
        return store.workspace_id, store.id


def questions(offers: list[int]) -> dict[str, dict[str, Any]]:
    """The usual order is the newest first; where a question names no other."""
    second, small = offers[1], offers[-1]
    return {
        "newest": {}, "name": {"sort": "name"}, "net": {"sort": "-net"}, "redemptions": {"sort": "-redemptions"},
        "last_order": {"sort": "last_order"},
        "search": {"q": "anna"}, "search_rare": {"q": "person77."}, "search_code": {"q": "C1500"},
        "search_net": {"q": "anna", "sort": "-net"},
        "tag": {"tag": "pl"}, "tag_net": {"tag": "pl", "sort": "-net"}, "group": {"group": "A", "sort": "name"},
        "offer": {"offer_id": second}, "offer_net": {"offer_id": second, "sort": "-net"},
        "offer_small": {"offer_id": small}, "failed": {"offer_id": second, "code_status": "failed"},
        "live": {"offer_id": second, "code_status": "live"}, "live_anywhere": {"code_status": "live"},
        "failed_anywhere": {"code_status": "failed"}, "no_code": {"code_status": "none"},
        "no_code_in_offer": {"offer_id": small, "code_status": "none"},
        "stage": {"stage": "active"}, "country": {"country": "PL", "sort": "-net"},
        "ordered": {"activity": "order_30"}, "quiet": {"activity": "quiet_60"}, "never": {"activity": "never"},
        "quiet_in_offer": {"activity": "quiet_60", "offer_id": second, "sort": "name"},
    }  # fmt: skip


def ask(merchant: Merchant, offers: list[int], query: dict[str, Any], rounds: int) -> list[float]:
    """Milliseconds of each answer: the first page and the one after it, in turn."""
    times: list[float] = []
    cursor = ""
    columns = ",".join(map(str, offers[: large.FULL]))
    for _ in range(rounds):
        asked = {"sort": "-added", **query, "columns": columns, "limit": LIMIT, "cursor": cursor}
        headers = {"Authorization": f"Bearer {merchant.token()}"}
        started = time.perf_counter()
        answer = merchant.http.get(f"{merchant.app}/api/influencers", params=asked, headers=headers, timeout=60)
        times.append((time.perf_counter() - started) * 1000)
        answer.raise_for_status()
        cursor = "" if cursor else answer.json()["next_cursor"] or ""
    return times


def percentile(times: list[float]) -> float:
    """The 95th, without the first two answers, for which the database reads what it then keeps at hand."""
    warm = sorted(times[2:])
    return warm[max(0, -(-len(warm) * 95 // 100) - 1)]
