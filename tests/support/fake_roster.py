"""A roster in memory: it remembers what it was told, in which order, and fails where a test says so."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.roster.port import About, Outgoing, PulledPage, RosterError, Trouble

AWAY = RosterError(Trouble.UNREACHABLE, "The roster cannot be reached.")
REFUSED = RosterError(Trouble.REFUSED, "The roster answers 422. It does not know this person.")


@dataclass
class FakeRoster:
    """`people` in the order of their pages; `before_push` may raise before an event is taken, `after_push` after."""

    people: list[dict[str, Any]] = field(default_factory=list)
    page_size: int = 2
    down: bool = False
    taken: list[Outgoing] = field(default_factory=list)
    """Each event once, in order of arrival."""
    calls: list[str] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    """(cursor, updated_since) of each page."""
    before_push: Callable[[Outgoing], None] = lambda event: None
    after_push: Callable[[Outgoing], None] = lambda event: None
    before_page: Callable[[str], None] = lambda cursor: None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def keys(self) -> list[str]:
        return [event.key for event in self.taken]

    def by_person(self) -> dict[Any, list[Any]]:
        found: dict[Any, list[Any]] = {}
        for event in self.taken:
            found.setdefault(event.data["person"], []).append(event.data["number"])
        return found

    # the port

    def about(self) -> About:
        self._reach()
        return About("Fake roster", True, True)

    def pull(self, cursor: str, updated_since: str, limit: int) -> PulledPage:
        self.asked.append((cursor, updated_since))
        self._reach()
        self.before_page(cursor)
        changed: Sequence[dict[str, Any]] = [one for one in self.people if one.get("updated_at", "") >= updated_since]
        start = int(cursor or 0)
        end = start + self.page_size
        return PulledPage(changed[start:end], str(end) if end < len(changed) else None)

    def push(self, event: Outgoing) -> None:
        with self._lock:
            self.calls.append(event.key)
        self._reach()
        self.before_push(event)
        with self._lock:
            if event.key not in self.keys:
                self.taken.append(event)
        self.after_push(event)

    def close(self) -> None:
        """Nothing to close: it is asked again."""

    def _reach(self) -> None:
        if self.down:
            raise AWAY
