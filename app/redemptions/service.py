"""Orders into redemptions: apply() is the one way in, for webhooks, reconciliation and read-backs alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.clock import now
from app.db.locks import PEOPLE, beside
from app.db.types import to_units
from app.platforms.port import OrderSnapshot
from app.redemptions import buyers, ledger, news
from app.redemptions.ledger import Credit, Holders, OurCode, StoreFacts
from app.redemptions.money import step
from app.redemptions.rules import (
    Amounts,
    Applied,
    Attribution,
    State,
    entries,
    sharing_reason,
    split,
    state_of,
    supersedes,
    weights,
)


@dataclass(slots=True)
class AppliedCounts:
    """What a batch did. `uncertain`: orders with two snapshots of one time; the store should be asked for them."""

    orders: int = 0
    changed: int = 0
    uncertain: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Accepted:
    """A snapshot that is news, with the row it goes to."""

    order_id: int
    order: OrderSnapshot
    was: Applied | None
    """What the row stood for before; None for a new one."""
    codes: list[tuple[OurCode, int]]
    """Our codes on it as entered, each with the money it took off."""


def apply(
    session: Session, store_id: int, snapshots: Sequence[OrderSnapshot], *, authoritative: bool = False
) -> AppliedCounts:
    """Brings the ledger of these orders to what the snapshots say. Once or twice, in any order: the same sums.

    Only orders that carry one of our codes, or carried one before, are kept; and deletions, so that a late delivery
    of a deleted order is known for what it is. `authoritative`: just read from the store, not told by a webhook.
    """
    counts = AppliedCounts()
    waiting = _newest(snapshots, counts)
    if not waiting:
        return counts
    store = ledger.store_facts(session, store_id)
    # From here on nobody is made one person with another: who held a code is who is credited.
    beside(session, PEOPLE, store.workspace_id)
    codes = ledger.our_codes(session, store_id, (_key(used.code) for order in waiting.values() for used in order.codes))
    while waiting:
        # A second round only for orders that another worker inserted between our look and our insert.
        waiting = _round(session, store, codes, waiting, counts, authoritative=authoritative)
    return counts


def _newest(snapshots: Iterable[OrderSnapshot], counts: AppliedCounts) -> dict[str, OrderSnapshot]:
    best: dict[str, OrderSnapshot] = {}
    for order in snapshots:
        held = best.get(order.remote_id)
        if held is not None and held.updated_at == order.updated_at and held != order:
            counts.uncertain.append(order.remote_id)
        if held is None or supersedes(_as_applied(order), _as_applied(held), authoritative=False):
            best[order.remote_id] = order
    return best


def _round(
    session: Session, store: StoreFacts, codes: Mapping[str, OurCode], waiting: dict[str, OrderSnapshot],
    counts: AppliedCounts, *, authoritative: bool,
) -> dict[str, OrderSnapshot]:  # fmt: skip
    """Applies what it can; returns the orders that another worker has just begun with."""
    held = ledger.lock_orders(session, store.id, waiting)
    ours = {id: _ours(order, codes) for id, order in waiting.items()}
    new = {id: order for id, order in waiting.items() if id not in held and (ours[id] or order.deleted)}
    ids = _insert(session, store, new)
    accepted = [_Accepted(order_id, new[id], None, ours[id]) for id, order_id in ids.items()]
    for id, row in held.items():
        before, order = ledger.applied(row), waiting[id]
        now_as = _as_applied(order)
        if not authoritative and _in_doubt(now_as, before):
            counts.uncertain.append(id)
        if supersedes(now_as, before, authoritative=authoritative):
            accepted.append(_Accepted(row.id, order, before, ours[id]))
    _update(session, accepted)
    counts.orders += len(accepted)
    _credit(session, store, accepted, counts)
    return {id: order for id, order in new.items() if id not in ids}


def _in_doubt(new: Applied, old: Applied) -> bool:
    """Two snapshots of one time, or news of an order that was deleted: it may be out of the trash again."""
    if new.state is State.DELETED:
        return False
    if old.state is State.DELETED:
        return new.updated_at >= old.updated_at
    return new.updated_at == old.updated_at and new != old


def _credit(session: Session, store: StoreFacts, accepted: Sequence[_Accepted], counts: AppliedCounts) -> None:
    known = ledger.credits_of(session, [row.order_id for row in accepted if row.was is not None])
    holders = Holders(session, (code.id for row in accepted for code, _ in row.codes))
    credits: list[Credit] = []
    for row in accepted:
        credits_of_order = _credits(store, row, known.get(row.order_id, []), holders)
        counts.changed += any(credit.added for credit in credits_of_order)
        credits += credits_of_order
    at = now()
    totals = ledger.save(session, store, credits, at)
    news.tell(session, store, credits, totals)


def _credits(store: StoreFacts, row: _Accepted, known: list[Credit], holders: Holders) -> list[Credit]:
    """Every redemption of the order, with the entries that bring it to what the snapshot says."""
    order, state = row.order, state_of(row.order)
    held = {credit.code_id: credit for credit in known}
    gone = [credit for credit in known if credit.code_id not in {code.id for code, _ in row.codes}]
    for credit in gone:
        _aim(credit, Amounts(), row, state, "")
    rule = Attribution(store.attribution)
    shares = weights(rule, [discount for _, discount in row.codes])
    gross, refunded = _counted_money(store, order)
    # A code is credited at most with what it is credited of the sale: both are split by the same weights.
    parts = zip(_shared(gross, shares, order), _shared(refunded, shares, order), strict=True)
    current = []
    for index, ((code, discount), (share, back)) in enumerate(zip(row.codes, parts, strict=True)):
        credit = held.get(code.id) or _new_credit(row, code, holders)
        target = Amounts(share, discount, back, 1) if state is State.COUNTED else Amounts()
        _aim(credit, target, row, state, sharing_reason(rule, shares, index))
        current.append(credit)
    return gone + current


def _aim(credit: Credit, target: Amounts, row: _Accepted, state: State, reason: str) -> None:
    credit.target = target
    credit.test = state is State.TEST
    was = row.was.state if row.was else None
    credit.added = entries(credit.before, target, was=was, state=state, order=row.order, reason=reason)


def _new_credit(row: _Accepted, code: OurCode, holders: Holders) -> Credit:
    holder = holders.at(code.id, row.order.placed_at)
    return Credit(
        row.order_id, code.id, code.offer_id, row.order.placed_at, row.order.currency,
        holder.assignment_id if holder else None, holder.influencer_id if holder else None, new=True,
        purpose=code.purpose,
    )  # fmt: skip


def _counted_money(store: StoreFacts, order: OrderSnapshot) -> tuple[int, int]:
    """(gross, refunded) in units, with tax where the workspace counts with it."""
    if store.with_tax:
        return to_units(order.gross + order.gross_tax), to_units(order.refunded + order.refunded_tax)
    return to_units(order.gross), to_units(order.refunded)


def _shared(total: int, shares: Sequence[int], order: OrderSnapshot) -> list[int]:
    return [total] if shares == [1] else split(total, shares, step(order.currency))


def _ours(order: OrderSnapshot, codes: Mapping[str, OurCode]) -> list[tuple[OurCode, int]]:
    found: dict[int, tuple[OurCode, int]] = {}
    for used in order.codes:
        code = codes.get(_key(used.code))
        if code is not None:
            _, before = found.get(code.id, (code, 0))
            found[code.id] = code, before + to_units(used.discount)
    return list(found.values())


def _key(code: str) -> str:
    """As the code table keeps it: codes are one whatever their case."""
    return code.upper()


def _as_applied(order: OrderSnapshot) -> Applied:
    return Applied(order.updated_at, state_of(order), to_units(order.gross), to_units(order.refunded))


def _insert(session: Session, store: StoreFacts, new: Mapping[str, OrderSnapshot]) -> dict[str, int]:
    if not new:
        return {}
    first_orders = buyers.FirstOrders(session, store.id, new.values())
    rows = [
        {
            "workspace_id": store.workspace_id, "store_id": store.id, "remote_id": id,
            **ledger.order_columns(order, state_of(order)),
            "customer_key": first_orders.key_of(order), "new_customer": first_orders.is_first(order),
        }
        for id, order in new.items()
    ]  # fmt: skip
    ids = ledger.insert_orders(session, rows)
    first_orders.correct_later(session)
    return ids


def _update(session: Session, accepted: Sequence[_Accepted]) -> None:
    """A deletion brings no facts of its own: what was known of the order stays."""
    changed, deleted = [], []
    for row in accepted:
        if row.was is None:
            continue
        stamp = {"row_id": row.order_id, "remote_updated_at": max(row.order.updated_at, row.was.updated_at)}
        if row.order.deleted:
            deleted.append({**stamp, "state": State.DELETED.value})
        else:
            changed.append({**ledger.order_columns(row.order, state_of(row.order)), **stamp})
    ledger.update_orders(session, changed)
    ledger.update_orders(session, deleted)


def known_since(session: Session, store_id: int, remote_ids: Iterable[str]) -> dict[str, datetime]:
    """Of these orders those that we keep, with the time of the newest snapshot applied."""
    return {id: row.remote_updated_at for id, row in ledger.lock_orders(session, store_id, remote_ids).items()}
