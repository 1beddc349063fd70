"""The table the day starts with: people, and for each offer chosen as a column their code and what it sold.

As many statements for one row as for all: the offers, their runs that go on, how many match, the people (two where
those without a figure come after), their codes, their totals.
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
from app.codes import runs
from app.codes.models import Code, CodeRun
from app.db.bulk import among
from app.errors import NotFound
from app.influencers.filters import Filter
from app.influencers.names import display
from app.influencers.service import matching
from app.offers.fields import offer_terms
from app.offers.models import Offer
from app.redemptions.models import Total
from app.stores.models import Store
from app.views.cursors import stale
from app.views.money import Amounts, money
from app.views.table_order import Figures, Page, Sort, ordered

MAX_COLUMNS = 10
MOST_RUNS = 50


@dataclass(frozen=True, slots=True)
class Held:
    """A person's code in one offer: the one held now, else the last one held."""

    code_id: int
    code: str
    state: str
    tracked: bool


def table(
    session: Session, workspace_id: int, store_id: int, wanted: Filter, *, sort: Sort, columns: Sequence[int],
    cursor: str = "", limit: int = 50,
) -> dict[str, Any]:  # fmt: skip
    """{"items", "next_cursor", "total", "columns"}. Raises NotFound where an offer is not of this workspace."""
    offers = _offers(session, workspace_id, [*columns, *([wanted.offer_id] if wanted.offer_id else [])])
    first = columns[0] if columns else None
    currency = offers[first]["currency"] if first else _currency(session, store_id)
    total, after = _split(cursor)
    if total is None and not wanted.q:
        total = matching(session, workspace_id, wanted)
    # Where nobody matches, everybody would be looked at again to find that out.
    page = (
        ordered(session, workspace_id, wanted, sort, Figures(workspace_id, currency, first), after, limit)
        if total != 0
        else Page([], None)
    )
    total = page.total if total is None else total
    ids = [row.id for row in page.rows]
    held = codes_of(session, ids, columns) if columns else {}
    totals = totals_of(session, ids)
    return {
        "items": [_item(row, columns, held, totals.get(row.id, {})) for row in page.rows],
        "next_cursor": page.next_cursor and f"{total}.{page.next_cursor}",
        "total": total,
        "columns": [offers[id] for id in columns],
    }


def _split(cursor: str) -> tuple[int | None, str]:
    """The number of people as counted for the first page, which the cursor carries on, and where to go on."""
    if not cursor:
        return None, ""
    total, _, after = cursor.partition(".")
    if not after or not re.fullmatch("[0-9]{1,12}", total):
        raise stale()
    return int(total), after


def _offers(session: Session, workspace_id: int, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """{offer id: what a column's head says}."""
    if not ids:
        return {}
    rows = session.execute(
        select(Offer, Store)
        .join(Store, Store.id == Offer.store_id)
        .where(Offer.workspace_id == workspace_id, Offer.id.in_(ids))
    )
    # Only a run that goes on is shown here; counting the codes of all that ever ran would take longer than the rows.
    going = runs.latest(session, workspace_id, CodeRun.offer_id.in_(ids), CodeRun.state == "running", limit=MOST_RUNS)
    run = {one["offer_id"]: one for one in reversed(going)}
    found = {offer.id: {**offer_terms(offer, store), "run": run.get(offer.id)} for offer, store in rows}
    if missing := set(ids) - set(found):
        raise NotFound(f"There is no offer {min(missing)}.")
    return found


def _currency(session: Session, store_id: int) -> str:
    return session.scalar(select(Store.currency).where(Store.id == store_id)) or ""


def codes_of(session: Session, people: Sequence[int], offers: Sequence[int]) -> dict[tuple[int, int], Held]:
    """{(influencer id, offer id): code}."""
    rows = session.execute(
        select(Assignment.influencer_id, Assignment.offer_id, Code.id, Code.code, Code.state, Code.tracked)
        .join(Code, Code.id == Assignment.code_id)
        .where(among(session, Assignment.influencer_id, people), Assignment.offer_id.in_(offers))
        # The last one stays: the offer's own code before a kit's out of it, an open assignment before an ended one.
        .order_by(Code.purpose.is_(None), Assignment.ends_at.is_(None), Assignment.starts_at, Assignment.id)
    )
    return {(row.influencer_id, row.offer_id): Held(row.id, row.code, row.state, row.tracked) for row in rows}


def totals_of(session: Session, people: Sequence[int]) -> dict[int, dict[int, Amounts]]:
    """{influencer id: {offer id: amounts}}."""
    rows = session.scalars(select(Total).where(among(session, Total.influencer_id, people)))
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
        "added_at": row.created_at,
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
        "tracked": held.tracked if held else None,
        "redemptions": amounts.redemptions if amounts else 0,
        "net": next((money(net, currency) for currency, net in amounts.net.items()), None) if amounts else None,
        "last_order_at": last_order_at,
    }
