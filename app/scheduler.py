"""The clock of app/schedule.py: `python -m app.scheduler`. Two may run at once: a waiting job is not queued again."""

from __future__ import annotations

import time

import structlog
from redis.exceptions import RedisError
from rq.cron import CronJob, CronScheduler
from rq.utils import now

from app import queue
from app.boot import boot
from app.config import Settings
from app.schedule import SCHEDULE, Periodic

log = structlog.get_logger()


class Scheduler(CronScheduler):
    """RQ's own, except that jobs go through our queue: by name, and one of a kind waiting at a time."""

    def add(self, periodic: Periodic) -> None:
        self._cron_jobs.append(
            CronJob(
                periodic.queue,
                func_name=periodic.job,
                interval=periodic.every,
                cron=periodic.cron,
                name=periodic.name or periodic.job,
            )
        )

    def enqueue_jobs(self) -> list[CronJob]:
        at = now()
        due = [job for job in self.get_jobs() if job.should_run()]
        for job in due:
            # A queue that is away is logged there; the job comes round again.
            queue.enqueue(job.func_name, queue=job.queue_name, unique=job.name)
            job.set_enqueue_time(at)
        return due


def run() -> None:
    """Until it is asked to stop; a queue that goes away is waited for."""
    while True:
        try:
            scheduler = Scheduler(queue.redis(), logging_level="WARNING")
            for periodic in SCHEDULE:
                scheduler.add(periodic)
            scheduler.start()  # type: ignore[no-untyped-call]  # RQ leaves it untyped
            return
        except (RedisError, OSError) as error:
            log.warning("queue_away", error=type(error).__name__)
            time.sleep(1)


if __name__ == "__main__":
    boot(Settings.from_env())
    run()
