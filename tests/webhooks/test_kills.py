"""kill -9 of a draining process at chosen points: nothing is lost and nothing is counted twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.config import Settings
from tests.support.deliveries import deliver, inbox, order_payload
from tests.support.redeeming import sums
from webhooks import jobs

ROOT = Path(__file__).parents[2]
ORDERS = 60
# The function, and whether the process dies just before it or just after.
POINTS = [
    ("webhooks.drain.work", "before"),
    ("app.redemptions.ledger.insert_orders", "after"),
    ("app.redemptions.ledger.save", "before"),
    ("app.redemptions.ledger.save", "after"),
    ("app.redemptions.news.tell", "after"),
    ("webhooks.drain._finish", "after"),
    ("webhooks.drain._note_last_delivery", "before"),
]
PROGRAM = """
import importlib, os, signal, sys
from app.boot import boot
from app.config import Settings
boot(Settings.from_env())
from webhooks import jobs
name, when, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
module, _, function = name.rpartition(".")
module = importlib.import_module(module)
real, calls = getattr(module, function), 0

def die_here(*args, **kwargs):
    global calls
    calls += 1
    if calls == times and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    result = real(*args, **kwargs)
    if calls == times:
        os.kill(os.getpid(), signal.SIGKILL)
    return result

setattr(module, function, die_here)
from webhooks import drain
drain.BATCH = 20  # several transactions, so that some are committed before the kill
drain.SQLITE_BATCH = drain.SQLITE_LEAST = 20
jobs.drain()
"""


def drain_and_die(settings: Settings, point: str, when: str, times: int) -> int:
    env = {
        **os.environ, "SHOUTCODE_URL": settings.url, "SHOUTCODE_KEYS": ",".join(settings.keys),
        "SHOPIFY_API_KEY": settings.shopify_api_key, "SHOPIFY_API_SECRET": settings.shopify_api_secrets[0],
        "DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url, "SHOUTCODE_ENV": "production",
    }  # fmt: skip
    command = [sys.executable, "-c", PROGRAM, point, when, str(times)]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, timeout=60, check=False).returncode


@pytest.mark.parametrize(("point", "when"), POINTS)
def test_a_drain_that_is_killed_loses_and_doubles_nothing(
    http: FlaskClient, settings: Settings, point: str, when: str
) -> None:
    for id in range(ORDERS):
        assert deliver(http, order_payload(id, refunded="5.00" if id % 3 == 0 else "0.00")).status_code == 200
    assert drain_and_die(settings, point, when, times=2) == -signal.SIGKILL
    done = [row.state for row in inbox()].count(1)
    assert 0 < done < ORDERS, "the kill came too early or too late to mean anything"
    counted = sums()["LUCY", "EUR"][0]
    assert counted == done, "what is marked as worked is in the ledger, and the reverse"
    jobs.drain()
    assert {row.state for row in inbox()} == {1}
    assert sums() == {("LUCY", "EUR"): (ORDERS, Decimal(100 * ORDERS), Decimal(5 * ORDERS // 3))}


def test_twin_a_mark_in_a_transaction_of_its_own_loses_deliveries(
    http: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rig notices: with the marks committed before the work, a kill between the two loses a batch."""
    for id in range(ORDERS):
        deliver(http, order_payload(id))
    early = PROGRAM.replace(
        "jobs.drain()\n",
        "from sqlalchemy import text\nfrom app.db import transaction\n"
        "with transaction() as session:\n"
        "    session.execute(text('UPDATE delivery SET state = 1 WHERE id <= 20'))\njobs.drain()\n",
    )
    monkeypatch.setattr(sys.modules[__name__], "PROGRAM", early)
    assert drain_and_die(settings, "app.redemptions.ledger.save", "before", times=1) == -signal.SIGKILL
    jobs.drain()
    assert sums()["LUCY", "EUR"][0] == ORDERS - 20
