"""Jobs that bring the store to what our rows say: changes of many codes, and codes to be taken off."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

import structlog
from sqlalchemy import Update, exists, func, or_, select, update
from sqlalchemy.orm import Session

from app.assignments import life
from app.clock import now
from app.codes import service as codes
from app.codes.models import Code, CodeChange
from app.codes.rules import waiting_in_words
from app.db import db, reading, transaction
from app.db.bulk import among
from app.offers.models import Offer
from app.platforms.port import Failure, PlatformError
from app.queue import enqueue
from app.stores.models import Store
from app.stores.service import platform_for

log = structlog.get_logger()

CHUNK = 100
"""Rows a transaction: on SQLite others wait for it."""
BATCH = 2_500
"""Codes the store is told of at a time: from some tens on it is asked for a list of all, whatever their number."""
LEASE = timedelta(seconds=60)


def change(change_id: int) -> None:
    """Works a change of many codes through our rows, then has the stores told. Twice at once is safe."""
    stores: set[int] = set()
    while True:
        began = time.monotonic()
        with transaction() as session:
            some, more = _step(session, change_id)
            stores |= set(life.stores_of(session, some))
        if stores:
            codes.settle_now(min(stores))
        if not more:
            break
        if db.engine.dialect.name == "sqlite":
            time.sleep(time.monotonic() - began)
    for store_id in sorted(stores):
        codes.settle_now(store_id)
    with transaction() as session:
        _finish_changes(session)


def _step(session: Session, change_id: int) -> tuple[list[int], bool]:
    """The next codes, and whether there are more."""
    found = session.get(CodeChange, change_id, with_for_update=True)
    if found is None or found.request is None:
        return [], False
    some = found.request[found.changed : found.changed + CHUNK]
    skipped = len(some) - life.apply(session, found, some)
    found.total -= skipped
    found.changed += len(some)
    more = found.changed < len(found.request)
    if not more:
        found.request = None
    return some, more


class _Batch(NamedTuple):
    """Codes of one discount that the store has to take off."""

    remote_id: str
    ids: list[int]
    codes: list[str]


def settle(store_id: int) -> None:
    """Takes off the store what is off here. One worker a store; the next one goes on where this one stopped."""
    with transaction() as session:
        if not _take_lease(session, store_id):
            return
    try:
        platform = platform_for(store_id)
        while True:
            with transaction() as session:
                life.finish_rotations(session, store_id, CHUNK)
                batch = _next(session, store_id)
                _take_lease(session, store_id, renew=True)
            if batch is None:
                break
            try:
                platform.take_off(batch.remote_id, batch.codes)
            except PlatformError as error:
                if error.code is not Failure.NOT_FOUND:
                    raise  # a discount that is gone took its codes with it
            _told(batch.ids)
    except PlatformError as error:
        log.info("codes_off_wait", store_id=store_id, reason=error.code.value, request_id=error.request_id)
        words = waiting_in_words(error.code, error.message)
        with transaction() as session:
            session.execute(_waiting_changes(store_id).values(trouble=words[:500]))
    finally:
        with transaction() as session:
            session.execute(update(Store).where(Store.id == store_id).values(taking_off_until=None))
            _finish_changes(session)


def _take_lease(session: Session, store_id: int, *, renew: bool = False) -> bool:
    free = or_(Store.taking_off_until.is_(None), Store.taking_off_until < now())
    taken = session.scalars(
        update(Store)
        .where(Store.id == store_id, *([] if renew else [free]))
        .values(taking_off_until=now() + LEASE)
        .returning(Store.id)
        .execution_options(synchronize_session=False)
    ).all()
    return bool(taken)


def _next(session: Session, store_id: int) -> _Batch | None:
    remote = func.coalesce(Offer.remote_id, Code.remote_id, "")
    rows = session.execute(
        select(Code.id, Code.code, remote)
        .join(Offer, Offer.id == Code.offer_id)
        .where(Code.store_id == store_id, Code.due == "off")
        .order_by(remote, Code.id)
        .limit(BATCH)
    ).all()
    mine = [row for row in rows if row[2] == rows[0][2]]
    return _Batch(mine[0][2], [row[0] for row in mine], [row[1] for row in mine]) if mine else None


def _told(ids: Sequence[int]) -> None:
    for start in range(0, len(ids), CHUNK):
        with transaction() as session:
            session.execute(
                update(Code)
                .where(among(session, Code.id, list(ids[start : start + CHUNK])), Code.due == "off")
                .values(due="")
                .execution_options(synchronize_session=False)
            )


def _waiting_changes(store_id: int) -> Update:
    waiting = select(Code.change_id).where(Code.store_id == store_id, Code.due == "off")
    return update(CodeChange).where(CodeChange.state == "running", CodeChange.id.in_(waiting))


def _finish_changes(session: Session) -> None:
    """Those of which the stores know everything."""
    session.execute(
        update(CodeChange)
        .where(
            CodeChange.state == "running",
            CodeChange.request.is_(None),
            ~exists().where(Code.change_id == CodeChange.id, Code.due == "off"),
        )
        .values(state="finished", finished_at=now(), trouble="")
        .execution_options(synchronize_session=False)
    )


def sweep() -> None:
    """Changes and stores whose job was lost, whose worker died, or that were away."""
    with reading() as session:
        changes = session.scalars(select(CodeChange.id).where(CodeChange.request.is_not(None))).all()
        stores = session.scalars(select(Code.store_id).where(Code.due != "").distinct()).all()
    for change_id in changes:
        enqueue(life.CHANGE, change_id, queue=codes.QUEUE, unique=f"change-{change_id}")
    for store_id in stores:
        codes.settle_now(store_id)
