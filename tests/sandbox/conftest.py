"""One sandbox as a process of its own for all tests here; each test has a store of its own in it."""

import itertools
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.client import SandboxClient
from tests.sandbox.rig import API_KEY, API_SECRET, AppOfStore, Receiver

ROOT = Path(__file__).parent.parent.parent
_numbers = itertools.count(1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class SandboxProcess:
    def __init__(self, state: Path, app_url: str) -> None:
        self._state, self.app_url, self.port = state, app_url, free_port()
        self.client = SandboxClient(f"http://127.0.0.1:{self.port}")

    def start(self) -> None:
        flags = {
            "--port": str(self.port),
            "--state": str(self._state),
            "--app-url": self.app_url,
            "--api-key": API_KEY,
            "--api-secret": API_SECRET,
        }
        command = [sys.executable, "-m", "sandbox", "serve", *itertools.chain.from_iterable(flags.items())]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        self.client.wait_ready()

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope="session")
def process(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[SandboxProcess]:
    process = SandboxProcess(tmp_path_factory.mktemp("sandbox"), receiver.url)
    process.start()
    yield process
    process.client.close()
    process.stop()


@pytest.fixture
def client(process: SandboxProcess, receiver: Receiver) -> Iterator[SandboxClient]:
    """The control API with quick switches; the next test finds them so again."""
    process.client.reset_switches()
    process.client.turn(latency_ms=0, bulk_seconds=0.05, restore_rate=100_000, deliveries={"retry_seconds": 0.05})
    receiver.statuses.clear()
    yield process.client
    process.client.turn(deliveries={"enabled": True, "lose": 0, "delay_seconds": 0})


@pytest.fixture
def store(client: SandboxClient) -> AppOfStore:
    """The app in a new store, with a token."""
    shop = client.create_shop(f"store-{next(_numbers)}")["shop"]
    client.install(shop)
    app = AppOfStore(client, shop)
    app.connect()
    return app
