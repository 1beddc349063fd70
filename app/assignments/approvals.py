"""A second person for offers above the workspace's limits: asked for, given, declined."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import now
from app.codes.models import Code
from app.errors import Conflict, Forbidden
from app.influencers import service as influencers
from app.influencers.service import Filter, Selection
from app.offers.given import Checked
from app.offers.models import Offer
from app.stores.context import Context
from app.stores.models import ApiKey, Workspace
from app.stores.roles import allows


def too_much(
    *, percentage: Decimal | None, codes: int, most_percentage: Decimal | None, most_codes: int | None
) -> str | None:
    """Why an offer needs a second person, in words. `percentage` is None for amounts, which have no such limit."""
    if most_percentage is not None and percentage is not None and percentage > most_percentage:
        return f"{percentage.normalize():f} % is more than {most_percentage.normalize():f} %."
    if most_codes is not None and codes > most_codes:
        return f"{codes:,} codes are more than {most_codes:,}."
    return None


def asked(session: Session, offer: Offer, selection: Selection | None, pool: int, actor: str) -> bool:
    """Whether the offer now waits for a second person. Raises Conflict where it does so already."""
    workspace = session.get_one(Workspace, offer.workspace_id)
    reason = too_much(
        percentage=_percentage(offer),
        codes=_codes(session, offer, selection) + pool if workspace.approve_above_codes is not None else 0,
        most_percentage=workspace.approve_above_percentage,
        most_codes=workspace.approve_above_codes,
    )
    if reason is None:
        return False
    if offer.approval_asked_at is not None:
        raise Conflict("This offer waits for a second person already.", code="waits_for_approval")
    offer.approval_asked_by, offer.approval_asked_at, offer.approval_reason = actor, now(), reason
    return True


def change_asked(session: Session, offer: Offer, terms: Checked, actor: str) -> bool:
    """Whether a change that takes more off than the live offer does now waits for a second person."""
    reason = change_reason(session, offer, terms)
    if reason is None:
        return False
    offer.approval_asked_by, offer.approval_asked_at, offer.approval_reason = actor, now(), reason
    return True


def change_reason(session: Session, offer: Offer, terms: Checked) -> str | None:
    """Why this change needs a second person."""
    new, old = _percentage(terms), _percentage(offer)
    raised = new is not None and (old is None or new > old)
    most = session.get_one(Workspace, offer.workspace_id).approve_above_percentage
    return too_much(percentage=new if raised else None, codes=0, most_percentage=most, most_codes=None)


def _percentage(offer: Offer | Checked) -> Decimal | None:
    if offer.type == "percentage":
        return offer.value
    return Decimal(100) if offer.type == "free_product" else None


def _codes(session: Session, offer: Offer, selection: Selection | None) -> int:
    """The offer's codes with those to come: many small portions are as much as one large one."""
    there = session.scalar(select(func.count()).select_from(Code).where(Code.offer_id == offer.id)) or 0
    if selection is None:
        return there
    if selection.ids is not None:
        return there + len(set(selection.ids))
    matching = influencers.matching(session, offer.workspace_id, selection.filter or Filter())
    return there + matching - len(set(selection.except_ids))


def approve(session: Session, offer: Offer, actor: str) -> str:
    """Who had asked. Raises Conflict where nothing waits, Forbidden for the one who asked."""
    _must_wait(offer)
    asked_by = offer.approval_asked_by or ""
    if _person(session, asked_by) == actor:
        raise Forbidden("You asked for this yourself: somebody else has to approve it.", code="same_person")
    offer.approved_by, offer.approved_at = actor, now()
    withdraw(offer)
    return asked_by


def decline(session: Session, offer: Offer, context: Context) -> None:
    """For those who may approve, and for whoever asked."""
    _must_wait(offer)
    mine = _person(session, offer.approval_asked_by or "") == context.actor or offer.approval_asked_by == context.actor
    if not mine and not allows(context.role, "approve"):
        raise Forbidden("Only whoever asked, or somebody who may approve, can decline this.", code="role")
    withdraw(offer)
    if offer.published_at is not None:
        offer.draft = None


def withdraw(offer: Offer) -> None:
    offer.approval_asked_by = offer.approval_asked_at = offer.approval_reason = None


def _must_wait(offer: Offer) -> None:
    if offer.approval_asked_at is None:
        raise Conflict("This offer does not wait for anybody.", code="not_waiting")


def _person(session: Session, actor: str) -> str:
    """An API key stands for whoever made it."""
    kind, _, number = actor.partition(":")
    if kind != "key":
        return actor
    return session.scalar(select(ApiKey.created_by).where(ApiKey.id == int(number))) or actor
