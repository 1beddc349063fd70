"""The page that opens first: what waits for somebody, then the numbers. A fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, cast, exists, extract, func, select
from sqlalchemy.orm import Session

from app.clock import now
from app.codes import runs
from app.db.types import from_units
from app.influencers.models import Influencer
from app.influencers.names import display
from app.offers.models import Offer
from app.redemptions.ledger import AUDIENCE
from app.redemptions.models import Redemption, Total
from app.roster.models import RosterConnection
from app.stores.models import Store, Workspace
from app.views.attention import attention
from app.views.money import money

DAYS = 30
TOP = 5
QUARTER = 900
"""Seconds. Every time zone's midnight falls on a quarter of an hour, so quarters add up to days in any of them."""


def home(session: Session, workspace_id: int, store_id: int) -> dict[str, Any]:
    store = session.execute(select(Store.currency).where(Store.id == store_id)).one()
    zone = ZoneInfo(session.scalars(select(Workspace.time_zone).where(Workspace.id == workspace_id)).one())
    return {
        "attention": attention(session, workspace_id),
        "totals": _totals(session, workspace_id),
        "days": days(session, workspace_id, store.currency, zone, now()),
        "runs": runs.latest(session, workspace_id),
        "top": _top(session, workspace_id, store.currency),
        "setup": _setup(session, workspace_id),
    }


def _totals(session: Session, workspace_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(
            Total.currency, func.sum(Total.redemptions), func.sum(Total.gross), func.sum(Total.discount),
            func.sum(Total.refunded),
        )
        .where(Total.workspace_id == workspace_id)
        .group_by(Total.currency)
        .order_by(func.sum(Total.redemptions).desc(), Total.currency)
    )  # fmt: skip
    return [
        {
            "currency": currency, "redemptions": int(redemptions), "gross": money(gross, currency),
            "discount": money(discount, currency), "refunded": money(refunded, currency),
            "net": money(gross - refunded, currency),
        }
        for currency, redemptions, gross, discount, refunded in rows
    ]  # fmt: skip


def days(
    session: Session, workspace_id: int, currency: str, zone: ZoneInfo, at: datetime, influencer_id: int | None = None
) -> list[dict[str, Any]]:
    """The last 30 days of the workspace's zone, today included: what was ordered on each and still counts.

    Of all people, or of one.
    """
    whose = [] if influencer_id is None else [Redemption.influencer_id == influencer_id]
    first = at.astimezone(zone).date() - timedelta(days=DAYS - 1)
    since = datetime(first.year, first.month, first.day, tzinfo=zone).astimezone(UTC)
    quarter = (cast(extract("epoch", Redemption.placed_at), BigInteger) // QUARTER).label("quarter")
    rows = session.execute(
        select(
            quarter,
            func.count(),
            func.sum(cast(Redemption.gross, BigInteger) - cast(Redemption.refunded, BigInteger)),
        )
        .where(
            Redemption.workspace_id == workspace_id, Redemption.placed_at >= since, Redemption.currency == currency,
            Redemption.counted, Redemption.purpose == AUDIENCE, *whose,
        )
        .group_by(quarter)
    )  # fmt: skip
    net: dict[date, Decimal] = defaultdict(Decimal)
    count: dict[date, int] = defaultdict(int)
    for number, redemptions, units in rows:
        day = datetime.fromtimestamp(int(number) * QUARTER, zone).date()
        count[day] += redemptions
        net[day] += from_units(int(units))
    shown = [first + timedelta(days=ahead) for ahead in range(DAYS)]
    return [{"day": day, "net": money(net[day], currency), "redemptions": count[day]} for day in shown]


def _top(session: Session, workspace_id: int, currency: str) -> list[dict[str, Any]]:
    net = func.sum(cast(Total.gross, BigInteger) - cast(Total.refunded, BigInteger)).label("net")
    sold = (
        select(Total.influencer_id, net, func.sum(Total.redemptions).label("redemptions"))
        .where(Total.workspace_id == workspace_id, Total.currency == currency, Total.influencer_id != 0)
        .group_by(Total.influencer_id)
        .order_by(net.desc(), Total.influencer_id)
        .limit(TOP)
        .subquery()
    )
    rows = session.execute(
        select(Influencer, sold.c.net, sold.c.redemptions)
        .join(sold, sold.c.influencer_id == Influencer.id)
        .order_by(sold.c.net.desc(), Influencer.id)
    )
    return [
        {"influencer_id": person.id, "name": _name(person), "redemptions": int(redemptions),
         "net": money(from_units(int(units)), currency)}
        for person, units, redemptions in rows
        if redemptions
    ]  # fmt: skip


def _name(person: Influencer) -> str:
    return display(person.first_name, person.last_name, person.display_name, person.handles, person.email)


def _setup(session: Session, workspace_id: int) -> list[dict[str, Any]]:
    people = exists().where(Influencer.workspace_id == workspace_id)
    published = exists().where(Offer.workspace_id == workspace_id, Offer.published_at.is_not(None))
    roster = exists().where(RosterConnection.workspace_id == workspace_id)
    done = session.execute(select(people, published, roster)).one()
    steps = (
        ("store", True, "/settings"),
        ("influencers", done[0], "/influencers"),
        ("offer", done[1], "/offers/new"),
        ("roster", done[2], "/settings/roster"),
    )
    return [{"step": step, "done": bool(is_done), "link": link} for step, is_done, link in steps]
