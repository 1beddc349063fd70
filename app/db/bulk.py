"""Many rows in one statement, by the fastest way each database has.

PostgreSQL gets one array a column: a statement of constant text, prepared once, where a list of VALUES would be parsed
anew for each batch. SQLite runs one small prepared statement for each row inside the transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, CursorResult, Result, Row, Table, bindparam, column, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

AnyRow = Row[*tuple[Any, ...]]


def insert_rows(
    session: Session,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    ignore: Sequence[str] = (),
    add_to: Sequence[str] = (),
    set_: Mapping[str, Any] | None = None,
    returning: Sequence[Column[Any]] = (),
) -> list[AnyRow]:
    """Every row names the same columns. Rows that meet another one on the columns `ignore` are left out; on the
    columns `add_to` they change it by `set_`, whose expressions may use proposed(). `returning` comes in no order.
    """
    if not rows:
        return []
    names = list(rows[0])
    if session.get_bind().dialect.name != "postgresql":
        statement = _on_conflict(sqlite.insert(table), ignore, add_to, set_)
        if not returning:
            session.connection().execute(statement, [dict(row) for row in rows])
            return []
        return list(session.connection().execute(statement.returning(*returning), [dict(row) for row in rows]))
    # One dimension: a JSON list among the values is a value, not an array in the array.
    arrays = [bindparam(name, type_=postgresql.ARRAY(table.c[name].type, dimensions=1)) for name in names]
    columns = [column(name, table.c[name].type) for name in names]
    unnested = func.unnest(*arrays).table_valued(*columns).render_derived(name="new")
    source = select(*(unnested.c[name] for name in names))
    statement = postgresql.insert(table).from_select(names, source, include_defaults=False)
    statement = _on_conflict(statement, ignore, add_to, set_)
    if returning:
        statement = statement.returning(*returning)
    result = session.connection().execute(statement, {name: [row[name] for row in rows] for name in names})
    return list(result) if returning else []


def among(session: Session, column: Any, values: Sequence[Any]) -> Any:
    """`column` is one of `values`. One parameter on PostgreSQL: a list of hundreds would be parsed anew each time."""
    if session.get_bind().dialect.name != "postgresql":
        return column.in_(values)
    return column == func.any(bindparam(None, list(values), type_=postgresql.ARRAY(column.type), unique=True))


def rows_changed(result: Result[Any]) -> int:
    """How many rows an UPDATE or DELETE met."""
    if not isinstance(result, CursorResult):
        raise TypeError("only the result of an UPDATE or DELETE knows what it changed")
    return result.rowcount


def proposed(name: str, like: Column[Any]) -> Any:
    """In `set_`: the value that the row to be inserted brings."""
    return column(f"excluded.{name}", like.type, is_literal=True)


def _on_conflict(statement: Any, ignore: Sequence[str], add_to: Sequence[str], set_: Mapping[str, Any] | None) -> Any:
    if ignore:
        return statement.on_conflict_do_nothing(index_elements=list(ignore))
    if add_to:
        return statement.on_conflict_do_update(index_elements=list(add_to), set_=dict(set_ or {}))
    return statement
