"""Stages, who can move when codes are short, and how long a pool lasts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

STAGES = ("invited", "confirmed", "pre_payment", "content", "post_payment", "done")
DROPPED = "dropped"
NAMES = {
    "invited": "Invited", "confirmed": "Confirmed", "pre_payment": "Pre-payment", "content": "Content",
    "post_payment": "Post-payment", "done": "Done", "dropped": "Dropped",
}  # fmt: skip
PACE_DAYS = 7.0
"""The pace of a pool is that of the last week, or of its life where that is shorter."""


def rank(stage: str) -> int:
    """How far along; -1 for those dropped, to whom nothing is due."""
    return STAGES.index(stage) if stage in STAGES else -1


def due(stage: str, timing: str) -> bool:
    """Whether somebody at `stage` has the code of an incentive with this timing coming to them."""
    return rank(stage) >= rank(timing)


@dataclass(frozen=True, slots=True)
class Wanting:
    """A member about to move; `needs`: the incentives of which they still want a code."""

    member_id: int
    needs: tuple[int, ...] = ()


@dataclass(slots=True)
class Plan:
    """`gives`: (member, incentive) pairs of those who fit; `missing`: codes short, by incentive."""

    fit: list[int] = field(default_factory=list)
    short: list[int] = field(default_factory=list)
    gives: list[tuple[int, int]] = field(default_factory=list)
    missing: dict[int, int] = field(default_factory=dict)


def plan(members: Iterable[Wanting], left: Mapping[int, int]) -> Plan:
    """First come, first served: a member fits who gets every code they need, and takes none otherwise."""
    found = Plan()
    there = dict(left)
    wanted: dict[int, int] = {}
    for member in members:
        for incentive_id in member.needs:
            wanted[incentive_id] = wanted.get(incentive_id, 0) + 1
        if all(there.get(incentive_id, 0) > 0 for incentive_id in member.needs):
            for incentive_id in member.needs:
                there[incentive_id] -= 1
                found.gives.append((member.member_id, incentive_id))
            found.fit.append(member.member_id)
        else:
            found.short.append(member.member_id)
    found.missing = {id: count - left.get(id, 0) for id, count in wanted.items() if count > left.get(id, 0)}
    return found


def in_words(fit: int, total: int, missing: int) -> str:
    """ "50 of 55 can move: 5 codes short"."""
    return f"{fit:,} of {total:,} can move: {missing:,} {'code' if missing == 1 else 'codes'} short"


def days_left(left: int, given: int, days: float) -> int | None:
    """Whole days that `left` codes last at the pace of `given` in `days`; None where none was given of late."""
    if given <= 0 or days <= 0:
        return None
    return int(left * days / given)


def stages_from(stage: str) -> Sequence[str]:
    """This stage and those after it."""
    return STAGES[rank(stage) :] if stage in STAGES else ()
