"""A database for each test: SQLite from a template file, or one PostgreSQL a worker whose tables are emptied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from app.db import Base
from app.db.session import make_engine
from app.tables import load


class SqliteDatabases:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.db"
        self._count = 0
        load()
        engine = make_engine(f"sqlite:///{self._template}")
        Base.metadata.create_all(engine)
        engine.dispose()  # the last connection to close writes the log into the file

    def fresh(self) -> str:
        self._count += 1
        path = self._folder / f"{self._count}.db"
        shutil.copyfile(self._template, path)
        return f"sqlite:///{path}"

    @contextmanager
    def without_tables(self, folder: Path) -> Iterator[str]:
        yield f"sqlite:///{folder / 'empty.db'}"

    def drop(self, url: str) -> None:
        path = Path(url.removeprefix("sqlite:///"))
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


class PostgresDatabases:
    """`url` of a database that belongs to this test process alone."""

    def __init__(self, url: str) -> None:
        self._url = url
        load()
        self._engine: Engine = make_engine(url, pool_size=1)
        Base.metadata.drop_all(self._engine)
        Base.metadata.create_all(self._engine)
        names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
        self._empty = text(f"TRUNCATE {names} RESTART IDENTITY CASCADE")

    def fresh(self) -> str:
        with self._engine.begin() as connection:
            # A transaction that an earlier test left open would be waited on for ever.
            connection.exec_driver_sql("SET LOCAL lock_timeout = '30s'")
            connection.execute(self._empty)
        return self._url

    @contextmanager
    def without_tables(self, _folder: Path) -> Iterator[str]:
        """A schema of its own in the same database, taken away afterwards."""
        with self._engine.begin() as connection:
            connection.exec_driver_sql("CREATE SCHEMA empty")
        yield (
            f"{self._url}&options=-csearch_path%3Dempty"
            if "?" in self._url
            else f"{self._url}?options=-csearch_path%3Dempty"
        )
        with self._engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA empty CASCADE")

    def drop(self, url: str) -> None:
        """Kept: the next test empties it."""

    def close(self) -> None:
        self._engine.dispose()
