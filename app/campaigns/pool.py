"""The codes of incentives: how many are left, taking them out, putting them back, bringing new ones in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, case, column, exists, func, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from app.campaigns.models import CampaignMember, Incentive, IncentiveCode
from app.campaigns.rules import PACE_DAYS, days_left
from app.clock import now
from app.codes.models import Code, CodeImport, CodeImportLine, CodeRun
from app.db.base import Base
from app.db.bulk import among, insert_rows, rows_changed
from app.offers.models import Offer

ROWS: Table = Base.metadata.tables[IncentiveCode.__tablename__]
LIVE: tuple[Any, ...] = (
    IncentiveCode.member_id.is_(None), IncentiveCode.replaced_at.is_(None), Code.in_pool, Code.state == "live",
)  # fmt: skip
"""A code that can be given: nobody's, and it works."""
COMING = ("queued", "creating")


@dataclass(frozen=True, slots=True)
class Level:
    """A pool: `left` can be given now, `coming` are being made, `held` wait for their release, `released` are out."""

    left: int = 0
    coming: int = 0
    held: int = 0
    released: int = 0
    broken: int = 0
    """Failed, disabled or retired before anybody got them."""
    of_late: int = 0
    first_at: datetime | None = None

    @property
    def total(self) -> int:
        return self.left + self.coming + self.held + self.released + self.broken

    def days_left(self) -> int | None:
        if self.first_at is None:
            return None
        days = min(PACE_DAYS, max(1.0, (now() - self.first_at).total_seconds() / 86_400))
        return days_left(self.left, self.of_late, days)


def levels(session: Session, incentive_ids: Sequence[int]) -> dict[int, Level]:
    """One statement for all of them."""
    late = now() - timedelta(days=PACE_DAYS)
    free = IncentiveCode.member_id.is_(None)
    current = IncentiveCode.replaced_at.is_(None)
    given = IncentiveCode.member_id.is_not(None) & current

    def count(condition: ColumnElement[bool]) -> Any:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    rows = session.execute(
        select(
            IncentiveCode.incentive_id,
            count(free & Code.in_pool & (Code.state == "live")),
            count(free & Code.state.in_(COMING)),
            count(given & IncentiveCode.fulfilled_at.is_(None)),
            count(given & IncentiveCode.fulfilled_at.is_not(None)),
            count(free & Code.state.in_(("failed", "disabled", "retired"))),
            count(given & (IncentiveCode.assigned_at >= late)),
            func.min(case((given, IncentiveCode.assigned_at))),
        )
        .join(Code, Code.id == IncentiveCode.code_id)
        .where(among(session, IncentiveCode.incentive_id, sorted(incentive_ids)))
        .group_by(IncentiveCode.incentive_id)
    )
    found = {}
    for id, left, coming, held, released, broken, of_late, first_at in rows:
        found[id] = Level(int(left), int(coming), int(held), int(released), int(broken), int(of_late), first_at)
    return found


def take(session: Session, wanted: dict[int, int]) -> dict[int, list[int]]:
    """Up to so many free codes of each incentive, by its id: ids of `incentive_code`, locked until the end.

    The campaign is locked already. Codes that somebody is just disabling are passed over: waiting for them here, and
    them waiting for us, would be a deadlock.
    """
    found: dict[int, list[int]] = {}
    for incentive_id, count in sorted(wanted.items()):
        query = (
            select(IncentiveCode.id)
            .join(Code, Code.id == IncentiveCode.code_id)
            .where(IncentiveCode.incentive_id == incentive_id, *LIVE)
            .order_by(IncentiveCode.id)
            .limit(count)
            .with_for_update(skip_locked=True, key_share=True)
        )
        found[incentive_id] = list(session.scalars(query))
    return found


def assign(session: Session, pairs: Sequence[tuple[int, int]], at: datetime) -> None:
    """(row of `incentive_code`, member) pairs, in one statement."""
    if not pairs:
        return
    if session.get_bind().dialect.name != "postgresql":
        statement = (
            update(ROWS).where(ROWS.c.id == bindparam("row")).values(member_id=bindparam("member"), assigned_at=at)
        )
        session.connection().execute(statement, [{"row": row, "member": member} for row, member in pairs])
        return
    ids = postgresql.ARRAY(ROWS.c.id.type, dimensions=1)
    new = (
        func.unnest(bindparam("rows", type_=ids), bindparam("members", type_=ids))
        .table_valued(column("id", ROWS.c.id.type), column("member_id", ROWS.c.id.type))
        .render_derived(name="new")
    )
    statement = update(ROWS).where(ROWS.c.id == new.c.id).values(member_id=new.c.member_id, assigned_at=at)
    rows, members = zip(*pairs, strict=True)
    session.connection().execute(statement, {"rows": list(rows), "members": list(members)})


def give_back(session: Session, where: ColumnElement[bool]) -> int:
    """Assigned codes that were not released are nobody's again. Returns how many."""
    returned = session.execute(
        update(IncentiveCode)
        .where(IncentiveCode.member_id.is_not(None), IncentiveCode.fulfilled_at.is_(None), where)
        .values(member_id=None, assigned_at=None)
        .execution_options(synchronize_session=False)
    )
    return rows_changed(returned)


def bring_in(session: Session, incentive: Incentive) -> int:
    """Codes that were made or found for this incentive since the last look come into its pool. Returns how many."""
    made: list[int] = []
    if incentive.offer_id is not None and incentive.owed > 0:
        made = _made(session, incentive.offer_id, incentive.owed)
    ids = _imported(session, incentive.id) + made
    if len(made) < incentive.owed and not _still_making(session, incentive):
        incentive.owed = len(made)  # its offer was ended, or a second person said no
    if not ids:
        return 0
    at = now()
    rows = [{"incentive_id": incentive.id, "code_id": id, "added_at": at} for id in ids]
    added = {row.code_id for row in insert_rows(session, ROWS, rows, ignore=("code_id",), returning=(ROWS.c.code_id,))}
    incentive.owed -= len(added.intersection(made))
    session.execute(
        update(Code)
        .where(among(session, Code.id, sorted(added)))
        .values(purpose=incentive.purpose)
        .execution_options(synchronize_session=False)
    )
    return len(added)


def _unclaimed() -> ColumnElement[bool]:
    return ~exists().where(IncentiveCode.code_id == Code.id)


def _imported(session: Session, incentive_id: int) -> list[int]:
    query = (
        select(Code.id)
        .join(CodeImportLine, CodeImportLine.code_id == Code.id)
        .join(CodeImport, CodeImport.id == CodeImportLine.import_id)
        .where(CodeImport.incentive_id == incentive_id, Code.in_pool, _unclaimed())
        .order_by(CodeImportLine.id)
    )
    return list(dict.fromkeys(session.scalars(query)))


def arriving(session: Session, incentive_ids: Sequence[int]) -> dict[int, int]:
    """Codes brought in that are not in their pool yet: being looked up, or found and not yet taken in."""
    found = session.execute(
        select(CodeImport.incentive_id, func.count())
        .join(CodeImportLine, CodeImportLine.import_id == CodeImport.id)
        .where(
            CodeImport.incentive_id.in_(incentive_ids),
            (CodeImportLine.state == "waiting")
            | (
                exists().where(Code.id == CodeImportLine.code_id, Code.in_pool)
                & ~exists().where(IncentiveCode.code_id == CodeImportLine.code_id)
            ),
        )
        .group_by(CodeImport.incentive_id)
    )
    return {id: count for id, count in found if id is not None}


def _made(session: Session, offer_id: int, most: int) -> list[int]:
    """Free codes of the offer's pool. Those still being made count: they come in order."""
    query = (
        select(Code.id)
        .where(Code.offer_id == offer_id, Code.in_pool, Code.state.in_((*COMING, "live")), _unclaimed())
        .order_by(Code.id)
        .limit(most)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return list(session.scalars(query))


def _still_making(session: Session, incentive: Incentive) -> bool:
    """Whether more of the offer's codes are on their way into its pool."""
    asked = select(Offer.id).where(Offer.id == incentive.offer_id, Offer.approval_asked_at.is_not(None))
    runs = select(CodeRun.id).where(
        CodeRun.offer_id == incentive.offer_id, CodeRun.request.is_not(None), CodeRun.state != "finished"
    )
    ended = select(Offer.id).where(Offer.id == incentive.offer_id, Offer.ended_at.is_not(None))
    waits, makes, over = (session.scalar(query.limit(1)) is not None for query in (asked, runs, ended))
    return (waits or makes) and not over


def free_in_offer(session: Session, offer_id: int) -> int:
    """Codes of the offer's pool that no incentive has, less those promised to one."""
    there = session.scalar(
        select(func.count())
        .select_from(Code)
        .where(Code.offer_id == offer_id, Code.in_pool, Code.state.in_((*COMING, "live")), _unclaimed())
    )
    owed = session.scalar(select(func.coalesce(func.sum(Incentive.owed), 0)).where(Incentive.offer_id == offer_id))
    return max(0, (there or 0) - int(owed or 0))


def without_code(incentive_id: int) -> ColumnElement[bool]:
    """Of members: those who hold no code of this incentive."""
    return ~exists().where(
        IncentiveCode.incentive_id == incentive_id,
        IncentiveCode.member_id == CampaignMember.id,
        IncentiveCode.replaced_at.is_(None),
    )
