"""Campaigns: make, edit, activate, end, delete. Moving their members: moves; their codes: incentives and pool."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.campaigns import release
from app.campaigns.fields import CampaignIn
from app.campaigns.models import Campaign, CampaignMember, Incentive, IncentiveCode, StageChange
from app.campaigns.released import Released, released_to
from app.clock import now
from app.codes.models import Code
from app.errors import Conflict, FieldError, InvalidInput, NotFound

__all__ = ["Released", "released_to"]


def get(session: Session, workspace_id: int, campaign_id: int, *, lock: bool = False) -> Campaign:
    """Raises NotFound, for another workspace's campaigns too. `lock`: one change of a campaign at a time, so that two
    never count the same codes.
    """
    query = select(Campaign).where(Campaign.workspace_id == workspace_id, Campaign.id == campaign_id)
    if lock:
        # Rows that only point to the campaign are not held up.
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    campaign = session.scalar(query)
    if campaign is None:
        raise NotFound("This campaign is not in your workspace.")
    return campaign


def create(session: Session, workspace_id: int, given: CampaignIn, *, actor: str) -> Campaign:
    at = now()
    campaign = Campaign(workspace_id=workspace_id, created_by=actor, created_at=at, updated_at=at, name="", name_key="")
    _apply(session, campaign, given, {*CampaignIn.model_fields})
    session.add(campaign)
    session.flush()
    return campaign


def edit(session: Session, campaign: Campaign, given: CampaignIn) -> None:
    must_be_asked(campaign, confirmed=given.confirm)
    _apply(session, campaign, given, given.model_fields_set)
    campaign.updated_at = now()


def _apply(session: Session, campaign: Campaign, given: CampaignIn, sent: set[str]) -> None:
    faults = []
    if "name" in sent and (fault := _name_fault(session, campaign, given.name)):
        faults.append(FieldError("name", fault))
    values: dict[str, Any] = {name: getattr(given, name) for name in ("starts_on", "ends_on", "notes") if name in sent}
    starts, ends = (values.get(name, getattr(campaign, name, None)) for name in ("starts_on", "ends_on"))
    if starts and ends and ends < starts:
        faults.append(FieldError("ends_on", "Enter a day after the start."))
    if faults:
        raise InvalidInput.at(*faults)
    if "name" in sent:
        campaign.name, campaign.name_key = given.name, given.name.casefold()
    for name, value in values.items():
        setattr(campaign, name, value)


def _name_fault(session: Session, campaign: Campaign, name: str) -> str:
    if not name:
        return "Enter a name."
    with session.no_autoflush:
        taken = session.scalar(
            select(Campaign.id).where(
                Campaign.workspace_id == campaign.workspace_id, Campaign.name_key == name.casefold()
            )
        )
    return "You have a campaign of this name. Enter another." if taken not in (None, campaign.id) else ""


def must_be_asked(campaign: Campaign, *, confirmed: bool) -> None:
    """Set-up is free in a draft; an active campaign asks before it changes, an ended one does not change."""
    must_be_open(campaign)
    if campaign.state == "active" and not confirmed:
        raise Conflict(
            "This campaign is active: the change counts at once for everybody in it. Send it again with confirm.",
            code="confirm",
        )


def must_be_open(campaign: Campaign) -> None:
    if campaign.state == "ended":
        raise Conflict("This campaign has ended. Make a new one.", code="ended")


def activate(session: Session, campaign: Campaign, *, actor: str) -> int:
    """Starts it: codes that members hold already are released, many of them by the tending job. Returns how many
    were at once.
    """
    must_be_open(campaign)
    if campaign.state == "active":
        return 0
    campaign.state, campaign.activated_at, campaign.updated_at = "active", now(), now()
    session.flush()
    return release.release_held(session, campaign, actor=actor, most=release.most_at_once())


def end(session: Session, campaign: Campaign) -> None:
    """Nobody moves any more. What was not released goes back into the pool; released codes stay with their people."""
    must_be_open(campaign)
    campaign.state, campaign.ended_at, campaign.updated_at = "ended", now(), now()
    session.flush()
    release.return_unreleased(session, campaign)
    session.execute(
        update(CampaignMember)
        .where(CampaignMember.campaign_id == campaign.id, CampaignMember.waits_for != "")
        .values(waits_for="", waits_since=None)
    )


def remove(session: Session, campaign: Campaign) -> None:
    """A draft is deleted with its members; its codes are free again. Raises Conflict for any other."""
    if campaign.state != "draft":
        raise Conflict("Only a draft can be deleted. End this campaign instead: its history stays.", code="not_draft")
    members = select(CampaignMember.id).where(CampaignMember.campaign_id == campaign.id)
    incentives = select(Incentive.id).where(Incentive.campaign_id == campaign.id)
    free(session, incentives)
    session.execute(delete(Incentive).where(Incentive.campaign_id == campaign.id))
    session.execute(delete(StageChange).where(StageChange.member_id.in_(members)))
    session.execute(delete(CampaignMember).where(CampaignMember.campaign_id == campaign.id))
    session.delete(campaign)


def free(session: Session, incentives: Any) -> None:
    """Codes of these incentives belong to their offers alone again. None of them may have been released."""
    released = session.scalar(
        select(func.count())
        .select_from(IncentiveCode)
        .where(IncentiveCode.incentive_id.in_(incentives), IncentiveCode.fulfilled_at.is_not(None))
    )
    if released:
        raise Conflict("Codes of it are in people’s hands: it stays for its history.", code="released")
    codes = select(IncentiveCode.code_id).where(IncentiveCode.incentive_id.in_(incentives))
    session.execute(
        update(Code).where(Code.id.in_(codes)).values(purpose=None).execution_options(synchronize_session=False)
    )
    session.execute(delete(IncentiveCode).where(IncentiveCode.incentive_id.in_(incentives)))
