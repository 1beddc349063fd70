"""RQ: queues, and enqueueing that follows the commit.

Redis holds nothing that cannot be rebuilt from the database: every job here is also found by a sweep of
app/schedule.py, so a queue that is away delays work and never loses or refuses it.
"""

from __future__ import annotations

import threading

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from sqlalchemy import event
from sqlalchemy.orm import Session

log = structlog.get_logger()

QUEUES = ("webhooks", "codes", "roster", "default")
JOB_SECONDS = 3600
"""A job that runs longer is killed; long work holds a lease in the database and is taken up again."""
WAITING_SECONDS = 60
"""A name is free again after this long, should the queue have lost its job."""


class _Local(threading.local):
    redis: Redis | None = None
    url = ""


_local = _Local()
_url = ""


def connect(url: str) -> None:
    """Remembers where the queue is; connections are made when first needed."""
    global _url
    _url = url


def redis() -> Redis:
    """This thread's connection. Short time-outs: a stalled queue must not hold up a request."""
    if _local.url != _url or _local.redis is None:
        _local.redis = Redis.from_url(_url, socket_timeout=2, socket_connect_timeout=0.5)
        _local.url = _url
    return _local.redis


def blocking_redis() -> Redis:
    """For a worker, which waits on its queues for minutes; RQ sets the time-outs."""
    return Redis.from_url(_url, socket_connect_timeout=5)


def enqueue(job: str, *ids: int | str, queue: str = "default", unique: str | None = None) -> bool:
    """Queues `job` (a dotted path) with ids only. `unique` is a name of which one job may wait at a time.

    Returns False, and logs, when the queue is away; the sweep finds the work.
    """
    try:
        if unique and not redis().set(_waiting_key(unique), 1, nx=True, ex=WAITING_SECONDS):
            return True
        Queue(queue, connection=redis()).enqueue_call(
            job,
            args=ids,
            timeout=JOB_SECONDS,
            result_ttl=0,
            failure_ttl=86_400,
            meta={"unique": unique} if unique else None,
        )
    except (RedisError, OSError) as error:
        log.warning("queue_away", job=job, error=type(error).__name__)
        return False
    return True


def started(unique: str) -> None:
    """A worker has taken the job of this name: from here on the next one may be queued, so no wake-up is lost.

    RQ's own unique ids would block a name for as long as a failed or killed job of it is remembered.
    """
    redis().delete(_waiting_key(unique))


def run_shared(script: str, key: str, *arguments: float) -> bytes | None:
    """Runs a Lua script on memory that all processes share: for forecasts, never for facts. None while it is away."""
    try:
        answer: bytes = redis().eval(script, 1, key, *map(str, arguments))
    except (RedisError, OSError):
        return None
    return answer


def _waiting_key(unique: str) -> str:
    return f"shoutcode:waiting:{unique}"


def enqueue_after_commit(
    session: Session, job: str, *ids: int | str, queue: str = "default", unique: str | None = None
) -> None:
    """Queues the job once this session's transaction has committed; nothing happens if it rolls back."""

    def send(_session: Session) -> None:
        enqueue(job, *ids, queue=queue, unique=unique)

    event.listen(session, "after_commit", send, once=True)
