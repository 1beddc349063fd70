"""What keeps a campaign's promises without anybody looking: codes that arrive are handed out, short pools are told of
and filled, rotated codes are followed. Each step may be repeated.
"""

from __future__ import annotations

import structlog
from sqlalchemy import exists, or_, select, union
from sqlalchemy.orm import Session, aliased

from app import events
from app.campaigns import incentives, moves, pool, release
from app.campaigns.members import incentives_of
from app.campaigns.models import Campaign, CampaignMember, Incentive, IncentiveCode
from app.campaigns.pool import Level
from app.campaigns.rules import STAGES
from app.clock import now
from app.codes.models import Code, CodeImport, CodeImportLine
from app.errors import AppError
from app.stores.models import Store

log = structlog.get_logger()
ACTOR = "shoutcode"
"""Who does it, in the history."""
GONE = ("disabled", "retired", "failed")


def in_need(session: Session) -> list[int]:
    """Ids of campaigns that have something to do, in one statement."""
    newer = aliased(Code)
    mine = Incentive.campaign_id
    wanted = union(
        select(CampaignMember.campaign_id).where(CampaignMember.waits_for != ""),
        select(mine).where(or_(Incentive.owed > 0, Incentive.warn_at > 0, Incentive.top_up > 0)),
        select(mine)
        .join(CodeImport, CodeImport.incentive_id == Incentive.id)
        .join(CodeImportLine, CodeImportLine.import_id == CodeImport.id)
        .where(
            CodeImportLine.code_id.is_not(None),
            ~exists().where(IncentiveCode.code_id == CodeImportLine.code_id),
            exists().where(Code.id == CodeImportLine.code_id, Code.in_pool),
        ),
        select(mine)
        .join(IncentiveCode, IncentiveCode.incentive_id == Incentive.id)
        .where(IncentiveCode.member_id.is_not(None), IncentiveCode.fulfilled_at.is_(None)),
        select(mine)
        .join(IncentiveCode, IncentiveCode.incentive_id == Incentive.id)
        .join(newer, newer.replaces_id == IncentiveCode.code_id)
        .where(IncentiveCode.replaced_at.is_(None), newer.state != "retired"),
    ).subquery()
    open_ones = select(Campaign.id).where(Campaign.state != "ended", Campaign.id.in_(select(wanted.c[0])))
    return list(session.scalars(open_ones.order_by(Campaign.id)))


def prepare(session: Session, campaign: Campaign) -> None:
    """What arrived, was rotated or stopped working, in one short transaction. The campaign must be locked."""
    mine = incentives_of(session, campaign.id)
    for incentive in mine:
        pool.bring_in(session, incentive)
    _follow_rotations(session, campaign)
    _drop_dead(session, campaign)


def hand_over(session: Session, campaign: Campaign, most: int) -> int:
    """Releases what is held since a big move, a start, or a code that was not live yet: at most so many codes."""
    return release.release_held(session, campaign, actor=ACTOR, most=most)


def watch(session: Session, campaign: Campaign) -> None:
    """Once everybody has what there was: pools that run low are told of, and filled where that is wished."""
    if campaign.state != "active":
        return
    mine = incentives_of(session, campaign.id)
    levels = pool.levels(session, [one.id for one in mine])
    for incentive in mine:
        _watch(session, campaign, incentive, levels.get(incentive.id, Level()))


def hand_out(session: Session, campaign: Campaign, most: int) -> int:
    """Moves those who wait, as far as there are codes: at most so many. Returns how many."""
    for stage in STAGES:
        moved = moves.advance(session, campaign, stage, most, actor=ACTOR)
        if moved:
            return moved
    return 0


def _follow_rotations(session: Session, campaign: Campaign) -> None:
    """A replacement has the purpose of its code from the start, and its place once it is live."""
    newer = aliased(Code)
    rows = session.execute(
        select(IncentiveCode, newer, Incentive.purpose)
        .join(newer, newer.replaces_id == IncentiveCode.code_id)
        .join(Incentive, Incentive.id == IncentiveCode.incentive_id)
        .where(Incentive.campaign_id == campaign.id, IncentiveCode.replaced_at.is_(None), newer.state != "retired")
    ).all()
    for row, code, purpose in rows:
        code.purpose = purpose
        if code.state != "live":
            continue
        row.replaced_at = now()
        session.flush()
        session.add(
            IncentiveCode(
                incentive_id=row.incentive_id, code_id=code.id, member_id=row.member_id, added_at=now(),
                assigned_at=row.assigned_at, fulfilled_at=row.fulfilled_at,
            )
        )  # fmt: skip
    session.flush()


def _drop_dead(session: Session, campaign: Campaign) -> None:
    """A code that stopped working before its release is taken from its member, who waits for another."""
    rows = session.execute(
        select(IncentiveCode.id, IncentiveCode.member_id)
        .join(Code, Code.id == IncentiveCode.code_id)
        .join(Incentive, Incentive.id == IncentiveCode.incentive_id)
        .where(
            Incentive.campaign_id == campaign.id, IncentiveCode.member_id.is_not(None),
            IncentiveCode.fulfilled_at.is_(None), Code.state.in_(GONE),
        )
    ).all()  # fmt: skip
    if rows:
        pool.give_back(session, IncentiveCode.id.in_([row.id for row in rows]))
        for incentive in incentives_of(session, campaign.id):
            incentives.owe(session, campaign, incentive)


def _watch(session: Session, campaign: Campaign, incentive: Incentive, level: Level) -> None:
    """Tells of a short pool once, and asks the offer for more where that is wished."""
    low = incentive.warn_at > 0 and level.left <= incentive.warn_at
    if low and incentive.warned_at is None:
        incentive.warned_at = now()
        store = session.get_one(Store, incentive.store_id)
        data = {
            "campaign_id": campaign.id, "campaign_name": campaign.name, "incentive_id": incentive.id,
            "incentive_name": incentive.name, "store": store.domain, "left": level.left, "warn_at": incentive.warn_at,
            "days_left": level.days_left(),
        }  # fmt: skip
        events.append(session, campaign.workspace_id, "pool.low", data)
    elif not low and incentive.warned_at is not None:
        incentive.warned_at = None
    on_the_way = level.left + level.coming + incentive.owed
    if incentive.top_up > 0 and incentive.offer_id is not None and on_the_way <= incentive.warn_at:
        _top_up(session, incentive)


def _top_up(session: Session, incentive: Incentive) -> None:
    try:
        with session.begin_nested():
            incentives.ask(session, incentive, incentive.top_up, actor=ACTOR)
    except AppError as refused:
        # The offer has ended, or waits for a second person already: the page shows the short pool all the same.
        log.info("top_up_refused", incentive_id=incentive.id, reason=refused.code)
