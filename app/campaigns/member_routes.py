"""Members of a campaign: add, remove, move one or many, and the call that says their content is done."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from pydantic import BaseModel

from app.campaigns import content, members, moves, service
from app.campaigns.fields import ContentDoneIn, Forms, Members, MoveIn, MovePreviewIn
from app.campaigns.incentives import can_make
from app.campaigns.jobs import tend_after_commit
from app.db import reading, transaction
from app.influencers.filters import Selection
from app.stores.context import current
from app.stores.guards import signed_in

blueprint = APIBlueprint("campaign_members", __name__, tag="Campaigns")


class AddMembersIn(Forms):
    selection: Selection


class MembersAdded(BaseModel):
    """`there`: people selected who were members already."""

    added: int
    there: int


class RemoveMembersIn(Forms):
    members: Members


class MembersRemoved(BaseModel):
    removed: int


class ShortageOut(BaseModel):
    """An incentive without enough codes for the move. `can_make`: its offer could make the missing ones."""

    incentive_id: int
    name: str
    needed: int
    left: int
    missing: int
    can_make: bool
    pattern: str | None


class MovePreview(BaseModel):
    """What a move would do. `text` says where codes are short ("50 of 55 can move: 5 codes short").

    `unchanged` members stand there already; `given` codes are handed out; `returned` unreleased codes go back;
    `in_hand` members keep released codes although they go back or drop out: the merchant picks what becomes of those.
    """

    total: int
    can_move: int
    unchanged: int
    given: int
    returned: int
    in_hand: int
    missing: int
    text: str
    shortages: list[ShortageOut]


class MovedMembers(BaseModel):
    """moved + waiting + unchanged is everybody asked for. `making`: codes asked of the offers for those who wait."""

    moved: int
    waiting: int
    unchanged: int
    given: int
    returned: int
    disabled: int
    making: int


class ContentDoneOut(BaseModel):
    """Each person asked for is in one of these. `not_there`: members who were not at Content; `unknown`: no members."""

    moved: list[int]
    waiting: list[int]
    not_there: list[int]
    unknown: list[int | str]


@blueprint.post("/campaigns/<int:campaign_id>/members")
@signed_in
@blueprint.input(AddMembersIn)
@blueprint.output(MembersAdded)
def add_members(campaign_id: int, json_data: AddMembersIn) -> dict[str, Any]:
    """Add people to a campaign

    A selection of the influencer table, up to all that a filter matches. They start as invited.
    """
    context = current()
    with transaction() as session:
        campaign = service.get(session, context.workspace_id, campaign_id, lock=True)
        service.must_be_open(campaign)
        added, there = members.add(session, campaign, json_data.selection, actor=context.actor)
    return {"added": added, "there": there}


@blueprint.post("/campaigns/<int:campaign_id>/members/remove")
@signed_in
@blueprint.input(RemoveMembersIn)
@blueprint.output(MembersRemoved)
def remove_members(campaign_id: int, json_data: RemoveMembersIn) -> dict[str, Any]:
    """Remove members, with their history

    Refused where one of them has a released code: drop those instead.
    """
    with transaction() as session:
        campaign = service.get(session, current().workspace_id, campaign_id, lock=True)
        service.must_be_open(campaign)
        removed = members.remove(session, campaign, json_data.members)
        tend_after_commit(session, campaign.id)
    return {"removed": removed}


@blueprint.post("/campaigns/<int:campaign_id>/move-previews")
@signed_in
@blueprint.input(MovePreviewIn)
@blueprint.output(MovePreview)
def preview_move(campaign_id: int, json_data: MovePreviewIn) -> dict[str, Any]:
    """Preview a move

    Says who could move, and which codes are short. Nothing changes.
    """
    with reading() as session:
        campaign = service.get(session, current().workspace_id, campaign_id)
        found = moves.preview(session, campaign, json_data.members, json_data.to)
        shortages = [_shortage(one, can_make(session, one.incentive)) for one in found.shortages]
    names = ("total", "can_move", "unchanged", "given", "returned", "in_hand", "missing")
    return {**{name: getattr(found, name) for name in names}, "text": found.words, "shortages": shortages}


def _shortage(one: moves.Shortage, pattern: str | None) -> dict[str, Any]:
    return {
        "incentive_id": one.incentive.id, "name": one.incentive.name, "needed": one.needed, "left": one.left,
        "missing": one.missing, "can_make": pattern is not None, "pattern": pattern,
    }  # fmt: skip


@blueprint.post("/campaigns/<int:campaign_id>/moves")
@signed_in
@blueprint.input(MoveIn)
@blueprint.output(MovedMembers)
def move_members(campaign_id: int, json_data: MoveIn) -> dict[str, Any]:
    """Move members to a stage

    One or many. Codes of incentives are assigned in the same step: nobody moves without the codes the stage promises.
    """
    context = current()
    with transaction() as session:
        campaign = service.get(session, context.workspace_id, campaign_id, lock=True)
        done = moves.move(session, campaign, json_data, actor=context.actor)
        if done.returned or done.waiting or done.given:
            tend_after_commit(session, campaign.id)
    names = ("moved", "waiting", "unchanged", "given", "returned", "disabled", "making")
    return {name: getattr(done, name) for name in names}


@blueprint.post("/campaigns/<int:campaign_id>/content-done")
@signed_in
@blueprint.input(ContentDoneIn)
@blueprint.output(ContentDoneOut)
def mark_content_done(campaign_id: int, json_data: ContentDoneIn) -> dict[str, Any]:
    """Say that members have delivered their content

    Moves those at Content on to Post-payment, and hands out what is released there. Where codes are short, they wait.
    """
    context = current()
    with transaction() as session:
        campaign = service.get(session, context.workspace_id, campaign_id, lock=True)
        done = content.mark_done(session, campaign, json_data, actor=context.actor)
        tend_after_commit(session, campaign.id)
    return {"moved": done.moved, "waiting": done.waiting, "not_there": done.not_there, "unknown": done.unknown}
