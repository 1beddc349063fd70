"""Decisions about pulling and pushing: how long to wait, what a refusal means, what a pull has seen."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Literal

MAX_REFUSALS = 5
"""After so many refusals an event is stuck: listed with its reason, and tried again when the merchant says so."""
FIRST_WAIT = 2.0
LONGEST_WAIT = 300.0
"""Seconds. A roster that was down for a week is back in step some minutes after it answers again."""
LISTED = 50

PullState = Literal["never", "running", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Refused:
    external_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a pull is. `newest`: the latest `updated_at` seen, as the roster wrote it."""

    state: PullState = "never"
    seen: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    archived: int = 0
    refused: int = 0
    error: str = ""
    newest: str = ""
    refused_rows: tuple[Refused, ...] = field(default=())

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Progress:
        known = {one.name: stored[one.name] for one in fields(cls) if one.name in stored}
        rows = tuple(Refused(**row) for row in known.pop("refused_rows", ()))
        return cls(**known, refused_rows=rows)

    def stored(self) -> dict[str, Any]:
        return asdict(self) | {"refused_rows": [asdict(row) for row in self.refused_rows]}

    def after(self, outcomes: Sequence[tuple[str, str, str]], newest: str) -> Progress:
        """With one batch more: (external id, outcome, reason) of each row."""
        counts = {name: getattr(self, name) for name in ("created", "updated", "unchanged", "archived", "refused")}
        for _, outcome, _ in outcomes:
            counts[outcome] += 1
        rows = [Refused(id, reason) for id, outcome, reason in outcomes if outcome == "refused"]
        return replace(
            self, seen=self.seen + len(outcomes), newest=newest,
            refused_rows=(*self.refused_rows, *rows)[:LISTED], **counts,
        )  # fmt: skip


def newest_of(records: Sequence[Any], so_far: str) -> str:
    """The latest of these `updated_at` and the one before; what is no time is passed over."""
    stamps = [record.get("updated_at") for record in records if isinstance(record, Mapping)]
    moments = {stamp: _moment(stamp) for stamp in [*stamps, so_far] if isinstance(stamp, str) and len(stamp) <= 60}
    known = {stamp: moment for stamp, moment in moments.items() if moment is not None}
    return max(known, key=lambda stamp: known[stamp]) if known else so_far


def _moment(stamp: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def wait(failures: int, retry_after: float | None = None) -> float:
    """Seconds before the next try after so many failures in a row; the roster's own wish counts where it has one.

    Otherwise doubled each time with jitter, so that many merchants do not come back in the same second.
    """
    if retry_after is not None:
        return max(retry_after, 1.0)
    return float(min(FIRST_WAIT * 2 ** min(failures - 1, 20), LONGEST_WAIT) * random.uniform(0.5, 1.0))
