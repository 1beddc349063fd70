"""The rows of one batch of orders: read together, written together, a fixed number of statements whatever its size.

Orders are locked in the order of their remote ids and totals in the order of their keys, so that two workers on the
same orders wait for each other and neither adds what the other has added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, func, select, update
from sqlalchemy.orm import Session

from app.assignments.models import Assignment
from app.codes.models import Code
from app.db import Base
from app.db.bulk import AnyRow, among, insert_rows, proposed
from app.db.types import from_units, to_units
from app.offers.models import Offer
from app.platforms.port import OrderSnapshot
from app.redemptions.models import LedgerEntry, Order, Redemption, Total
from app.redemptions.rules import Amounts, Applied, Entry, State
from app.stores.models import Store, Workspace

AUDIENCE = "audience"
"""Only its orders are attributed revenue; those of own use and gifts are kept, and are in no total."""
TotalKey = tuple[int, int, str]
"""(offer id, influencer id or 0, currency)"""

# Plain tables, not classes: a batch of rows is written by Core, several times faster than through the ORM.
orders, redemptions, entries, totals = (
    Base.metadata.tables[model.__tablename__] for model in (Order, Redemption, LedgerEntry, Total)
)

_TOTAL_KEY = ("workspace_id", "offer_id", "influencer_id", "currency")
_last = totals.c.last_order_at
_new_last = proposed("last_order_at", _last)
_SUMS = ("redemptions", "gross", "discount", "refunded")
_ADDED = {
    **{name: totals.c[name] + proposed(name, totals.c[name]) for name in _SUMS},
    "last_order_at": case((_last > _new_last, _last), else_=_new_last),
}


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What of the store and its workspace bears on the numbers."""

    id: int
    workspace_id: int
    domain: str
    attribution: str
    with_tax: bool


@dataclass(frozen=True, slots=True)
class OurCode:
    id: int
    code: str
    offer_id: int
    purpose: str = AUDIENCE


@dataclass(frozen=True, slots=True)
class Holder:
    assignment_id: int
    influencer_id: int


@dataclass(slots=True)
class Credit:
    """One redemption as it will stand. `id` is 0 until a new one is written."""

    order_id: int
    code_id: int
    offer_id: int
    placed_at: datetime
    currency: str
    assignment_id: int | None = None
    influencer_id: int | None = None
    id: int = 0
    before: Amounts = field(default_factory=Amounts)
    target: Amounts = field(default_factory=Amounts)
    number: int = 0
    """Of its last ledger entry so far."""
    added: list[Entry] = field(default_factory=list)
    new: bool = False
    test: bool = False
    purpose: str = AUDIENCE


def store_facts(session: Session, store_id: int) -> StoreFacts:
    query = (
        select(Store.id, Store.workspace_id, Store.domain, Workspace.attribution, Workspace.with_tax)
        .join(Workspace, Workspace.id == Store.workspace_id)
        .where(Store.id == store_id)
    )
    return StoreFacts(*session.execute(query).one())


def our_codes(session: Session, store_id: int, keys: Iterable[str]) -> dict[str, OurCode]:
    """By key: the code in upper case."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    query = (
        select(Code.key, Code.id, Code.code, Code.offer_id, func.coalesce(Code.purpose, Offer.purpose))
        .join(Offer, Offer.id == Code.offer_id)
        .where(Code.store_id == store_id, among(session, Code.key, wanted))
    )
    return {row[0]: OurCode(*row[1:]) for row in session.execute(query)}


def lock_orders(session: Session, store_id: int, remote_ids: Iterable[str]) -> dict[str, AnyRow]:
    """By remote id, held until the transaction ends (SQLite holds the whole file already)."""
    c = orders.c
    query = (
        select(c.id, c.remote_id, c.remote_updated_at, c.state, c.gross, c.refunded, c.new_customer)
        .where(c.store_id == store_id, among(session, c.remote_id, sorted(remote_ids)))
        .order_by(c.remote_id)
        .with_for_update()
    )
    return {row.remote_id: row for row in session.execute(query)}


def applied(row: AnyRow) -> Applied:
    return Applied(row.remote_updated_at, State(row.state), to_units(row.gross), to_units(row.refunded))


def insert_orders(session: Session, rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Ids by remote id; an order that another worker has just inserted is left out."""
    ordered = sorted(rows, key=lambda row: row["remote_id"])
    unique, wanted = ("store_id", "remote_id"), (orders.c.remote_id, orders.c.id)
    return {row.remote_id: row.id for row in insert_rows(session, orders, ordered, ignore=unique, returning=wanted)}


def update_orders(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """`row_id` names the row; the other keys are its columns, the same in every row."""
    if rows:
        session.connection().execute(update(orders).where(orders.c.id == bindparam("row_id")), list(rows))


def credits_of(session: Session, order_ids: Sequence[int]) -> dict[int, list[Credit]]:
    """By order id: what is credited so far."""
    found: dict[int, list[Credit]] = {}
    if not order_ids:
        return found
    c = redemptions.c
    query = select(
        c.id, c.order_id, c.code_id, c.offer_id, c.assignment_id, c.influencer_id, c.placed_at, c.currency,
        c.gross, c.discount, c.refunded, c.counted, c.entries, c.purpose,
    ).where(among(session, c.order_id, order_ids)).order_by(c.id)  # fmt: skip
    for row in session.execute(query):
        before = Amounts(to_units(row.gross), to_units(row.discount), to_units(row.refunded), int(row.counted))
        credit = Credit(
            row.order_id, row.code_id, row.offer_id, row.placed_at, row.currency, row.assignment_id, row.influencer_id,
            row.id, before, before, row.entries, purpose=row.purpose,
        )  # fmt: skip
        found.setdefault(row.order_id, []).append(credit)
    return found


class Holders:
    """Who held which code, and when."""

    def __init__(self, session: Session, code_ids: Iterable[int]) -> None:
        self._spans: dict[int, list[tuple[datetime, datetime | None, Holder]]] = {}
        wanted = sorted(set(code_ids))
        if not wanted:
            return
        query = select(
            Assignment.code_id, Assignment.starts_at, Assignment.ends_at, Assignment.id, Assignment.influencer_id
        ).where(among(session, Assignment.code_id, wanted))
        for code_id, starts_at, ends_at, *holder in session.execute(query.order_by(Assignment.starts_at)):
            self._spans.setdefault(code_id, []).append((starts_at, ends_at, Holder(*holder)))

    def at(self, code_id: int, moment: datetime) -> Holder | None:
        for starts_at, ends_at, holder in reversed(self._spans.get(code_id, ())):
            if starts_at <= moment and (ends_at is None or moment < ends_at):
                return holder
        return None


def save(
    session: Session, store: StoreFacts, credits: Sequence[Credit], at: datetime
) -> Mapping[TotalKey, AnyRow]:
    """Writes redemptions, ledger entries and totals; returns the totals as they now stand, by total_key()."""
    _insert_redemptions(session, store, [credit for credit in credits if credit.new])
    changed = [credit for credit in credits if credit.added]
    rows = [
        {"row_id": credit.id, **_columns(credit.target), "entries": credit.number + len(credit.added)}
        for credit in sorted(changed, key=lambda credit: credit.id)
        if not credit.new
    ]
    if rows:
        session.connection().execute(update(redemptions).where(redemptions.c.id == bindparam("row_id")), rows)
    _insert_entries(session, store, changed, at)
    return _add_to_totals(session, store, credits)


def total_key(credit: Credit) -> TotalKey:
    return credit.offer_id, credit.influencer_id or 0, credit.currency


def _insert_redemptions(session: Session, store: StoreFacts, new: Sequence[Credit]) -> None:
    if not new:
        return
    rows = [
        {
            "workspace_id": store.workspace_id, "store_id": store.id, "order_id": credit.order_id,
            "code_id": credit.code_id, "offer_id": credit.offer_id, "assignment_id": credit.assignment_id,
            "influencer_id": credit.influencer_id, "placed_at": credit.placed_at, "currency": credit.currency,
            **_columns(credit.target), "entries": len(credit.added), "purpose": credit.purpose,
        }
        for credit in new
    ]  # fmt: skip
    c = redemptions.c
    made = insert_rows(session, redemptions, rows, returning=(c.order_id, c.code_id, c.id))
    ids = {(row.order_id, row.code_id): row.id for row in made}
    for credit in new:
        credit.id = ids[credit.order_id, credit.code_id]


def _insert_entries(session: Session, store: StoreFacts, changed: Sequence[Credit], at: datetime) -> None:
    rows = [
        {
            "workspace_id": store.workspace_id, "redemption_id": credit.id, "number": credit.number + offset,
            "kind": entry.kind, "currency": credit.currency, **_money(entry.change), "counted": entry.change.counted,
            "reason": entry.reason[:200], "happened_at": entry.happened_at, "recorded_at": at,
        }
        for credit in changed
        for offset, entry in enumerate(credit.added, 1)
    ]  # fmt: skip
    insert_rows(session, entries, rows)


def _add_to_totals(session: Session, store: StoreFacts, credits: Sequence[Credit]) -> Mapping[TotalKey, AnyRow]:
    sums: dict[TotalKey, dict[str, Any]] = {}
    for credit in credits:
        if credit.purpose != AUDIENCE or (not credit.added and (credit.test or not credit.new)):
            continue
        zero = {"gross": 0, "discount": 0, "refunded": 0, "redemptions": 0, "last": credit.placed_at}
        row = sums.setdefault(total_key(credit), zero)
        change = credit.target - credit.before
        row["gross"] += change.gross
        row["discount"] += change.discount
        row["refunded"] += change.refunded
        row["redemptions"] += change.counted
        row["last"] = max(row["last"], credit.placed_at)
    if not sums:
        return {}
    rows = [
        {
            "workspace_id": store.workspace_id, "offer_id": offer_id, "influencer_id": influencer_id,
            "currency": currency, "redemptions": row["redemptions"], "gross": from_units(row["gross"]),
            "discount": from_units(row["discount"]), "refunded": from_units(row["refunded"]),
            "last_order_at": row["last"],
        }
        for (offer_id, influencer_id, currency), row in sorted(sums.items())
    ]  # fmt: skip
    found = insert_rows(session, totals, rows, add_to=_TOTAL_KEY, set_=_ADDED, returning=list(totals.c))
    return {(row.offer_id, row.influencer_id, row.currency): row for row in found}


def _columns(amounts: Amounts) -> dict[str, Any]:
    return {**_money(amounts), "counted": bool(amounts.counted)}


def _money(amounts: Amounts) -> dict[str, Any]:
    return {
        "gross": from_units(amounts.gross),
        "discount": from_units(amounts.discount),
        "refunded": from_units(amounts.refunded),
    }


def order_columns(order: OrderSnapshot, state: State) -> dict[str, Any]:
    """What every snapshot writes into its order's row."""
    return {
        "name": order.name, "placed_at": order.placed_at, "remote_updated_at": order.updated_at,
        "currency": order.currency, "gross": order.gross, "discount": order.discount, "refunded": order.refunded,
        "cancelled_at": order.cancelled_at, "state": state.value, "presentment_currency": order.presentment_currency,
        "presentment_total": order.presentment_total,
    }  # fmt: skip
