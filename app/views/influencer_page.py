"""One person's page: their fields, every code they held, what each offer sold, the last orders."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.assignments.models import Assignment
from app.clock import now
from app.codes.models import Code
from app.influencers import service
from app.influencers.models import Influencer
from app.influencers.routes import person_fields
from app.offers.models import Offer
from app.redemptions.ledger import AUDIENCE
from app.redemptions.models import Order, Redemption
from app.stores.models import Store, Workspace
from app.views.home import days
from app.views.influencer_table import totals_of
from app.views.money import Amounts, money

LAST_ORDERS = 10


def page(session: Session, workspace_id: int, store_id: int, influencer_id: int) -> dict[str, Any]:
    """Ten statements, whatever the person did. Raises NotFound."""
    person = service.get(session, workspace_id, influencer_id)
    totals = totals_of(session, [person.id]).get(person.id, {})
    codes = _codes(session, workspace_id, person.id)
    sold = _sold(session, workspace_id, person.id)
    names = _names(session, workspace_id, [*totals, *(assignment.offer_id for _, assignment, _ in codes)])
    return {
        **person_fields(person),
        "totals": Amounts.of(totals.values()).shown(),
        "offers": [
            {"offer": {"id": id, "name": names[id]}, "totals": amounts.shown(), "last_order_at": amounts.last_order_at}
            for id, amounts in sorted(totals.items(), reverse=True)
            if id in names
        ],
        "codes": [_code(code, assignment, offer, sold.get(code.id)) for code, assignment, offer in codes],
        "days": _days(session, workspace_id, store_id, person.id) if totals else [],
        "duplicates": _duplicates(session, person),
        "orders": _orders(session, workspace_id, person.id, person_name=service.name_of(person)),
    }


def _days(session: Session, workspace_id: int, store_id: int, influencer_id: int) -> list[dict[str, Any]]:
    currency = session.scalars(select(Store.currency).where(Store.id == store_id)).one()
    zone = ZoneInfo(session.scalars(select(Workspace.time_zone).where(Workspace.id == workspace_id)).one())
    return days(session, workspace_id, currency, zone, now(), influencer_id)


def _duplicates(session: Session, person: Influencer) -> list[dict[str, Any]]:
    """Others with the same e-mail address, who may be the same person."""
    if not person.email or person.merged_into_id is not None:
        return []
    same = select(Influencer).where(
        Influencer.workspace_id == person.workspace_id, Influencer.email.in_({person.email, person.email.lower()}),
        Influencer.id != person.id, Influencer.merged_into_id.is_(None),
    )  # fmt: skip
    found = session.scalars(same.order_by(Influencer.id).limit(5))
    return [{"id": one.id, "name": service.name_of(one)} for one in found]


def _names(session: Session, workspace_id: int, ids: Sequence[int]) -> dict[int, str]:
    query = select(Offer.id, Offer.name).where(Offer.workspace_id == workspace_id, Offer.id.in_(set(ids)))
    return dict(session.execute(query).all())


def _codes(session: Session, workspace_id: int, influencer_id: int) -> list[tuple[Code, Assignment, Offer]]:
    """The newest first."""
    rows = session.execute(
        select(Code, Assignment, Offer)
        .join(Assignment, Assignment.code_id == Code.id)
        .join(Offer, Offer.id == Assignment.offer_id)
        .where(Assignment.workspace_id == workspace_id, Assignment.influencer_id == influencer_id)
        .order_by(Assignment.starts_at.desc(), Assignment.id.desc())
    )
    return [(code, assignment, offer) for code, assignment, offer in rows]


def _sold(session: Session, workspace_id: int, influencer_id: int) -> dict[int, tuple[int, str, Decimal | None]]:
    """{code id: (orders that count, currency, net) while this person held it}; a code sells in one store's currency.

    Orders of own use and gifts are no revenue: their net is None.
    """
    rows = session.execute(
        select(
            Redemption.code_id, func.count(), Redemption.currency, func.sum(Redemption.gross),
            func.sum(Redemption.refunded), Redemption.purpose,
        )
        .where(Redemption.workspace_id == workspace_id, Redemption.influencer_id == influencer_id, Redemption.counted)
        .group_by(Redemption.code_id, Redemption.currency, Redemption.purpose)
    )  # fmt: skip
    return {
        code_id: (count, currency, gross - refunded if purpose == AUDIENCE else None)
        for code_id, count, currency, gross, refunded, purpose in rows
    }


def _code(
    code: Code, assignment: Assignment, offer: Offer, sold: tuple[int, str, Decimal | None] | None
) -> dict[str, Any]:
    count, currency, net = sold or (0, "", None)
    return {
        "id": code.id, "code": code.code, "status": code.state, "offer": {"id": offer.id, "name": offer.name},
        "since": assignment.starts_at, "until": assignment.ends_at, "redemptions": count,
        "net": None if net is None else money(net, currency), "message": code.message or None,
        "tracked": code.tracked,
    }  # fmt: skip


def _orders(session: Session, workspace_id: int, influencer_id: int, *, person_name: str) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Redemption, Order, Code.code, Offer.name)
        .join(Order, Order.id == Redemption.order_id)
        .join(Code, Code.id == Redemption.code_id)
        .join(Offer, Offer.id == Redemption.offer_id)
        .where(Redemption.workspace_id == workspace_id, Redemption.influencer_id == influencer_id)
        .order_by(Redemption.placed_at.desc(), Redemption.id.desc())
        .limit(LAST_ORDERS)
    )
    return [
        {
            "id": redemption.id, "order_name": order.name, "placed_at": redemption.placed_at, "code": code,
            "influencer": {"id": influencer_id, "name": person_name},
            "offer": {"id": redemption.offer_id, "name": offer_name}, "state": order.state,
            "purpose": redemption.purpose,
            "gross": money(redemption.gross, redemption.currency),
            "discount": money(redemption.discount, redemption.currency),
            "refunded": money(redemption.refunded, redemption.currency),
            "net": money(redemption.gross - redemption.refunded, redemption.currency),
        }
        for redemption, order, code, offer_name in rows
    ]  # fmt: skip
