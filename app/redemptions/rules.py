"""Decisions about redemptions: which order counts, who is credited with how much, and what an entry is called.

Pure. Amounts are whole numbers of 1/10,000 unit; docs/money.md has the formulas in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.platforms.port import OrderSnapshot


class Attribution(StrEnum):
    """How the money of an order with several of our codes is credited."""

    BY_DISCOUNT = "by_discount"
    FIRST = "first"
    LAST = "last"
    EVEN = "even"
    NONE = "none"


class State(StrEnum):
    COUNTED = "counted"
    CANCELLED = "cancelled"
    DELETED = "deleted"
    TEST = "test"
    NOT_A_SALE = "not_a_sale"


@dataclass(frozen=True, slots=True)
class Amounts:
    """Money of one redemption, and whether it counts (1 or 0); as a difference every field may be negative."""

    gross: int = 0
    discount: int = 0
    refunded: int = 0
    counted: int = 0

    def __sub__(self, other: Amounts) -> Amounts:
        return Amounts(self.gross - other.gross, self.discount - other.discount,
                       self.refunded - other.refunded, self.counted - other.counted)  # fmt: skip

    def __bool__(self) -> bool:
        return bool(self.gross or self.discount or self.refunded or self.counted)


@dataclass(frozen=True, slots=True)
class Applied:
    """The snapshot that an order's numbers stand for now."""

    updated_at: datetime
    state: State
    gross: int
    refunded: int


@dataclass(frozen=True, slots=True)
class Entry:
    kind: str
    change: Amounts
    reason: str
    happened_at: datetime


def state_of(order: OrderSnapshot) -> State:
    if order.deleted:
        return State.DELETED
    if order.test:
        return State.TEST
    if order.cancelled_at is not None:
        return State.CANCELLED
    return State.COUNTED if order.counts else State.NOT_A_SALE


_FINALITY = {State.NOT_A_SALE: 0, State.TEST: 0, State.COUNTED: 1, State.CANCELLED: 2, State.DELETED: 3}


def supersedes(new: Applied, old: Applied, *, authoritative: bool) -> bool:
    """Whether `new` replaces `old`. An older snapshot never does, and the same one changes nothing.

    Stores stamp whole seconds, so two different snapshots may carry one time. `authoritative` (just read from the
    store) then wins; among deliveries the one that is further along does: deleted, cancelled, more refunded.
    """
    if new.state is State.DELETED:
        return old.state is not State.DELETED
    if authoritative:
        # A store may state times in whole seconds in one place and finer ones in another.
        return new.updated_at >= old.updated_at.replace(microsecond=0)
    if old.state is State.DELETED:
        return False
    if new.updated_at != old.updated_at:
        return new.updated_at > old.updated_at
    return (_FINALITY[new.state], new.refunded, new.gross) > (_FINALITY[old.state], old.refunded, old.gross)


def weights(rule: Attribution, discounts: Sequence[int]) -> list[int]:
    """One weight for each of our codes on the order, in the order they were entered. All 0: nobody is credited."""
    count = len(discounts)
    if count == 1 or rule is Attribution.EVEN:
        return [1] * count
    if rule is Attribution.FIRST:
        return [1] + [0] * (count - 1)
    if rule is Attribution.LAST:
        return [0] * (count - 1) + [1]
    if rule is Attribution.NONE:
        return [0] * count
    return list(discounts) if any(discounts) else [1] * count


def split(total: int, weights: Sequence[int], step: int) -> list[int]:
    """Shares of `total` in multiples of `step`, adding up to it exactly: largest remainder, the earlier on a tie."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    if total < 0:
        return [-share for share in split(-total, weights, step)]
    units, rest = divmod(total, step)
    shares, remainders = [], []
    for weight in weights:
        share, remainder = divmod(units * weight, whole)
        shares.append(share * step)
        remainders.append(remainder)
    ranked = sorted(range(len(weights)), key=lambda index: -remainders[index])
    for index in ranked[: units - sum(shares) // step]:
        shares[index] += step
    # What is finer than a step cannot be shared: it stays with the largest share.
    shares[max(range(len(weights)), key=lambda index: weights[index])] += rest
    return shares


def sharing_reason(rule: Attribution, weights: Sequence[int], index: int) -> str:
    """Why this code is credited with this much of the order, in words."""
    count = len(weights)
    if count == 1:
        return "The only code of yours on the order"
    place = f"Code {index + 1} of {count} on the order"
    if rule is Attribution.NONE:
        return f"{place}: orders with several codes are credited to nobody"
    if rule in (Attribution.FIRST, Attribution.LAST):
        credited = "credited" if weights[index] else "not credited"
        return f"{place}: {credited}, the {rule.value} code takes the order"
    percent = 100 * weights[index] / sum(weights)
    how = "split evenly" if rule is Attribution.EVEN or len(set(weights)) == 1 else "split by discount"
    return f"{place}: {percent:.1f} % of it, {how}"


def entries(
    before: Amounts, target: Amounts, *, was: State | None, state: State, order: OrderSnapshot, reason: str
) -> list[Entry]:
    """What to add to the ledger so that its sums become `target`; nothing where they are that already.

    `was` is the order's state before, None for an order seen for the first time.
    """
    change = target - before
    if not change:
        return []
    if change.counted > 0:
        kind, words, at = _opening(was, order, reason)
        sale = Entry(kind, Amounts(change.gross, change.discount, 0, 1), words, at)
        refund = Amounts(refunded=change.refunded)
        return [sale, Entry("refund", refund, "Refunded in the store", order.updated_at)] if refund else [sale]
    if change.counted < 0:
        return [_closing(change, state, order)]
    if change.gross and state is State.COUNTED:
        return [Entry("edit", change, f"Order changed in the store. {reason}", order.updated_at)]
    if change.refunded > 0 and not change.discount:
        return [Entry("refund", change, "Refunded in the store", order.updated_at)]
    return [Entry("correction", change, f"Corrected to the order as it stands. {reason}", order.updated_at)]


def _opening(was: State | None, order: OrderSnapshot, reason: str) -> tuple[str, str, datetime]:
    if was in (State.CANCELLED, State.DELETED):
        return "reopening", f"Order opened again in the store. {reason}", order.updated_at
    return "sale", reason, order.placed_at


def _closing(change: Amounts, state: State, order: OrderSnapshot) -> Entry:
    if state is State.COUNTED:
        return Entry("edit", change, "The code was taken off the order", order.updated_at)
    if state is State.DELETED:
        return Entry("cancellation", change, "Order deleted in the store", order.updated_at)
    if state is State.CANCELLED:
        return Entry("cancellation", change, "Order cancelled in the store", order.cancelled_at or order.updated_at)
    return Entry("correction", change, "The store says this is no sale", order.updated_at)
