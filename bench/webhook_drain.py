"""How many deliveries one worker process, pinned to one core, takes from the inbox into the ledger in a second.

Each order is delivered twice, created and updated five seconds later, every one with a code that somebody holds, so
each order ends as an order, a redemption, a ledger entry, a total and an event. The sums are checked afterwards.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from decimal import Decimal

from sqlalchemy import func, select

from app import logs
from app.boot import boot
from app.clock import now
from app.config import Settings
from app.db import db, reading
from app.redemptions.models import LedgerEntry, Redemption
from bench.deliveries import add_shop, order
from bench.harness import Figure, Run, bench
from scripts.processes import Process
from scripts.system import ROOT, System
from webhooks.inserts import make_inserter
from webhooks.intake import Received
from webhooks.models import Delivery
from webhooks.sealing import Sealer

LEAST_RATE = {"postgres": 1500.0, "sqlite": 0.0}
"""Deliveries a second; on SQLite the drain holds itself back for the intake's sake, and is shown without a bar."""
CODES = 200


@bench("webhook_drain")
def webhook_drain(run: Run) -> Iterator[Figure]:
    orders = run.pick(15_000, 3_000) // (1 if run.database == "postgres" else 5)
    with run.system() as system:
        system.start_queue()
        system.migrate()
        boot(Settings.from_env(system.env))
        logs.configure(level=40)
        try:
            _fill(add_shop(CODES), orders)
            seconds = _drain(system)
            _check(orders)
        finally:
            db.dispose()
    rate, least = 2 * orders / seconds, LEAST_RATE[run.database]
    yield run.figure(
        "webhook_drain", value=rate, unit="deliveries/s",
        bar=f">= {least:g} with one worker on one core" if least else "shown without a bar", ok=rate >= least,
        deliveries=2 * orders, core_of="the worker's own; the database has the others",
    )  # fmt: skip


def _fill(store_id: int, orders: int) -> None:
    sealer, inserter = Sealer.from_settings(), make_inserter()
    rows: list[Received] = []
    for number in range(orders):
        for seconds, topic in ((0, "orders/create"), (5, "orders/updated")):
            body = order(number, f"CODE{number % CODES}", seconds=seconds)
            rows.append(Received(store_id, topic, f"{number}-{seconds}", now(), now(), sealer.seal(body, store_id)))
    for start in range(0, len(rows), 500):
        inserter.insert(rows[start : start + 500])


def _drain(system: System) -> float:
    """Seconds of one drain in a process of its own, from its first row to its last."""
    code = "from app.boot import boot; from app.config import Settings; boot(Settings.from_env());" \
           "import time; from webhooks.jobs import drain; began = time.perf_counter(); drain();" \
           "print('SECONDS', time.perf_counter() - began)"
    last = max(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
    log = system.state / "logs" / "drain.log"
    worker = Process("drain", [sys.executable, "-c", code], env=system.env, log=log, cpus={last}, cwd=ROOT).start()
    while worker.running:
        time.sleep(0.05)
    worker.stop()
    return float(log.read_text().rpartition("SECONDS")[2])


def _check(orders: int) -> None:
    """Nothing is left, and the ledger's sums are those of the orders, each counted once."""
    with reading() as session:
        waiting = session.scalar(select(func.count()).where(Delivery.state != 1))
        counted, gross = session.execute(
            select(func.count(), func.sum(Redemption.gross)).where(Redemption.counted)
        ).one()
        ledger = session.scalar(select(func.sum(LedgerEntry.gross)))
    if waiting or counted != orders or gross != ledger or Decimal(ledger or 0) <= 0:
        raise AssertionError(f"{waiting} deliveries not worked, {counted} of {orders} orders, {gross} against {ledger}")
