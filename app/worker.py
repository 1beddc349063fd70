"""A worker: `python -m app.worker [queues...]`, all of them by default. Any number may run, on any machines."""

from __future__ import annotations

import sys
import time
import uuid
from collections.abc import Sequence
from types import FrameType

import structlog
from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.queue import Queue

from app import queue
from app.boot import boot
from app.config import Settings

log = structlog.get_logger()


class Worker(SimpleWorker):
    """Works in this process: a fork for each of thousands of small jobs would cost more than the jobs."""

    asked_to_stop = False

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        self.asked_to_stop = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]  # rq types a part of its methods

    def perform_job(self, job: Job, queue_: Queue) -> bool:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(job_id=job.id, job=job.func_name)
        if unique := job.meta.get("unique"):
            queue.started(unique)
        return bool(super().perform_job(job, queue_))


def run(names: Sequence[str]) -> None:
    """Until it is asked to stop; a queue that goes away is waited for."""
    try:
        while not _work(names):
            time.sleep(1)
    except StopRequested:
        return  # asked between two tries: the signal handlers of the worker before are still in place


def _work(names: Sequence[str]) -> bool:
    """True once it was asked to stop, False where the queue is away."""
    worker: Worker | None = None
    try:
        connection = queue.blocking_redis()
        worker = Worker(
            [Queue(name, connection=connection) for name in names], connection=connection, name=uuid.uuid4().hex
        )
        worker.work(logging_level="WARNING")
    except (RedisError, OSError) as error:
        log.warning("queue_away", error=type(error).__name__)
        # A worker that stops says goodbye to the queue: where that is away too, it must not be kept here for ever.
        return worker is not None and worker.asked_to_stop
    return True


if __name__ == "__main__":
    boot(Settings.from_env())
    run(sys.argv[1:] or queue.QUEUES)
