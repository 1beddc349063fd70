"""Who can move when codes are short, and how long a pool lasts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.campaigns.rules import Wanting, days_left, due, in_words, plan, stages_from

INCENTIVES = (1, 2, 3)
members = st.lists(st.sets(st.sampled_from(INCENTIVES)).map(lambda needs: tuple(sorted(needs))), max_size=40).map(
    lambda needs: [Wanting(id, need) for id, need in enumerate(needs, 1)]
)
pools = st.dictionaries(st.sampled_from(INCENTIVES), st.integers(0, 20))


@given(members, pools)
def test_a_plan_gives_what_is_there_and_no_more(wanting: list[Wanting], left: dict[int, int]) -> None:
    found = plan(wanting, left)
    assert sorted([*found.fit, *found.short]) == [one.member_id for one in wanting]
    given_of = {id: sum(incentive == id for _, incentive in found.gives) for id in INCENTIVES}
    assert all(given_of[id] <= left.get(id, 0) for id in INCENTIVES)
    needs = {one.member_id: set(one.needs) for one in wanting}
    for id in found.fit:
        assert {incentive for member, incentive in found.gives if member == id} == needs[id]
    assert not {member for member, _ in found.gives} & set(found.short)
    # Nobody is left out for whom there were codes when their turn came, and somebody is short only where codes are.
    for id in found.short:
        assert any(given_of[incentive] == left.get(incentive, 0) for incentive in needs[id])
    assert bool(found.short) == bool(found.missing)


def test_words_and_figures() -> None:
    assert in_words(50, 55, 5) == "50 of 55 can move: 5 codes short"
    assert in_words(0, 1, 1) == "0 of 1 can move: 1 code short"
    assert (days_left(40, 46, 7), days_left(5, 0, 7), days_left(0, 3, 1)) == (6, None, 0)


def test_what_is_due_where() -> None:
    assert due("content", "pre_payment")
    assert not due("content", "post_payment")
    assert not due("dropped", "pre_payment")
    assert list(stages_from("post_payment")) == ["post_payment", "done"]
    assert list(stages_from("dropped")) == []
