"""Connections: pages by cursor over rows that are sorted by a unique key."""

import base64
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson
from graphql import GraphQLError

from sandbox.shopify.codes import CodeIndex, RedeemCode

View = dict[str, Any]
MAX_PAGE = 250


@dataclass
class Connection:
    """One page. In a bulk operation `nodes` is everything, made while it is read."""

    nodes: Iterable[View]
    cursors: Sequence[str]
    has_next: bool = False
    has_previous: bool = False

    def field(self, name: str) -> Any:
        if name == "nodes":
            return self.nodes
        if name == "edges":
            return [{"node": node, "cursor": cursor} for node, cursor in zip(self.nodes, self.cursors, strict=True)]
        ends = (self.cursors[0], self.cursors[-1]) if self.cursors else (None, None)
        return {
            "hasNextPage": self.has_next,
            "hasPreviousPage": self.has_previous,
            "startCursor": ends[0],
            "endCursor": ends[1],
        }


def page_size(first: int | None, last: int | None) -> int:
    size = first if first is not None else last
    if size is None:
        raise _bad("you must provide one of first or last")
    if size < 0 or size > MAX_PAGE:
        raise _bad(f"{'first' if first is not None else 'last'} must be between 0 and {MAX_PAGE}")
    return size


def page_of(
    rows: Sequence[Any],
    key: Callable[[Any], Any],
    view: Callable[[Any], View],
    *,
    bulk: bool = False,
    first: int | None = None,
    last: int | None = None,
    after: str | None = None,
    before: str | None = None,
) -> Connection:
    """A page of sorted rows. `key` gives a JSON value that is unique and rises (or falls) with the rows."""
    if bulk:
        return Connection((view(row) for row in rows), [])
    size = page_size(first, last)
    keys = [key(row) for row in rows]
    start = _position(keys, after, 0, 1)
    end = _position(keys, before, len(rows), 0)
    low, high = (start, min(end, start + size)) if first is not None else (max(start, end - size), end)
    high = max(low, high)
    return Connection(
        [view(row) for row in rows[low:high]],
        [cursor_of(value) for value in keys[low:high]],
        has_next=high < len(rows),
        has_previous=low > 0,
    )


def page_of_codes(
    codes: CodeIndex,
    discount_id: int,
    view: Callable[[RedeemCode], View],
    *,
    bulk: bool,
    first: int | None,
    after: str | None,
) -> Connection:
    """A page of a discount's codes by id, in time that does not grow with their number."""
    if bulk:
        return Connection((view(code) for code in codes.of(discount_id)), [])
    size = page_size(first, None)
    behind = int(key_of(after)) if after else 0
    rows = list(islice(codes.of(discount_id, behind), size + 1))
    shown = rows[:size]
    return Connection(
        [view(code) for code in shown],
        [cursor_of(code.id) for code in shown],
        has_next=len(rows) > size,
        has_previous=behind > 0,
    )


def cursor_of(key: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(key)).decode()


def key_of(cursor: str) -> Any:
    try:
        return orjson.loads(base64.urlsafe_b64decode(cursor))
    except ValueError:
        raise _bad(f"Invalid cursor {cursor!r}") from None


def _position(keys: list[Any], cursor: str | None, default: int, offset: int) -> int:
    """Where a page starts or ends. A row that moved on since is looked for by its key's order."""
    if cursor is None:
        return default
    wanted = key_of(cursor)
    falling = len(keys) > 1 and keys[0] > keys[-1]
    for index, key in enumerate(keys):
        if key == wanted:
            return index + offset
        if (key < wanted) if falling else (key > wanted):
            return index
    return len(keys)


def _bad(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": "BAD_REQUEST"})
