"""Tells the queue that the inbox has work, from a thread of its own: a queue that is away or slow holds up no request.

A wake-up that is lost costs seconds only: the schedule looks at the inbox every 5 s.
"""

from __future__ import annotations

import os
import threading
import time

from app.queue import enqueue

PAUSE_SECONDS = 0.1
"""At most ten wake-ups a second, however many deliveries arrive."""
DRAIN = "webhooks.jobs.drain"

_waiting = threading.Event()
_lock = threading.Lock()
_thread: threading.Thread | None = None


def notify() -> None:
    global _thread
    _waiting.set()
    if _thread is None:
        with _lock:
            if _thread is None:
                _thread = threading.Thread(target=_run, name="inbox-wake", daemon=True)
                _thread.start()


def wake() -> None:
    """One drain may wait in the queue at a time."""
    enqueue(DRAIN, queue="webhooks", unique="inbox")


def _run() -> None:
    while True:
        _waiting.wait()
        _waiting.clear()
        wake()
        time.sleep(PAUSE_SECONDS)


def _after_fork() -> None:
    global _thread, _lock, _waiting
    _thread, _lock, _waiting = None, threading.Lock(), threading.Event()


os.register_at_fork(after_in_child=_after_fork)
