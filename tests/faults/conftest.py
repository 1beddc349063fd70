"""The whole product as real processes, on the database of this run, with a store of its own for each test."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator

import pytest

from scripts.merchant import Merchant
from scripts.postgres import Postgres, fresh_database
from scripts.system import System


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest) -> Iterator[str]:
    """DATABASE_URL of a server; empty for SQLite."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgresql") or request.config.getoption("--db") == "sqlite":
        yield given
    else:
        with Postgres() as server:
            yield server.url


@pytest.fixture
def system(server: str, tmp_path) -> Iterator[System]:
    """Queue, sandbox and web run; workers and schedule are started by the test."""
    with fresh_database(server) as url, System(tmp_path / "state", database_url=url) as system:
        system.start_queue()
        sandbox = system.start_sandbox(wait=False)
        system.migrate()
        system.start_web()
        system.wait_for_sandbox(sandbox)
        yield system


@pytest.fixture
def merchant(system: System) -> Merchant:
    """Installed, in a store that nobody else uses."""
    merchant = Merchant(system, f"shop-{secrets.token_hex(4)}")
    merchant.sandbox.create_shop(merchant.handle, name="Fault Shop", currency="EUR", time_zone="Europe/Berlin",
                                 plan="plus")
    merchant.install()
    return merchant
