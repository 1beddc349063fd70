"""Buyers, of whom a keyed hash is all we keep: whether an order is their first with one of our codes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from app.db.bulk import among
from app.platforms.port import OrderSnapshot
from app.redemptions.ledger import orders as table
from app.stores.privacy import customer_key


class FirstOrders:
    """For a batch of new orders: a buyer's first one is the one placed first, whenever it arrives."""

    def __init__(self, session: Session, store_id: int, new: Iterable[OrderSnapshot]) -> None:
        self._store_id = store_id
        self._keys: dict[str, str] = {}
        first: dict[str, tuple[datetime, str]] = {}
        for order in new:
            if not order.customer_id or order.test:
                continue
            key = self._keys[order.remote_id] = customer_key(store_id, order.customer_id)
            first[key] = min(first.get(key, (order.placed_at, order.remote_id)), (order.placed_at, order.remote_id))
        self._first = first
        self._known = self._load(session)

    def _load(self, session: Session) -> dict[str, datetime]:
        if not self._first:
            return {}
        c = table.c
        query = (
            select(c.customer_key, func.min(c.placed_at, type_=c.placed_at.type))
            .where(c.store_id == self._store_id, among(session, c.customer_key, sorted(self._first)))
            .group_by(c.customer_key)
        )
        return dict(session.execute(query).all())

    def key_of(self, order: OrderSnapshot) -> str | None:
        return self._keys.get(order.remote_id)

    def is_first(self, order: OrderSnapshot) -> bool | None:
        key = self.key_of(order)
        if key is None:
            return None
        if self._first[key][1] != order.remote_id:
            return False
        return key not in self._known or order.placed_at < self._known[key]

    def correct_later(self, session: Session) -> None:
        """Orders that were taken for the first until an earlier one arrived."""
        known = self._known
        earlier = [key for key, (placed_at, _) in self._first.items() if key in known and placed_at < known[key]]
        if not earlier:
            return
        c = table.c
        statement = update(table).where(
            c.store_id == self._store_id, c.customer_key == bindparam("key"), c.placed_at >= bindparam("known_from"),
            c.new_customer.is_(True),
        ).values(new_customer=False)  # fmt: skip
        rows = [{"key": key, "known_from": known[key]} for key in sorted(earlier)]
        session.connection().execute(statement, rows)
