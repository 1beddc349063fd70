"""What every bench shares: its options, its one line of JSON, and the parts it runs on.

A bench is a generator of figures, registered by name and run once for each database:

    @bench("webhook_ingest")
    def webhook_ingest(run: Run) -> Iterator[Figure]:
        with run.system() as system: ...
        yield run.figure("webhook_ingest", value=..., unit="requests/s", baseline=..., bar="ratio >= 1.0", ok=...)

The baseline is measured or worked out in the same run; where the bar is an absolute figure it is None.
"""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from scripts.postgres import Postgres
from scripts.system import System, memory_bytes, wait_for

__all__ = ["Figure", "Run", "bench", "cores", "memory_bytes", "registered", "wait_for"]


@dataclass(frozen=True, slots=True)
class Figure:
    """`ratio` is value over baseline; `bar` says in words what `ok` compared. `extra` fields follow in the line."""

    bench: str
    value: float
    unit: str
    baseline: float | None
    bar: str
    ok: bool
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        return round(self.value / self.baseline, 3) if self.baseline else None

    def line(self) -> str:
        """One JSON object: bench, value, unit, baseline, ratio, bar, ok, then the extra fields."""
        return json.dumps({
            "bench": self.bench, "value": _short(self.value), "unit": self.unit, "baseline": _short(self.baseline),
            "ratio": self.ratio, "bar": self.bar, "ok": self.ok,
            **{name: _short(value) for name, value in self.extra.items()},
        }, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Run:
    """One bench on one database ("sqlite" or "postgres"). `quick`: a smaller load, for a look and not for a claim."""

    database: str
    database_url: str
    quick: bool

    def pick(self, full: Any, quick: Any) -> Any:
        """The setting for this run's size."""
        return quick if self.quick else full

    def figure(self, name: str, *, value: float, unit: str, bar: str, ok: bool, baseline: float | None = None,
               **extra: Any) -> Figure:
        """Named after this run's database; `extra` fields go into the line."""
        if self.quick:
            extra["quick"] = True
        return Figure(f"{name}.{self.database}", value, unit, baseline, bar, ok, extra)

    @contextmanager
    def system(self) -> Iterator[System]:
        """A System in a fresh folder with a fresh database, nothing started; what it started is stopped at the end."""
        with tempfile.TemporaryDirectory(prefix="shoutcode-bench-") as folder, \
                System(Path(folder), database_url=self._fresh_database()) as system:
            yield system

    def _fresh_database(self) -> str:
        """Each system has keys of its own: it could not open what another sealed. SQLite's file is in its folder."""
        if not self.database_url:
            return ""
        server = create_engine(self.database_url, isolation_level="AUTOCOMMIT")
        name = f"bench_{secrets.token_hex(4)}"
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        server.dispose()
        return make_url(self.database_url).set(database=name).render_as_string(hide_password=False)


Bench = Callable[[Run], Iterator[Figure]]
_benches: dict[str, Bench] = {}


def bench(name: str) -> Callable[[Bench], Bench]:
    def register(function: Bench) -> Bench:
        _benches[name] = function
        return function

    return register


def registered() -> dict[str, Bench]:
    return dict(_benches)


@contextmanager
def on_database(database: str, quick: bool) -> Iterator[Run]:
    """A fresh database of that kind; PostgreSQL with fsync on, as in production."""
    if database == "sqlite":
        yield Run(database, "", quick)
        return
    with Postgres(fsync=True, cpus=cores()[0]) as server:
        yield Run(database, server.url, quick)


def cores() -> tuple[set[int], set[int]]:
    """(the cores of what is measured, those of the load and the stand-ins): apart where there are two or more."""
    available = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [*range(os.cpu_count() or 1)]
    if len(available) < 2:
        return set(available), set(available)
    half = len(available) // 2
    return set(available[:half]), set(available[half:])


def _short(value: Any) -> Any:
    """Four significant digits: what is beyond them is noise."""
    if not isinstance(value, float):
        return value
    return float(f"{value:.4g}") if abs(value) < 1000 else round(value)
