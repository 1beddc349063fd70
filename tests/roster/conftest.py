"""A workspace with a roster: one in memory that fails as told, or the sandbox's over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import func, select, update

from app import events
from app.clock import now
from app.config import Settings
from app.db import reading, transaction
from app.roster import jobs
from app.roster.models import RosterConnection, RosterPush
from app.stores.models import Store
from sandbox.client import SandboxClient
from tests.sandbox.conftest import SandboxProcess
from tests.support.fake_roster import FakeRoster
from tests.support.rows import add_store

START = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.fixture
def roster(monkeypatch: pytest.MonkeyPatch) -> FakeRoster:
    roster = FakeRoster()
    monkeypatch.setattr("app.roster.jobs.connector_for", lambda _connection: roster)
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)
    return roster


@pytest.fixture
def shop(database: Settings) -> Store:
    with transaction() as session:
        return add_store(session)


@pytest.fixture
def connection(shop: Store, roster: FakeRoster) -> RosterConnection:
    return add_connection(shop.workspace_id)


def add_connection(workspace_id: int) -> RosterConnection:
    with transaction() as session:
        row = RosterConnection(
            workspace_id=workspace_id, base_url="https://roster.example.com/api", api_key="key", pull_progress={},
            signing_secret="whsec_" + "A" * 32, created_at=now(),
        )  # fmt: skip
        session.add(row)
    return row


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(START, tick=False) as clock:
        yield clock


Tell = Callable[..., None]


@pytest.fixture
def tell(shop: Store) -> Tell:
    """tell(person, count): appends so many events about the person, numbered on."""
    told: dict[int, int] = {}

    def tell(person: int, count: int = 1) -> None:
        with transaction() as session:
            for _ in range(count):
                told[person] = told.get(person, 0) + 1
                data = {"person": person, "number": told[person]}
                events.append(session, shop.workspace_id, "code.live", data, person)

    return tell


def relay_and_push() -> None:
    """What the schedule and the queue do: hand events out, then push for every connection that may."""
    jobs.relay()
    with reading() as session:
        ids = session.scalars(select(RosterConnection.id)).all()
    for id in ids:
        jobs.push(id)


def pushes(state: str) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(RosterPush).where(RosterPush.state == state)) or 0


def state_of(connection: RosterConnection) -> RosterConnection:
    with reading() as session:
        return session.get_one(RosterConnection, connection.id)


def change(connection: RosterConnection, **values: object) -> None:
    with transaction() as session:
        session.execute(update(RosterConnection).where(RosterConnection.id == connection.id).values(**values))


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    process = SandboxProcess(tmp_path_factory.mktemp("roster-sandbox"), "http://127.0.0.1:9")
    process.start()
    yield process
    process.client.close()
    process.stop()


@pytest.fixture
def sandbox(sandbox_process: SandboxProcess) -> Iterator[SandboxClient]:
    client = sandbox_process.client
    client.roster_down(False)
    client.seed_roster(200)
    yield client
    client.roster_down(False)


@pytest.fixture
def demo(settings: Settings) -> Settings:
    """The demo may reach this machine."""
    return replace(settings, env="demo")
