"""The receiving route behind the real server: bodies without end, and a database that is stopped under it."""

from __future__ import annotations

import itertools
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from sqlalchemy import text

from app.db.session import make_engine
from bench.deliveries import SHOP, order, signature
from scripts.postgres import Postgres
from scripts.system import System, wait_for

LIMIT = 2 * 1024 * 1024
CHUNK = b"10000\r\n" + b"x" * 65536 + b"\r\n"
ADD_STORE = """
    WITH made AS (INSERT INTO workspace (name, time_zone, attribution, with_tax, created_at)
                  VALUES ('Shop', 'UTC', 'by_discount', false, now()) RETURNING id)
    INSERT INTO store (workspace_id, platform, domain, name, currency, time_zone, plan, scopes, state, installed_at,
                       reconciled_missed)
    SELECT id, 'shopify', :domain, '', 'EUR', 'UTC', '', '', 'active', now(), 0 FROM made
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """Of this file alone: it is stopped on the way."""
    with Postgres() as server:
        yield server


@pytest.fixture(scope="module")
def system(server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with System(Path(tmp_path_factory.mktemp("server")), database_url=server.url) as system:
        system.migrate()
        run(server, ADD_STORE, domain=SHOP)
        system.start_web()
        yield system


def run(server: Postgres, statement: str, **values: str) -> list[str]:
    engine = make_engine(server.url)
    with engine.begin() as connection:
        result = connection.execute(text(statement), values)
        rows = [str(row[0]) for row in result] if result.returns_rows else []
    engine.dispose()
    return rows


def send(system: System, id: str) -> int:
    body = order(1, "LUCY")
    headers = {
        "X-Shopify-Topic": "orders/create", "X-Shopify-Shop-Domain": SHOP, "X-Shopify-Webhook-Id": id,
        "X-Shopify-Hmac-Sha256": signature(body, system.keys["SHOPIFY_API_SECRET"]),
    }  # fmt: skip
    return requests.post(f"{system.web_url}/webhooks/shopify", data=body, headers=headers, timeout=10).status_code


def test_a_body_without_end_is_answered_at_the_limit(system: System) -> None:
    with socket.create_connection(("127.0.0.1", system.web_port), timeout=10) as connection:
        connection.sendall(b"POST /webhooks/shopify HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(LIMIT // 65536 + 1):
            connection.sendall(CHUNK)
        assert b" 413 " in connection.recv(4096).partition(b"\r\n")[0]


def test_a_stated_length_over_the_limit_is_refused_without_reading(system: System) -> None:
    with socket.create_connection(("127.0.0.1", system.web_port), timeout=10) as connection:
        head = f"POST /webhooks/shopify HTTP/1.1\r\nHost: x\r\nContent-Length: {LIMIT + 1}\r\n\r\n"
        connection.sendall(head.encode())
        assert b" 413 " in connection.recv(4096).partition(b"\r\n")[0]


def test_what_was_answered_200_is_there_after_the_database_was_stopped(system: System, server: Postgres) -> None:
    """Last in this file: the server does not come back."""
    ids = (f"id-{number}" for number in itertools.count())
    answered = [id for id in itertools.islice(ids, 20) if send(system, id) == 200]
    assert len(answered) == 20
    assert set(answered) <= set(run(server, "SELECT delivery_id FROM delivery"))
    assert server.process is not None
    server.process.signal_all(signal.SIGINT)
    wait_for(lambda: not server.process.running, 20, "the database's end")
    assert {send(system, next(ids)) for _ in range(10)} == {503}
