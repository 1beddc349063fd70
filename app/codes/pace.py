"""When to ask whether a block is done: about when the last one was, then at short growing steps."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from app.platforms.port import BlockStatus, Failure, PlatformError

FIRST_SECONDS = 0.25
LONGEST_PAUSE = 10.0


class Pace:
    """Shared by the blocks in flight of one run. Learns how long a full block takes, counted from the call's answer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seconds: float | None = None
        self._size = 0

    def watch(self, poll: Callable[[], BlockStatus], started: float, size: int, dead_seconds: float) -> BlockStatus:
        """Polls until the block is done. Raises the poll's PlatformError once it has failed for `dead_seconds`."""
        expected = self._expected(size)
        pause = max(0.0, started + expected - time.monotonic())
        step = max(0.03, expected * 0.02)
        polls, failing_since = 0, 0.0
        while True:
            time.sleep(pause)
            asked = time.monotonic()
            pause = step
            step = min(step * 1.4, LONGEST_PAUSE)
            try:
                status = poll()
            except PlatformError as error:
                if error.code not in (Failure.UNREACHABLE, Failure.THROTTLED):
                    raise
                failing_since = failing_since or asked
                if asked - failing_since > dead_seconds:
                    raise
                pause = max(pause, error.retry_after or 1.0)
                continue
            failing_since = 0.0
            polls += 1
            if status.done:
                self._learn(asked - started, size, first=polls == 1)
                return status

    def _expected(self, size: int) -> float:
        with self._lock:
            if self._seconds is None:
                return FIRST_SECONDS
            # A short block may take as long as a full one elsewhere; asking early costs a point, asking late a gap.
            return self._seconds * min(1.0, size / self._size)

    def _learn(self, seconds: float, size: int, *, first: bool) -> None:
        """Done at the first look: it may have been done before, so the next look comes a little earlier."""
        with self._lock:
            if self._seconds is None or size >= self._size:
                self._seconds = seconds * (0.97 if first else 1.0)
                self._size = size
