"""`make check-shopify`, tried on the sandbox: it finds what it looks for, and leaves nothing behind."""

import json

import pytest

from app.platforms.shopify.tokens import TokenEndpoint
from sandbox.client import SandboxClient
from scripts import check_shopify
from scripts.system import System, new_keys

SHOP = "juniper-goods.myshopify.com"


@pytest.fixture
def sandbox(tmp_path, monkeypatch):
    with System(tmp_path, keys=new_keys()) as system:
        system.start_sandbox()
        client = SandboxClient(system.sandbox_url)
        client.install(SHOP)
        base = f"{system.sandbox_url}/shops/{SHOP}"
        endpoint = TokenEndpoint(base, system.keys["SHOPIFY_API_KEY"], system.keys["SHOPIFY_API_SECRET"])
        monkeypatch.setenv("CHECK_SHOP", SHOP)
        monkeypatch.setenv("CHECK_BASE", base)
        monkeypatch.setenv("CHECK_TOKEN", endpoint.exchange(client.id_token(SHOP)).access_token)
        client.turn(latency_ms=5, bulk_seconds=0.2)
        yield client
        client.close()


def test_it_finds_costs_speed_and_errors(sandbox, capsys):
    for number in range(6):
        sandbox.order(SHOP, [], f"{10 + number}.00")
    assert check_shopify.main() == 0
    line = json.loads(capsys.readouterr().out)
    assert line["ok"]
    assert line["version"] == "2026-10"
    assert line["repeated_code"] in ("TAKEN", "DUPLICATE")
    assert line["bucket"] == {"maximum_available": 2000.0, "restore_rate": 100.0}
    assert line["costs"]["CodesBulkAdd"]["actual"] >= 10
    assert line["bulk"]["block_seconds"] >= 0.2
    assert line["order_window"]["inside"] > 0
    assert sandbox.codes(SHOP) == []


def test_a_refused_token_is_told(sandbox, capsys, monkeypatch):
    monkeypatch.setenv("CHECK_TOKEN", "shpat_wrong")
    assert check_shopify.main() == 1
    assert "401" in capsys.readouterr().err


def test_without_a_store_it_says_what_to_set(capsys, monkeypatch):
    monkeypatch.delenv("CHECK_SHOP", raising=False)
    assert check_shopify.main() == 2
    assert "CHECK_TOKEN" in capsys.readouterr().err
