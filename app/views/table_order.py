"""The orders of the influencer table, and where each goes on after a row.

People without a figure come last whichever way a figure is sorted: they are the second stretch of the list. A
statement first finds the people of the page by a few narrow columns and only then reads the rest of those few.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    cast,
    exists,
    func,
    literal,
    null,
    select,
    tuple_,
)
from sqlalchemy import type_coerce as coerced
from sqlalchemy.orm import Session

from app.db import big_id
from app.influencers.filters import Filter, conditions
from app.influencers.models import Influencer
from app.redemptions.models import Total
from app.views.cursors import pack, stale, unpack

Sort = Literal[
    "name", "-name", "added", "-added", "net", "-net", "redemptions", "-redemptions", "last_order", "-last_order"
]
COLUMNS = (
    Influencer.id, Influencer.external_id, Influencer.first_name, Influencer.last_name, Influencer.display_name,
    Influencer.email, Influencer.handles, Influencer.tags, Influencer.local_tags, Influencer.groups, Influencer.stage,
    Influencer.country, Influencer.archived_at, Influencer.created_at,
)  # fmt: skip
LAST = "last"
"""The order of the second stretch: by name."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Whose figures to sort by: one offer's, or all offers' in the given currency."""

    workspace_id: int
    currency: str
    offer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Any]
    """COLUMNS of each person."""
    next_cursor: str | None
    total: int | None = None
    """How many match, where it came with the rows."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part of the list: `people` are selected, and `key` in `order` tells the place of each."""

    order: str
    people: Select[Any]
    id: Any
    key: Any


def ordered(
    session: Session, workspace_id: int, wanted: Filter, sort: Sort, figures: Figures, cursor: str, limit: int
) -> Page:
    matching = select(Influencer.id, Influencer.sort_name, Influencer.created_at).where(
        *conditions(workspace_id, wanted)
    )
    # A search reads every person's text: let the same reading count them. Named twice in a statement, it is made once.
    counted = bool(wanted.q) and not cursor
    people: FromClause = matching.cte("people") if counted else matching.subquery("people")
    at, after = unpack(cursor, {sort: (str, int), LAST: (str, int)}) if cursor else (sort, [])
    rows: list[tuple[str, Any]] = []
    for stretch in _stretches(people, sort, figures):
        if len(rows) > limit or (at == LAST and stretch.order != LAST):
            continue
        query = _page(stretch, after if stretch.order == at else [], limit + 1 - len(rows), people if counted else None)
        rows += [(stretch.order, row) for row in session.execute(query)]
    next_cursor = _after(*rows[limit - 1]) if len(rows) > limit else None
    return Page([row for _, row in rows[:limit]], next_cursor, (rows[0][1].total if rows else 0) if counted else None)


def _stretches(people: FromClause, sort: str, figures: Figures) -> Iterator[_Stretch]:
    c = people.c
    if sort.lstrip("-") in ("name", "added"):
        yield _Stretch(sort, select(c.id), c.id, c.sort_name if sort.lstrip("-") == "name" else c.created_at)
        return
    source = _source(sort, figures)
    with_figure = select(c.id).join(source, source.c.influencer_id == c.id).where(source.c.figure.is_not(None))
    yield _Stretch(sort, with_figure, c.id, source.c.figure)
    figured = exists().where(source.c.influencer_id == c.id, source.c.figure.is_not(None))
    yield _Stretch(LAST, select(c.id).where(~figured), c.id, c.sort_name)


def _page(stretch: _Stretch, after: list[Any], limit: int, counted: FromClause | None) -> Select[Any]:
    found = stretch.people.add_columns(stretch.key.label("key"))
    if after:
        found = found.where(_beyond(stretch.key, stretch.id, after, stretch.order))
    few = _sorted(found, stretch.key, stretch.id, stretch.order).limit(limit).subquery("few")
    total = null() if counted is None else select(func.count()).select_from(counted).scalar_subquery()
    shown = select(*COLUMNS, few.c.key.label("place"), total.label("total")).join(few, few.c.id == Influencer.id)
    return _sorted(shown, few.c.key, few.c.id, stretch.order)


def _after(order: str, row: Any) -> str:
    return pack(order, _text(row.place), row.id)


def _source(sort: str, figures: Figures) -> FromClause:
    """Rows of (influencer_id, figure): the offer's, or summed over all offers."""
    name = sort.lstrip("-")
    columns: dict[str, Any] = {
        "net": coerced(Total.gross, BigInteger) - coerced(Total.refunded, BigInteger),
        "redemptions": Total.redemptions,
        "last_order": Total.last_order_at,
    }
    column = columns[name]
    where = [Total.workspace_id == figures.workspace_id]
    if figures.offer_id is not None:
        where += [Total.offer_id == figures.offer_id, Total.currency == figures.currency]
        return select(Total.influencer_id, column.label("figure")).where(*where).subquery()
    if name == "net":
        where.append(Total.currency == figures.currency)
    summed = func.max(column) if name == "last_order" else cast(func.sum(column), BigInteger)
    return select(Total.influencer_id, summed.label("figure")).where(*where).group_by(Total.influencer_id).subquery()


def _sorted(found: Select[Any], key: Any, id: Any, order: str) -> Select[Any]:
    return found.order_by(*((key.desc(), id.desc()) if order.startswith("-") else (key, id)))


def _beyond(key: Any, id: Any, after: list[Any], order: str) -> ColumnElement[bool]:
    row, edge = tuple_(key, id), tuple_(literal(_typed(after[0], order), key.type), literal(after[1], big_id))
    return row < edge if order.startswith("-") else row > edge


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _typed(text: str, order: str) -> Any:
    name = order.lstrip("-")
    if name in ("name", LAST):
        return text
    try:
        if name in ("added", "last_order"):
            return datetime.fromisoformat(text).astimezone(UTC)
        number = int(text)
    except (ValueError, OverflowError) as error:
        raise stale() from error
    if abs(number) >= 2**63:
        raise stale()
    return number
