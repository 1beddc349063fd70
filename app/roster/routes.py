"""The roster connection. Keys go in and never come out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from apiflask import APIBlueprint
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.db import reading, transaction
from app.influencers.fields import clean
from app.roster import service
from app.stores.context import current
from app.stores.guards import signed_in

blueprint = APIBlueprint("roster", __name__, tag="Roster")

Typed = Annotated[
    str, BeforeValidator(lambda value: clean(value) if isinstance(value, str) else value), Field(max_length=500)
]


class RosterIn(BaseModel):
    """Keys may be left out while the address stays the same."""

    model_config = ConfigDict(extra="forbid")

    base_url: Typed
    api_key: Typed | None = None
    signing_secret: Typed | None = None


class RefusedRow(BaseModel):
    external_id: str
    reason: str


class PullOut(BaseModel):
    """`state`: never, running, done or failed. `refused_rows`: the first 50 people that did not come in, and why."""

    state: str
    seen: int
    created: int
    updated: int
    unchanged: int
    archived: int
    refused: int
    refused_rows: list[RefusedRow]
    error: str | None


class StuckOut(BaseModel):
    """An event that the roster refuses; the person's later events wait behind it."""

    id: int
    type: str
    influencer: str | None
    influencer_id: int | None
    error: str
    attempts: int
    created_at: datetime


class PushOut(BaseModel):
    """Counts of events. `error`: why the roster takes nothing at present."""

    waiting: int
    sent: int
    stuck: int
    oldest_waiting_at: datetime | None
    error: str | None
    stuck_items: list[StuckOut]


class RosterOut(BaseModel):
    connected: bool
    kind: str | None
    name: str | None
    base_url: str | None
    pulled_at: datetime | None
    pull: PullOut
    push: PushOut


class SampleOut(BaseModel):
    """A person as they would come in; `refused` says why one would not."""

    external_id: str
    name: str
    refused: str


class TrialOut(BaseModel):
    ok: bool
    message: str
    name: str
    can_read: bool
    can_write: bool
    sample: list[SampleOut]


@blueprint.get("/roster")
@signed_in
@blueprint.output(RosterOut)
def get_roster() -> dict[str, Any]:
    """See how the roster connection stands"""
    with reading() as session:
        return service.status(session, current().workspace_id)


@blueprint.put("/roster")
@signed_in
@blueprint.input(RosterIn)
@blueprint.output(RosterOut)
def connect_roster(json_data: RosterIn) -> dict[str, Any]:
    """Connect a roster, or change its address or keys

    The first pull starts at once.
    """
    workspace_id = current().workspace_id
    with transaction() as session:
        service.connect(session, workspace_id, json_data.base_url, json_data.api_key, json_data.signing_secret)
        return service.status(session, workspace_id)


@blueprint.post("/roster/test")
@signed_in
@blueprint.output(TrialOut)
def test_roster() -> dict[str, Any]:
    """Try the roster connection

    Asks the roster what it lets us do, and for a few people.
    """
    with reading() as session:
        connection = service.get(session, current().workspace_id)
    trial = service.attempt(service.connector_for(connection))
    sample = [{"external_id": id, "name": name, "refused": reason} for id, name, reason in trial.sample]
    return {"ok": trial.ok, "message": trial.message, "name": trial.name, "can_read": trial.can_read,
            "can_write": trial.can_write, "sample": sample}  # fmt: skip


@blueprint.post("/roster/pull")
@signed_in
@blueprint.output(RosterOut, status_code=202)
def pull_roster() -> dict[str, Any]:
    """Read the roster now"""
    workspace_id = current().workspace_id
    with transaction() as session:
        service.ask_for_pull(session, workspace_id)
        return service.status(session, workspace_id)


@blueprint.post("/roster/retry")
@signed_in
@blueprint.output(RosterOut, status_code=202)
def retry_roster() -> dict[str, Any]:
    """Send what is stuck again"""
    workspace_id = current().workspace_id
    with transaction() as session:
        service.retry(session, workspace_id)
        return service.status(session, workspace_id)


@blueprint.delete("/roster")
@signed_in
@blueprint.output({}, status_code=204)
def disconnect_roster() -> str:
    """Disconnect the roster

    Its keys are forgotten. The people stay and can be edited here.
    """
    with transaction() as session:
        service.disconnect(session, current().workspace_id)
    return ""
