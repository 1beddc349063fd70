"""The whole product as real processes, on the database of this run, with a store of its own for each test."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, text

from app.db.session import make_engine
from sandbox.client import SandboxClient
from scripts.merchant import Merchant
from scripts.postgres import Postgres, fresh_database
from scripts.system import System


@contextmanager
def connection(system: System) -> Iterator[Connection]:
    """To look at, or to change, what stands in the database behind everybody's back."""
    engine = make_engine(system.database_url)
    with engine.begin() as database:
        yield database
    engine.dispose()


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest) -> Iterator[str]:
    """DATABASE_URL of a server; empty for SQLite."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgresql") or request.config.getoption("--db") == "sqlite":
        yield given
    else:
        with Postgres() as server:
            yield server.url


@pytest.fixture(scope="module")
def parts(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Queue, sandbox and web, for all tests of a file: starting them takes longer than most tests."""
    state = tmp_path_factory.mktemp("faults") / "state"
    with fresh_database(server) as url, System(state, database_url=url) as system:
        system.start_queue()
        sandbox = system.start_sandbox(wait=False)
        system.migrate()
        system.start_web()
        system.wait_for_sandbox(sandbox)
        yield system


@pytest.fixture
def system(parts: System) -> Iterator[System]:
    """The parts, with nothing that works: workers and schedule are started by the test and end with it."""
    yield parts
    for process in parts.processes:
        if process.name.startswith("worker") or process.name == "scheduler":
            process.kill()
    if not parts.process("queue").running:
        parts.start_queue()
    SandboxClient(parts.sandbox_url).reset_switches()
    with connection(parts) as database:
        database.execute(text("UPDATE code_run SET state = 'stopped' WHERE state = 'running'"))


@pytest.fixture
def merchant(system: System) -> Merchant:
    return new_merchant(system)


def new_merchant(system: System) -> Merchant:
    """Installed, in a store that nobody else uses."""
    merchant = Merchant(system, f"shop-{secrets.token_hex(4)}")
    merchant.sandbox.create_shop(merchant.handle, name="Fault Shop", currency="EUR", time_zone="Europe/Berlin",
                                 plan="plus")
    merchant.install()
    return merchant
