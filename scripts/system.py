"""The whole product on one machine: queue, sandbox, web, workers, schedule, each a process of its own.

The demo, the smoke run, the benches and the whole-system tests start it from here, so that what is tried is what runs.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import psutil
from cryptography.fernet import Fernet
from redis import Redis
from rq import Worker

from scripts import valkey
from scripts.processes import Process, StartError, answers, free_port

Found = TypeVar("Found")
ROOT = Path(__file__).resolve().parent.parent
WEB_THREADS = 16
END_SECONDS = 10.0
"""How long what runs may take to end by itself."""
QUICK_QUEUES = ("webhooks", "roster", "default")
"""Short jobs; the codes queue has a worker of its own, since pushing a run may take minutes."""


@dataclass
class System:
    """Starts nothing by itself: call the start_* methods wanted, then stop(). Ports, when not given, are free ones."""

    state: Path
    database_url: str = ""
    redis_url: str = ""
    web_port: int = field(default_factory=free_port)
    sandbox_port: int = field(default_factory=free_port)
    keys: dict[str, str] = field(default_factory=lambda: new_keys(), repr=False)
    extra_env: dict[str, str] = field(default_factory=dict)
    processes: list[Process] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = self.state.resolve()
        self.state.mkdir(parents=True, exist_ok=True)
        self.database_url = self.database_url or f"sqlite:///{self.state / 'shoutcode.db'}"

    @property
    def database(self) -> str:
        """"sqlite" or "postgresql"."""
        return self.database_url.split(":")[0].split("+")[0]

    @property
    def web_url(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def queue_socket(self) -> Path:
        return valkey.socket_path(self.state)

    @property
    def env(self) -> dict[str, str]:
        """The environment of every process, the app's settings in it (app/config.py)."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(("SHOUTCODE_", "SHOPIFY_"))},
            "PYTHONUNBUFFERED": "1",
            "SHOUTCODE_ENV": "demo",
            "SHOUTCODE_URL": self.web_url,
            "SHOUTCODE_STATE_DIR": str(self.state),
            **self.keys,
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url or f"unix://{self.queue_socket}",
            "SHOUTCODE_SHOPIFY_API_BASE": self.sandbox_url + "/shops/{shop}",
            "SHOUTCODE_SHOPIFY_ADMIN_ORIGIN": self.sandbox_url,
            "SHOUTCODE_APP_BRIDGE_URL": f"{self.sandbox_url}/app-bridge.js",
            **self.extra_env,
        }

    def start_queue(self, *, cpus: set[int] | None = None) -> Process | None:
        """None where REDIS_URL names a server that is not ours."""
        if self.redis_url:
            return None
        valkey.clear_stale(self.queue_socket)
        process = self._start(valkey.process(self.state, self.env, cpus=cpus))
        process.wait_until(lambda: valkey.is_up(self.queue_socket), seconds=10)
        return process

    def migrate(self) -> None:
        done = subprocess.run([sys.executable, "-m", "app.cli", "migrate"], cwd=ROOT, env=self.env,
                              capture_output=True, text=True, check=False)
        if done.returncode:
            raise StartError(f"The database could not be brought up to date:\n{done.stdout}{done.stderr}")

    def start_sandbox(self, *, cpus: set[int] | None = None, wait: bool = True) -> Process:
        # Its secret comes by the environment (SHOPIFY_API_SECRET): a command line is seen by everybody on the machine.
        command = ["-m", "sandbox", "serve", "--port", str(self.sandbox_port), "--state", str(self.state / "sandbox"),
                   "--app-url", self.web_url, "--config", str(ROOT / "shopify.app.toml")]
        process = self._start(self._python("sandbox", command, cpus))
        if wait:
            self.wait_for_sandbox(process)
        return process

    def wait_for_sandbox(self, process: Process) -> None:
        process.wait_until(lambda: answers(f"{self.sandbox_url}/healthz"))

    def start_web(self, *, processes: int | None = None, cpus: set[int] | None = None) -> Process:
        """SQLite takes one process: two starve each other on its write lock (docs/decisions)."""
        workers = processes or (1 if self.database == "sqlite" else 2)
        command = ["-m", "app.serve", "--interface", "wsgi", "app.wsgi:app", "--host", "127.0.0.1", "--port",
                   str(self.web_port), "--workers", str(workers), "--blocking-threads", str(WEB_THREADS),
                   "--no-ws", "--workers-kill-timeout", "10"]
        process = self._start(self._python("web", command, cpus))
        process.wait_until(lambda: answers(f"{self.web_url}/healthz"))
        return process

    def start_worker(self, *queues: str, name: str = "", cpus: set[int] | None = None) -> Process:
        queues = queues or QUICK_QUEUES
        return self._start(self._python(name or f"worker-{queues[0]}", ["-m", "app.worker", *queues], cpus))

    def wait_for_workers(self) -> None:
        """Until each worker that runs has told the queue that it listens."""
        wanted = {process.pid for process in self.processes if process.name.startswith("worker") and process.running}
        connection = Redis.from_url(self.env["REDIS_URL"])
        wait_for(lambda: wanted <= {worker.pid for worker in Worker.all(connection)}, 60, "the workers")
        connection.close()

    def start_scheduler(self, *, cpus: set[int] | None = None) -> Process:
        return self._start(self._python("scheduler", ["-m", "app.scheduler"], cpus))

    def start(self) -> System:
        """Everything, in the order in which the parts need each other; returns once web and sandbox answer."""
        self.start_queue()
        sandbox = self.start_sandbox(wait=False)  # it comes up while the database is made
        self.migrate()
        self.start_worker(*QUICK_QUEUES)
        self.start_worker("codes")
        self.start_scheduler()
        self.start_web()
        self.wait_for_sandbox(sandbox)
        self.wait_for_workers()
        return self

    def process(self, name: str) -> Process:
        return next(process for process in reversed(self.processes) if process.name == name)

    def stop(self) -> None:
        """In the order opposite to the start; asks all first, so that they end side by side, and within one time."""
        for process in reversed(self.processes):
            if process.running and process.name != "queue":
                process.ask_to_end()
        until = time.monotonic() + END_SECONDS
        for process in reversed(self.processes):
            process.stop(max(1.0, until - time.monotonic()))
        self.processes.clear()

    def __enter__(self) -> System:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _python(self, name: str, arguments: list[str], cpus: set[int] | None) -> Process:
        return Process(name, [sys.executable, *arguments], env=self.env, log=self.state / "logs" / f"{name}.log",
                       cpus=cpus, cwd=ROOT)

    def _start(self, process: Process) -> Process:
        self.processes.append(process.start())
        return process


def new_keys() -> dict[str, str]:
    """Fresh keys of a demo, by the names of the settings."""
    return {
        "SHOUTCODE_KEYS": Fernet.generate_key().decode(),
        "SHOPIFY_API_KEY": secrets.token_hex(16),
        "SHOPIFY_API_SECRET": secrets.token_hex(32),
    }


def memory_bytes(pid: int) -> int:
    """Proportional set size of a process and all its children, so that what they share counts once."""
    total = 0
    parent = psutil.Process(pid)
    for process in [parent, *parent.children(recursive=True)]:
        try:
            total += process.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue  # it ended between the listing and the reading
    return total


def wait_for(check: Callable[[], Found], seconds: float, what: str) -> Found:
    """Asks `check()` again and again until it answers something true, and returns that."""
    deadline = time.monotonic() + seconds
    while True:
        if found := check():
            return found
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.1)
