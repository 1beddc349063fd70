"""How close the making of codes on Shopify comes to what Shopify's own limits ask for.

The sandbox answers each call after 100 ms and works on two blocks of 250 codes at a time, on a standard plan's cost
points; one code in a hundred is taken by others and needs a second candidate. The time counts from the merchant's
click (POST /api/offers) until the run is finished, and is compared with `floor_seconds`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db.session import make_engine
from bench.harness import Figure, Run, bench, cores, memory_bytes
from bench.people import add_people
from scripts.merchant import Merchant
from scripts.processes import Process

LATENCY = 0.1
BLOCK = 250
PARALLEL = 2
CLASH_EVERY = 100
RESTORE_RATE = 100.0
BUCKET = 2000.0
ADD_POINTS = 10
"""Of one call that adds a block; what a client asks beside it is its own affair."""
CALLS_IN_A_ROW = 6
"""Make the discount, add the first block, see the last one done; learn which are taken, add those, see them done."""
MOST_RATIO = 1.1
QUICK_RATIO = 1.3
"""The start and the end of a run weigh more in a short one."""
BULK_SECONDS = 2.0
MOST_DRIFT = 1.15
MOST_WORKER_BYTES = 250_000_000


def floor_seconds(codes: int, clashes: int, bulk_seconds: float) -> float:
    """The time below which no client can come: the slower of the store's work and its points, and the calls that must
    follow each other. Every clash is work for the store twice.
    """
    sent = codes + clashes
    work = sent / BLOCK * bulk_seconds / PARALLEL
    points = max(0.0, sent / BLOCK * ADD_POINTS - BUCKET) / RESTORE_RATE
    return max(work, points) + CALLS_IN_A_ROW * LATENCY


@bench("codes_shopify")
def codes_shopify(run: Run) -> Iterator[Figure]:
    codes, most = run.pick((10_000, MOST_RATIO), (2_500, QUICK_RATIO))
    made = make(run, codes, BULK_SECONDS)
    floor = floor_seconds(codes, codes // CLASH_EVERY, BULK_SECONDS)
    yield run.figure(
        "codes_shopify", value=made["seconds"], unit="s", baseline=floor, bar=f"ratio <= {most}",
        ok=made["seconds"] / floor <= most, codes=codes, throttled_s=made["throttled_s"],
        points=made["points"], worker_mb=made["worker_bytes"] / 1e6,
    )
    if not run.quick:
        yield large(run)


def large(run: Run) -> Figure:
    """Ten times as many codes: each must take as long at the end as at the beginning, in a worker that stays small."""
    codes, bulk_seconds = 100_000, 0.5
    made = make(run, codes, bulk_seconds)
    floor = floor_seconds(codes, codes // CLASH_EVERY, bulk_seconds)
    return run.figure(
        "codes_shopify.large", value=made["seconds"], unit="s", baseline=floor,
        bar=f"last quarter <= {MOST_DRIFT} of the first, worker < {MOST_WORKER_BYTES / 1e6:.0f} MB",
        ok=made["drift"] <= MOST_DRIFT and made["worker_bytes"] < MOST_WORKER_BYTES,
        codes=codes, throttled_s=made["throttled_s"], points=made["points"], drift=made["drift"],
        worker_mb=made["worker_bytes"] / 1e6,
    )


def make(run: Run, codes: int, bulk_seconds: float) -> dict[str, Any]:
    """One run of that many codes in a fresh system; what it took."""
    ours, theirs = cores()
    with run.system() as system:
        system.start_queue(cpus=ours)
        system.migrate()
        system.start_sandbox(cpus=theirs)
        system.start_web(cpus=ours)
        system.start_worker(cpus=ours)
        worker = system.start_worker("codes", cpus=ours)
        system.wait_for_workers()
        merchant = Merchant(system, "juniper-goods")
        merchant.install()
        employ(system.database_url, codes)
        taken = [f"BENCH{number}" for number in range(CLASH_EVERY, codes + 1, CLASH_EVERY)]
        merchant.sandbox.plant_codes(merchant.shop, taken)
        merchant.sandbox.turn(latency_ms=LATENCY * 1000, bulk_seconds=bulk_seconds, bulk_parallel=PARALLEL)
        watch = Watch(worker)
        started = time.monotonic()
        begun = merchant.offer("Bench", pattern="BENCH{seq}", everybody=True)
        quarters = progress(merchant, begun["run"]["id"], codes, started)
        seconds = time.monotonic() - started
        memory = watch.stop()
        stats = merchant.sandbox.stats()
        live = len(merchant.sandbox.codes(merchant.shop))
        if live != codes + len(taken):
            raise AssertionError(f"{live} codes in the store instead of {codes} and {len(taken)} of others")
    return {"seconds": seconds, "drift": quarters[3] / quarters[0], "worker_bytes": memory,
            "throttled_s": stats["throttled_seconds"], "points": stats["points_spent"]}


def employ(database_url: str, people: int) -> None:
    """That many influencers for the one workspace there is."""
    engine = make_engine(database_url)
    with Session(engine) as session, session.begin():
        add_people(session, session.execute(text("SELECT id FROM workspace")).scalar_one(), people)
    engine.dispose()


def progress(merchant: Merchant, run_id: int, codes: int, started: float) -> list[float]:
    """Waits for the end of the run; the seconds that each quarter of it took."""
    marks = [started]
    while True:
        run = merchant.api("GET", f"/runs/{run_id}")
        while len(marks) < 4 and run["counts"]["live"] >= codes * len(marks) / 4:
            marks.append(time.monotonic())
        if run["state"] == "finished":
            if run["counts"]["live"] != codes:
                raise AssertionError(f"the run ended with {run['counts']}")
            ends = [*marks[1:], time.monotonic()]
            return [end - start for start, end in zip(marks, ends, strict=True)]
        time.sleep(0.2)


class Watch:
    """The most memory a process had, looked at twice a second."""

    def __init__(self, process: Process) -> None:
        self.most = 0
        self._process = process
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        self._over.set()
        self._thread.join()
        return self.most

    def _look(self) -> None:
        while not self._over.wait(0.5):
            self.most = max(self.most, memory_bytes(self._process.pid))
