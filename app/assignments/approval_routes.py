"""From where on an offer asks for a second person, and what that person says."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field

from app.assignments import approvals
from app.assignments.forms import IssuedOut
from app.assignments.offering import answer, approved, terms_of
from app.db import reading, transaction
from app.errors import FieldError, InvalidInput
from app.offers import service as offers
from app.offers.fields import OfferTerms
from app.stores.context import current
from app.stores.guards import signed_in
from app.stores.models import Workspace
from app.stores.service import get_workspace

blueprint = APIBlueprint("approvals", __name__, tag="Trust")


class Limits(BaseModel):
    """Offers above either ask for a second person; null asks for nobody. `percentage`: "20" or "12.5"."""

    model_config = ConfigDict(extra="forbid")

    percentage: Annotated[str | None, Field(max_length=10)]
    codes: Annotated[int | None, Field(ge=0, le=10_000_000)]


@blueprint.get("/approval-limits")
@signed_in
@blueprint.output(Limits)
def get_approval_limits() -> dict[str, Any]:
    """See from where on offers ask for a second person"""
    with reading() as session:
        return _limits(get_workspace(session, current().workspace_id))


@blueprint.put("/approval-limits")
@signed_in
@blueprint.input(Limits)
@blueprint.output(Limits)
def set_approval_limits(json_data: Limits) -> dict[str, Any]:
    """Set from where on offers ask for a second person"""
    percentage = _percentage(json_data.percentage)
    with transaction() as session:
        workspace = get_workspace(session, current().workspace_id)
        workspace.approve_above_percentage, workspace.approve_above_codes = percentage, json_data.codes
        return _limits(workspace)


@blueprint.post("/offers/<int:offer_id>/approve")
@signed_in
@blueprint.output(IssuedOut)
@blueprint.doc(tags=["Offers"])
def approve_offer(offer_id: int) -> dict[str, Any]:
    """Approve an offer that waits for a second person

    Publishes it and makes the codes that were asked for, or makes the change. Whoever asked cannot approve.
    """
    context = current()
    with transaction() as session:
        offer = offers.get(session, context.workspace_id, offer_id, lock=True)
        return answer(session, offer, approved(session, offer, context.actor))


@blueprint.post("/offers/<int:offer_id>/decline")
@signed_in
@blueprint.output(OfferTerms)
@blueprint.doc(tags=["Offers"])
def decline_offer(offer_id: int) -> dict[str, Any]:
    """Decline, or take back, what waits for a second person

    A draft stays a draft; codes asked for an offer that is published already are not made.
    """
    context = current()
    with transaction() as session:
        offer = offers.get(session, context.workspace_id, offer_id, lock=True)
        approvals.decline(session, offer, context)
        return terms_of(session, offer)


def _percentage(text: str | None) -> Decimal | None:
    if text is None or not text.strip():
        return None
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        number = Decimal(-1)
    exponent = number.as_tuple().exponent
    if not number.is_finite() or not 0 <= number <= 100 or not isinstance(exponent, int) or exponent < -2:
        raise InvalidInput.at(FieldError("percentage", "Enter a percentage from 0 to 100, with up to two decimals."))
    return number


def _limits(workspace: Workspace) -> dict[str, Any]:
    percentage = workspace.approve_above_percentage
    return {
        "percentage": None if percentage is None else f"{percentage.normalize():f}",
        "codes": workspace.approve_above_codes,
    }
