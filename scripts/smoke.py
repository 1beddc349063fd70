"""`make smoke`: the merchant's whole way without a browser, checked against the sandbox's own books. One JSON line.

Install, roster, an offer with a code for everybody and a pool, orders with refunds, cancellations, a duplicate and a
late delivery. Exits 1 with every difference in words.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

from sandbox.client import SandboxError
from scripts.merchant import Merchant, Refused
from scripts.postgres import fresh_database
from scripts.processes import StartError
from scripts.system import System, wait_for

PEOPLE = 200
POOL = 50
ORDERS = 20
REFUNDED = range(5)
CANCELLED = range(5, 7)
DUPLICATE = 7
LATE = ORDERS - 1


class Differences(Exception):
    """What is not as it must be; one sentence each."""


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="shoutcode-smoke-"))
    started = time.monotonic()
    try:
        with fresh_database(os.environ.get("DATABASE_URL", "")) as url, System(folder, database_url=url) as system:
            database = system.database
            system.start()
            line = way(Merchant(system, "juniper-goods"))
    except (StartError, Refused, SandboxError, Differences, TimeoutError) as error:
        print(f"{error}\nThe logs are kept in {folder / 'logs'}", file=sys.stderr)
        print(json.dumps({"ok": False}))
        return 1
    shutil.rmtree(folder)
    seconds = round(time.monotonic() - started, 1)
    print(json.dumps({"ok": True, "database": database, **line, "seconds": seconds}))
    return 0


def way(merchant: Merchant) -> dict[str, Any]:
    merchant.install()
    merchant.connect_roster()
    people = merchant.pages("/influencers")
    expect(len(people) == PEOPLE, f"{len(people)} influencers came from the roster instead of {PEOPLE}")

    begun = time.monotonic()
    made = merchant.offer("Smoke", pattern="{first_name}{value}", pool=POOL, everybody=True)
    run = merchant.finished_run(made["run"]["id"], 60)
    rate = round((PEOPLE + POOL) / (time.monotonic() - begun), 1)
    codes = check_codes(merchant, made["offer"]["id"], run)

    bought = codes[:ORDERS]
    buy(merchant, [code["code"] for code in bought])
    offer_id = made["offer"]["id"]
    settle(lambda: money_differences(merchant, offer_id))
    settle(lambda: roster_differences(merchant, codes))
    books = merchant.sandbox.books(merchant.shop)["codes"]
    return {
        "codes": run["counts"]["live"], "codes_per_second": rate,
        "redemptions": sum(row["redemptions"] for row in books.values()), "net_matches": True,
        "roster_events": len(received(merchant)),
    }


def check_codes(merchant: Merchant, offer_id: int, run: Any) -> list[Any]:
    """Codes here are the codes there; returns those that somebody holds."""
    expect(run["counts"]["live"] == PEOPLE + POOL, f"the run ended with {run['counts']}")
    ours = merchant.pages(f"/offers/{offer_id}/codes?state=live")
    held = [code for code in ours if code["influencer"]]
    theirs = {row["code"].upper() for row in merchant.sandbox.codes(merchant.shop)}
    expect(len({code["influencer"]["id"] for code in held}) == PEOPLE, f"{len(held)} people hold a code")
    missing = sorted(code["code"] for code in held if code["code"].upper() not in theirs)
    expect(not missing, f"not in the store: {missing}")
    expect(len(theirs) == len(ours) == PEOPLE + POOL, f"{len(ours)} codes here, {len(theirs)} in the store")
    return held


def buy(merchant: Merchant, codes: list[str]) -> None:
    """Twenty orders, then what happens to orders; the last one's webhooks are held back until the end."""
    sandbox, shop = merchant.sandbox, merchant.shop
    orders = []
    for number, code in enumerate(codes):
        if number == LATE:
            sandbox.wait_delivered()
            sandbox.turn(deliveries={"enabled": False})
        orders.append(sandbox.order(shop, [code], f"{40 + 7 * number}.50"))
    for number in REFUNDED:
        sandbox.refund(shop, orders[number]["id"], f"{5 + number}.25")
    for number in CANCELLED:
        sandbox.cancel(shop, orders[number]["id"], refund=number == CANCELLED[0])
    sandbox.turn(deliveries={"enabled": True})
    sandbox.flush()
    sandbox.redeliver(sandbox.deliveries(shop, "orders/create")[DUPLICATE]["id"])


def money_differences(merchant: Merchant, offer_id: int) -> list[str]:
    """Our totals beside the sandbox's books: each code's, then the offer's sums."""
    books = merchant.sandbox.books(merchant.shop)["codes"]
    ours = {row["code"].upper(): row for row in merchant.pages(f"/offers/{offer_id}/codes")}
    found = []
    for code, book in books.items():
        row = ours[code.upper()]
        net = Decimal(row["net"]["amount"]) if row["net"] else Decimal(0)
        if (row["redemptions"], net) != (book["redemptions"], Decimal(book["net"])):
            found.append(f"{code}: {row['redemptions']} redemptions, net {net} here; "
                         f"{book['redemptions']}, {book['net']} in the books")
    totals = merchant.api("GET", f"/offers/{offer_id}")["totals"]
    for name in ("gross", "refunded", "net"):
        booked = sum((Decimal(book[name]) for book in books.values()), Decimal(0))
        counted = sum((Decimal(total[name]["amount"]) for total in totals), Decimal(0))
        if booked != counted:
            found.append(f"the offer's {name} is {counted} here and {booked} in the books")
    redemptions = sum(book["redemptions"] for book in books.values())
    if redemptions != ORDERS - len(CANCELLED):
        found.append(f"the books count {redemptions} redemptions")
    return found


def roster_differences(merchant: Merchant, codes: list[Any]) -> list[str]:
    """What the roster must have been told: of each code once, and of each sale the totals that the books have."""
    books = merchant.sandbox.books(merchant.shop)["codes"]
    assigned: dict[str, int] = {}
    live: dict[str, int] = {}
    latest: dict[str, Any] = {}
    for event in received(merchant):
        code = event["data"].get("code", "").upper()
        if event["type"] == "assignment.created":
            assigned[code] = assigned.get(code, 0) + 1
        elif event["type"] == "code.live":
            live[code] = live.get(code, 0) + 1
        elif event["type"].startswith("redemption."):
            latest[code] = event["data"]
    found = []
    for row in codes:
        code = row["code"].upper()
        told = assigned.get(code, 0), live.get(code, 0)
        if told != (1, 1):
            found.append(f"{code}: the roster got {told[0]} assignment.created and {told[1]} code.live")
    for code, book in books.items():
        told = latest.get(code.upper())
        if told is None:
            found.append(f"{code}: the roster was told of no sale")
        elif (told["uses"], Decimal(told["net"])) != (book["redemptions"], Decimal(book["net"])):
            found.append(f"{code}: the roster has {told['uses']} uses, net {told['net']}; "
                         f"the books {book['redemptions']}, {book['net']}")
    return found


def received(merchant: Merchant) -> list[Any]:
    return [row["event"] for row in merchant.sandbox.roster()["received"]]


def settle(differences: Any, seconds: float = 30) -> None:
    """Waits until nothing differs; then, or when the time is over, raises with what still does."""
    try:
        wait_for(lambda: not differences(), seconds, "the totals")
    except TimeoutError:
        raise Differences("\n".join(differences())) from None


def expect(fact: bool, otherwise: str) -> None:
    if not fact:
        raise Differences(otherwise)


if __name__ == "__main__":
    sys.exit(main())
