"""Workers and schedule over a real queue server: one job of a name waits, a queue that goes away is waited for."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue
from rq.cron import CronJob

from app import queue as jobs
from app.config import Settings
from app.db import transaction
from app.schedule import SCHEDULE, Periodic
from app.scheduler import Scheduler
from app.worker import Worker
from scripts import valkey
from scripts.processes import Process

ran: list[tuple[int | str, ...]] = []


def note(*ids: int | str) -> None:
    ran.append(ids)


def note_and_wake(*ids: int | str) -> None:
    """As a drain: something new arrives while it runs."""
    ran.append(ids)
    jobs.enqueue(f"{__name__}.note", 2, unique="inbox")


def fail(*_ids: int | str) -> None:
    raise RuntimeError("this job fails")


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The jobs above can be found by name."""
    monkeypatch.setitem(sys.modules, __name__, sys.modules[__name__])
    ran.clear()
    yield
    ran.clear()


def _job(name: str) -> str:
    return f"{__name__}.{name}"


def _work() -> None:
    connection = jobs.blocking_redis()
    Worker([Queue(name, connection=connection) for name in jobs.QUEUES], connection=connection).work(burst=True)
    connection.close()


def _waiting() -> int:
    return sum(len(Queue(name, connection=jobs.redis())) for name in jobs.QUEUES)


def test_a_job_runs_with_its_ids(queue: Redis, database: Settings) -> None:
    assert jobs.enqueue(_job("note"), 7, "x", queue="codes")
    _work()

    assert ran == [(7, "x")]


def test_one_job_of_a_name_waits(queue: Redis, database: Settings) -> None:
    for _ in range(5):
        assert jobs.enqueue(_job("note"), 1, unique="inbox")

    assert _waiting() == 1
    _work()
    assert ran == [(1,)]


def test_a_wake_up_during_the_run_is_not_lost(queue: Redis, database: Settings) -> None:
    jobs.enqueue(_job("note_and_wake"), 1, unique="inbox")
    _work()

    assert ran == [(1,), (2,)]


def test_a_failed_job_does_not_block_its_name(queue: Redis, database: Settings) -> None:
    jobs.enqueue(_job("fail"), unique="inbox")
    _work()
    jobs.enqueue(_job("note"), 3, unique="inbox")
    _work()

    assert ran == [(3,)]


def test_a_job_follows_the_commit(queue: Redis, database: Settings) -> None:
    with transaction() as session:
        jobs.enqueue_after_commit(session, _job("note"), 1)
        assert _waiting() == 0
    assert _waiting() == 1


def test_no_job_follows_a_roll_back(queue: Redis, database: Settings) -> None:
    def rolled_back() -> None:
        with transaction() as session:
            jobs.enqueue_after_commit(session, _job("note"), 1)
            raise LookupError

    with pytest.raises(LookupError):
        rolled_back()
    assert _waiting() == 0


def test_a_queue_that_is_away_refuses_nothing(database: Settings) -> None:
    assert jobs.enqueue(_job("note"), 1) is False


def test_every_job_of_the_schedule_exists() -> None:
    for periodic in SCHEDULE:
        module, _, name = periodic.job.rpartition(".")
        assert callable(getattr(import_module(module), name)), periodic.job
        assert periodic.queue in jobs.QUEUES
        assert (periodic.every is None) != (periodic.cron is None)
        assert CronJob(periodic.queue, func_name=periodic.job, interval=periodic.every, cron=periodic.cron)


def test_two_schedulers_queue_a_job_once(queue: Redis, database: Settings) -> None:
    for _ in range(2):
        scheduler = Scheduler(jobs.redis())
        scheduler.add(Periodic(_job("note"), "default", every=60))
        scheduler.add(Periodic(_job("fail"), "webhooks", every=60))
        scheduler.enqueue_jobs()
        scheduler.enqueue_jobs()

    assert _waiting() == 2


def test_a_schedule_without_its_queue_goes_on(database: Settings) -> None:
    scheduler = Scheduler(jobs.redis())
    scheduler.add(Periodic(_job("note"), "default", every=60))

    assert len(scheduler.enqueue_jobs()) == 1  # logged as lost by the queue, and due again in a minute


class Programs:
    """The real programs, with a queue server that a test starts and stops."""

    def __init__(self, settings: Settings, state: Path) -> None:
        self.server = valkey.process(state, dict(os.environ), durable=False)
        self.path = valkey.socket_path(state)
        self._log = state / "program.log"
        self.env = {
            **os.environ,
            "SHOUTCODE_ENV": "demo",
            "SHOUTCODE_URL": settings.url,
            "SHOUTCODE_KEYS": settings.keys[0],
            "SHOPIFY_API_KEY": settings.shopify_api_key,
            "SHOPIFY_API_SECRET": settings.shopify_api_secrets[0],
            "DATABASE_URL": settings.database_url,
            "REDIS_URL": f"unix://{self.path}",
        }

    def start_server(self) -> None:
        self.server.start()
        self.server.wait_until(lambda: valkey.is_up(self.path))

    def run(self, module: str) -> Process:
        return Process(module, [sys.executable, "-m", module], env=self.env, log=self._log).start()


@pytest.fixture
def programs(settings: Settings, tmp_path: Path) -> Iterator[Programs]:
    programs = Programs(settings, tmp_path)
    yield programs
    programs.server.stop()


def _until(check: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "did not happen in time"
        threading.Event().wait(0.05)


def test_worker_and_scheduler_survive_the_queue(programs: Programs) -> None:
    """Started without it, then it comes, goes and comes back empty: the schedule's jobs are worked each time."""
    worker, scheduler = programs.run("app.worker"), programs.run("app.scheduler")
    try:
        for _ in range(2):
            programs.start_server()
            with Redis(unix_socket_path=str(programs.path)) as seen:
                _until(lambda: seen.exists("rq:queues"))  # the schedule has queued something
                _until(lambda: not any(seen.llen(f"rq:queue:{name}") for name in jobs.QUEUES))
            programs.server.kill()
            assert worker.running
            assert scheduler.running
    finally:
        scheduler.stop()
        worker.stop()


def test_they_end_when_they_are_asked(programs: Programs) -> None:
    programs.start_server()
    for module in ("app.scheduler", "app.worker"):
        program = programs.run(module)
        with Redis(unix_socket_path=str(programs.path)) as seen:
            registry = "rq:cron_schedulers" if module == "app.scheduler" else "rq:workers"
            _until(lambda: seen.exists(registry))  # noqa: B023 - called at once
        program.ask_to_end()
        _until(lambda: not program.running)  # noqa: B023


def test_a_worker_ends_although_its_queue_is_away(programs: Programs) -> None:
    """Everything is stopped at once, the queue first: the worker cannot say goodbye to it."""
    programs.start_server()
    worker = programs.run("app.worker")
    with Redis(unix_socket_path=str(programs.path)) as seen:
        _until(lambda: seen.exists("rq:workers"))
    programs.server.kill()
    worker.ask_to_end()

    _until(lambda: not worker.running)


@pytest.mark.parametrize("module", ["app.worker", "app.scheduler", "app.wsgi"])
def test_every_program_names_all_faults_of_its_settings(module: str) -> None:
    env = {"PATH": os.environ["PATH"], "SHOUTCODE_URL": "http://plain.example", "SHOUTCODE_KEYS": "short"}
    done = subprocess.run([sys.executable, "-m", module], env=env, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    for fault in ("SHOUTCODE_URL must start with https", "SHOUTCODE_KEYS: key 1", "SHOPIFY_API_SECRET is missing"):
        assert fault in done.stderr
