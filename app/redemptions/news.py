"""What the roster is told about redemptions: the events, with the numbers as they now stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import events
from app.codes.models import Code
from app.db.bulk import AnyRow, among
from app.influencers.models import Influencer
from app.offers.models import Offer
from app.redemptions.ledger import Credit, StoreFacts, TotalKey, total_key
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
            **_numbers(totals[total_key(credit)]),
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


def _by_id(session: Session, query: Any, column: Any, ids: Any) -> dict[Any, Any]:
    return dict(session.execute(query.where(among(session, column, sorted(set(ids))))).all())
