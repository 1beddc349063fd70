"""Engine and transactions, the same behaviour on PostgreSQL and SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from psycopg.types.array import ListBinaryDumper
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker


class Database:
    """One engine for the process, made by connect(). Threads share it; each transaction has a session of its own."""

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._sessions: sessionmaker[Session] | None = None

    def connect(self, url: str, *, pool_size: int = 20) -> None:
        self.dispose()
        self._engine = make_engine(url, pool_size=pool_size)
        self._sessions = sessionmaker(self._engine, expire_on_commit=False)

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            raise RuntimeError("the database is not connected: create_app() or boot() must run first")
        return self._engine

    def session(self) -> Session:
        if self._sessions is None:
            raise RuntimeError("the database is not connected: create_app() or boot() must run first")
        return self._sessions()

    def dispose(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None


def make_engine(url: str, *, pool_size: int = 20) -> Engine:
    parsed = make_url(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        # isolation_level None: the driver starts no transactions of its own, _sqlite_begin does.
        engine = create_engine(
            parsed,
            connect_args={"timeout": 30, "isolation_level": None},
            pool_size=pool_size,
            hide_parameters=True,
        )
        event.listen(engine, "connect", _sqlite_pragmas)
        event.listen(engine, "begin", _sqlite_begin)
        return engine
    engine = create_engine(parsed, pool_size=pool_size, max_overflow=10, pool_pre_ping=True, hide_parameters=True)
    event.listen(engine, "connect", _postgres_arrays)
    return engine


def _postgres_arrays(connection: Any, _record: Any) -> None:
    """Arrays go over in binary: as text, every quote and backslash of every item is escaped by an expression."""
    connection.adapters.register_dumper(list, ListBinaryDumper)


def _sqlite_pragmas(connection: Any, _record: Any) -> None:
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=30000",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Any) -> None:
    write = connection.get_execution_options().get("write", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@contextmanager
def transaction() -> Iterator[Session]:
    """A session that commits at the end of the block, or rolls back if it raises. For entry points only."""
    with _begun(write=True) as session:
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """A session that only reads one consistent state; on SQLite it takes no write lock."""
    with _begun(write=False) as session:
        yield session


@contextmanager
def _begun(*, write: bool) -> Iterator[Session]:
    from app.db.base import db

    with db.session() as session, session.begin():
        # On SQLite a writer takes the lock at BEGIN (see _sqlite_begin), so that two writers wait for each other
        # instead of one failing half-way.
        session.connection(execution_options={"write": write})
        yield session
