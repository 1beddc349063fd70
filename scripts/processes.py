"""One program that we start, watch and stop: its output goes to a file, its children end with it."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

POLL_SECONDS = 0.05
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


class StartError(Exception):
    """A program did not come up; the message says which, and shows the end of its log."""


class Process:
    """`start` may be called again after `stop` or `kill`: the log is continued."""

    def __init__(self, name: str, command: Sequence[str], *, env: Mapping[str, str], log: Path,
                 cpus: set[int] | None = None, user: str | None = None, cwd: Path | None = None) -> None:
        self.name = name
        self.command = list(command)
        self.env = dict(env)
        self.log = log
        self.cpus = cpus
        self.user = user
        self.cwd = cwd
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> Process:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        account = {"user": self.user, "group": "nogroup", "extra_groups": []} if self.user else {}
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                self.command, env=self.env, cwd=self.cwd, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=_end_with_parent if _libc else None, **account,
            )
        if self.cpus and hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(self._child.pid, self.cpus)
        return self

    @property
    def pid(self) -> int:
        assert self._child is not None, f"{self.name} was not started"
        return self._child.pid

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def wait_until(self, ready: Callable[[], bool], seconds: float = 30) -> None:
        """Returns once `ready()`; raises StartError when the program ends first or the time is over."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.running:
                raise StartError(f"{self.name} ended at once (exit code {self._code()}):\n{self.tail()}")
            if time.monotonic() > deadline:
                raise StartError(f"{self.name} was not ready after {seconds:.0f} s:\n{self.tail()}")
            time.sleep(POLL_SECONDS)

    def ask_to_end(self) -> None:
        if self.running:
            self._child.terminate()

    def stop(self, seconds: float = 10) -> None:
        """Asks politely, then insists."""
        self.ask_to_end()
        if self._child is not None:
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(seconds)
        self.kill()

    def kill(self) -> None:
        """SIGKILL to the program and all it started: nothing gets a chance to tidy up."""
        if self._child is None:
            return
        with suppress(ProcessLookupError):  # it and all its children have ended
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()

    def signal_all(self, number: signal.Signals) -> None:
        """To the program and its children: SIGSTOP freezes them, SIGCONT lets them go on."""
        os.killpg(self.pid, number)

    def tail(self, lines: int = 25) -> str:
        if not self.log.exists():
            return "(no output)"
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def _code(self) -> int | None:
        return None if self._child is None else self._child.returncode


def _end_with_parent() -> None:
    """Linux: the child is ended when its launcher dies, even by kill -9, so that no port stays taken."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def answers(url: str) -> bool:
    """True once the address gives any 2xx answer."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return 200 <= response.status < 300
    except (urllib.error.URLError, OSError):
        return False
