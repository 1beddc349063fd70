"""The orders of the influencer table, and where each goes on after a row.

People without a figure come last whichever way a figure is sorted: they are the second stretch of the list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import BigInteger, ColumnElement, FromClause, Select, exists, func, literal, null, select, tuple_
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
    Influencer.country, Influencer.archived_at, Influencer.sort_name, Influencer.created_at,
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


def ordered(
    session: Session, workspace_id: int, wanted: Filter, sort: Sort, figures: Figures, cursor: str, limit: int
) -> Page:
    where = conditions(workspace_id, wanted)
    if sort.lstrip("-") in ("name", "added"):
        # A search or a look at codes reads every person once: let the same reading count them.
        counted = not cursor and bool(wanted.q or wanted.offer_id or wanted.code_status)
        query = _plain(where, sort, cursor)
        rows = session.execute((query.add_columns(func.count().over()) if counted else query).limit(limit + 1)).all()
        page = _page(list(rows), limit, lambda row: pack(sort, _text(_plain_value(row, sort)), row.id))
        return replace(page, total=rows[0][-1] if rows else 0) if counted else page
    return _by_figure(session, where, sort, figures, cursor, limit)


def _page(rows: list[Any], limit: int, cursor_after: Callable[[Any], str]) -> Page:
    return Page(rows[:limit], cursor_after(rows[limit - 1]) if len(rows) > limit else None)


def _plain_value(row: Any, sort: str) -> Any:
    return row.sort_name if sort.lstrip("-") == "name" else row.created_at


def _plain(where: list[ColumnElement[bool]], sort: str, cursor: str) -> Select[Any]:
    column: ColumnElement[Any] = _plain_value(Influencer, sort)
    found = select(*COLUMNS).where(*where)
    if cursor:
        _, (text, id) = unpack(cursor, {sort: (str, int)})
        found = found.where(_beyond(column, _typed(text, sort), id, sort))
    return _sorted(found, column, sort)


def _by_figure(
    session: Session, where: list[ColumnElement[bool]], sort: str, figures: Figures, cursor: str, limit: int
) -> Page:
    """First those with a figure, then the others by name."""
    order, after = unpack(cursor, {sort: (str, int), LAST: (str, int)}) if cursor else (sort, [])
    rows: list[Any] = []
    if order == sort:
        rows += session.execute(_with_figure(where, sort, figures, after).limit(limit + 1))
        after = []
    if len(rows) <= limit:
        rows += session.execute(_without_figure(where, sort, figures, after).limit(limit + 1 - len(rows)))
    return _page(rows, limit, lambda row: _cursor_after(row, sort))


def _cursor_after(row: Any, sort: str) -> str:
    return pack(LAST, row.sort_name, row.id) if row.figure is None else pack(sort, _text(row.figure), row.id)


def _with_figure(where: list[ColumnElement[bool]], sort: str, figures: Figures, after: list[Any]) -> Select[Any]:
    source = _source(sort, figures)
    figure = source.c.figure
    found = select(*COLUMNS, figure).join(source, source.c.influencer_id == Influencer.id).where(*where)
    if after:
        found = found.where(_beyond(figure, _typed(after[0], sort), after[1], sort))
    return _sorted(found.where(figure.is_not(None)), figure, sort)


def _without_figure(where: list[ColumnElement[bool]], sort: str, figures: Figures, after: list[Any]) -> Select[Any]:
    source = _source(sort, figures)
    figured = exists().where(source.c.influencer_id == Influencer.id, source.c.figure.is_not(None))
    found = select(*COLUMNS, null().label("figure")).where(*where, ~figured)
    if after:
        found = found.where(_beyond(Influencer.sort_name, after[0], after[1], "name"))
    return _sorted(found, Influencer.sort_name, "name")


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
    summed = func.max(column) if name == "last_order" else func.sum(column)
    return select(Total.influencer_id, summed.label("figure")).where(*where).group_by(Total.influencer_id).subquery()


def _sorted(found: Select[Any], column: Any, sort: str) -> Select[Any]:
    return found.order_by(*((column.desc(), Influencer.id.desc()) if sort.startswith("-") else (column, Influencer.id)))


def _beyond(column: Any, value: Any, id: int, sort: str) -> ColumnElement[bool]:
    row, edge = tuple_(column, Influencer.id), tuple_(literal(value, column.type), literal(id, big_id))
    return row < edge if sort.startswith("-") else row > edge


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _typed(text: str, sort: str) -> Any:
    name = sort.lstrip("-")
    if name == "name":
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
