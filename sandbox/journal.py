"""Keeps the sandbox's state on disk: everything lives in memory, changed rows are written to SQLite in batches.

A killed sandbox may lose the last fraction of a second; a stopped one loses nothing.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

FLUSH_SECONDS = 0.2

Key = tuple[str, str]
Encode = Callable[[], bytes]


class Journal:
    """Rows of (kind, id, body). `save` is cheap: the row is encoded and written by the writer thread."""

    def __init__(self, path: Path, lock: threading.RLock) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = lock
        self._changed: dict[Key, Encode | None] = {}
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=OFF")  # a stand-in need not survive a power cut
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS rows (kind TEXT, id TEXT, body BLOB, PRIMARY KEY (kind, id)) WITHOUT ROWID"
        )
        self._writing = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write_on, name="journal", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def load(self, kind: str) -> Iterator[tuple[str, bytes]]:
        """The rows of a kind by id as text, so numbers come in no useful order."""
        yield from self._db.execute("SELECT id, body FROM rows WHERE kind = ?", (kind,))

    def save(self, kind: str, row_id: object, encode: Encode) -> None:
        """Mark a row as changed. `encode` runs later, under the world's lock."""
        with self._lock:
            self._changed[kind, str(row_id)] = encode

    def delete(self, kind: str, row_id: object) -> None:
        with self._lock:
            self._changed[kind, str(row_id)] = None

    def flush(self) -> None:
        with self._writing:
            with self._lock:
                changed, self._changed = self._changed, {}
                rows = [(key, encode() if encode else None) for key, encode in changed.items()]
            if not rows:
                return
            self._db.execute("BEGIN")
            self._db.executemany(
                "DELETE FROM rows WHERE kind = ? AND id = ?", [key for key, body in rows if body is None]
            )
            self._db.executemany(
                "INSERT OR REPLACE INTO rows VALUES (?, ?, ?)", [(*key, body) for key, body in rows if body is not None]
            )
            self._db.execute("COMMIT")

    def close(self) -> None:
        self._stop.set()
        self.flush()

    def _write_on(self) -> None:
        while not self._stop.wait(FLUSH_SECONDS):
            self.flush()
