"""Whole lists as rows for a file. Each part is read in a moment of its own: a long download holds nothing open, and
takes no more memory for 100,000 rows than for a thousand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, select, tuple_
from sqlalchemy.orm import Session

from app.assignments.models import Assignment
from app.codes.models import Code
from app.codes.rules import shown_code
from app.db import reading
from app.db.bulk import among
from app.errors import NotFound
from app.influencers.columns import ID, handle_text
from app.influencers.filters import Filter, Selection, conditions
from app.influencers.models import Influencer
from app.influencers.service import name_of
from app.influencers.service import select as people_of
from app.offers.models import Offer
from app.redemptions import reading as redemptions
from app.redemptions.money import written
from app.views.influencer_table import Held, codes_of, totals_of
from app.views.money import Amounts
from app.views.offers import sold_by, without_pooled

PART = 1_000
YES_NO = {True: "yes", False: "no", None: None}
# The roster contract's fields, in its order and words: what comes out can be sent in again.
PERSON = (
    "external_id", "source", "first_name", "last_name", "display_name", "email", "handles", "tags", "groups", "stage",
    "country", "locale", "currency", "preferred_code", "commission_rate", "active", "consent_email", "consent_at",
    "consent_source", "notes", "updated_at", ID,
)  # fmt: skip
RESULTS = ("name", "redemptions", "net", "last_order_at")
OFFER = ("status", "code", "tracked", "redemptions", "net", "currency", "last_order_at")
CODES = (
    "code_id", "code", "state", "tracked", "reason", "message", "influencer_id", "influencer", "external_id",
    "redemptions", "net", "currency", "created_at", "live_at",
)  # fmt: skip
REDEMPTIONS = (
    "id", "order", "placed_at", "code", "tracked", "influencer_id", "influencer", "offer", "state", "gross",
    "discount", "refunded", "net", "currency", "new_customer",
)  # fmt: skip


def offers_of(session: Session, workspace_id: int, ids: Sequence[int]) -> list[tuple[int, str]]:
    """(id, name) in the order given. Raises NotFound where one is not of this workspace."""
    rows = session.execute(
        select(Offer.id, Offer.name).where(Offer.workspace_id == workspace_id, Offer.id.in_(ids))
    ).all()
    names = {row.id: row.name for row in rows}
    if missing := set(ids) - set(names):
        raise NotFound(f"There is no offer {min(missing)}.")
    return [(id, names[id]) for id in ids]


def people_head(offers: Sequence[tuple[int, str]]) -> list[str]:
    return [*PERSON, *RESULTS, *(f"{name}: {column}" for _, name in offers for column in OFFER)]


def chosen(session: Session, workspace_id: int, selection: Selection) -> list[int] | None:
    """Ids of the people picked one by one, checked; None where a filter picks them."""
    return [one.id for one in people_of(session, workspace_id, selection)] if selection.ids is not None else None


def people(
    workspace_id: int, selection: Selection, ids: list[int] | None, offers: Sequence[tuple[int, str]]
) -> Iterator[list[Any]]:
    """A row a person, by name."""
    columns = [id for id, _ in offers]
    for part in _parts(workspace_id, selection, ids):
        with reading() as session:
            found = session.scalars(
                select(Influencer)
                .where(Influencer.workspace_id == workspace_id, among(session, Influencer.id, part))
                .order_by(Influencer.sort_name, Influencer.id)
            ).all()
            held = codes_of(session, part, columns) if columns else {}
            totals = totals_of(session, part)
        for person in found:
            mine = totals.get(person.id, {})
            yield [
                *_person(person),
                *_results(name_of(person), Amounts.of(mine.values())),
                *(cell for id in columns for cell in _in_offer(held.get((person.id, id)), mine.get(id))),
            ]


def _parts(workspace_id: int, selection: Selection, ids: list[int] | None) -> Iterator[list[int]]:
    """Ids in the table's order, some at a time."""
    if ids is not None:
        yield from (ids[start : start + PART] for start in range(0, len(ids), PART))
        return
    where = conditions(workspace_id, selection.filter or Filter())
    left_out = set(selection.except_ids)
    after: list[ColumnElement[bool]] = []
    key = tuple_(Influencer.sort_name, Influencer.id)
    while True:
        query = select(Influencer.id, Influencer.sort_name).where(*where, *after)
        with reading() as session:
            rows = session.execute(query.order_by(Influencer.sort_name, Influencer.id).limit(PART)).all()
        if part := [row.id for row in rows if row.id not in left_out]:
            yield part
        if len(rows) < PART:
            return
        after = [key > tuple_(rows[-1].sort_name, rows[-1].id, types=[Influencer.sort_name.type, Influencer.id.type])]


def _person(person: Influencer) -> list[Any]:
    rate, consent = person.commission_rate, person.consent or {}
    values = {
        **{name: getattr(person, name, None) for name in PERSON},
        "handles": "; ".join(handle_text(handle) for handle in person.handles),
        "tags": "; ".join([*person.tags, *person.local_tags]),
        "groups": "; ".join(person.groups),
        "commission_rate": None if rate is None else f"{rate.normalize():f}",
        "active": "no" if person.archived_at else "yes",
        "consent_email": YES_NO.get(consent.get("email")),
        "consent_at": consent.get("at"),
        "consent_source": consent.get("source"),
        "updated_at": _time(person.updated_at),
        ID: person.id,
    }
    return [values[name] for name in PERSON]


def _results(name: str, amounts: Amounts) -> list[Any]:
    """Different currencies are never added up: one after the other."""
    net = "; ".join(f"{written(net, currency)} {currency}" for currency, net in sorted(amounts.net.items()))
    return [name, amounts.redemptions, net, _time(amounts.last_order_at)]


def _in_offer(held: Held | None, amounts: Amounts | None) -> list[Any]:
    currency, net = next(iter(amounts.net.items()), ("", None)) if amounts else ("", None)
    return [
        held.state if held else None, held.code if held else None, YES_NO[held.tracked if held else None],
        amounts.redemptions if amounts else None,
        None if net is None else _plain(written(net, currency)), currency,
        _time(amounts.last_order_at) if amounts else None,
    ]  # fmt: skip


def codes(workspace_id: int, offer_id: int) -> Iterator[list[Any]]:
    """The codes of an offer in the order they were made. Those that nobody holds are masked."""
    last = 0
    while True:
        with reading() as session:
            rows = session.execute(
                select(Code, Influencer, Offer.currency)
                .join(Offer, Offer.id == Code.offer_id)
                .outerjoin(Assignment, and_(Assignment.code_id == Code.id, Assignment.ends_at.is_(None)))
                .outerjoin(Influencer, Influencer.id == Assignment.influencer_id)
                .where(Code.offer_id == offer_id, Offer.workspace_id == workspace_id, Code.id > last)
                .order_by(Code.id)
                .limit(PART)
            ).all()
            sold = sold_by(session, [row.Code.id for row in rows])
        for code, person, currency in rows:
            count, of, net = sold.get(code.id, (0, currency, None))
            yield [
                code.id, shown_code(code.code, is_pooled=code.in_pool and person is None), code.state,
                YES_NO[code.tracked], code.reason, without_pooled(code, person), person and person.id,
                person and name_of(person), person and person.external_id, count,
                None if net is None else _plain(written(net, of)), of, _time(code.created_at), _time(code.live_at),
            ]  # fmt: skip
        if len(rows) < PART:
            return
        last = rows[-1].Code.id


def orders(workspace_id: int, wanted: redemptions.Filter) -> Iterator[list[Any]]:
    """Orders that used a code, the newest first."""
    cursor: str | None = None
    while True:
        with reading() as session:
            page = redemptions.page(session, workspace_id, wanted, cursor, limit=PART)
        for row in page.rows:
            amounts = [row.gross, row.discount, row.refunded, row.gross - row.refunded]
            yield [
                row.id, row.order_name, _time(row.placed_at), redemptions.code_of(row), YES_NO[row.tracked],
                row.influencer_id, row.Influencer and name_of(row.Influencer), row.offer_name, row.state,
                *(_plain(written(amount, row.currency)) for amount in amounts), row.currency,
                YES_NO[row.new_customer],
            ]  # fmt: skip
        if page.next_cursor is None:
            return
        cursor = page.next_cursor


def _plain(amount: str) -> Decimal:
    """A figure, so that a minus sign is not taken for the start of a formula."""
    return Decimal(amount)


def _time(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else ""
