"""Two people who are one, and people who ask to be forgotten."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field

from app.db import reading, transaction
from app.influencers.routes import Person, person_fields
from app.people import erasing, merging
from app.stores.context import current
from app.stores.guards import signed_in

blueprint = APIBlueprint("people", __name__, tag="Influencers")

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Single = Literal[
    "first_name", "last_name", "display_name", "email", "stage", "country", "locale", "currency", "preferred_code",
    "commission_rate",
]  # fmt: skip


class OtherIn(BaseModel):
    """`other_id`: the person who would be given up."""

    model_config = ConfigDict(extra="forbid")

    other_id: Id


class DifferenceOut(BaseModel):
    """A field in which the two differ. `can_take`: the value that is dropped may be taken instead."""

    field: str
    kept: str
    dropped: str
    can_take: bool


class Moves(BaseModel):
    """How much goes over to the survivor."""

    codes: int
    orders: int
    messages: int
    campaigns: int


class MergePreview(BaseModel):
    survivor: Person
    other: Person
    differences: list[DifferenceOut]
    moves: Moves


class MergeIn(BaseModel):
    """`take`: fields in which the other person's value counts."""

    model_config = ConfigDict(extra="forbid")

    other_id: Id
    take: Annotated[list[Single], Field(max_length=20)] = []


class EraseIn(BaseModel):
    """`name`: the person's name as it is shown, typed by whoever decides."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=1000)]


@blueprint.post("/influencers/<int:influencer_id>/merge-preview")
@signed_in
@blueprint.input(OtherIn)
@blueprint.output(MergePreview)
def preview_merge(influencer_id: int, json_data: OtherIn) -> dict[str, Any]:
    """See what merging another person into this one would do"""
    with reading() as session:
        found = merging.preview(session, current().workspace_id, influencer_id, json_data.other_id)
        return {
            "survivor": person_fields(found.survivor),
            "other": person_fields(found.other),
            "differences": [asdict(one) for one in found.differences],
            "moves": found.moves,
        }


@blueprint.post("/influencers/<int:influencer_id>/merge")
@signed_in
@blueprint.input(MergeIn)
@blueprint.output(Person)
def merge_influencers(influencer_id: int, json_data: MergeIn) -> dict[str, Any]:
    """Merge another person into this one

    Codes, orders and totals go over; the other person's page leads here. This cannot be undone.
    """
    with transaction() as session:
        workspace_id, take = current().workspace_id, frozenset(json_data.take)
        return person_fields(merging.merge(session, workspace_id, influencer_id, json_data.other_id, take))


@blueprint.post("/influencers/<int:influencer_id>/erase")
@signed_in
@blueprint.input(EraseIn)
@blueprint.output(Person)
def erase_influencer(influencer_id: int, json_data: EraseIn) -> dict[str, Any]:
    """Erase an influencer at their own request

    Name, handles, e-mail, notes and messages are removed; codes and totals stay under "Erased person". No roster and
    no file brings the person back. This cannot be undone.
    """
    with transaction() as session:
        return person_fields(erasing.erase(session, current().workspace_id, influencer_id, json_data.name))
