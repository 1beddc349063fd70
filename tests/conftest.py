"""Settings, databases and actors of the tests. `--db=postgres` runs them on PostgreSQL; DATABASE_URL names a server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask
from cryptography.fernet import Fernet
from redis import Redis
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app import create_app, limits
from app.boot import boot
from app.config import Settings
from app.db import db, transaction
from app.db.session import make_engine
from app.stores.models import Store
from app.stores.service import directory
from scripts import valkey
from scripts.postgres import Postgres
from tests.support.actors import Merchant
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.rows import add_store
from tests.support.shopify import API_KEY, API_SECRET, OLD_SECRET


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=("sqlite", "postgres"), default="sqlite", help="database of the tests")


@pytest.fixture(scope="session")
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[SqliteDatabases | PostgresDatabases]:
    """Fresh databases of the kind that was asked for."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgresql"):
        yield from _on_server(given, worker_id)
    elif request.config.getoption("--db") == "postgres":
        with Postgres() as server:
            yield from _on_server(server.url, worker_id)
    else:
        yield SqliteDatabases(tmp_path_factory.mktemp("databases"))


def _on_server(url: str, worker_id: str) -> Iterator[PostgresDatabases]:
    """A database of this test process's own, on a server that others may use too."""
    name = f"shoutcode_test_{worker_id}_{os.getpid()}"
    server = make_engine(url, pool_size=1).execution_options(isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    databases = PostgresDatabases(make_url(url).set(database=name).render_as_string(hide_password=False))
    yield databases
    databases.close()
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    server.dispose()


@pytest.fixture
def settings(
    request: pytest.FixtureRequest, databases: SqliteDatabases | PostgresDatabases, tmp_path: Path
) -> Iterator[Settings]:
    """Of a test's own database, production's checks in force. The queue is away unless the test asks for `queue`."""
    url = databases.fresh()
    with_queue = "queue" in request.fixturenames
    yield Settings(
        url="https://shoutcode.test",
        keys=(Fernet.generate_key().decode(),),
        shopify_api_key=API_KEY,
        shopify_api_secrets=(API_SECRET, OLD_SECRET),
        database_url=url,
        redis_url=request.getfixturevalue("queue_server") if with_queue else f"unix://{tmp_path / 'no-queue.sock'}",
        state_dir=tmp_path,
    )
    db.dispose()
    databases.drop(url)


@pytest.fixture
def database(settings: Settings) -> Settings:
    """Connected, for tests without the web."""
    boot(settings)
    directory.forget()
    return settings


@pytest.fixture(scope="session")
def made_apps() -> dict[bool, APIFlask]:
    """Routes and files take longer to set up than most tests take: once for each kind of app."""
    return {}


@pytest.fixture
def app(settings: Settings, made_apps: dict[bool, APIFlask]) -> APIFlask:
    """On this test's settings, with nobody's requests counted yet. Who adds routes makes an app by create_app()."""
    directory.forget()
    if settings.is_demo not in made_apps:
        made_apps[settings.is_demo] = create_app(settings)
        made_apps[settings.is_demo].testing = False  # errors are answered as in production
    app = made_apps[settings.is_demo]
    boot(settings)
    app.config["RATELIMIT_STORAGE_URI"] = limits.storage_url(settings.redis_url)
    limits.limiter.init_app(app)
    return app


@pytest.fixture
def store(app: APIFlask) -> Store:
    """An installed store with facts and a token."""
    with transaction() as session:
        return add_store(session)


@pytest.fixture
def merchant(app: APIFlask, store: Store) -> Merchant:
    """Signed in at `store`."""
    return Merchant(app, store.domain)


@pytest.fixture(scope="session")
def queue_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """REDIS_URL of a queue server for this test process."""
    state = tmp_path_factory.mktemp("queue")
    server = valkey.process(state, dict(os.environ), durable=False).start()
    path = valkey.socket_path(state)
    server.wait_until(lambda: valkey.is_up(path))
    yield f"unix://{path}"
    server.stop()


@pytest.fixture
def queue(queue_server: str, settings: Settings) -> Redis:
    """The queue is there, and empty."""
    server = Redis.from_url(queue_server, socket_timeout=10)
    server.flushall()
    return server
