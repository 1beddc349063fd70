"""The table the day starts with: people, and for each offer chosen as a column their code and what it sold.

Six statements at most, whatever the rows: the offers, the people (two), their number, their codes, their totals.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assignments.models import Assignment
from app.codes.models import Code
from app.errors import NotFound
from app.influencers.filters import Filter
from app.influencers.names import display
from app.influencers.service import matching
from app.offers.models import Offer
from app.redemptions.models import Total
from app.stores.models import Store
from app.views.cursors import stale
from app.views.money import Amounts, money
from app.views.table_order import Figures, Sort, ordered

MAX_COLUMNS = 10


@dataclass(frozen=True, slots=True)
class Held:
    """A person's code in one offer: the one held now, else the last one held."""

    code_id: int
    code: str
    state: str


def table(
    session: Session, workspace_id: int, store_id: int, wanted: Filter, *, sort: Sort, columns: Sequence[int],
    cursor: str = "", limit: int = 50,
) -> dict[str, Any]:  # fmt: skip
    """{"items", "next_cursor", "total"}. Raises NotFound where an offer is not of this workspace."""
    offers = _offers(session, workspace_id, [*columns, *([wanted.offer_id] if wanted.offer_id else [])])
    first = columns[0] if columns else None
    currency = offers[first] if first else _currency(session, store_id)
    total, after = _split(cursor)
    page = ordered(session, workspace_id, wanted, sort, Figures(workspace_id, currency, first), after, limit)
    total = page.total if total is None else total
    total = matching(session, workspace_id, wanted) if total is None else total
    ids = [row.id for row in page.rows]
    held = codes_of(session, ids, columns) if columns else {}
    totals = totals_of(session, ids)
    return {
        "items": [_item(row, columns, held, totals.get(row.id, {})) for row in page.rows],
        "next_cursor": page.next_cursor and f"{total}.{page.next_cursor}",
        "total": total,
    }


def _split(cursor: str) -> tuple[int | None, str]:
    """The number of people as counted for the first page, which the cursor carries on, and where to go on."""
    if not cursor:
        return None, ""
    total, _, after = cursor.partition(".")
    if not after or not re.fullmatch("[0-9]{1,12}", total):
        raise stale()
    return int(total), after


def _offers(session: Session, workspace_id: int, ids: Sequence[int]) -> dict[int, str]:
    """{offer id: currency}."""
    if not ids:
        return {}
    rows = session.execute(
        select(Offer.id, Offer.currency).where(Offer.workspace_id == workspace_id, Offer.id.in_(ids))
    )
    found = {row.id: row.currency for row in rows}
    if missing := set(ids) - set(found):
        raise NotFound(f"There is no offer {min(missing)}.")
    return found


def _currency(session: Session, store_id: int) -> str:
    return session.scalar(select(Store.currency).where(Store.id == store_id)) or ""


def codes_of(session: Session, people: Sequence[int], offers: Sequence[int]) -> dict[tuple[int, int], Held]:
    """{(influencer id, offer id): code}."""
    rows = session.execute(
        select(Assignment.influencer_id, Assignment.offer_id, Code.id, Code.code, Code.state)
        .join(Code, Code.id == Assignment.code_id)
        .where(Assignment.influencer_id.in_(people), Assignment.offer_id.in_(offers))
        # An open assignment comes last, and so stays.
        .order_by(Assignment.ends_at.is_(None), Assignment.starts_at, Assignment.id)
    )
    return {(person, offer): Held(id, code, state) for person, offer, id, code, state in rows}


def totals_of(session: Session, people: Sequence[int]) -> dict[int, dict[int, Amounts]]:
    """{influencer id: {offer id: amounts}}."""
    rows = session.scalars(select(Total).where(Total.influencer_id.in_(people)))
    found: dict[int, dict[int, Amounts]] = {}
    for row in rows:
        found.setdefault(row.influencer_id, {}).setdefault(row.offer_id, Amounts()).add(row)
    return found


def _item(
    row: Any, columns: Sequence[int], held: dict[tuple[int, int], Held], totals: dict[int, Amounts]
) -> dict[str, Any]:
    everything = Amounts.of(totals.values())
    return {
        "id": row.id,
        "external_id": row.external_id,
        "name": display(row.first_name, row.last_name, row.display_name, row.handles, row.email),
        "first_name": row.first_name,
        "last_name": row.last_name,
        "email": row.email,
        "handles": row.handles,
        "tags": [*row.tags, *row.local_tags],
        "groups": row.groups,
        "stage": row.stage,
        "country": row.country,
        "archived": row.archived_at is not None,
        "totals": {
            "redemptions": everything.redemptions,
            "net": [money(amount, currency) for currency, amount in sorted(everything.net.items())],
            "last_order_at": everything.last_order_at,
        },
        "offers": {
            str(offer): _cell(held.get((row.id, offer)), totals.get(offer))
            for offer in columns
            if (row.id, offer) in held or offer in totals
        },
    }


def _cell(held: Held | None, amounts: Amounts | None) -> dict[str, Any]:
    last_order_at: datetime | None = amounts.last_order_at if amounts else None
    return {
        "status": held.state if held else None,
        "code": held.code if held else None,
        "code_id": held.code_id if held else None,
        "redemptions": amounts.redemptions if amounts else 0,
        "net": next((money(net, currency) for currency, net in amounts.net.items()), None) if amounts else None,
        "last_order_at": last_order_at,
    }
