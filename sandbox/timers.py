"""One thread that does things later. What it does is short and runs under the world's lock."""

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

Act = Callable[[], None]


class Timers:
    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock
        self._wake = threading.Condition()
        self._heap: list[tuple[float, int, Act]] = []
        self._order = itertools.count()
        self._thread = threading.Thread(target=self._run, name="timers", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def after(self, seconds: float, act: Act) -> None:
        with self._wake:
            heapq.heappush(self._heap, (time.monotonic() + seconds, next(self._order), act))
            self._wake.notify()

    def _run(self) -> None:
        while True:
            act = self._next()
            with self._lock:
                try:
                    act()
                except Exception:
                    log.exception("A timed act failed")

    def _next(self) -> Act:
        with self._wake:
            while True:
                wait = self._heap[0][0] - time.monotonic() if self._heap else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._heap)[2]
                self._wake.wait(wait)
