"""`make demo`: everything on this machine, ready to try at one address. State stays in ./var until it is removed."""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.processes import StartError, free_port, port_is_free
from scripts.system import ROOT, System, new_keys

WEB_PORT = int(os.environ.get("PORT") or 4000)
SANDBOX_PORT = int(os.environ.get("SANDBOX_PORT") or 4010)


def main() -> int:
    signal.signal(signal.SIGTERM, _as_interrupt)
    state = Path(os.environ.get("SHOUTCODE_STATE_DIR") or ROOT / "var").resolve()
    try:
        with only_one(state):
            return run(state)
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def run(state: Path) -> int:
    web_port, sandbox_port = port(WEB_PORT, "the app"), port(SANDBOX_PORT, "the sandbox")
    system = System(
        state, web_port=web_port, sandbox_port=sandbox_port, database_url=os.environ.get("DATABASE_URL", ""),
        redis_url=os.environ.get("REDIS_URL", ""), keys=keys(state / "demo.env"),
    )
    print("Starting ...", flush=True)
    with system:
        system.start()
        print(welcome(system), flush=True)
        while all(process.running for process in system.processes):
            time.sleep(0.5)
        for process in system.processes:
            if not process.running:
                print(f"\n{process.name} ended, so the others are stopped too. The end of {process.log}:\n"
                      f"{process.tail()}", file=sys.stderr)
        return 1


def welcome(system: System) -> str:
    return f"""
Shoutcode is running. Open  {system.sandbox_url}

1. Choose a store there, open its admin, install Shoutcode and look at its page inside the admin.
2. In Settings > Roster enter what the page "Roster" of the sandbox shows: 200 people come in. Give them codes.
3. Buy with a code in the storefront (or `.venv/bin/python -m sandbox order --code CODE`) and see it counted.

Ctrl-C stops everything; `make demo` goes on from there; without the folder {system.state} it starts afresh.
Logs: {system.state / "logs"}
"""


def port(wanted: int, what: str) -> int:
    """The wanted port, or a free one and a line that says so."""
    if port_is_free(wanted):
        return wanted
    found = free_port()
    print(f"Port {wanted} is taken by another program: {what} uses {found} this time.")
    return found


def keys(path: Path) -> dict[str, str]:
    """The demo's own keys, made at the first start and kept, since what is stored is encrypted with them."""
    if not path.exists():
        made = new_keys()
        path.touch(mode=0o600)
        path.write_text("".join(f"{name}={value}\n" for name, value in made.items()))
    lines = [line.partition("=") for line in path.read_text().splitlines() if "=" in line]
    return {name: value for name, _, value in lines}


@contextmanager
def only_one(state: Path) -> Iterator[None]:
    """Refuses a second demo on the same state; the lock goes with the process, however it ends."""
    state.mkdir(parents=True, exist_ok=True)
    with (state / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartError(f"A demo is running already on {state}. Stop it first, or give this one a folder of "
                             "its own: SHOUTCODE_STATE_DIR=/tmp/second make demo") from None
        yield


def _as_interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
