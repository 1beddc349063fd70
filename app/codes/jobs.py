"""Jobs of the `codes` queue. Each may run twice and late: the lease on the run lets one worker in, the rest leave."""

from __future__ import annotations

import os
import secrets
import socket

import structlog
from sqlalchemy import exists, or_, select

from app.clock import now
from app.codes import blocks
from app.codes.models import Code, CodeRun
from app.codes.push import LeaseLost, Push
from app.codes.rules import LONG_PAUSE, PAUSE, waiting_in_words
from app.codes.service import push_now, settle_now
from app.db import reading, transaction
from app.platforms.port import PlatformError
from app.stores.service import platform_for

log = structlog.get_logger()


def push(run_id: int) -> None:
    """Sends a run's codes to its store, for as long as it is this run's turn."""
    worker = f"{socket.gethostname()[:12]}:{os.getpid()}:{secrets.token_hex(4)}"
    with transaction() as session:
        facts = blocks.take_lease(session, run_id, worker)
    if facts is None:
        return
    try:
        turn = Push(facts, platform_for(facts.store_id), worker, lambda: bool(_waiting(run_id)))
        turn.run()
    except PlatformError as error:
        log.info("run_waits", run_id=run_id, reason=error.code.value, request_id=error.request_id)
        with transaction() as session:
            words = waiting_in_words(error.code, error.message)
            blocks.give_back(session, run_id, worker, trouble=words, pause=PAUSE.get(error.code, LONG_PAUSE))
            blocks.close(session, run_id)
        return
    except LeaseLost:
        log.warning("run_lease_lost", run_id=run_id)
        return
    with transaction() as session:
        blocks.give_back(session, run_id, worker)
        state = blocks.close(session, run_id)
    log.info("run_turn_over", run_id=run_id, state=state)
    _settle(facts.store_id)
    # A run that is still being made is woken by its maker, with more codes.
    _wake([*_waiting(run_id), *([run_id] if state == "running" and turn.turn_over else [])])


def _settle(store_id: int) -> None:
    """A code that went live may be another one's replacement."""
    with reading() as session:
        waits = session.scalar(select(exists().where(Code.store_id == store_id, Code.due != "")))
    if waits:
        settle_now(store_id)


def sweep() -> None:
    """Takes up runs whose job was lost, whose worker died, or whose pause is over."""
    _wake(_waiting(0))


def _waiting(but: int) -> list[int]:
    """Runs that want a worker, the one that waits longest first."""
    query = select(CodeRun.id).where(
        CodeRun.state == "running",
        CodeRun.request.is_(None),
        CodeRun.id != but,
        or_(CodeRun.worker_until.is_(None), CodeRun.worker_until < now()),
    )
    with reading() as session:
        return list(session.scalars(query.order_by(CodeRun.id)))


def _wake(run_ids: list[int]) -> None:
    for run_id in run_ids:
        push_now(run_id)
