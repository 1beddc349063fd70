"""When to ask whether a block is done: a little before the quickest of the last ones was, then at growing steps."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from app.platforms.port import BlockStatus, Failure, PlatformError

FIRST_SECONDS = 0.25
REMEMBERED = 4
EARLY = 0.95
STEP = 0.05
"""Of the time since the block was sent: so late its end is noticed at most, however long blocks take."""
SHORTEST_STEP = 0.03
LONGEST_STEP = 10.0


class Pace:
    """Shared by the blocks in flight of one run. Learns how long a full block takes, counted from the call's answer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seconds: deque[float] = deque(maxlen=REMEMBERED)
        self._size = 0

    def watch(self, poll: Callable[[], BlockStatus], started: float, size: int, dead_seconds: float) -> BlockStatus:
        """Polls until the block is done. Raises the poll's PlatformError once it has failed for `dead_seconds`."""
        pause = max(0.0, started + self._expected(size) * EARLY - time.monotonic())
        failing_since = 0.0
        while True:
            time.sleep(pause)
            asked = time.monotonic()
            pause = min(max(SHORTEST_STEP, (asked - started) * STEP), LONGEST_STEP)
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
            if status.done:
                self._learn(asked - started, size)
                return status

    def _expected(self, size: int) -> float:
        with self._lock:
            if not self._seconds:
                return FIRST_SECONDS
            # A short block may take as long as a full one elsewhere; asking early costs a point, asking late a gap.
            return min(self._seconds) * min(1.0, size / self._size)

    def _learn(self, seconds: float, size: int) -> None:
        with self._lock:
            if size >= self._size:
                self._size = size
                self._seconds.append(seconds)
