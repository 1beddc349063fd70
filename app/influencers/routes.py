"""People, one by one. Reading the table and a person's page: app.views."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from apiflask import APIBlueprint
from pydantic import BaseModel

from app.db import reading, transaction
from app.influencers import service
from app.influencers.fields import Consent, Handle, InfluencerIn
from app.influencers.models import Influencer
from app.stores.context import current
from app.stores.guards import signed_in

blueprint = APIBlueprint("influencers", __name__, tag="Influencers")


class Person(BaseModel):
    """`tags` are the roster's and ours together; `local_tags` ours. The roster owns the fields in `roster_fields`.

    `merged_into_id`: the person this one turned out to be. `erased`: at their own request; codes and numbers stay.
    """

    id: int
    external_id: str | None
    source: str
    name: str
    first_name: str
    last_name: str
    display_name: str
    email: str
    handles: list[Handle]
    tags: list[str]
    local_tags: list[str]
    groups: list[str]
    stage: str
    country: str
    locale: str
    currency: str
    preferred_code: str
    commission_rate: str | None
    consent: Consent | None
    notes: str
    roster_fields: list[str]
    archived: bool
    merged_into_id: int | None
    erased: bool
    created_at: datetime
    updated_at: datetime


class LabelCount(BaseModel):
    label: str
    count: int


class Labels(BaseModel):
    tags: list[LabelCount]
    groups: list[LabelCount]
    stages: list[LabelCount]
    countries: list[LabelCount]


PERSON_FIELDS = tuple(
    name for name in Person.model_fields if name not in ("name", "tags", "commission_rate", "archived", "erased")
)


def person_fields(person: Influencer) -> dict[str, Any]:
    """The fields of `Person`."""
    rate = person.commission_rate
    return {
        **{name: getattr(person, name) for name in PERSON_FIELDS},
        "name": service.name_of(person),
        "tags": [*person.tags, *person.local_tags],
        "commission_rate": None if rate is None else f"{rate.normalize():f}",
        "archived": person.archived_at is not None,
        "erased": person.erased_at is not None,
    }


@blueprint.post("/influencers")
@signed_in
@blueprint.input(InfluencerIn)
@blueprint.output(Person, status_code=201)
def add_influencer(json_data: InfluencerIn) -> dict[str, Any]:
    """Add an influencer"""
    with transaction() as session:
        return person_fields(service.add(session, current().workspace_id, json_data))


@blueprint.patch("/influencers/<int:influencer_id>")
@signed_in
@blueprint.input(InfluencerIn)
@blueprint.output(Person)
def edit_influencer(influencer_id: int, json_data: InfluencerIn) -> dict[str, Any]:
    """Edit an influencer

    Only the fields sent are changed. Those that your roster keeps are refused: change them there.
    """
    with transaction() as session:
        return person_fields(service.edit(session, current().workspace_id, influencer_id, json_data))


@blueprint.post("/influencers/<int:influencer_id>/archive")
@signed_in
@blueprint.output(Person)
def archive_influencer(influencer_id: int) -> dict[str, Any]:
    """Archive an influencer

    Takes the person off the table. Codes, orders and totals stay.
    """
    with transaction() as session:
        return person_fields(service.archive(session, current().workspace_id, influencer_id))


@blueprint.post("/influencers/<int:influencer_id>/restore")
@signed_in
@blueprint.output(Person)
def restore_influencer(influencer_id: int) -> dict[str, Any]:
    """Bring an archived influencer back"""
    with transaction() as session:
        return person_fields(service.restore(session, current().workspace_id, influencer_id))


@blueprint.get("/influencers/labels")
@signed_in
@blueprint.output(Labels)
def list_labels() -> dict[str, Any]:
    """List the tags, groups, stages and countries in use"""
    with reading() as session:
        found = service.labels(session, current().workspace_id)
    kinds = {"tags": "tag", "groups": "group", "stages": "stage", "countries": "country"}
    return {
        name: [{"label": label, "count": count} for label, count in found[kind]] for name, kind in kinds.items()
    }
