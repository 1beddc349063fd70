"""RQ: queues, and enqueueing that follows the commit.

Redis holds nothing that cannot be rebuilt from the database: every job here is also found by a sweep of
app/schedule.py, so a queue that is away delays work and never loses or refuses it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.exceptions import DuplicateJobError
from sqlalchemy import event
from sqlalchemy.orm import Session

log = structlog.get_logger()

QUEUES = ("webhooks", "codes", "roster", "default")
JOB_SECONDS = 3600
"""A job that runs longer is killed; long work holds a lease in the database and is taken up again."""

_local = threading.local()
_url = ""


def connect(url: str) -> None:
    """Remembers where the queue is; connections are made when first needed."""
    global _url
    _url = url
    _local.__dict__.clear()


def redis() -> Redis:
    """This thread's connection. Short time-outs: a stalled queue must not hold up a request."""
    if getattr(_local, "redis", None) is None:
        _local.redis = Redis.from_url(_url, socket_timeout=2, socket_connect_timeout=0.5)
    return _local.redis


def enqueue(job: str | Callable[..., Any], *ids: int | str, queue: str = "default", unique: str | None = None) -> bool:
    """Queues `job` (a dotted path or a function) with ids only. `unique` is a job id of which one may wait at a time.

    Returns False, and logs, when the queue is away; the sweep finds the work.
    """
    try:
        Queue(queue, connection=redis()).enqueue_call(
            job,
            args=ids,
            timeout=JOB_SECONDS,
            result_ttl=0,
            failure_ttl=86_400,
            job_id=unique,
            unique=unique is not None,
        )
    except DuplicateJobError:
        return True
    except (RedisError, OSError) as error:
        log.warning("queue_away", job=str(job), error=type(error).__name__)
        return False
    return True


def enqueue_after_commit(
    session: Session, job: str, *ids: int | str, queue: str = "default", unique: str | None = None
) -> None:
    """Queues the job once this session's transaction has committed; nothing happens if it rolls back."""

    def send(_session: Session) -> None:
        enqueue(job, *ids, queue=queue, unique=unique)

    event.listen(session, "after_commit", send, once=True)
