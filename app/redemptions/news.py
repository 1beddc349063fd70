"""What the roster is told about redemptions: the events, with the numbers as they now stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import events
from app.codes.models import Code
from app.db.bulk import AnyRow, among
from app.influencers.models import Influencer
from app.offers.models import Offer
from app.redemptions.ledger import AUDIENCE, Credit, StoreFacts, TotalKey, total_key
from app.redemptions.models import Redemption
from app.redemptions.money import written


def tell(
    session: Session, store: StoreFacts, credits: Sequence[Credit], totals: Mapping[TotalKey, AnyRow]
) -> None:
    """One event a redemption that changed and has a holder; nobody is told of a code that nobody held."""
    told = [credit for credit in credits if credit.added and credit.influencer_id is not None]
    if not told:
        return
    codes = _by_id(session, select(Code.id, Code.code), Code.id, (credit.code_id for credit in told))
    offers = _by_id(session, select(Offer.id, Offer.name), Offer.id, (credit.offer_id for credit in told))
    people = _by_id(
        session, select(Influencer.id, Influencer.external_id), Influencer.id, (credit.influencer_id for credit in told)
    )
    own_uses = _own_uses(session, [credit for credit in told if credit.purpose != AUDIENCE])
    rows = []
    for credit in told:
        first = not credit.number and credit.added[0].kind == "sale"
        data = {
            "code_id": credit.code_id,
            "code": codes[credit.code_id],
            "offer_id": credit.offer_id,
            "offer_name": offers[credit.offer_id],
            "influencer_external_id": people[credit.influencer_id],
            "store": store.domain,
            "kind": credit.added[-1].kind,
            "reason": credit.added[-1].reason,
            "purpose": credit.purpose,
            **(
                _numbers(totals[total_key(credit)])
                if credit.purpose == AUDIENCE
                else _of_own_use(credit, own_uses.get((credit.offer_id, credit.influencer_id or 0), 0))
            ),
        }
        type = "redemption.recorded" if first else "redemption.adjusted"
        rows.append((store.workspace_id, type, data, credit.influencer_id))
    events.append_many(session, rows)


def _numbers(total: AnyRow) -> dict[str, Any]:
    """Of this person's code in this offer, in the order's currency."""
    last = total.last_order_at
    return {
        "currency": total.currency,
        "uses": total.redemptions,
        "orders": total.redemptions,
        "gross": written(total.gross, total.currency),
        "refunded": written(total.refunded, total.currency),
        "net": written(total.gross - total.refunded, total.currency),
        "last_redeemed_at": last.strftime("%Y-%m-%dT%H:%M:%SZ") if last else None,
    }


def _of_own_use(credit: Credit, uses: int) -> dict[str, Any]:
    """The creator's own orders, or those of a gift, are told as uses and never as revenue."""
    nothing = written(Decimal(0), credit.currency)
    return {
        "currency": credit.currency, "uses": uses, "orders": 0, "gross": nothing, "refunded": nothing, "net": nothing,
        "last_redeemed_at": credit.placed_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }  # fmt: skip


def _own_uses(session: Session, credits: Sequence[Credit]) -> dict[tuple[int, int], int]:
    """By offer and person: orders that count."""
    if not credits:
        return {}
    query = (
        select(Redemption.offer_id, Redemption.influencer_id, func.count())
        .where(
            among(session, Redemption.offer_id, sorted({credit.offer_id for credit in credits})),
            among(session, Redemption.influencer_id, sorted({credit.influencer_id or 0 for credit in credits})),
            Redemption.purpose != AUDIENCE, Redemption.counted,
        )
        .group_by(Redemption.offer_id, Redemption.influencer_id)
    )  # fmt: skip
    return {(offer_id, influencer_id or 0): count for offer_id, influencer_id, count in session.execute(query)}


def _by_id(session: Session, query: Any, column: Any, ids: Any) -> dict[Any, Any]:
    return dict(session.execute(query.where(among(session, column, sorted(set(ids))))).all())
