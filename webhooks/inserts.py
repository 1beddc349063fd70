"""The one INSERT of the webhook path, by the driver itself: what SQLAlchemy adds would cost a third of the rate."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

import psycopg
from sqlalchemy.exc import DBAPIError

from app.db import db

if TYPE_CHECKING:
    from webhooks.intake import Received


class StoreAway(Exception):
    """Nothing is known to be stored; the same rows may be sent again."""


class RowRefused(Exception):
    """The database answers, but will not take a row of these; none of them is stored."""


class Inserter(Protocol):
    def insert(self, rows: Sequence[Received]) -> None:
        """Commits all rows, or raises StoreAway or RowRefused."""


def make_inserter() -> Inserter:
    return _Postgres() if db.engine.dialect.name == "postgresql" else _Sqlite()


def _connect() -> Any:
    """A connection of our own, with what the engine sets up for every connection."""
    try:
        pooled = db.engine.raw_connection()
    except DBAPIError as error:
        raise StoreAway(type(error.orig).__name__) from error
    connection = pooled.driver_connection
    pooled.detach()
    return connection


class _Postgres:
    SQL = """
        INSERT INTO delivery (store_id, topic, delivery_id, received_at, triggered_at, body, state, attempts, error)
        SELECT *, 0, 0, ''
        FROM unnest(%b::bigint[], %b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::bytea[])
        ON CONFLICT (store_id, delivery_id) DO NOTHING
    """

    def __init__(self) -> None:
        self._connection: psycopg.Connection[Any] | None = None

    def insert(self, rows: Sequence[Received]) -> None:
        columns = [
            [row.store_id for row in rows],
            [row.topic for row in rows],
            [row.delivery_id for row in rows],
            [row.received_at for row in rows],
            [row.triggered_at for row in rows],
            [row.body for row in rows],
        ]
        try:
            # With autocommit the statement is its own transaction: one trip to the server instead of three.
            self._open().execute(self.SQL, columns)
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            self._drop()
            raise StoreAway(type(error).__name__) from error
        except psycopg.Error as error:
            raise RowRefused(type(error).__name__) from error

    def _open(self) -> psycopg.Connection[Any]:
        if self._connection is None:
            self._connection = _connect()
            self._connection.autocommit = True
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
            self._connection = None


class _Sqlite:
    SQL = """
        INSERT INTO delivery (store_id, topic, delivery_id, received_at, triggered_at, body, state, attempts, error)
        VALUES (?, ?, ?, ?, ?, ?, 0, 0, '')
        ON CONFLICT (store_id, delivery_id) DO NOTHING
    """
    LOCK_SECONDS = 3.0
    RETRY_SECONDS = 0.001

    def __init__(self) -> None:
        self._connection: sqlite3.Connection | None = None

    def insert(self, rows: Sequence[Received]) -> None:
        values = [
            (row.store_id, row.topic, row.delivery_id, _stamp(row.received_at), _stamp(row.triggered_at), row.body)
            for row in rows
        ]
        try:
            connection = self._open()
            self._begin(connection)
            connection.executemany(self.SQL, values)
            connection.execute("COMMIT")
        except sqlite3.IntegrityError as error:
            self._drop()
            raise RowRefused(type(error).__name__) from error
        except sqlite3.Error as error:
            self._drop()
            raise StoreAway(type(error).__name__) from error

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            connection = _connect()
            connection.execute("PRAGMA busy_timeout=0")
            self._connection = connection
        return self._connection

    def _begin(self, connection: sqlite3.Connection) -> None:
        """SQLite's own waiting backs off to 100 ms at a time, which a steady other writer turns into starvation."""
        deadline = time.monotonic() + self.LOCK_SECONDS
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(self.RETRY_SECONDS)

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _stamp(moment: datetime) -> str:
    """As UtcDateTime keeps times on SQLite."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
