"""Accepting or restoring what was changed in the store, with the codes that hang on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.codes import service as codes
from app.codes.models import Code, CodeRun
from app.codes.telling import tell
from app.db.bulk import among
from app.errors import Conflict
from app.offers import drift
from app.offers.models import OTHER, Offer
from app.queue import enqueue, enqueue_after_commit

COMPARE = "app.assignments.drift_jobs.compare"
TOPICS = frozenset({"discounts/update", "discounts/delete", "discounts/redeemcode_removed"})
GONE = "It was deleted in the store."


def noted(session: Session, store_id: int, told: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    """What the platform said of discounts: (topic, payload). The offers they belong to are compared by a job; codes
    that we take off ourselves are told of too, and mean nothing."""
    remote_ids = {str(payload.get("admin_graphql_api_id")) for topic, payload in told if not _is_code(topic)}
    removed = {_code_of(payload) for topic, payload in told if _is_code(topic)} - {""}
    ids = set(
        session.scalars(
            select(Offer.id).where(Offer.store_id == store_id, among(session, Offer.remote_id, sorted(remote_ids)))
        )
    )
    if removed:
        live = (Code.store_id == store_id, among(session, Code.key, sorted(removed)), Code.state == "live")
        ids.update(session.scalars(select(Code.offer_id).where(*live).distinct()))
    for offer_id in sorted(ids):
        enqueue_after_commit(session, COMPARE, offer_id, unique=f"compare-{offer_id}")


def compare_now(offer_id: int) -> None:
    enqueue(COMPARE, offer_id, unique=f"compare-{offer_id}")


def _is_code(topic: str) -> bool:
    return topic == "discounts/redeemcode_removed"


def _code_of(payload: Mapping[str, Any]) -> str:
    found = payload.get("redeem_code")
    return str(found.get("code", "")).upper() if isinstance(found, dict) else ""


def codes_gone(session: Session, ids: Sequence[int]) -> None:
    """Codes that somebody deleted in the store: off, and may be put back like those that we took off."""
    gone = session.scalars(
        update(Code)
        .where(among(session, Code.id, list(ids)), Code.state == "live", Code.due == "")
        .values(state="disabled", message=GONE)
        .returning(Code.id)
        .execution_options(synchronize_session=False)
    ).all()
    session.expire_all()
    tell(session, "code.disabled", gone)


def restore(session: Session, offer: Offer, actor: str) -> CodeRun | None:
    """Raises Conflict. The run puts codes back where the discount was deleted with them."""
    deleted = offer.drift is not None and offer.drift["kind"] == drift.DELETED
    if deleted and offer.type == OTHER:
        raise Conflict(
            "The terms of this discount were the store's alone. Accept that it is gone, and make a new offer."
        )
    drift.restore(session, offer, actor)
    return _put_all_back(session, offer, actor) if deleted else None


def _put_all_back(session: Session, offer: Offer, actor: str) -> CodeRun | None:
    mine = (Code.offer_id == offer.id, Code.state == "live", Code.tracked)
    leaving = session.execute(select(Code.run_id, func.count()).where(*mine).group_by(Code.run_id)).all()
    if not leaving:
        return None
    run = codes.add_run(session, offer, actor)
    for run_id, count in leaving:
        session.execute(update(CodeRun).where(CodeRun.id == run_id).values(total=CodeRun.total - count))
    run.total = sum(count for _, count in leaving)
    session.execute(
        update(Code)
        .where(*mine)
        .values(state="queued", run_id=run.id, block_id=None)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
    codes.push_after_commit(session, run)
    return run
