"""What any roster can do for us, and how it may refuse. Adapters turn a service's words into these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class Trouble(StrEnum):
    UNREACHABLE = "unreachable"  # no answer, 5xx, cut line: the call may have acted
    BUSY = "busy"  # too many requests
    UNAUTHORIZED = "unauthorized"  # the key is refused
    REFUSED = "refused"  # the same call will be refused again
    UNEXPECTED = "unexpected"  # an answer that breaks the contract


class RosterError(Exception):
    """`message` is a sentence for the merchant, without secrets."""

    def __init__(self, trouble: Trouble, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.trouble = trouble
        self.message = message
        self.retry_after = retry_after
        """Seconds, where the roster said."""


@dataclass(frozen=True, slots=True)
class About:
    name: str
    can_read: bool
    can_write: bool


@dataclass(frozen=True, slots=True)
class PulledPage:
    """`records` as the roster sent them, unchecked. `next_cursor` None: this was the last page."""

    records: Sequence[Mapping[str, Any]]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One event to be told. `key` is the receiver's duplicate check."""

    key: str
    type: str
    happened_at: datetime
    data: Mapping[str, Any]


class RosterConnector(Protocol):
    """One connected roster. Every method may raise RosterError; none touches the database; threads may share it."""

    def about(self) -> About: ...

    def pull(self, cursor: str, updated_since: str, limit: int) -> PulledPage:
        """The page behind `cursor` (empty: the first) of the people changed since. Any page size may come."""

    def push(self, event: Outgoing) -> None:
        """Returns once the roster has taken the event. Safe to repeat: the roster knows an event by its key."""

    def close(self) -> None: ...
