"""Incentives of a campaign: add, edit, take away, and more codes for their pools."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.campaigns import incentives, service
from app.campaigns.fields import CodesIn, Forms, IncentiveIn, NewIncentive, Purpose, Timing
from app.campaigns.jobs import tend_after_commit
from app.campaigns.models import Campaign, Incentive
from app.db import transaction
from app.redemptions.money import written
from app.redemptions.routes import Money
from app.stores.context import current
from app.stores.guards import signed_in

blueprint = APIBlueprint("incentives", __name__, tag="Campaigns")


class IncentiveTerms(BaseModel):
    """An incentive without its pool (that: GET /incentives/{id})."""

    id: int
    campaign_id: int
    store_id: int
    name: str
    description: str
    timing: Timing
    purpose: Purpose
    value: Money | None
    cost: Money | None
    warn_at: int
    top_up: int
    offer_id: int | None
    template_id: int | None


class RefusedCode(BaseModel):
    code: str
    reason: str


class AddedCodes(BaseModel):
    """`accepted` (masked) are looked up in the store by the import `import_id`, which says what was found; `refused`
    are no codes, each with why. `taken` come from the offer's pool, `making` are made by its pattern; `waits`: once a
    second person agrees.
    """

    accepted: list[str]
    refused: list[RefusedCode]
    import_id: int | None
    taken: int
    making: int
    waits: bool


class RemoveQuery(Forms):
    confirm: bool = False


@blueprint.post("/campaigns/<int:campaign_id>/incentives")
@signed_in
@blueprint.input(NewIncentive)
@blueprint.output(IncentiveTerms, status_code=201)
def create_incentive(campaign_id: int, json_data: NewIncentive) -> dict[str, Any]:
    """Add a promo-code incentive

    Members who are past its stage already get a code of it as soon as there are codes.
    """
    context = current()
    with transaction() as session:
        campaign = service.get(session, context.workspace_id, campaign_id, lock=True)
        return _terms(incentives.create(session, campaign, json_data, store_id=context.store_id))


@blueprint.patch("/incentives/<int:incentive_id>")
@signed_in
@blueprint.input(IncentiveIn)
@blueprint.output(IncentiveTerms)
def edit_incentive(incentive_id: int, json_data: IncentiveIn) -> dict[str, Any]:
    """Edit an incentive

    Only the fields sent are changed. In an active campaign it asks first: send `confirm`.
    """
    with transaction() as session:
        campaign, incentive = _both(session, incentive_id)
        incentives.edit(session, campaign, incentive, json_data)
        tend_after_commit(session, campaign.id)
        return _terms(incentive)


@blueprint.delete("/incentives/<int:incentive_id>")
@signed_in
@blueprint.input(RemoveQuery, location="query")
@blueprint.output({}, status_code=204)
def delete_incentive(incentive_id: int, query_data: RemoveQuery) -> str:
    """Take an incentive away

    Refused once a code of it was released. Its codes belong to their offers alone again.
    """
    with transaction() as session:
        campaign, incentive = _both(session, incentive_id)
        incentives.remove(session, campaign, incentive, confirmed=query_data.confirm)
    return ""


@blueprint.post("/incentives/<int:incentive_id>/codes")
@signed_in
@blueprint.input(CodesIn)
@blueprint.output(AddedCodes)
def add_incentive_codes(incentive_id: int, json_data: CodesIn) -> dict[str, Any]:
    """Add codes to an incentive's pool

    Pasted codes are looked up in the store; or the incentive's offer makes them. Who waits for a code gets one.
    """
    context = current()
    with transaction() as session:
        campaign, incentive = _both(session, incentive_id)
        added = incentives.add_codes(session, campaign, incentive, json_data, actor=context.actor)
        tend_after_commit(session, campaign.id)
    refused = [{"code": one.code, "reason": one.reason} for one in added.refused]
    names = ("accepted", "import_id", "taken", "making", "waits")
    return {**{name: getattr(added, name) for name in names}, "refused": refused}


def _both(session: Session, incentive_id: int) -> tuple[Campaign, Incentive]:
    """The incentive, its campaign locked: one change at a time."""
    workspace_id = current().workspace_id
    incentive = incentives.get(session, workspace_id, incentive_id)
    campaign = service.get(session, workspace_id, incentive.campaign_id, lock=True)
    session.refresh(incentive)
    return campaign, incentive


def _terms(one: Incentive) -> dict[str, Any]:
    def money(amount: Any, currency: str) -> dict[str, str] | None:
        return None if amount is None else {"amount": written(amount, currency), "currency": currency}

    return {
        **{name: getattr(one, name) for name in IncentiveTerms.model_fields if name not in ("value", "cost")},
        "value": money(one.value, one.value_currency),
        "cost": money(one.cost, one.cost_currency),
    }
