"""What a campaign gave and what came of it: by campaign, incentive and creator (docs/money.md).

Given: the retail value and the cost of each released code. Came: orders with the audience codes of its creators, from
the release on (of the campaign: from its start) until it ended. The creators' own orders are a cost and stand apart.
Amounts of different currencies are never added: every figure is a sum per currency.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import Session

from app.campaigns.members import incentives_of
from app.campaigns.models import Campaign, CampaignMember, Incentive, IncentiveCode
from app.db.bulk import among
from app.influencers.models import Influencer
from app.influencers.names import display
from app.redemptions.ledger import AUDIENCE
from app.redemptions.models import Order, Redemption
from app.views.money import MoneyJson, money

Sums = dict[str, Decimal]
AnySelect = Select[*tuple[Any, ...]]
ONE_CODE = IncentiveCode.fulfilled_at.is_not(None) & IncentiveCode.replaced_at.is_(None)


def _sums() -> Sums:
    return defaultdict(Decimal)


@dataclass(slots=True)
class Result:
    """`own_discount`: what own orders took off goods; it is the cost where none was entered."""

    released: int = 0
    orders: int = 0
    new_customers: int = 0
    own_orders: int = 0
    value: Sums = field(default_factory=_sums)
    cost: Sums = field(default_factory=_sums)
    net: Sums = field(default_factory=_sums)
    own_discount: Sums = field(default_factory=_sums)

    def shown(self) -> dict[str, Any]:
        return {
            "released": self.released, "orders": self.orders, "new_customers": self.new_customers,
            "own_orders": self.own_orders, "value": _shown(self.value), "cost": _shown(self.cost),
            "net": _shown(self.net), "own_discount": _shown(self.own_discount),
            "returns": [
                {"currency": currency, "ratio": f"{self.net[currency] / cost:.2f}"}
                for currency, cost in sorted(self.cost.items())
                if cost > 0 and currency in self.net
            ],
        }  # fmt: skip


def _shown(sums: Sums) -> list[MoneyJson]:
    return [money(amount, currency) for currency, amount in sorted(sums.items())]


def of_campaign(session: Session, campaign: Campaign) -> dict[str, Any]:
    """The campaign and each of its incentives: a fixed number of statements, whatever the members."""
    whole = Result()
    _add_given(session, campaign, None, {None: whole})
    _add_sold(session, _sold(campaign, _since_start(campaign)), {None: whole})
    incentives = incentives_of(session, campaign.id)
    parts = {one.id: Result() for one in incentives}
    _add_given(session, campaign, Incentive.id, parts)
    _add_sold(session, _sold_by_incentive(campaign), parts)
    return {
        "campaign": whole.shown(),
        "incentives": [{"incentive_id": one.id, "name": one.name, **parts[one.id].shown()} for one in incentives],
    }


def of_creators(session: Session, campaign: Campaign, *, skip: int, limit: int) -> tuple[list[dict[str, Any]], int]:
    """Members with a released code or an order, those with the most revenue first."""
    sold = (
        _sold(campaign, _since_start(campaign)).add_columns(Redemption.influencer_id).group_by(Redemption.influencer_id)
    )
    by_person = sold.subquery()
    # The order in one number only where one currency is sold in; it decides about places, not about amounts.
    revenue = (
        select(
            by_person.c.influencer_id, (func.sum(by_person.c.gross) - func.sum(by_person.c.refunded)).label("net")
        ).group_by(by_person.c.influencer_id)
    ).subquery()
    given = select(IncentiveCode.member_id).where(ONE_CODE, IncentiveCode.member_id == CampaignMember.id).exists()
    found = (
        select(CampaignMember.id, CampaignMember.influencer_id)
        .outerjoin(revenue, revenue.c.influencer_id == CampaignMember.influencer_id)
        .where(CampaignMember.campaign_id == campaign.id, or_(given, revenue.c.influencer_id.is_not(None)))
    )
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    order = func.coalesce(revenue.c.net, 0).desc()
    rows = session.execute(found.order_by(order, CampaignMember.id).offset(skip).limit(limit)).all()
    results = {row.influencer_id: Result() for row in rows}
    ids = list(results)
    if ids:
        mine = among(session, CampaignMember.influencer_id, ids)
        _add_given(session, campaign, CampaignMember.influencer_id, results, mine)
        of_them = sold.where(among(session, Redemption.influencer_id, ids))
        _add_sold(session, of_them, results)
    people = {
        one.id: one for one in session.scalars(select(Influencer).where(among(session, Influencer.id, ids or [0])))
    }
    return [
        {
            "member_id": row.id, "influencer": {"id": row.influencer_id, "name": _name(people[row.influencer_id])},
            "external_id": people[row.influencer_id].external_id,
            **results[row.influencer_id].shown(),
        }
        for row in rows
    ], total  # fmt: skip


def _name(person: Influencer) -> str:
    return display(person.first_name, person.last_name, person.display_name, person.handles, person.email)


def _add_given(
    session: Session, campaign: Campaign, by: Any, into: dict[Any, Result], *more: ColumnElement[bool]
) -> None:
    """Released codes with their worth and cost, and the creators' own orders."""
    keys = [] if by is None else [by]
    base = (
        select(Incentive.value_currency, Incentive.value, Incentive.cost_currency, Incentive.cost, func.count(), *keys)
        .join(IncentiveCode, IncentiveCode.incentive_id == Incentive.id)
        .join(CampaignMember, CampaignMember.id == IncentiveCode.member_id)
        .where(Incentive.campaign_id == campaign.id, ONE_CODE, *more)
        .group_by(
            Incentive.id, Incentive.value_currency, Incentive.value, Incentive.cost_currency, Incentive.cost, *keys
        )
    )
    for value_currency, value, cost_currency, cost, count, *key in session.execute(base):
        result = into[key[0] if key else None]
        result.released += count
        if value is not None:
            result.value[value_currency] += value * count
        if cost is not None:
            result.cost[cost_currency] += cost * count
    _add_own(session, campaign, keys, into, more)


def _add_own(
    session: Session, campaign: Campaign, keys: Sequence[Any], into: dict[Any, Result], more: Sequence[Any]
) -> None:
    own = (
        select(Redemption.currency, Incentive.cost.is_(None), func.count(), func.sum(Redemption.discount), *keys)
        .join(IncentiveCode, IncentiveCode.code_id == Redemption.code_id)
        .join(Incentive, Incentive.id == IncentiveCode.incentive_id)
        .join(CampaignMember, CampaignMember.id == IncentiveCode.member_id)
        .where(
            Incentive.campaign_id == campaign.id, Redemption.workspace_id == campaign.workspace_id,
            Redemption.counted, Redemption.purpose != AUDIENCE, *more,
        )
        .group_by(Redemption.currency, Incentive.cost.is_(None), *keys)
    )  # fmt: skip
    for currency, without_cost, count, discount, *key in session.execute(own):
        result = into[key[0] if key else None]
        result.own_orders += count
        result.own_discount[currency] += discount
        if without_cost:
            result.cost[currency] += discount


def _since_start(campaign: Campaign) -> ColumnElement[bool]:
    """Nothing before it was activated, nothing after its end."""
    if campaign.activated_at is None:
        return ~true()
    since: ColumnElement[bool] = Redemption.placed_at >= campaign.activated_at
    return since if campaign.ended_at is None else and_(since, Redemption.placed_at <= campaign.ended_at)


def _sold(campaign: Campaign, when: ColumnElement[bool]) -> AnySelect:
    """Orders with audience codes of the campaign's members, by currency."""
    mine = select(CampaignMember.influencer_id).where(CampaignMember.campaign_id == campaign.id)
    return _figures().where(*_counting(campaign), Redemption.influencer_id.in_(mine), when)


def _sold_by_incentive(campaign: Campaign) -> AnySelect:
    """The same, of those who hold a code of each incentive, from its release on."""
    return (
        _figures()
        .add_columns(IncentiveCode.incentive_id)
        .join(CampaignMember, CampaignMember.influencer_id == Redemption.influencer_id)
        .join(IncentiveCode, IncentiveCode.member_id == CampaignMember.id)
        .where(
            *_counting(campaign), CampaignMember.campaign_id == campaign.id, ONE_CODE,
            Redemption.placed_at >= IncentiveCode.fulfilled_at, _since_start(campaign),
        )
        .group_by(IncentiveCode.incentive_id)
    )  # fmt: skip


def orders_of(campaign: Campaign, incentive_id: int | None) -> list[ColumnElement[bool]]:
    """Conditions over `redemption`: the orders that the campaign's, or one incentive's, number counts."""
    members = exists().where(
        CampaignMember.campaign_id == campaign.id, CampaignMember.influencer_id == Redemption.influencer_id
    )
    if incentive_id is not None:
        members = members.where(
            IncentiveCode.member_id == CampaignMember.id, IncentiveCode.incentive_id == incentive_id, ONE_CODE,
            Redemption.placed_at >= IncentiveCode.fulfilled_at,
        )  # fmt: skip
    return [*_counting(campaign), _since_start(campaign), members]


def _figures() -> AnySelect:
    new = func.sum(case((Order.new_customer.is_(True), 1), else_=0))
    return (
        select(
            Redemption.currency, func.count().label("orders"), new.label("new_customers"),
            func.sum(Redemption.gross).label("gross"), func.sum(Redemption.refunded).label("refunded"),
        )
        .join(Order, Order.id == Redemption.order_id)
        .group_by(Redemption.currency)
    )  # fmt: skip


def _counting(campaign: Campaign) -> tuple[ColumnElement[bool], ...]:
    mine: ColumnElement[bool] = Redemption.workspace_id == campaign.workspace_id
    return mine, Redemption.counted.is_(True), Redemption.purpose == AUDIENCE


def _add_sold(session: Session, query: AnySelect, into: dict[Any, Result]) -> None:
    for currency, orders, new_customers, gross, refunded, *key in session.execute(query):
        result = into.get(key[0] if key else None)
        if result is not None:
            result.orders += orders
            result.new_customers += int(new_customers or 0)
            result.net[currency] += gross - refunded


COLUMNS = (
    "name", "external_id", "currency", "codes_released", "retail_value", "cost", "net_revenue", "orders",
    "new_customers", "own_orders", "own_discount",
)  # fmt: skip
PAGE = 500


def lines(session: Session, campaign: Campaign) -> Iterator[tuple[Any, ...]]:
    """For a file: a line for each creator and currency. The counts stand on the creator's first line."""
    skip = 0
    while True:
        items, total = of_creators(session, campaign, skip=skip, limit=PAGE)
        for item in items:
            yield from _lines_of(item)
        skip += len(items)
        if skip >= total or not items:
            return


def _lines_of(item: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    parts = ("value", "cost", "net", "own_discount")
    by_part = {part: {one["currency"]: one["amount"] for one in item[part]} for part in parts}
    currencies = sorted({currency for amounts in by_part.values() for currency in amounts}) or [""]
    for index, currency in enumerate(currencies):
        value, cost, net, own = (by_part[part].get(currency, "") for part in parts)
        counts = [item[name] if index == 0 else "" for name in ("released", "orders", "new_customers", "own_orders")]
        yield (
            item["influencer"]["name"], item["external_id"], currency, counts[0], value, cost, net, counts[1],
            counts[2], counts[3], own,
        )  # fmt: skip
