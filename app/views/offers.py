"""Offers with what became of them: codes, people, totals, the newest run. As many statements for one as for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from app.assignments.models import Assignment
from app.assignments.previews import how_many
from app.clock import now
from app.codes import runs
from app.codes.models import Code
from app.codes.rules import masked, shown_code
from app.influencers.models import Influencer
from app.influencers.names import display
from app.influencers.service import Selection
from app.offers import service
from app.offers.changes import successor_of
from app.offers.fields import offer_terms, state_of
from app.offers.models import Offer
from app.offers.rules import State
from app.redemptions.ledger import AUDIENCE
from app.redemptions.models import Redemption, Total
from app.stores.models import Store
from app.views.cursors import pack, unpack
from app.views.money import money

CODE_STATES = ("queued", "creating", "live", "failed", "disabled", "retired")
MOST = 200
MOST_VERSIONS = 20


def listed(
    session: Session, workspace_id: int, *, state: State | None, q: str, cursor: str, limit: int
) -> dict[str, Any]:
    """The newest first: {"items", "next_cursor", "total"}."""
    wanted: list[ColumnElement[bool]] = [Offer.workspace_id == workspace_id, *_in_state(state)]
    if q.strip():
        wanted.append(Offer.name_key.contains(q.strip().casefold(), autoescape=True))
    total = session.scalar(select(func.count()).select_from(Offer).where(*wanted)) or 0
    if cursor:
        wanted.append(Offer.id < unpack(cursor, {"newest": (int,)})[1][0])
    rows = session.execute(
        select(Offer, Store)
        .join(Store, Store.id == Offer.store_id)
        .where(*wanted)
        .order_by(Offer.id.desc())
        .limit(limit + 1)
    ).all()
    more = len(rows) > limit
    shown = [(row[0], row[1]) for row in rows[:limit]]
    return {
        "items": _with_results(session, workspace_id, shown),
        "next_cursor": pack("newest", shown[-1][0].id) if more else None,
        "total": total,
    }


def shown(session: Session, workspace_id: int, offer_id: int) -> dict[str, Any]:
    offer = service.get(session, workspace_id, offer_id)
    return {
        **_with_results(session, workspace_id, [(offer, session.get_one(Store, offer.store_id))])[0],
        "saved_for": _saved_for(session, offer),
        "versions": _versions(session, offer),
    }


def _saved_for(session: Session, offer: Offer) -> dict[str, Any] | None:
    """Whom a draft was saved for, as it would be sent again."""
    if offer.published_at is not None:
        return None
    kept = offer.draft or {}
    selection = Selection.model_validate(kept["selection"]) if kept.get("selection") else None
    return {
        "people": how_many(session, offer.workspace_id, selection) if selection else 0,
        "selection": kept.get("selection"),
        "edits": kept.get("edits", {}),
        "pool": kept.get("pool", 0),
    }


def _versions(session: Session, offer: Offer) -> list[dict[str, Any]]:
    """The chain that the offer stands in, the first one first; empty where it is alone."""
    chain = [offer]
    while chain[0].previous_id is not None and len(chain) < MOST_VERSIONS:
        chain.insert(0, session.get_one(Offer, chain[0].previous_id))
    while len(chain) < MOST_VERSIONS and (following := successor_of(session, chain[-1].id)) is not None:
        chain.append(following)
    return [{"id": one.id, "name": one.name, "state": state_of(one)} for one in chain] if len(chain) > 1 else []


def _in_state(state: State | None) -> list[ColumnElement[bool]]:
    """The conditions that say what offers.rules.state() says of one row."""
    at = now()
    over = or_(Offer.ended_at.is_not(None), and_(Offer.ends_at.is_not(None), Offer.ends_at <= at))
    published = and_(Offer.archived_at.is_(None), Offer.published_at.is_not(None))
    match state:
        case None:
            return [Offer.archived_at.is_(None)]
        case State.ARCHIVED:
            return [Offer.archived_at.is_not(None)]
        case State.DRAFT:
            return [Offer.archived_at.is_(None), Offer.published_at.is_(None)]
        case State.ENDED:
            return [published, over]
        case State.SCHEDULED:
            return [published, ~over, Offer.paused_at.is_(None), Offer.starts_at > at]
        case State.PAUSED:
            return [published, ~over, Offer.paused_at.is_not(None)]
        case State.ACTIVE:
            return [published, ~over, Offer.paused_at.is_(None), Offer.starts_at <= at]


def _with_results(session: Session, workspace_id: int, rows: Sequence[tuple[Offer, Store]]) -> list[dict[str, Any]]:
    ids = [offer.id for offer, _ in rows]
    counts, pools = _codes(session, ids)
    people, totals = _people(session, ids), _totals(session, ids)
    newest = runs.of_offers(session, workspace_id, ids)
    return [
        {
            **offer_terms(offer, store),
            "counts": {state: counts.get((offer.id, state), 0) for state in CODE_STATES},
            "pool": pools.get(offer.id, {"total": 0, "live": 0}),
            "people": people.get(offer.id, 0),
            "totals": totals.get(offer.id, []),
            "run": newest.get(offer.id),
            "saved_for": None,
            "versions": [],
        }
        for offer, store in rows
    ]


def _codes(session: Session, ids: Sequence[int]) -> tuple[dict[tuple[int, str], int], dict[int, dict[str, int]]]:
    """({(offer, state): codes}, {offer: pool}). The pool is what nobody holds."""
    query = (
        select(Code.offer_id, Code.state, Code.in_pool, func.count())
        .where(Code.offer_id.in_(ids))
        .group_by(Code.offer_id, Code.state, Code.in_pool)
    )
    counts: dict[tuple[int, str], int] = {}
    pools: dict[int, dict[str, int]] = {}
    for offer_id, state, in_pool, count in session.execute(query):
        counts[offer_id, state] = counts.get((offer_id, state), 0) + count
        if in_pool:
            pool = pools.setdefault(offer_id, {"total": 0, "live": 0})
            pool["total"] += count
            pool["live"] += count if state == "live" else 0
    return counts, pools


def _people(session: Session, ids: Sequence[int]) -> dict[int, int]:
    query = (
        select(Assignment.offer_id, func.count(Assignment.influencer_id.distinct()))
        .where(Assignment.offer_id.in_(ids), Assignment.ends_at.is_(None))
        .group_by(Assignment.offer_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _totals(session: Session, ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    query = (
        select(
            Total.offer_id, Total.currency, func.sum(Total.redemptions), func.sum(Total.gross),
            func.sum(Total.discount), func.sum(Total.refunded),
        )
        .where(Total.offer_id.in_(ids))
        .group_by(Total.offer_id, Total.currency)
        .order_by(Total.currency)
    )  # fmt: skip
    found: dict[int, list[dict[str, Any]]] = {}
    for offer_id, currency, redemptions, gross, discount, refunded in session.execute(query):
        found.setdefault(offer_id, []).append(
            {
                "currency": currency,
                "redemptions": int(redemptions),
                "gross": money(gross, currency),
                "discount": money(discount, currency),
                "refunded": money(refunded, currency),
                "net": money(gross - refunded, currency),
            }
        )
    return found


def codes(
    session: Session, workspace_id: int, offer_id: int, *, state: str | None, cursor: str, limit: int
) -> dict[str, Any]:
    """An offer's codes in the order they were made. Pooled ones are masked."""
    offer = service.get(session, workspace_id, offer_id)
    wanted: list[ColumnElement[bool]] = [Code.offer_id == offer.id, Code.workspace_id == workspace_id]
    if state is not None:
        wanted.append(Code.state == state if state in CODE_STATES else false())
    total = session.scalar(select(func.count()).select_from(Code).where(*wanted)) or 0
    if cursor:
        wanted.append(Code.id > unpack(cursor, {"made": (int,)})[1][0])
    holder = Assignment.influencer_id
    rows = session.execute(
        select(Code, Influencer)
        .outerjoin(Assignment, and_(Assignment.code_id == Code.id, Assignment.ends_at.is_(None)))
        .outerjoin(Influencer, Influencer.id == holder)
        .where(*wanted)
        .order_by(Code.id)
        .limit(limit + 1)
    ).all()
    listed = [(row[0], row[1]) for row in rows[:limit]]
    sold = sold_by(session, [code.id for code, _ in listed])
    return {
        "items": [_code(code, person, offer.currency, sold.get(code.id)) for code, person in listed],
        "next_cursor": pack("made", listed[-1][0].id) if len(rows) > limit else None,
        "total": total,
    }


def sold_by(session: Session, ids: Sequence[int]) -> dict[int, tuple[int, str, Any]]:
    """{code: (redemptions that count, currency, net)}; a code sells in its store's currency.

    Orders of own use and gifts are no revenue: their net is None.
    """
    query = (
        select(
            Redemption.code_id,
            func.count(),
            Redemption.currency,
            func.sum(Redemption.gross),
            func.sum(Redemption.refunded),
            Redemption.purpose,
        )
        .where(Redemption.code_id.in_(ids), Redemption.counted)
        .group_by(Redemption.code_id, Redemption.currency, Redemption.purpose)
    )
    return {
        id: (count, currency, gross - back if purpose == AUDIENCE else None)
        for id, count, currency, gross, back, purpose in session.execute(query)
    }


def _code(code: Code, person: Influencer | None, currency: str, sold: tuple[int, str, Any] | None) -> dict[str, Any]:
    count, sold_in, net = sold or (0, currency, None)
    return {
        "id": code.id,
        "code": shown_code(code.code, is_pooled=code.in_pool and person is None),
        "state": code.state,
        "reason": code.reason or None,
        "message": without_pooled(code, person) or None,
        "due": code.due,
        "tracked": code.tracked,
        "influencer": None if person is None else {"id": person.id, "name": _name(person)},
        "redemptions": count,
        "net": None if net is None else money(net, sold_in),
    }


def without_pooled(code: Code, person: Influencer | None) -> str:
    """What the store said of a code, without the code itself while nobody holds it."""
    pooled = code.in_pool and person is None
    return code.message.replace(code.code, masked(code.code)) if pooled else code.message


def _name(person: Influencer) -> str:
    return display(person.first_name, person.last_name, person.display_name, person.handles, person.email)
