"""Campaigns for the page: the list, one with its pools, the board, the table of members, one member's history.

A code is shown once it is released; while it is held or pooled only its first two characters and its length are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import Session

from app.campaigns import members, pool
from app.campaigns.fields import MemberFilter
from app.campaigns.models import Campaign, CampaignMember, Incentive, IncentiveCode, StageChange
from app.campaigns.pool import Level
from app.campaigns.rules import DROPPED, STAGES
from app.codes import imports
from app.codes.models import Code, CodeImport
from app.codes.rules import masked
from app.db import big_id
from app.db.bulk import among
from app.errors import NotFound
from app.influencers.models import Influencer
from app.influencers.names import display, first_handle
from app.offers.fields import state_of
from app.offers.models import Offer
from app.stores.models import Store
from app.views.cursors import pack, stale, unpack
from app.views.money import MoneyJson, money

MOST = 200
PAGE = 1_000
"""Members read at a time for a file."""


def listed(session: Session, workspace_id: int, *, state: str | None, cursor: str, limit: int) -> dict[str, Any]:
    """The newest first: {"items", "next_cursor", "total"}."""
    where: list[ColumnElement[bool]] = [Campaign.workspace_id == workspace_id]
    if state is not None:
        where.append(Campaign.state == state)
    total = session.scalar(select(func.count()).select_from(Campaign).where(*where)) or 0
    if cursor:
        where.append(Campaign.id < unpack(cursor, {"newest": (int,)})[1][0])
    found = session.scalars(select(Campaign).where(*where).order_by(Campaign.id.desc()).limit(limit + 1)).all()
    shown = found[:limit]
    stages, waiting = _counts(session, [one.id for one in shown])
    pools = _pools(session, [one.id for one in shown])
    items = [{**fields(one), **_numbers(one.id, stages, waiting), "low_pools": pools.get(one.id, [])} for one in shown]
    more = len(found) > limit
    return {"items": items, "next_cursor": pack("newest", shown[-1].id) if more else None, "total": total}


def fields(campaign: Campaign) -> dict[str, Any]:
    names = ("id", "name", "state", "starts_on", "ends_on", "notes", "created_at", "activated_at", "ended_at")
    return {name: getattr(campaign, name) for name in names}


def _counts(session: Session, ids: Sequence[int]) -> tuple[dict[tuple[int, str], int], dict[int, int]]:
    """({(campaign, stage): members}, {campaign: members who wait for a code})."""
    rows = session.execute(
        select(CampaignMember.campaign_id, CampaignMember.stage, func.count())
        .where(CampaignMember.campaign_id.in_(ids))
        .group_by(CampaignMember.campaign_id, CampaignMember.stage)
    )
    waiting = session.execute(
        select(CampaignMember.campaign_id, func.count())
        .where(CampaignMember.campaign_id.in_(ids), CampaignMember.waits_for != "")
        .group_by(CampaignMember.campaign_id)
    )
    return {(row[0], row[1]): row[2] for row in rows}, {row[0]: row[1] for row in waiting}


def _numbers(id: int, stages: dict[tuple[int, str], int], waiting: dict[int, int]) -> dict[str, Any]:
    of_stages = {stage: stages.get((id, stage), 0) for stage in (*STAGES, DROPPED)}
    return {"stages": of_stages, "members": sum(of_stages.values()), "waiting": waiting.get(id, 0)}


def _pools(session: Session, campaign_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Of each campaign: the pools at or below their warning level."""
    query = select(Incentive).where(Incentive.campaign_id.in_(campaign_ids), Incentive.warn_at > 0)
    watched = session.scalars(query.order_by(Incentive.id)).all()
    levels = pool.levels(session, [one.id for one in watched])
    found: dict[int, list[dict[str, Any]]] = {}
    for one in watched:
        left = levels.get(one.id, Level()).left
        if left <= one.warn_at:
            found.setdefault(one.campaign_id, []).append({"incentive_id": one.id, "name": one.name, "left": left})
    return found


def low_pools(session: Session, workspace_id: int) -> list[dict[str, Any]]:
    """Of active campaigns: pools at their warning level, with how many members wait for a code."""
    active = select(Campaign.id, Campaign.name).where(Campaign.workspace_id == workspace_id, Campaign.state == "active")
    names = {row[0]: row[1] for row in session.execute(active)}
    found = _pools(session, list(names)) if names else {}
    if not found:
        return []
    _, waiting = _counts(session, list(found))
    return [
        {**low, "campaign_id": id, "campaign_name": names[id], "waiting": waiting.get(id, 0)}
        for id, pools in sorted(found.items())
        for low in pools
    ]


def page(session: Session, campaign: Campaign) -> dict[str, Any]:
    """As many statements for one incentive as for twenty."""
    stages, waiting = _counts(session, [campaign.id])
    return {
        **fields(campaign),
        **_numbers(campaign.id, stages, waiting),
        "incentives": shown(session, members.incentives_of(session, campaign.id)),
    }


def shown(session: Session, incentives: Sequence[Incentive]) -> list[dict[str, Any]]:
    ids = [one.id for one in incentives]
    levels, arriving = pool.levels(session, ids), pool.arriving(session, ids)
    stores = {store.id: store for store in _by_id(session, Store, [one.store_id for one in incentives])}
    offers = {offer.id: offer for offer in _by_id(session, Offer, [one.offer_id for one in incentives if one.offer_id])}
    newest = select(func.max(CodeImport.id)).where(CodeImport.incentive_id.in_(ids)).group_by(CodeImport.incentive_id)
    runs = {one.incentive_id: one for one in session.scalars(select(CodeImport).where(CodeImport.id.in_(newest)))}
    return [
        {
            **_incentive(one, levels.get(one.id, Level()), arriving.get(one.id, 0)),
            "store_name": stores[one.store_id].name,
            "offer": _offer(offers.get(one.offer_id or 0)),
            "last_import": imports.show(session, runs[one.id]) if one.id in runs else None,
        }
        for one in incentives
    ]


def _by_id(session: Session, model: Any, ids: Sequence[int]) -> Sequence[Any]:
    return session.scalars(select(model).where(model.id.in_(set(ids)))).all()


def _incentive(one: Incentive, level: Level, arriving: int) -> dict[str, Any]:
    names = (
        "id", "campaign_id", "store_id", "name", "description", "timing", "purpose", "warn_at", "top_up", "owed",
        "template_id",
    )  # fmt: skip
    return {
        **{name: getattr(one, name) for name in names},
        "value": _amount(one.value, one.value_currency),
        "cost": _amount(one.cost, one.cost_currency),
        "pool": {
            "left": level.left, "coming": level.coming + one.owed + arriving, "held": level.held,
            "released": level.released, "broken": level.broken, "total": level.total, "days_left": level.days_left(),
            "low": one.warn_at > 0 and level.left <= one.warn_at,
        },
    }  # fmt: skip


def _amount(value: Decimal | None, currency: str) -> MoneyJson | None:
    return None if value is None else money(value, currency)


def _offer(offer: Offer | None) -> dict[str, Any] | None:
    if offer is None:
        return None
    return {
        "id": offer.id, "name": offer.name, "pattern": offer.pattern, "state": state_of(offer).value,
        "waits_for_approval": offer.approval_asked_at is not None,
    }  # fmt: skip


def board(session: Session, campaign: Campaign, limit: int) -> list[dict[str, Any]]:
    """A column a stage, with its first members: who stands there longest comes first."""
    stages, _ = _counts(session, [campaign.id])
    columns = []
    for stage in (*STAGES, DROPPED):
        count = stages.get((campaign.id, stage), 0)
        rows = _rows(campaign.id, MemberFilter.model_validate({"stage": stage})).order_by(
            CampaignMember.stage_at, CampaignMember.id
        )
        found = session.execute(rows.limit(limit)).all() if count else []
        columns.append({"stage": stage, "count": count, "items": with_codes(session, found)})
    return columns


def table(
    session: Session, campaign: Campaign, wanted: MemberFilter, *, sort: str, cursor: str, limit: int
) -> dict[str, Any]:
    """{"items", "next_cursor", "total"}. `sort`: since (who stands there longest comes first) or name."""
    where = members.conditions(campaign.id, wanted)
    total = session.scalar(select(func.count()).select_from(CampaignMember).where(*where)) or 0
    first = Influencer.sort_name if sort == "name" else CampaignMember.stage_at
    rows = _rows(campaign.id, wanted)
    if cursor:
        value, id = unpack(cursor, {sort: (str, int)})[1]
        rows = rows.where(
            tuple_(first, CampaignMember.id) > tuple_(_typed(sort, value), id, types=[first.type, big_id])
        )
    found = session.execute(rows.order_by(first, CampaignMember.id).limit(limit + 1)).all()
    last = found[limit - 1] if len(found) > limit else None
    edge = None if last is None else (last.sort_name if sort == "name" else last.stage_at.isoformat())
    return {
        "items": with_codes(session, found[:limit]),
        "next_cursor": None if last is None else pack(sort, edge, last.id),
        "total": total,
    }


def _typed(sort: str, value: str) -> Any:
    if sort == "name":
        return value
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise stale() from error


def everything(session: Session, campaign: Campaign, wanted: MemberFilter) -> Iterator[dict[str, Any]]:
    """All members that match, by name, for a file."""
    cursor = ""
    while True:
        page = table(session, campaign, wanted, sort="name", cursor=cursor, limit=PAGE)
        yield from page["items"]
        if page["next_cursor"] is None:
            return
        cursor = page["next_cursor"]


def _rows(campaign_id: int, wanted: MemberFilter) -> Select[Any]:
    columns = (
        CampaignMember.id, CampaignMember.influencer_id, CampaignMember.stage, CampaignMember.stage_at,
        CampaignMember.waits_for, CampaignMember.waits_since, CampaignMember.added_at, Influencer.first_name,
        Influencer.last_name, Influencer.display_name, Influencer.handles, Influencer.email, Influencer.external_id,
        Influencer.sort_name,
    )  # fmt: skip
    joined = select(*columns).join(Influencer, Influencer.id == CampaignMember.influencer_id)
    return joined.where(*members.conditions(campaign_id, wanted))


def with_codes(session: Session, rows: Sequence[Any]) -> list[dict[str, Any]]:
    codes = _codes(session, [row.id for row in rows])
    return [
        {
            "id": row.id, "stage": row.stage, "stage_at": row.stage_at, "waits_for": row.waits_for or None,
            "waits_since": row.waits_since, "added_at": row.added_at, "external_id": row.external_id,
            "email": row.email, "codes": codes.get(row.id, []),
            "influencer": {
                "id": row.influencer_id, "handle": first_handle(row.handles),
                "name": display(row.first_name, row.last_name, row.display_name, row.handles, row.email),
            },
        }
        for row in rows
    ]  # fmt: skip


def _codes(session: Session, member_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    if not member_ids:
        return found
    rows = session.execute(
        select(IncentiveCode, Code, Incentive.name)
        .join(Code, Code.id == IncentiveCode.code_id)
        .join(Incentive, Incentive.id == IncentiveCode.incentive_id)
        .where(among(session, IncentiveCode.member_id, list(member_ids)), IncentiveCode.replaced_at.is_(None))
        .order_by(IncentiveCode.incentive_id)
    )
    for row, code, name in rows:
        released = row.fulfilled_at is not None
        found.setdefault(row.member_id or 0, []).append(
            {
                "incentive_id": row.incentive_id, "incentive": name, "code_id": code.id, "state": code.state,
                "code": code.code if released else masked(code.code), "released": released,
                "assigned_at": row.assigned_at, "fulfilled_at": row.fulfilled_at, "tracked": code.tracked,
            }
        )  # fmt: skip
    return found


def member(session: Session, workspace_id: int, member_id: int) -> dict[str, Any]:
    """One member with their history, the newest first. Raises NotFound, for another workspace's too."""
    found = session.scalar(
        select(CampaignMember).where(CampaignMember.workspace_id == workspace_id, CampaignMember.id == member_id)
    )
    if found is None:
        raise NotFound("This member is not in your workspace.")
    row = session.execute(_rows(found.campaign_id, MemberFilter()).where(CampaignMember.id == member_id)).all()
    changes = session.scalars(
        select(StageChange).where(StageChange.member_id == member_id).order_by(StageChange.id.desc()).limit(MOST)
    )
    history = [
        {"from_stage": change.from_stage or None, "to_stage": change.to_stage, "at": change.at, "by": change.by}
        for change in changes
    ]
    return {**with_codes(session, row)[0], "campaign_id": found.campaign_id, "history": history}


def pooled(session: Session, incentive: Incentive, *, cursor: str, limit: int) -> dict[str, Any]:
    """The codes of an incentive in the order they came, masked until released."""
    where = [IncentiveCode.incentive_id == incentive.id]
    total = session.scalar(select(func.count()).select_from(IncentiveCode).where(*where)) or 0
    if cursor:
        where.append(IncentiveCode.id > unpack(cursor, {"added": (int,)})[1][0])
    rows = session.execute(
        select(IncentiveCode, Code, CampaignMember.influencer_id)
        .join(Code, Code.id == IncentiveCode.code_id)
        .outerjoin(CampaignMember, CampaignMember.id == IncentiveCode.member_id)
        .where(*where)
        .order_by(IncentiveCode.id)
        .limit(limit + 1)
    ).all()
    items = [
        {
            "id": row.id, "code_id": code.id, "state": code.state, "tracked": code.tracked,
            "code": code.code if row.fulfilled_at is not None else masked(code.code), "influencer_id": influencer_id,
            "member_id": row.member_id, "assigned_at": row.assigned_at, "fulfilled_at": row.fulfilled_at,
            "added_at": row.added_at,
        }
        for row, code, influencer_id in rows[:limit]
    ]  # fmt: skip
    more = len(rows) > limit
    return {"items": items, "next_cursor": pack("added", items[-1]["id"]) if more else None, "total": total}


COLUMNS = (
    "name", "external_id", "email", "stage", "since", "waits_for", "incentive", "code", "code_status", "fulfilled_at",
)  # fmt: skip


def lines(session: Session, campaign: Campaign, wanted: MemberFilter) -> Iterator[tuple[Any, ...]]:
    """For a file: a line for each member and incentive; one line for members without a code."""
    for one in everything(session, campaign, wanted):
        who = (one["influencer"]["name"], one["external_id"], one["email"], one["stage"], _iso(one["stage_at"]),
               one["waits_for"])  # fmt: skip
        for code in one["codes"] or [None]:
            if code is None:
                yield (*who, None, None, None, None)
            else:
                status = code["state"] if code["released"] else "held"
                yield (*who, code["incentive"], code["code"], status, _iso(code["fulfilled_at"]))


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.strftime("%Y-%m-%dT%H:%M:%SZ")
