"""The steps of a run in our tables: claiming codes for a block, writing down what became of them. Each is one short
transaction of its caller; none talks to the store.

A step may be repeated (by the worker that takes a run up again): every change asks for the state it starts from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from app.clock import now
from app.codes.models import Code, CodeBlock, CodeRun
from app.codes.naming import Wish
from app.codes.patterns import key
from app.codes.service import lock_store, taken
from app.codes.telling import tell
from app.db.bulk import rows_changed
from app.offers.models import OTHER, Offer
from app.offers.terms import terms_of
from app.platforms.port import Failure, Terms

LEASE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Block:
    """What one call sends. `job_id` None: no answer is known, so it is sent (again)."""

    id: int
    codes: tuple[str, ...]
    job_id: str | None = None
    fresh: bool = False
    """Claimed in this turn: nobody can have sent it yet."""
    put_back: bool = False
    """Some of its codes were live before and taken off."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One code on its way."""

    id: int
    code: str
    base: str
    attempt: int
    block_id: int | None
    was_live: bool
    """People have it already: it never gets another name."""


@dataclass(frozen=True, slots=True)
class RunFacts:
    run_id: int
    offer_id: int
    workspace_id: int
    store_id: int
    discount_id: str | None
    terms: Terms | None
    """None where the store alone knows them: then codes can only be put into the discount that is there."""


_CLAIMED = (Code.id, Code.code, Code.live_at.is_not(None).label("was_live"))
_SENT = (Code.id, Code.code, Code.base, Code.attempt, Code.block_id, Code.live_at.is_not(None))

# --- the lease -------------------------------------------------------------------------------------------------------


def take_lease(session: Session, run_id: int, worker: str) -> RunFacts | None:
    """None where the run is over, waits, is held, or another run of its store is being pushed: blocks in flight are
    counted by store. The store's lock makes the look and the taking one step."""
    run = session.get(CodeRun, run_id)
    if run is None:
        return None
    offer = session.get_one(Offer, run.offer_id)
    lock_store(session, offer.store_id)
    session.refresh(run)
    at = now()
    if run.state != "running" or (run.worker_until is not None and run.worker_until > at):
        return None
    other, theirs = aliased(CodeRun), aliased(Offer)
    busy = (
        select(other.id)
        .join(theirs, theirs.id == other.offer_id)
        .where(
            theirs.store_id == offer.store_id,
            other.id != run.id,
            other.state == "running",
            other.worker != "",
            other.worker_until > at,
        )
    )
    if session.scalar(busy.limit(1)) is not None:
        return None
    run.worker, run.worker_until = worker, at + LEASE
    return RunFacts(
        run.id,
        offer.id,
        offer.workspace_id,
        offer.store_id,
        offer.remote_id,
        None if offer.type == OTHER else terms_of(offer),
    )


def renew_lease(session: Session, run_id: int, worker: str) -> bool:
    """False where somebody else has taken the run up: then nothing more may be sent."""
    return _changed(
        session,
        update(CodeRun).where(CodeRun.id == run_id, CodeRun.worker == worker).values(worker_until=now() + LEASE),
    )


def give_back(session: Session, run_id: int, worker: str, *, trouble: str = "", pause: float = 0) -> None:
    """Lets go of the run; with `trouble` it waits that many seconds before it may be taken again."""
    until = now() + timedelta(seconds=pause) if pause else None
    session.execute(
        update(CodeRun)
        .where(CodeRun.id == run_id, CodeRun.worker == worker)
        .values(worker="", worker_until=until, trouble=trouble[:500])
    )


def close(session: Session, run_id: int) -> str:
    """Finished where nothing is left to do, stopped where that was asked for; returns the state."""
    run = session.get_one(CodeRun, run_id, with_for_update=True)
    left = session.scalar(select(exists().where(Code.run_id == run_id, Code.state.in_(("queued", "creating")))))
    if run.state == "running" and not left and run.request is None:
        run.state, run.finished_at, run.trouble, run.stop_asked = "finished", now(), "", False
    elif run.state == "running" and run.stop_asked:
        run.state, run.stop_asked = "stopped", False
    return run.state


# --- claiming --------------------------------------------------------------------------------------------------------


def queued(session: Session, run_id: int, most: int) -> tuple[int, bool]:
    """How many codes wait, counted up to `most`, and whether more are being made."""
    waiting = select(Code.id).where(Code.run_id == run_id, Code.state == "queued").limit(most).subquery()
    count = select(func.count()).select_from(waiting).scalar_subquery()
    row = session.execute(select(count, CodeRun.request.is_not(None)).where(CodeRun.id == run_id)).one()
    return row[0], row[1]


def claim(session: Session, run_id: int, worker: str, size: int) -> Block | None:
    """Takes up to `size` queued codes into a new block. None: none waits, a stop is asked for, or the lease is lost."""
    if not renew_lease(session, run_id, worker):
        return None
    if wants_stop(session, run_id):
        return None
    rows = session.execute(
        select(*_CLAIMED).where(Code.run_id == run_id, Code.state == "queued").order_by(Code.id).limit(size)
    ).all()
    if not rows:
        return None
    block = CodeBlock(run_id=run_id, state="sending", size=len(rows), sent_at=now())
    session.add(block)
    session.flush()
    session.execute(
        update(Code).where(Code.id.in_([row.id for row in rows])).values(state="creating", block_id=block.id)
    )
    return _block(block, rows, fresh=True)


def _block(block: CodeBlock, rows: Sequence[Any], *, fresh: bool = False) -> Block:
    codes = tuple(row.code for row in rows)
    return Block(block.id, codes, block.job_id, fresh, put_back=any(row.was_live for row in rows))


def wants_stop(session: Session, run_id: int) -> bool:
    return bool(
        session.scalar(
            select(CodeRun.stop_asked | Offer.ended_at.is_not(None))
            .join(Offer, Offer.id == CodeRun.offer_id)
            .where(CodeRun.id == run_id)
        )
    )


def release(session: Session, block_id: int) -> None:
    """Puts a block that was never sent back into the queue."""
    session.execute(
        update(Code).where(Code.block_id == block_id, Code.state == "creating").values(state="queued", block_id=None)
    )
    session.execute(delete(CodeBlock).where(CodeBlock.id == block_id))


def unfinished(session: Session, run_id: int) -> tuple[list[Block], list[int]]:
    """What an earlier worker left: blocks to send or watch, and ids of those done with some codes refused."""
    left = session.scalars(
        select(CodeBlock).where(CodeBlock.run_id == run_id, CodeBlock.state != "done").order_by(CodeBlock.id)
    )
    watch, counted = [], []
    for block in left.all():
        if block.state == "counted":
            counted.append(block.id)
            continue
        rows = session.execute(
            select(*_CLAIMED).where(Code.block_id == block.id, Code.state == "creating").order_by(Code.id)
        ).all()
        if rows:
            watch.append(_block(block, rows))
        else:
            block.state, block.done_at = "done", now()
    return watch, counted


def mark_sent(session: Session, block_id: int, job_id: str) -> None:
    session.execute(update(CodeBlock).where(CodeBlock.id == block_id).values(state="sent", job_id=job_id))


def mark_counted(session: Session, block_id: int) -> None:
    session.execute(update(CodeBlock).where(CodeBlock.id == block_id).values(state="counted", done_at=now()))


def mark_done(session: Session, block_id: int) -> None:
    done = func.coalesce(CodeBlock.done_at, now())
    session.execute(update(CodeBlock).where(CodeBlock.id == block_id).values(state="done", done_at=done))


# --- what became of codes --------------------------------------------------------------------------------------------


def sent(session: Session, block_ids: Sequence[int]) -> list[Sent]:
    rows = session.execute(
        select(*_SENT).where(Code.block_id.in_(block_ids), Code.state == "creating").order_by(Code.id)
    )
    return [Sent(*row) for row in rows]


def go_live(session: Session, run_id: int, ids: Sequence[int]) -> None:
    at = now()
    made = session.scalars(
        update(Code)
        .where(Code.id.in_(ids), Code.state == "creating")
        .values(state="live", live_at=at, reason="", message="", can_retry=False)
        .returning(Code.id)
    ).all()
    session.execute(
        update(CodeRun).where(CodeRun.id == run_id, CodeRun.first_live_at.is_(None)).values(first_live_at=at)
    )
    tell(session, "code.live", made)


def fail(session: Session, ids: Iterable[int], reason: Failure, message: str, *, can_retry: bool) -> None:
    failed = session.scalars(
        update(Code)
        .where(Code.id.in_(list(ids)), Code.state.in_(("creating", "queued")))
        .values(state="failed", reason=reason.value, message=message[:500], can_retry=can_retry, block_id=None)
        .returning(Code.id)
    ).all()
    tell(session, "code.failed", failed)


def rename(session: Session, store_id: int, wishes: Sequence[Wish]) -> list[Wish]:
    """Gives codes that somebody else has in the store their next candidate and queues them again.

    Returns the wishes whose candidate was taken by one of our own rows meanwhile. A wish's owner is the code's id.
    """
    lock_store(session, store_id)
    ours = taken(session, store_id, [wish.code for wish in wishes])
    for wish in wishes:
        if key(wish.code) not in ours:
            session.execute(
                update(Code)
                .where(Code.id == wish.owner, Code.state == "creating")
                .values(state="queued", block_id=None, code=wish.code, key=key(wish.code), attempt=wish.attempt)
            )
    return [wish for wish in wishes if key(wish.code) in ours]


# --- the discount ----------------------------------------------------------------------------------------------------


def first_code(session: Session, offer_id: int, run_id: int) -> Sent | None:
    """The code that the discount is created with: the one an interrupted worker had begun with (in whichever run of the
    offer, so that an unseen discount is found again), else the first queued one of this run."""
    begun = (Code.offer_id == offer_id) & (Code.state == "creating")
    row = session.execute(
        select(*_SENT)
        .where(begun | ((Code.run_id == run_id) & (Code.state == "queued")), Code.block_id.is_(None))
        .order_by(Code.state, Code.id)  # "creating" sorts before "queued"
        .limit(1)
    ).first()
    if row is None:
        return None
    session.execute(update(Code).where(Code.id == row.id).values(state="creating"))
    return Sent(*row)


def save_discount(session: Session, offer_id: int, remote_id: str, note: str) -> None:
    """`note`: what the store keeps otherwise than asked."""
    session.execute(
        update(Offer)
        .where(Offer.id == offer_id, Offer.remote_id.is_(None))
        .values(remote_id=remote_id, store_note=note, updated_at=now())
    )


def waiting_ids(session: Session, run_id: int, most: int) -> list[int]:
    """Codes of the run that are not sent yet."""
    rows = select(Code.id).where(Code.run_id == run_id, Code.state.in_(("queued", "creating")), Code.block_id.is_(None))
    return list(session.scalars(rows.order_by(Code.id).limit(most)))


def _changed(session: Session, statement: Any) -> bool:
    return rows_changed(session.execute(statement)) > 0
