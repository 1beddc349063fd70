"""What the sandbox keeps when it is stopped and started again, and its command line."""

import subprocess
import sys
from pathlib import Path

import requests

from tests.sandbox.conftest import ROOT, SandboxProcess
from tests.sandbox.rig import AppOfStore, Receiver, wait_until


def test_a_restart_keeps_stores_tokens_codes_orders_and_what_was_under_way(tmp_path: Path, receiver: Receiver) -> None:
    process = SandboxProcess(tmp_path, receiver.url)
    process.start()
    client = process.client
    client.turn(latency_ms=0, bulk_seconds=3, deliveries={"enabled": False})
    shop = client.create_shop("kept")["shop"]
    client.install(shop)
    app = AppOfStore(client, shop)
    app.connect()
    discount = app.discount_id("FIRST")
    order = client.order(shop, codes=["FIRST"], amount="80.00")
    creation = app.bulk_add(discount, [f"LATE-{number}" for number in range(250)])
    inner = "{ orders { edges { node { id } } } }"
    run = f'mutation {{ bulkOperationRunQuery(query: "{inner}", groupObjects: false) {{ bulkOperation {{ id }} }} }}'
    operation = app.ask(run)["data"]["bulkOperationRunQuery"]["bulkOperation"]["id"]
    keys = client.roster()["api_key"]
    process.stop()

    process.start()
    client.turn(latency_ms=0)
    assert client.roster()["api_key"] == keys
    assert client.orders(shop) == [order]
    assert app.finished(creation)["importedCount"] == 250
    assert len(client.codes(shop)) == 251
    status = f'{{ bulkOperation(id: "{operation}") {{ status objectCount }} }}'
    wait_until(lambda: app.ask(status)["data"]["bulkOperation"] == {"status": "COMPLETED", "objectCount": "1"})
    assert receiver.wait(shop, topic="orders/create")[0].json["id"] == order["id"]
    assert client.order(shop, amount="1.00")["id"] > order["id"]
    client.close()
    process.stop()


def test_the_command_line_orders_refunds_edits_and_cancels(process: SandboxProcess, store: AppOfStore) -> None:
    def run(*words: str) -> str:
        command = [sys.executable, "-m", "sandbox", *words, "--url", store.client.base_url, "--shop", store.shop]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)
        return done.stdout or done.stderr

    store.discount_id("ANNA10")
    assert "ANNA10 took 8.00 off" in run("order", "--code", "ANNA10", "--amount", "80")
    assert "partially refunded" in run("refund", "1001", "--amount", "10")
    assert "goods are now 77.00 EUR" in run("edit", "1001", "--add", "5")
    assert "cancelled" in run("cancel", "1001")
    assert "not a code of this store" in run("order", "--code", "NOBODY")


def test_the_control_api_names_what_is_wrong_in_a_body(store: AppOfStore) -> None:
    url = f"{store.client.base_url}/_sandbox/shops/{store.shop}/orders"
    answer = requests.post(url, json={"amount": "-1", "colour": "red"}, timeout=10)
    assert answer.status_code == 400
    assert {fault["field"] for fault in answer.json()["errors"]} == {"amount", "colour"}
