"""Processes that die, vanish or stall while work goes on: nothing lost, nothing twice, nothing unknown to us.

What is checked is read from both sides afterwards: our API, and the sandbox's own codes and books. A plan is drawn from
its seed, which the failure shows; the same seed gives the same plan.
"""

from __future__ import annotations

import random
from collections import Counter
from decimal import Decimal

import pytest
from sqlalchemy import text

from sandbox.client import SandboxClient
from scripts.merchant import Merchant
from scripts.system import System, wait_for
from tests.faults.conftest import connection, new_merchant

CODES = 1500
ORDERS = 30


@pytest.mark.parametrize("seed", [20261121])
def test_a_worker_killed_while_it_makes_codes_leaves_none_behind(system, merchant, seed):
    plan = random.Random(seed)
    merchant.sandbox.turn(bulk_seconds=1.0, latency_ms=plan.choice([20, 100]))
    system.start_worker()
    worker = system.start_worker("codes")
    system.start_scheduler()
    run_id = merchant.offer("Killed", pattern="KILLED{random:8}", pool=CODES)["run"]["id"]
    for at in sorted(plan.sample(range(100, CODES - 300), 2)):
        wait_for(lambda at=at: live_codes(merchant, run_id) >= at, 60, f"{at} codes of seed {seed}")
        worker.kill()
        let_leases_run_out(system)
        worker.start()
    merchant.finished_run(run_id, 60)
    check_codes(system, merchant, run_id, f"seed {seed}")


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5))
def test_a_killed_worker_is_followed_within_a_minute_by_itself(system, merchant, seed):
    """As above, with the lease's own time: nobody helps."""
    plan = random.Random(seed)
    merchant.sandbox.turn(bulk_seconds=1.0, latency_ms=plan.choice([20, 100]))
    system.start_worker()
    worker = system.start_worker("codes")
    system.start_scheduler()
    run_id = merchant.offer("Killed", pattern="KILLED{random:8}", pool=CODES)["run"]["id"]
    at = plan.randrange(100, CODES - 300)
    wait_for(lambda: live_codes(merchant, run_id) >= at, 60, f"{at} codes of seed {seed}")
    worker.kill()
    worker.start()
    merchant.finished_run(run_id, 90)
    check_codes(system, merchant, run_id, f"seed {seed}")


def test_without_another_worker_a_killed_one_leaves_the_run_open(system, merchant):
    """The twin: it shows that the kill above really interrupts."""
    merchant.sandbox.turn(bulk_seconds=1.0)
    system.start_worker()
    worker = system.start_worker("codes")
    run_id = merchant.offer("Killed", pattern="KILLED{random:8}", pool=CODES)["run"]["id"]
    wait_for(lambda: live_codes(merchant, run_id) >= 100, 60, "the first codes")
    worker.kill()
    merchant.sandbox.wait_delivered()
    run = merchant.api("GET", f"/runs/{run_id}")
    assert run["state"] == "running"
    assert run["counts"]["creating"] > 0


def test_webhooks_that_arrive_while_the_queue_is_away_are_answered_and_worked(system, merchant):
    codes, queue = ready_to_sell(system, merchant), system.process("queue")
    system.start_scheduler()
    queue.kill()
    sell(merchant, codes)
    merchant.sandbox.wait_delivered()
    assert answers(merchant) == {(200, 1)}
    system.start_queue()
    wait_for(lambda: not money_differences(merchant), 60, "the totals")


def test_without_the_schedule_nobody_looks_at_what_the_queue_lost(system, merchant):
    """The twin: the queue's death really loses the wake-up, and what finds the work is the schedule."""
    codes, queue = ready_to_sell(system, merchant), system.process("queue")
    queue.kill()
    sell(merchant, codes)
    merchant.sandbox.wait_delivered()
    assert answers(merchant) == {(200, 1)}
    assert len(money_differences(merchant)) == len(codes)


def test_a_token_endpoint_that_stalls_holds_up_no_webhook(system):
    sandbox = SandboxClient(system.sandbox_url)
    sandbox.turn(access_token_seconds=1)  # every call of the Admin API has to ask for a new one
    merchant = new_merchant(system)
    codes = ready_to_sell(system, merchant)
    system.start_scheduler()
    sandbox.turn(token_stall_seconds=10)
    before = token_requests(merchant)
    run_id = merchant.offer("Stalled", pattern="STALLED{random:8}", pool=10)["run"]["id"]
    wait_for(lambda: token_requests(merchant) > before, 20, "the stalled request")
    sell(merchant, codes)
    sandbox.wait_delivered()
    assert answers(merchant) == {(200, 1)}
    assert live_codes(merchant, run_id) == 0, "the token came before the webhooks did: nothing was shown"
    sandbox.turn(token_stall_seconds=0, access_token_seconds=3600)
    merchant.finished_run(run_id, 60)
    wait_for(lambda: not money_differences(merchant), 60, "the totals")


def ready_to_sell(system: System, merchant: Merchant) -> list[str]:
    """Workers run, and people hold live codes; returns these."""
    system.start_worker("webhooks", "roster", "default")
    system.start_worker("codes")
    for number in range(ORDERS):
        merchant.api("POST", "/influencers", {"first_name": f"Person {number}"})
    run = merchant.offer("Sold", pattern="SOLD{first_name}", everybody=True)["run"]
    merchant.finished_run(run["id"], 60)
    merchant.sandbox.wait_delivered()
    return sorted(row["code"] for row in merchant.sandbox.codes(merchant.shop))


def sell(merchant: Merchant, codes: list[str]) -> None:
    for number, code in enumerate(codes):
        merchant.sandbox.order(merchant.shop, [code], f"{20 + number}.40")


def live_codes(merchant: Merchant, run_id: int) -> int:
    return int(merchant.api("GET", f"/runs/{run_id}")["counts"]["live"])


def token_requests(merchant: Merchant) -> int:
    return sum(merchant.sandbox.stats()["token_requests"].values())


def answers(merchant: Merchant) -> set[tuple[int, int]]:
    """(status, attempts) of every order's webhook."""
    sent = merchant.sandbox.deliveries(merchant.shop, "orders/create")
    return {(row["last_status"], row["attempts"]) for row in sent}


def check_codes(system: System, merchant: Merchant, run_id: int, plan: str) -> None:
    """Every code that was asked for is live there, once, and there is none that we do not have as live."""
    theirs = Counter(row["code"].upper() for row in merchant.sandbox.codes(merchant.shop))
    with connection(system) as database:
        live = "SELECT key FROM code WHERE state = 'live' AND run_id = :run"
        ours = set(database.execute(text(live), {"run": run_id}).scalars())
    assert len(ours) == CODES, plan
    assert set(theirs) == ours, plan
    assert set(theirs.values()) == {1}, plan
    assert len(merchant.sandbox.discounts(merchant.shop)) == 1, plan


def money_differences(merchant: Merchant) -> list[str]:
    """Codes whose totals here are not those in the sandbox's books."""
    books = merchant.sandbox.books(merchant.shop)["codes"]
    ours: dict[str, list[Decimal]] = {}
    for row in merchant.pages("/redemptions"):
        ours.setdefault(row["code"].upper(), []).append(Decimal(row["net"]["amount"]))
    return [
        code for code, book in books.items()
        if (len(ours.get(code.upper(), [])), sum(ours.get(code.upper(), []), Decimal(0)))
        != (book["redemptions"], Decimal(book["net"]))
    ]


def let_leases_run_out(system: System) -> None:
    """As if the time of a dead worker's lease had passed; the schedule's next look finds its run."""
    with connection(system) as database:
        database.execute(text("UPDATE code_run SET worker_until = '2026-01-01 00:00:00'"))
