"""How much of the webhook path's rate is left when every delivery is committed before it is answered.

The baseline is the same app on the same number of processes, doing the same checks, look-ups and sealing, but storing
nothing (bench/_noinsert_app). Rounds of the two follow each other in turn, and medians are compared: the machine's
load moves more than either does. Every id that was answered 2xx is then asked for in the table.
"""

from __future__ import annotations

import json
import statistics
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app.boot import boot
from app.codes import service as codes
from app.codes.models import CodeRun
from app.config import Settings
from app.db import db, reading, transaction
from app.offers.models import Offer
from bench.deliveries import SHOP, add_shop, order, signature
from bench.harness import Figure, Run, bench, memory_bytes
from scripts.processes import Process, answers, free_port
from scripts.system import ROOT, WEB_THREADS, System
from webhooks.models import Delivery

HERE = Path(__file__).parent
LEAST_RATIO = 0.33
MOST_P99_MS = 30.0
MOST_MEMORY_MB = 200
CONNECTIONS = 32
BODIES = 400
RUNS, CODES = 5, 100_000


@bench("webhook_ingest")
def webhook_ingest(run: Run) -> Iterator[Figure]:
    rounds, seconds = run.pick((5, 8), (3, 2))
    _fetch_autocannon()
    with run.system() as system:
        system.start_queue()
        system.migrate()
        boot(Settings.from_env(system.env))
        try:
            add_shop(200)
            yield from _figures(run, system, rounds, seconds)
        finally:
            db.dispose()


def _figures(run: Run, system: System, rounds: int, seconds: int) -> Iterator[Figure]:
    load = Load(system.state, system.keys["SHOPIFY_API_SECRET"])
    real, bare = _serve(system, "app.wsgi:app"), _serve(system, "bench._noinsert_app:app")
    for server in (real, bare):
        load.round(server, "warm-up", 1)
    with_insert, without = [], []
    for number in range(rounds):
        without.append(load.round(bare, f"bare-{number}", seconds)["rate"])
        with_insert.append(load.round(real, f"real-{number}", seconds)["rate"])
    peak, most = statistics.median(with_insert), statistics.median(without)
    calm = load.round(real, "calm", seconds, rate=int(peak / 2))
    memory = memory_bytes(real.process.pid) / 1e6
    _generate()
    system.start_worker("webhooks")
    system.start_worker("default")
    busy = load.round(real, "busy", seconds)
    busy_calm = load.round(real, "busy-calm", seconds, rate=int(peak / 2))
    lost, made = load.not_stored(), _generated()
    yield run.figure(
        "webhook_ingest", value=peak, unit="requests/s", baseline=most, bar=f"ratio >= {LEAST_RATIO}, 0 lost",
        ok=peak / most >= LEAST_RATIO and not lost and not load.refused, answered_2xx=load.answered, lost=len(lost),
        not_2xx=load.refused, while_draining_and_generating=busy["rate"], codes_made_meanwhile=made,
    )  # fmt: skip
    yield run.figure(
        "webhook_ingest.p99", value=calm["p99"], unit="ms",
        bar=f"< {MOST_P99_MS:g} ms at half of the peak", ok=calm["p99"] < MOST_P99_MS,
        p50=calm["p50"], rate=calm["rate"], while_draining_and_generating=busy_calm["p99"],
    )  # fmt: skip
    yield run.figure(
        "webhook_ingest.memory", value=memory, unit="MB",
        bar=f"< {MOST_MEMORY_MB} MB of the server's processes together", ok=memory < MOST_MEMORY_MB,
    )


def _generate() -> None:
    """Runs that keep a worker making codes for as long as the load lasts; nobody pushes them to a store."""
    with transaction() as session:
        offer = session.scalars(select(Offer)).one()
        for _ in range(RUNS):
            codes.prepare_later(session, offer, [], pool=CODES, edits={}, actor="bench")


def _generated() -> int:
    with reading() as session:
        made = session.scalar(select(func.sum(CodeRun.made))) or 0
        waiting = session.scalar(select(func.count()).select_from(CodeRun).where(CodeRun.request.is_not(None)))
    if not made or not waiting:
        raise AssertionError(f"the generation stood still or ended early: {made} codes made, {waiting} runs left")
    return int(made)


@dataclass(frozen=True, slots=True)
class Server:
    process: Process
    url: str
    stores: bool


def _serve(system: System, target: str) -> Server:
    """As System.start_web() does, for any WSGI target."""
    port = free_port()
    workers = 1 if system.database == "sqlite" else 2
    command = ["-m", "app.serve", "--interface", "wsgi", target, "--host", "127.0.0.1", "--port", str(port),
               "--workers", str(workers), "--blocking-threads", str(WEB_THREADS), "--no-ws"]  # fmt: skip
    name = target.partition(":")[0]
    process = system._start(system._python(name, command, None))
    url = f"http://127.0.0.1:{port}"
    process.wait_until(lambda: answers(f"{url}/healthz"))
    return Server(process, f"{url}/webhooks/shopify", target.startswith("app."))


class Load:
    """The client, and its memory of every id that was answered 2xx by a server that stores."""

    def __init__(self, folder: Path, secret: str) -> None:
        self._folder = folder
        self._bodies = folder / "bodies.json"
        bodies = [order(number, f"CODE{number % 200}") for number in range(BODIES)]
        self._bodies.write_text(
            json.dumps([{"body": body.decode(), "hmac": signature(body, secret)} for body in bodies])
        )
        self._ids: set[str] = set()
        self.refused = 0

    @property
    def answered(self) -> int:
        return len(self._ids)

    def round(self, server: Server, prefix: str, seconds: int, rate: int | None = None) -> dict[str, Any]:
        ids = self._folder / "ids.txt"
        plan = {
            "url": server.url, "shop": SHOP, "topic": "orders/create", "connections": CONNECTIONS, "seconds": seconds,
            "rate": rate, "prefix": prefix, "bodies": str(self._bodies), "ids": str(ids),
        }  # fmt: skip
        done = subprocess.run(
            ["node", "load.mjs", json.dumps(plan)], cwd=HERE, capture_output=True, text=True, check=True
        )
        if server.stores:
            self._ids.update(ids.read_text().split())
        result: dict[str, Any] = json.loads(done.stdout)
        self.refused += result["other"] + result["errors"]
        return result

    def not_stored(self) -> set[str]:
        with reading() as session:
            return self._ids - set(session.scalars(select(Delivery.delivery_id)))


def _fetch_autocannon() -> None:
    if not (HERE / "node_modules" / "autocannon").exists():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=ROOT / "bench", check=True, capture_output=True)
