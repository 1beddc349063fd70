"""Reading a store's orders: changed ones in a window, and one by id."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from app.platforms.port import Failure, OrderSnapshot, PlatformError
from app.platforms.woocommerce.client import WooClient
from app.platforms.woocommerce.orders_payload import UnreadablePayload, deleted_snapshot, snapshot

PAGE = 100
OVERLAP = timedelta(seconds=60)
"""Bounds are exclusive, in whole seconds: a cursor at the last seen second loses orders of that same second."""
SECOND = timedelta(seconds=1)


def orders_updated(client: WooClient, since: datetime, until: datetime) -> Iterator[OrderSnapshot]:
    """Oldest change first; some come twice (overlap). `any` leaves out the trash, which is asked for by name."""
    kept, trashed = (_changed(client, status, since - OVERLAP, until) for status in ("any", "trash"))
    for order in heapq.merge(kept, trashed, key=lambda order: str(order["date_modified_gmt"])):
        yield _with_refunds(client, order)


def order(client: WooClient, remote_id: str) -> OrderSnapshot | None:
    try:
        found = client.get(f"orders/{int(remote_id)}")
    except PlatformError as error:
        if error.code is Failure.NOT_FOUND:
            return None
        raise
    return _with_refunds(client, found)


def untold_changes(client: WooClient, known: Mapping[str, bool]) -> Iterator[OrderSnapshot]:
    """Erased orders, and those with refunds, read again: neither the one nor a deleted refund moves anything else."""
    ids = list(known)
    for start in range(0, len(ids), PAGE):
        chunk = ids[start : start + PAGE]
        found = client.get("orders", include=",".join(chunk), status="any", per_page=PAGE, _fields="id")
        there = {str(entry["id"]) for entry in found}
        for remote_id in chunk:
            if remote_id in there and not known[remote_id]:
                continue
            # Lists leave out the trash; asked for by itself, an order there is shown.
            yield order(client, remote_id) or deleted_snapshot({"id": int(remote_id)}, datetime.now(UTC))


def _changed(client: WooClient, status: str, after: datetime, until: datetime) -> Iterator[dict[str, Any]]:
    """By cursor, not by page: an order that changes while we read leaves the window and would shift the later pages."""
    seen: set[int] = set()
    page = 1
    while True:
        found = client.get(
            "orders", status=status, modified_after=_stamp(after), modified_before=_stamp(until + SECOND),
            dates_are_gmt="true", orderby="modified", order="asc", per_page=PAGE, page=page,
        )  # fmt: skip
        yield from (entry for entry in found if entry["id"] not in seen)
        seen.update(entry["id"] for entry in found)
        if len(found) < PAGE:
            return
        last = datetime.fromisoformat(found[-1]["date_modified_gmt"]).replace(tzinfo=UTC) - SECOND
        # More than a page within one second: only then pages are turned.
        after, page = (last, 1) if last > after else (after, page + 1)


def _with_refunds(client: WooClient, found: dict[str, Any]) -> OrderSnapshot:
    """The order names only the total of a refund; which part of it is goods stands in its lines."""
    details = None
    if found.get("refunds"):
        details = _refunds(client, int(found["id"]))
    try:
        return snapshot(found, details)
    except UnreadablePayload as error:
        raise PlatformError(Failure.UNEXPECTED, f"Order {found.get('id')} cannot be read: {error}") from error


def _refunds(client: WooClient, order_id: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        page = client.get(f"orders/{order_id}/refunds", per_page=PAGE, page=len(found) // PAGE + 1)
        found += page
        if len(page) < PAGE:
            return found


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
