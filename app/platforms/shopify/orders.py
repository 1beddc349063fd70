"""Reading orders through the Admin API: changed ones in a window, and one by id.

`execute(document, variables)` is AdminClient.execute; the pages' sizes are told in order_nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from app.platforms.port import OrderSnapshot
from app.platforms.shopify.order_nodes import FULL_ORDER, LIGHT_ORDER, order_snapshot, without_codes

Execute = Callable[[str, dict[str, Any]], dict[str, Any]]

PAGE = 100

ORDERS_UPDATED = f"""
query OrdersUpdated($query: String!, $first: Int!, $after: String) {{
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {{
    nodes {{ {LIGHT_ORDER} }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}
"""

ORDER = f"""
query Order($id: ID!, $after: String) {{
  order(id: $id) {{ {FULL_ORDER} }}
}}
"""


def orders_updated(execute: Execute, since: datetime, until: datetime) -> Iterator[OrderSnapshot]:
    """Oldest change first. Orders with a code are read in full, one by one; the others are passed on as they are.

    Shopify shows 60 days of orders without the read_all_orders scope.
    """
    window = f"updated_at:>='{_stamp(since)}' AND updated_at:<'{_stamp(until)}'"
    after = None
    while True:
        page = execute(ORDERS_UPDATED, {"query": window, "first": PAGE, "after": after})["orders"]
        for node in page["nodes"]:
            if not node["discountCodes"]:
                yield without_codes(node)
            elif (found := _read(execute, node["id"])) is not None:
                yield found
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def order(execute: Execute, remote_id: str) -> OrderSnapshot | None:
    """None where the store has no such order, or shows it no longer (60 days)."""
    return _read(execute, f"gid://shopify/Order/{remote_id}")


def _read(execute: Execute, gid: str) -> OrderSnapshot | None:
    node = execute(ORDER, {"id": gid, "after": None})["order"]
    if node is None:
        return None
    lines = node["lineItems"]
    while lines["pageInfo"]["hasNextPage"]:
        more = execute(ORDER, {"id": gid, "after": lines["pageInfo"]["endCursor"]})["order"]
        if more is None:
            return None
        lines = {"nodes": lines["nodes"] + more["lineItems"]["nodes"], "pageInfo": more["lineItems"]["pageInfo"]}
    return order_snapshot({**node, "lineItems": lines})


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
