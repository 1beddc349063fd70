"""What messages tell of a person and their code, read for many people in a constant number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.assignments.models import Assignment
from app.campaigns.models import Campaign, CampaignMember, Incentive, IncentiveCode
from app.codes.models import Code
from app.codes.sharing import share_url
from app.db.bulk import among
from app.influencers.models import Influencer
from app.messages import links
from app.messages.addresses import deliverable
from app.messages.rules import Standing
from app.messages.suppression import suppressed
from app.messages.values import Told, values_of
from app.offers.fields import state_of
from app.offers.models import Offer
from app.redemptions.models import Redemption
from app.stores.models import Store, Workspace


@dataclass(frozen=True, slots=True)
class Target:
    """To whom, about what: the code of an offer, of an incentive, or (neither) the person's newest one."""

    influencer_id: int
    offer_id: int | None = None
    incentive_id: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """`code_id`: the code that the values tell of."""

    person: Influencer | None
    code_id: int | None
    told: Told
    standing: Standing

    def values(self, language: str) -> dict[str, str]:
        return values_of(self.told, language)


@dataclass(frozen=True, slots=True)
class _Held:
    code: Code
    since: datetime
    incentive_id: int | None = None


def load(session: Session, workspace_id: int, targets: Sequence[Target]) -> list[Facts]:
    """In the order of the targets; somebody who is not of this workspace has no person. Nine statements at most."""
    ids = list({target.influencer_id for target in targets})
    of_people = select(Influencer).where(Influencer.workspace_id == workspace_id, among(session, Influencer.id, ids))
    people = {person.id: person for person in session.scalars(of_people)}
    held = _held(session, workspace_id, list(people))
    chosen = [_choose(held.get(target.influencer_id, []), target) for target in targets]
    context = _Context(session, workspace_id, people, [found for found in chosen if found], targets)
    return [context.facts(target, found) for target, found in zip(targets, chosen, strict=True)]


@dataclass(frozen=True, slots=True)
class Owned:
    """A code in somebody's hands, with what is told of it."""

    code: Code
    since: datetime
    told: Told
    standing: Standing


def owned(session: Session, workspace_id: int, person: Influencer) -> list[Owned]:
    """All of a person's codes, the newest first."""
    held = sorted(_held(session, workspace_id, [person.id]).get(person.id, []), key=lambda one: one.since, reverse=True)
    target = Target(person.id)
    context = _Context(session, workspace_id, {person.id: person}, held, [target])
    found = [(one, context.facts(target, one)) for one in held]
    return [Owned(one.code, one.since, facts.told, facts.standing) for one, facts in found]


def _held(session: Session, workspace_id: int, ids: Sequence[int]) -> dict[int, list[_Held]]:
    """{influencer id: codes in their hands}. An incentive's code is in them from its release on."""
    found: dict[int, dict[int, _Held]] = {}
    assigned = (
        select(Assignment.influencer_id, Assignment.starts_at, Code)
        .join(Code, Code.id == Assignment.code_id)
        .outerjoin(IncentiveCode, IncentiveCode.code_id == Code.id)
        .where(
            Assignment.workspace_id == workspace_id, among(session, Assignment.influencer_id, ids),
            Assignment.ends_at.is_(None), IncentiveCode.id.is_(None),
        )
    )  # fmt: skip
    released = (
        select(CampaignMember.influencer_id, IncentiveCode.fulfilled_at, Code, IncentiveCode.incentive_id)
        .join(IncentiveCode, IncentiveCode.member_id == CampaignMember.id)
        .join(Code, Code.id == IncentiveCode.code_id)
        .where(
            CampaignMember.workspace_id == workspace_id, among(session, CampaignMember.influencer_id, ids),
            IncentiveCode.fulfilled_at.is_not(None), IncentiveCode.replaced_at.is_(None),
        )
    )  # fmt: skip
    for id, since, code in session.execute(assigned):
        found.setdefault(id, {})[code.id] = _Held(code, since)
    for id, fulfilled_at, code, incentive_id in session.execute(released):
        if fulfilled_at is not None:
            found.setdefault(id, {})[code.id] = _Held(code, fulfilled_at, incentive_id)
    return {id: list(codes.values()) for id, codes in found.items()}


def _choose(held: Sequence[_Held], target: Target) -> _Held | None:
    """One that works before one that does not, then one of their own offers before an incentive's, then the newest."""
    wanted = [one for one in held if _is_meant(one, target)]
    return max(
        wanted,
        key=lambda one: (one.code.state == "live", one.incentive_id is None, one.since, one.code.id),
        default=None,
    )


def _is_meant(one: _Held, target: Target) -> bool:
    """A message about an offer is for the audience: it never tells the code of a kit or gift out of the same offer."""
    if target.incentive_id is not None:
        return one.incentive_id == target.incentive_id
    if target.offer_id is None:
        return True
    return one.code.offer_id == target.offer_id and (one.incentive_id is None or one.code.purpose == "audience")


class _Context:
    """What the people's facts share: offers, stores, incentives, counts."""

    def __init__(
        self, session: Session, workspace_id: int, people: Mapping[int, Influencer], held: Sequence[_Held],
        targets: Sequence[Target],
    ) -> None:  # fmt: skip
        self._people = people
        codes = [one.code for one in held]
        offer_ids = {code.offer_id for code in codes} | {target.offer_id for target in targets if target.offer_id}
        self._offers = _by_id(session, Offer, workspace_id, offer_ids)
        self._incentives = _incentives(session, workspace_id, held, targets)
        of_incentives = {incentive.store_id for incentive, _ in self._incentives.values()}
        of_codes = {code.store_id for code in codes} | {offer.store_id for offer in self._offers.values()}
        self._stores = _by_id(session, Store, workspace_id, of_codes | of_incentives)
        limited = [code.id for code in codes if self._offers[code.offer_id].uses_per_code]
        self._uses = _uses(session, workspace_id, limited)
        self._replaced = _strings(session, [code.replaces_id for code in codes if code.replaces_id])
        self._numbers = links.numbers(session, list(people))
        self._suppressed = suppressed(session, workspace_id, [person.email for person in people.values()])
        self._workspace = session.get_one(Workspace, workspace_id)

    def facts(self, target: Target, held: _Held | None) -> Facts:
        person = self._people.get(target.influencer_id)
        code = held.code if held else None
        offer = self._offers.get(code.offer_id if code else target.offer_id or 0)
        incentive, campaign = self._incentives.get((held and held.incentive_id) or target.incentive_id or 0) or (
            None,
            "",
        )
        store = self._stores.get(
            code.store_id if code else offer.store_id if offer else incentive.store_id if incentive else 0
        )
        number = self._numbers.get(target.influencer_id)
        utm = (offer.utm if offer and offer.utm is not None else self._workspace.utm) or {}
        told = Told(
            person=person, code=code.code if code else "", offer=offer, store=store,
            share_link=share_url(store, code.code, utm=utm) if code and store else "",
            old_code=self._replaced.get((code and code.replaces_id) or 0, ""),
            incentive=incentive, campaign_name=campaign, workspace_name=self._workspace.name,
            portal_link=links.portal_url(target.influencer_id, number) if number is not None else "",
        )  # fmt: skip
        return Facts(person, code.id if code else None, told, self._standing(person, code, offer, target))

    def _standing(self, person: Influencer | None, code: Code | None, offer: Offer | None, target: Target) -> Standing:
        if person is None:
            return Standing(erased=True)
        limit = offer.uses_per_code if offer else None
        return Standing(
            erased=person.erased_at is not None, archived=person.archived_at is not None, address=person.email,
            address_fault=bool(person.email) and deliverable(person.email) is None,
            suppressed=self._suppressed.get(person.email, ""), consent=(person.consent or {}).get("email"),
            has_code=code is not None, awaits_release=target.incentive_id is not None,
            code_state=code.state if code else "", offer_state=state_of(offer).value if offer else "",
            used_up=bool(limit and code and self._uses.get(code.id, 0) >= limit),
        )  # fmt: skip


def _by_id(session: Session, model: Any, workspace_id: int, ids: set[int]) -> dict[int, Any]:
    if not ids:
        return {}
    rows = session.scalars(select(model).where(model.workspace_id == workspace_id, among(session, model.id, list(ids))))
    return {row.id: row for row in rows}


def _incentives(
    session: Session, workspace_id: int, held: Sequence[_Held], targets: Sequence[Target]
) -> dict[int, tuple[Incentive, str]]:
    ids = {one.incentive_id for one in held if one.incentive_id} | {
        one.incentive_id for one in targets if one.incentive_id
    }
    if not ids:
        return {}
    rows = session.execute(
        select(Incentive, Campaign.name)
        .join(Campaign, Campaign.id == Incentive.campaign_id)
        .where(Incentive.workspace_id == workspace_id, among(session, Incentive.id, list(ids)))
    )
    return {incentive.id: (incentive, name) for incentive, name in rows}


def _uses(session: Session, workspace_id: int, code_ids: Sequence[int]) -> dict[int, int]:
    if not code_ids:
        return {}
    counted = (
        select(Redemption.code_id, func.count())
        .where(Redemption.workspace_id == workspace_id, among(session, Redemption.code_id, code_ids))
        .where(Redemption.counted)
        .group_by(Redemption.code_id)
    )
    return dict(session.execute(counted).all())


def _strings(session: Session, code_ids: Sequence[int]) -> dict[int, str]:
    if not code_ids:
        return {}
    return dict(session.execute(select(Code.id, Code.code).where(among(session, Code.id, code_ids))).all())
