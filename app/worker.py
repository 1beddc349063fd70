"""A worker: `python -m app.worker [queues...]`, all of them by default. Any number may run, on any machines."""

from __future__ import annotations

import sys
import time
import uuid
from collections.abc import Sequence

import structlog
from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.job import Job
from rq.queue import Queue

from app import queue
from app.boot import boot
from app.config import Settings

log = structlog.get_logger()


class Worker(SimpleWorker):
    """Works in this process: a fork for each of thousands of small jobs would cost more than the jobs."""

    def perform_job(self, job: Job, queue_: Queue) -> bool:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(job_id=job.id, job=job.func_name)
        if unique := job.meta.get("unique"):
            queue.started(unique)
        return bool(super().perform_job(job, queue_))


def run(names: Sequence[str]) -> None:
    """Until it is asked to stop; a queue that goes away is waited for."""
    while True:
        try:
            connection = queue.blocking_redis()
            worker = Worker(
                [Queue(name, connection=connection) for name in names], connection=connection, name=uuid.uuid4().hex
            )
            worker.work(logging_level="WARNING")
            return
        except (RedisError, OSError) as error:
            log.warning("queue_away", error=type(error).__name__)
            time.sleep(1)


if __name__ == "__main__":
    boot(Settings.from_env())
    run(sys.argv[1:] or queue.QUEUES)
