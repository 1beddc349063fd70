"""The decisions alone, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.redemptions.rules import Applied, Attribution, State, sharing_reason, split, supersedes, weights

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
shares = st.lists(st.integers(0, 10**9), min_size=1, max_size=6)


@given(st.integers(0, 10**12), shares.filter(any), st.sampled_from([1, 10, 100, 10_000]))
def test_shares_add_up_exactly_and_none_is_negative(total: int, parts: list[int], step: int) -> None:
    found = split(total, parts, step)
    assert sum(found) == total
    assert all(share >= 0 for share in found)
    assert all(share == 0 for share, part in zip(found, parts, strict=True) if part == 0)


@given(st.integers(0, 10**9), shares.filter(any))
def test_a_share_is_within_one_step_of_its_part(cents: int, parts: list[int]) -> None:
    for share, part in zip(split(cents * 100, parts, 100), parts, strict=True):
        assert abs(share - cents * 100 * part / sum(parts)) < 100


@given(st.integers(0, 10**9), shares.filter(any))
def test_a_negative_amount_is_shared_like_its_positive(cents: int, parts: list[int]) -> None:
    assert split(-cents * 100, parts, 100) == [-share for share in split(cents * 100, parts, 100)]


def test_nobody_credited_means_no_shares() -> None:
    assert split(100, [0, 0], 1) == [0, 0]


@pytest.mark.parametrize("rule", Attribution)
def test_a_single_code_takes_the_whole_order(rule: Attribution) -> None:
    assert weights(rule, [0]) == [1]


@pytest.mark.parametrize(
    ("rule", "discounts", "expected"),
    [
        (Attribution.BY_DISCOUNT, [3, 1], [3, 1]),
        (Attribution.BY_DISCOUNT, [0, 0], [1, 1]),
        (Attribution.FIRST, [3, 1], [1, 0]),
        (Attribution.LAST, [3, 1], [0, 1]),
        (Attribution.EVEN, [3, 1], [1, 1]),
        (Attribution.NONE, [3, 1], [0, 0]),
    ],
)
def test_the_rule_gives_the_weights(rule: Attribution, discounts: list[int], expected: list[int]) -> None:
    assert weights(rule, discounts) == expected
    assert sharing_reason(rule, expected, 0)


def applied(minutes: int = 0, state: State = State.COUNTED, refunded: int = 0) -> Applied:
    return Applied(NOON + timedelta(minutes=minutes), state, 100, refunded)


@pytest.mark.parametrize(
    ("new", "old", "by_webhook", "by_read"),
    [
        (applied(1), applied(0), True, True),
        (applied(0), applied(1), False, False),
        (applied(0), applied(0), False, True),
        (applied(0, refunded=5), applied(0), True, True),
        (applied(0), applied(0, refunded=5), False, True),
        (applied(0, State.CANCELLED), applied(0, refunded=5), True, True),
        (applied(0), applied(0, State.CANCELLED), False, True),
        (applied(0, State.DELETED), applied(9), True, True),
        (applied(9), applied(0, State.DELETED), False, True),
        (applied(0), applied(9, State.DELETED), False, False),
        (applied(9, State.DELETED), applied(0, State.DELETED), False, False),
    ],
)
def test_which_snapshot_stands(new: Applied, old: Applied, by_webhook: bool, by_read: bool) -> None:
    assert supersedes(new, old, authoritative=False) is by_webhook
    assert supersedes(new, old, authoritative=True) is by_read
