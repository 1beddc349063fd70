"""Incentives: set up, edit, take away, and more codes for their pools."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.assignments import approvals
from app.assignments import service as assignments
from app.campaigns import pool
from app.campaigns.fields import CodesIn, IncentiveIn, NewIncentive
from app.campaigns.models import Campaign, CampaignMember, Incentive, IncentiveCode
from app.campaigns.rules import stages_from
from app.campaigns.service import free, must_be_asked, must_be_open
from app.clock import now
from app.codes import import_rules, imports
from app.codes.import_rules import Given
from app.codes.models import Code
from app.codes.rules import masked
from app.db import Base
from app.errors import Conflict, FieldError, InvalidInput, NotFound
from app.offers import service as offers
from app.offers.fields import state_of
from app.offers.models import Offer
from app.offers.rules import State
from app.stores.service import get_store

MOST = 20
"""Incentives of one campaign."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A text that is no code, and why."""

    code: str
    reason: str


@dataclass(slots=True)
class Added:
    """What becomes of codes for a pool. `accepted` (masked) are looked up in the store by the import `import_id`;
    `taken`: free codes of the offer's pool; `making`: codes the offer makes; `waits`: once a second person agrees.
    """

    accepted: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    import_id: int | None = None
    taken: int = 0
    making: int = 0
    waits: bool = False


def get(session: Session, workspace_id: int, incentive_id: int) -> Incentive:
    """Raises NotFound, for another workspace's too."""
    found = session.scalar(
        select(Incentive).where(Incentive.workspace_id == workspace_id, Incentive.id == incentive_id)
    )
    if found is None:
        raise NotFound("This incentive is not in your workspace.")
    return found


def create(session: Session, campaign: Campaign, given: NewIncentive, *, store_id: int) -> Incentive:
    """The campaign must be locked. Members who are past its stage already wait for a code of it from now on."""
    must_be_asked(campaign, confirmed=given.confirm)
    count = session.scalar(select(func.count()).select_from(Incentive).where(Incentive.campaign_id == campaign.id)) or 0
    if count >= MOST:
        raise Conflict(f"A campaign has at most {MOST} incentives.", code="too_many")
    at = now()
    store = get_store(session, campaign.workspace_id, given.store_id or store_id)
    incentive = Incentive(
        workspace_id=campaign.workspace_id, campaign_id=campaign.id, store_id=store.id, created_at=at, updated_at=at,
        owed=0,
    )  # fmt: skip
    _apply(session, incentive, given, {*IncentiveIn.model_fields})
    session.add(incentive)
    session.flush()
    owe(session, campaign, incentive)
    return incentive


def edit(session: Session, campaign: Campaign, incentive: Incentive, given: IncentiveIn) -> None:
    must_be_asked(campaign, confirmed=given.confirm)
    sent = given.model_fields_set
    retimed = "timing" in sent and given.timing != incentive.timing
    if retimed and _is_given(session, incentive):
        raise InvalidInput.at(
            FieldError("timing", "Codes of it are with members already. Make another incentive for the other stage.")
        )
    _apply(session, incentive, given, sent)
    incentive.updated_at = now()
    session.flush()
    if "purpose" in sent:
        mine = select(IncentiveCode.code_id).where(IncentiveCode.incentive_id == incentive.id)
        session.execute(
            update(Code)
            .where(Code.id.in_(mine))
            .values(purpose=incentive.purpose)
            .execution_options(synchronize_session=False)
        )
    if retimed:
        _forget_places(session, campaign)
        for one in session.scalars(select(Incentive).where(Incentive.campaign_id == campaign.id)):
            owe(session, campaign, one)


def _is_given(session: Session, incentive: Incentive) -> bool:
    given = select(IncentiveCode.id).where(
        IncentiveCode.incentive_id == incentive.id, IncentiveCode.member_id.is_not(None)
    )
    return session.scalar(given.limit(1)) is not None


def _apply(session: Session, incentive: Incentive, given: IncentiveIn, sent: set[str]) -> None:
    faults = []
    if "name" in sent and not given.name:
        faults.append(FieldError("name", "Enter a name."))
    if (
        "offer_id" in sent
        and given.offer_id is not None
        and (fault := _offer_fault(session, incentive, given.offer_id))
    ):
        faults.append(FieldError("offer_id", fault))
    if "template_id" in sent and (fault := _template_fault(session, incentive, given.template_id)):
        faults.append(FieldError("template_id", fault))
    values: dict[str, Any] = {name: getattr(given, name) for name in sent & _PLAIN}
    if values.get("top_up", incentive.top_up) and values.get("offer_id", incentive.offer_id) is None:
        faults.append(FieldError("top_up", "Choose the offer that makes the codes."))
    if faults:
        raise InvalidInput.at(*faults)
    for name, value in values.items():
        setattr(incentive, name, value)
    for name in sent & {"value", "cost"}:
        amount = getattr(given, name)
        setattr(incentive, name, None if amount is None else amount.decimal())
        setattr(incentive, f"{name}_currency", "" if amount is None else amount.currency.upper())


_PLAIN = {"name", "description", "timing", "purpose", "warn_at", "top_up", "offer_id", "template_id"}


def _offer_fault(session: Session, incentive: Incentive, offer_id: int | None) -> str:
    if offer_id is None:
        return ""
    offer = offers.get(session, incentive.workspace_id, offer_id)
    if offer.store_id != incentive.store_id:
        return "This offer is for another store than the incentive."
    return "" if offer.published_at is not None else "Publish this offer first."


def _template_fault(session: Session, incentive: Incentive, template_id: int | None) -> str:
    """One that was archived since may stay: its messages are held with that reason."""
    if template_id in (None, incentive.template_id):
        return ""
    templates = Base.metadata.tables["message_template"]  # of a slice above this one
    archived = session.execute(
        select(templates.c.archived_at).where(
            templates.c.id == template_id, templates.c.workspace_id == incentive.workspace_id
        )
    ).one_or_none()
    if archived is None:
        return "Choose one of your templates."
    return "This template is archived. Restore it, or choose another one." if archived.archived_at else ""


def owe(session: Session, campaign: Campaign, incentive: Incentive) -> None:
    """Members at or past its stage without a code of it wait for one where they stand."""
    session.execute(
        update(CampaignMember)
        .where(
            CampaignMember.campaign_id == campaign.id, CampaignMember.stage.in_(stages_from(incentive.timing)),
            CampaignMember.waits_for == "", pool.without_code(incentive.id),
        )
        .values(waits_for=CampaignMember.stage, waits_since=now())
        .execution_options(synchronize_session=False)
    )  # fmt: skip


def _forget_places(session: Session, campaign: Campaign) -> None:
    """Waiting where one stands is worked out anew by owe()."""
    session.execute(
        update(CampaignMember)
        .where(CampaignMember.campaign_id == campaign.id, CampaignMember.waits_for == CampaignMember.stage)
        .values(waits_for="", waits_since=None)
        .execution_options(synchronize_session=False)
    )


def remove(session: Session, campaign: Campaign, incentive: Incentive, *, confirmed: bool) -> None:
    """Its codes belong to their offers alone again. Raises Conflict where one was released."""
    must_be_asked(campaign, confirmed=confirmed)
    free(session, [incentive.id])
    session.execute(delete(Incentive).where(Incentive.id == incentive.id))
    session.expunge(incentive)
    _forget_places(session, campaign)
    for one in session.scalars(select(Incentive).where(Incentive.campaign_id == campaign.id)):
        owe(session, campaign, one)


def add_codes(session: Session, campaign: Campaign, incentive: Incentive, given: CodesIn, *, actor: str) -> Added:
    """At any time until the campaign has ended. Pasted codes are looked up in the store; those it does not know are
    refused, or kept untracked, as asked.
    """
    must_be_open(campaign)
    if bool(given.make) == bool(given.codes.strip()):
        raise InvalidInput.at(FieldError("codes", "Paste codes, or say how many the offer should make."))
    if given.make:
        return ask(session, incentive, given.make, actor=actor)
    return _bring(session, campaign, incentive, given, actor)


def _bring(session: Session, campaign: Campaign, incentive: Incentive, given: CodesIn, actor: str) -> Added:
    listed = _read(given)
    store = get_store(session, campaign.workspace_id, incentive.store_id)
    found = imports.start(
        session, store, listed, keep_missing=given.keep_missing, incentive_id=incentive.id, purpose=incentive.purpose,
        origin="csv" if given.file else "pasted", actor=actor,
    )  # fmt: skip
    added = Added(import_id=found.id)
    for one, fault in zip(listed, import_rules.faults(listed), strict=True):
        if fault:
            added.refused.append(Refused(one.code[: import_rules.LONGEST], fault))
        else:
            added.accepted.append(masked(one.code))
    return added


def _read(given: CodesIn) -> list[Given]:
    """A file may name its column in the first row; one without is a list like a pasted one."""
    if given.file:
        try:
            return imports.read_csv(given.codes)
        except InvalidInput:
            return import_rules.split(given.codes)
    return import_rules.split(given.codes)


def ask(session: Session, incentive: Incentive, count: int, *, actor: str) -> Added:
    """So many more codes of the incentive's offer: free ones of its pool first, the rest made by its pattern."""
    if incentive.offer_id is None:
        raise InvalidInput.at(FieldError("make", "Choose the offer that makes the codes in this incentive's set-up."))
    offer = offers.get(session, incentive.workspace_id, incentive.offer_id, lock=True)
    offers.must_be_open(offer)
    free_ones = min(count, pool.free_in_offer(session, offer.id))
    missing = count - free_ones
    added = Added(taken=free_ones, making=missing)
    if missing:
        assignments.check_pool(offer.pattern, missing)
        added.waits = _make(session, offer, missing, actor)
    incentive.owed += count
    pool.bring_in(session, incentive)
    return added


def can_make(session: Session, incentive: Incentive) -> str | None:
    """The pattern by which the incentive's offer makes more codes; None where it has none, or it has ended."""
    if incentive.offer_id is None:
        return None
    offer = offers.get(session, incentive.workspace_id, incentive.offer_id)
    open_ones = (State.ACTIVE, State.SCHEDULED)
    return offer.pattern if state_of(offer) in open_ones and offer.issuing_ended_at is None else None


def _make(session: Session, offer: Offer, count: int, actor: str) -> bool:
    """Whether the codes wait for a second person."""
    if approvals.asked(session, offer, None, count, actor):
        offer.draft = {"pool": count, "edits": {}}
        return True
    assignments.issue(session, offer, None, pool=count, actor=actor)
    session.flush()
    return False
