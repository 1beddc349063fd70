"""Moving members between stages. Codes are given, kept or taken back in the same transaction as the move.

The campaign's row is locked by whoever moves (service.get, lock): two people never count the same codes. A unique
index stands behind it: one code has one member, one member one code of an incentive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from app.assignments import life
from app.campaigns import incentives, members, pool, release
from app.campaigns.fields import Members, MoveIn
from app.campaigns.models import Campaign, CampaignMember, Incentive, IncentiveCode
from app.campaigns.rules import Plan, Wanting, due, in_words, plan, rank
from app.campaigns.service import must_be_open
from app.clock import now
from app.codes.models import Code
from app.db.bulk import AnyRow, among, insert_rows
from app.errors import Conflict


@dataclass(frozen=True, slots=True)
class Shortage:
    """An incentive without enough codes for a move; `can_make`: its offer can make the missing ones."""

    incentive: Incentive
    needed: int
    left: int

    @property
    def missing(self) -> int:
        return self.needed - self.left


@dataclass(slots=True)
class Preview:
    """What a move would do. `returned` codes go back into the pool; `in_hand` members keep released ones."""

    total: int = 0
    can_move: int = 0
    unchanged: int = 0
    given: int = 0
    returned: int = 0
    in_hand: int = 0
    shortages: list[Shortage] = field(default_factory=list)

    @property
    def missing(self) -> int:
        return sum(one.missing for one in self.shortages)

    @property
    def words(self) -> str:
        return in_words(self.can_move, self.total, self.missing) if self.missing else ""


@dataclass(slots=True)
class Moved:
    """What a move did: moved + waiting + unchanged is everybody asked for."""

    moved: int = 0
    waiting: int = 0
    unchanged: int = 0
    given: int = 0
    returned: int = 0
    disabled: int = 0
    making: int = 0


@dataclass(slots=True)
class _Work:
    """Members in the order in which codes are given, with what each still needs at the stage."""

    rows: list[AnyRow]
    wanting: list[Wanting]
    incentives: dict[int, Incentive]
    unchanged: int = 0

    def wanted(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for one in self.wanting:
            for incentive_id in one.needs:
                found[incentive_id] = found.get(incentive_id, 0) + 1
        return found


def preview(session: Session, campaign: Campaign, chosen: Members, to: str) -> Preview:
    """Counts only: nothing is locked, nothing changes."""
    must_be_open(campaign)
    work = _load(session, campaign, members.picked(session, campaign, chosen), to)
    wanted = work.wanted()
    levels = pool.levels(session, list(wanted))
    left = {id: levels[id].left if id in levels else 0 for id in wanted}
    found = plan(work.wanting, left)
    ids = [row.id for row in work.rows]
    return Preview(
        total=len(ids), can_move=len(found.fit), unchanged=work.unchanged, given=len(found.gives),
        returned=_count(session, _to_return(session, work, ids, to)),
        in_hand=_count(session, _in_hand(session, work, ids, to), people=True),
        shortages=[Shortage(work.incentives[id], wanted[id], left[id]) for id in sorted(found.missing)],
    )  # fmt: skip


def move(session: Session, campaign: Campaign, wanted: MoveIn, *, actor: str) -> Moved:
    """The campaign must be locked. Raises Conflict (code `short`) where fewer can move than was agreed to."""
    must_be_open(campaign)
    work = _load(session, campaign, members.picked(session, campaign, wanted.members), wanted.to)
    taken, found = _planned(session, work)
    if found.short and (wanted.short == "none" or len(found.fit) < wanted.at_least):
        missing = sum(found.missing.values())
        raise Conflict(f"{in_words(len(found.fit), len(work.rows), missing)}. Nobody was moved.", code="short")
    disabled = 0
    if wanted.released == "disable":
        disabled = _disable(session, work, found.fit, wanted.to, actor)
    done = _carry_out(session, campaign, work, found, taken, wanted.to, actor)
    _wait(session, found.short, wanted.to)
    done.waiting, done.disabled = len(found.short), disabled
    if wanted.short == "make":
        for incentive_id, missing in sorted(found.missing.items()):
            done.making += incentives.ask(session, work.incentives[incentive_id], missing, actor=actor).making
    return done


def advance(session: Session, campaign: Campaign, to: str, most: int, *, actor: str) -> int:
    """Moves those who wait for this stage, the longest waiting first, as far as there are codes. Returns how many."""
    where = [CampaignMember.campaign_id == campaign.id, CampaignMember.waits_for == to]
    work = _load(session, campaign, where, to, order=CampaignMember.waits_since)
    taken, found = _planned(session, work, most)
    return _carry_out(session, campaign, work, found, taken, to, actor).moved


def _load(
    session: Session, campaign: Campaign, where: list[ColumnElement[bool]], to: str,
    order: Any = CampaignMember.stage_at,
) -> _Work:  # fmt: skip
    columns = (CampaignMember.id, CampaignMember.stage, CampaignMember.waits_for)
    rows = session.execute(select(*columns).where(*where).order_by(order, CampaignMember.id)).all()
    # Who stands there already moves only if a code is still due to them.
    moving = [row for row in rows if row.stage != to or row.waits_for]
    incentives = {one.id: one for one in members.incentives_of(session, campaign.id)}
    needed = [id for id, one in incentives.items() if due(to, one.timing)]
    holds = _holds(session, [row.id for row in moving], needed)
    wanting = [Wanting(row.id, tuple(id for id in needed if (row.id, id) not in holds)) for row in moving]
    return _Work(list(moving), wanting, incentives, len(rows) - len(moving))


def _holds(session: Session, ids: Sequence[int], incentives: Sequence[int]) -> set[tuple[int, int]]:
    if not incentives or not ids:
        return set()
    rows = session.execute(
        select(IncentiveCode.member_id, IncentiveCode.incentive_id).where(
            IncentiveCode.incentive_id.in_(incentives), among(session, IncentiveCode.member_id, ids),
            IncentiveCode.replaced_at.is_(None),
        )
    )  # fmt: skip
    return {(member_id, incentive_id) for member_id, incentive_id in rows if member_id is not None}


def _planned(session: Session, work: _Work, most: int | None = None) -> tuple[dict[int, list[int]], Plan]:
    """What can be done with the codes that are really there, which stay locked."""
    wanted = work.wanted()
    if most is not None:
        wanted = {id: min(count, most) for id, count in wanted.items()}
    taken = pool.take(session, wanted)
    return taken, plan(work.wanting, {id: len(rows) for id, rows in taken.items()})


def _carry_out(
    session: Session, campaign: Campaign, work: _Work, found: Plan, taken: dict[int, list[int]], to: str, actor: str
) -> Moved:
    at = now()
    next_code = {id: iter(rows) for id, rows in taken.items()}
    pool.assign(session, [(next(next_code[incentive]), member) for member, incentive in found.gives], at)
    returned = 0
    if found.fit:
        returned = pool.give_back(session, _to_return(session, work, found.fit, to))
        _set_stage(session, found.fit, to, at)
        _remember(session, campaign, work, set(found.fit), to, at, actor)
        session.flush()
        # A draft hands nothing out yet; beyond what is released here, the tending job goes on.
        release.release_held(session, campaign, actor=actor, members=found.fit, most=release.most_at_once())
    return Moved(len(found.fit), 0, work.unchanged, len(found.gives), returned)


def _set_stage(session: Session, ids: Sequence[int], to: str, at: datetime) -> None:
    session.execute(
        update(CampaignMember)
        .where(among(session, CampaignMember.id, ids))
        .values(stage=to, stage_at=at, waits_for="", waits_since=None)
        .execution_options(synchronize_session=False)
    )


def _remember(
    session: Session, campaign: Campaign, work: _Work, ids: set[int], to: str, at: datetime, actor: str
) -> None:
    rows = [
        {"workspace_id": campaign.workspace_id, "member_id": row.id, "from_stage": row.stage, "to_stage": to, "at": at,
         "by": actor}
        for row in work.rows
        if row.id in ids and row.stage != to
    ]  # fmt: skip
    insert_rows(session, members.CHANGES, rows)


def _wait(session: Session, ids: Sequence[int], to: str) -> None:
    if ids:
        session.execute(
            update(CampaignMember)
            .where(among(session, CampaignMember.id, ids))
            .values(waits_for=to, waits_since=now())
            .execution_options(synchronize_session=False)
        )


def _behind(work: _Work, to: str) -> list[int]:
    """Incentives whose stage lies behind somebody who goes back to `to`, or is dropped."""
    return [id for id, one in work.incentives.items() if rank(to) < rank(one.timing)]


def _to_return(session: Session, work: _Work, ids: Sequence[int], to: str) -> ColumnElement[bool]:
    mine: ColumnElement[bool] = among(session, IncentiveCode.member_id, ids)
    return mine & IncentiveCode.incentive_id.in_(_behind(work, to)) & IncentiveCode.fulfilled_at.is_(None)


def _in_hand(session: Session, work: _Work, ids: Sequence[int], to: str) -> ColumnElement[bool]:
    mine: ColumnElement[bool] = among(session, IncentiveCode.member_id, ids)
    current = IncentiveCode.fulfilled_at.is_not(None) & IncentiveCode.replaced_at.is_(None)
    return mine & IncentiveCode.incentive_id.in_(_behind(work, to)) & current


def _count(session: Session, where: ColumnElement[bool], *, people: bool = False) -> int:
    counted = func.count(IncentiveCode.member_id.distinct()) if people else func.count()
    return session.scalar(select(counted).select_from(IncentiveCode).where(where)) or 0


def _disable(session: Session, work: _Work, ids: Sequence[int], to: str, actor: str) -> int:
    """Released codes of those who go back or drop out stop working, as the merchant picked; they stay theirs."""
    codes = session.scalars(
        select(Code)
        .join(IncentiveCode, IncentiveCode.code_id == Code.id)
        .where(_in_hand(session, work, ids, to), Code.state.in_(life.FROM["disable"]))
        .order_by(Code.id)
    ).all()
    if codes:
        life.disable(session, codes, actor=actor)
    return len(codes)
