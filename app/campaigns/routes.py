"""Changing campaigns: make, edit, activate, end, delete. Members: member_routes; codes: incentive_routes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from apiflask import APIBlueprint
from pydantic import BaseModel

from app.campaigns import service
from app.campaigns.fields import CampaignIn
from app.campaigns.jobs import tend_after_commit
from app.campaigns.models import Campaign
from app.db import transaction
from app.stores.context import current
from app.stores.guards import signed_in

blueprint = APIBlueprint("campaigns", __name__, tag="Campaigns")


class CampaignTerms(BaseModel):
    """A campaign without its members and pools (those: GET /campaigns/{id})."""

    id: int
    name: str
    state: Literal["draft", "active", "ended"]
    starts_on: date | None
    ends_on: date | None
    notes: str
    created_at: datetime
    activated_at: datetime | None
    ended_at: datetime | None


class ActivatedOut(CampaignTerms):
    """`released`: codes that members held and have in hand now."""

    released: int


def terms(campaign: Campaign) -> dict[str, Any]:
    return {name: getattr(campaign, name) for name in CampaignTerms.model_fields}


@blueprint.post("/campaigns")
@signed_in
@blueprint.input(CampaignIn)
@blueprint.output(CampaignTerms, status_code=201)
def create_campaign(json_data: CampaignIn) -> dict[str, Any]:
    """Make a campaign

    It starts as a draft: nothing is released until it is activated.
    """
    context = current()
    with transaction() as session:
        return terms(service.create(session, context.workspace_id, json_data, actor=context.actor))


@blueprint.patch("/campaigns/<int:campaign_id>")
@signed_in
@blueprint.input(CampaignIn)
@blueprint.output(CampaignTerms)
def edit_campaign(campaign_id: int, json_data: CampaignIn) -> dict[str, Any]:
    """Edit a campaign

    Only the fields sent are changed. An active campaign asks first: send `confirm`.
    """
    with transaction() as session:
        campaign = service.get(session, current().workspace_id, campaign_id, lock=True)
        service.edit(session, campaign, json_data)
        return terms(campaign)


@blueprint.post("/campaigns/<int:campaign_id>/activate")
@signed_in
@blueprint.output(ActivatedOut)
def activate_campaign(campaign_id: int) -> dict[str, Any]:
    """Activate a draft

    Codes that members hold already are released to them.
    """
    context = current()
    with transaction() as session:
        campaign = service.get(session, context.workspace_id, campaign_id, lock=True)
        released = service.activate(session, campaign, actor=context.actor)
        tend_after_commit(session, campaign.id)
        return {**terms(campaign), "released": released}


@blueprint.post("/campaigns/<int:campaign_id>/end")
@signed_in
@blueprint.output(CampaignTerms)
def end_campaign(campaign_id: int) -> dict[str, Any]:
    """End a campaign

    Nobody moves any more. Released codes stay with their creators; the others go back into their pools.
    """
    with transaction() as session:
        campaign = service.get(session, current().workspace_id, campaign_id, lock=True)
        service.end(session, campaign)
        return terms(campaign)


@blueprint.delete("/campaigns/<int:campaign_id>")
@signed_in
@blueprint.output({}, status_code=204)
def delete_campaign(campaign_id: int) -> str:
    """Delete a draft"""
    with transaction() as session:
        service.remove(session, service.get(session, current().workspace_id, campaign_id, lock=True))
    return ""
