"""Redemptions for the page: a list, and one with the story of its money. Every query is scoped by workspace."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import Session

from app.codes.models import Code
from app.codes.rules import shown_code
from app.db.bulk import AnyRow
from app.errors import FieldError, InvalidInput, NotFound
from app.influencers.models import Influencer
from app.offers.models import Offer
from app.redemptions.models import LedgerEntry, Order, Redemption

AnySelect = Select[*tuple[Any, ...]]

PAGE = 50


@dataclass(frozen=True, slots=True)
class Filter:
    influencer_id: int | None = None
    offer_id: int | None = None
    code_id: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[AnyRow]
    next_cursor: str | None
    total: int


def page(
    session: Session, workspace_id: int, wanted: Filter, cursor: str | None, limit: int = PAGE,
    where: Sequence[ColumnElement[bool]] = (),
) -> Page:  # fmt: skip
    """Newest order first. Raises InvalidInput where the cursor is not one of ours."""
    query = _narrowed(_rows(workspace_id), wanted).where(*where)
    key = tuple_(Redemption.placed_at, Redemption.id)
    if cursor:
        query = query.where(key < _unpack(cursor))
    rows = session.execute(query.order_by(Redemption.placed_at.desc(), Redemption.id.desc()).limit(limit + 1)).all()
    count = select(func.count()).select_from(Redemption).where(Redemption.workspace_id == workspace_id)
    total = session.scalar(_narrowed(count, wanted).where(*where)) or 0
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], _pack(last.placed_at, last.id) if last else None, total)


def one(session: Session, workspace_id: int, redemption_id: int) -> tuple[AnyRow, Sequence[LedgerEntry]]:
    """The redemption with its entries, oldest first. Raises NotFound for another workspace's too."""
    fits = redemption_id < 2**63  # what a database takes for a number
    row = session.execute(_rows(workspace_id).where(Redemption.id == redemption_id)).one_or_none() if fits else None
    if row is None:
        raise NotFound("There is no such order here.")
    entries = session.scalars(
        select(LedgerEntry)
        .where(LedgerEntry.workspace_id == workspace_id, LedgerEntry.redemption_id == redemption_id)
        .order_by(LedgerEntry.number)
    )
    return row, entries.all()


def code_of(row: AnyRow) -> str:
    """As it may be shown: a code that nobody held is masked, though somebody has used it."""
    return shown_code(row.code, is_pooled=row.in_pool and row.influencer_id is None)


def _rows(workspace_id: int) -> AnySelect:
    columns = (
        Redemption.id, Redemption.placed_at, Redemption.currency, Redemption.gross, Redemption.discount,
        Redemption.refunded, Redemption.purpose, Redemption.influencer_id, Redemption.offer_id,
        Order.name.label("order_name"), Order.remote_id, Order.state, Order.cancelled_at, Order.new_customer,
        Order.presentment_currency, Order.presentment_total, Code.code, Code.in_pool, Code.tracked,
        Offer.name.label("offer_name"), Influencer,
    )  # fmt: skip
    return (
        select(*columns)
        .join(Order, Order.id == Redemption.order_id)
        .join(Code, Code.id == Redemption.code_id)
        .join(Offer, Offer.id == Redemption.offer_id)
        .outerjoin(Influencer, Influencer.id == Redemption.influencer_id)
        .where(Redemption.workspace_id == workspace_id)
    )


def _narrowed(query: AnySelect, wanted: Filter) -> AnySelect:
    for column, value in (
        (Redemption.influencer_id, wanted.influencer_id),
        (Redemption.offer_id, wanted.offer_id),
        (Redemption.code_id, wanted.code_id),
    ):
        if value is not None:
            query = query.where(column == value)
    return query


def _pack(placed_at: datetime, id: int) -> str:
    return base64.urlsafe_b64encode(f"{placed_at.isoformat()} {id}".encode()).decode()


def _unpack(cursor: str) -> Any:
    try:
        moment, id = base64.b64decode(cursor, altchars=b"-_", validate=True).decode().split(" ")
        at, number = datetime.fromisoformat(moment), int(id)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput.at(FieldError("cursor", "Start the list again from its first page.")) from error
    if at.tzinfo is None or not 0 <= number < 2**63:
        raise InvalidInput.at(FieldError("cursor", "Start the list again from its first page."))
    types = [Redemption.placed_at, Redemption.id]
    return tuple_(at.astimezone(UTC), number, types=[column.type for column in types])
