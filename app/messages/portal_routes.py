"""The influencers' own pages, as the merchant runs them: what they show, their links, the codes asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.db import reading, transaction
from app.errors import Conflict
from app.influencers import service as influencers
from app.influencers.fields import clean
from app.messages import links, notices, portal, servers, suppression, wishes
from app.messages.fields import Line, NamedRow
from app.messages.models import PortalLink, PortalSettings
from app.queue import enqueue_after_commit
from app.stores.context import current
from app.stores.guards import signed_in

blueprint = APIBlueprint("portal", __name__, tag="Own pages")


class PortalSettingsIn(BaseModel):
    """What people see of their own results; `terms`: the merchant's own, one a line."""

    model_config = ConfigDict(extra="forbid")

    show_uses: bool = False
    show_revenue: bool = False
    show_commission: bool = False
    ask_codes: bool = True
    terms: Annotated[
        str,
        BeforeValidator(lambda value: clean(value, keep="\n") if isinstance(value, str) else value),
        Field(max_length=2_000),
    ] = ""
    contact: Line = ""


class PortalSettingsOut(PortalSettingsIn):
    """`lost_url`: where people ask for their link again; it may be told to everybody."""

    lost_url: str


class PortalOut(BaseModel):
    """A person's own page. `url` is a key to it: show it to nobody else. `written_to`: unsubscribed or bounced, or
    empty where messages go out.
    """

    url: str | None
    revoked_at: datetime | None
    opened_at: datetime | None
    written_to: str


class WishOut(BaseModel):
    """`taken`: a code of this name exists in a store already, so the person would get it with -2."""

    id: int
    influencer: NamedRow
    code: str
    state: str
    taken: bool
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None


class WishesOut(BaseModel):
    items: list[WishOut]


class WishesQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    state: Literal["asked", "approved", "declined"] = "asked"


def _settings_out(settings: PortalSettings) -> dict[str, Any]:
    names = PortalSettingsIn.model_fields
    return {**{name: getattr(settings, name) for name in names}, "lost_url": links.lost_url(settings.workspace_id)}


def _portal_out(session: Session, influencer_id: int) -> dict[str, Any]:
    workspace_id = current().workspace_id
    person = influencers.get(session, workspace_id, influencer_id)
    link = session.scalar(select(PortalLink).where(PortalLink.influencer_id == person.id))
    number = links.numbers(session, [person.id])[person.id]
    return {
        "url": None if number is None or person.erased_at else links.portal_url(person.id, number),
        "revoked_at": link.revoked_at if link else None,
        "opened_at": link.opened_at if link else None,
        "written_to": suppression.suppressed(session, workspace_id, [person.email]).get(person.email, ""),
    }


@blueprint.get("/portal-settings")
@signed_in
@blueprint.output(PortalSettingsOut)
def get_portal_settings() -> dict[str, Any]:
    """See what people's own pages show"""
    with reading() as session:
        return _settings_out(portal.settings_of(session, current().workspace_id))


@blueprint.put("/portal-settings")
@signed_in
@blueprint.input(PortalSettingsIn)
@blueprint.output(PortalSettingsOut)
def save_portal_settings(json_data: PortalSettingsIn) -> dict[str, Any]:
    """Say what people's own pages show"""
    with transaction() as session:
        settings = portal.settings_of(session, current().workspace_id)
        for name, value in json_data.model_dump().items():
            setattr(settings, name, value)
        session.add(settings)
        return _settings_out(settings)


@blueprint.get("/influencers/<int:influencer_id>/portal")
@signed_in
@blueprint.output(PortalOut)
def get_portal(influencer_id: int) -> dict[str, Any]:
    """See the link to a person's own page"""
    with reading() as session:
        return _portal_out(session, influencer_id)


@blueprint.post("/influencers/<int:influencer_id>/portal/rotate")
@signed_in
@blueprint.output(PortalOut)
def rotate_portal_link(influencer_id: int) -> dict[str, Any]:
    """Give a person's page a new link

    The one before opens nothing from now on.
    """
    with transaction() as session:
        person = influencers.get(session, current().workspace_id, influencer_id)
        link = portal.link_of(session, person.workspace_id, person.id)
        link.number, link.revoked_at = link.number + 1, None
        session.flush()
        return _portal_out(session, influencer_id)


@blueprint.post("/influencers/<int:influencer_id>/portal/revoke")
@signed_in
@blueprint.output(PortalOut)
def revoke_portal_link(influencer_id: int) -> dict[str, Any]:
    """Close a person's own page

    A new link opens it again.
    """
    with transaction() as session:
        person = influencers.get(session, current().workspace_id, influencer_id)
        link = portal.link_of(session, person.workspace_id, person.id)
        link.number, link.revoked_at = link.number + 1, link.revoked_at or now()
        session.flush()
        return _portal_out(session, influencer_id)


@blueprint.post("/influencers/<int:influencer_id>/portal/send")
@signed_in
@blueprint.output(PortalOut, status_code=202)
def send_portal_link(influencer_id: int) -> dict[str, Any]:
    """Mail a person the link to their page

    To the address that is known of them.
    """
    context = current()
    with transaction() as session:
        person = influencers.get(session, context.workspace_id, influencer_id)
        servers.get(session, context.workspace_id)
        if not person.email:
            raise Conflict("There is no e-mail address for this person.", code="no_address")
        if links.numbers(session, [person.id])[person.id] is None:
            raise Conflict("This page is closed. Give it a new link first.", code="revoked")
        notices.write_link(session, context.workspace_id, person.id, actor=context.actor)
        enqueue_after_commit(session, "app.messages.jobs.send", context.workspace_id)
        return _portal_out(session, influencer_id)


@blueprint.post("/influencers/<int:influencer_id>/write-again")
@signed_in
@blueprint.output(PortalOut)
def write_again(influencer_id: int) -> dict[str, Any]:
    """Write again to an address whose messages came back

    Whoever unsubscribed stays unsubscribed.
    """
    workspace_id = current().workspace_id
    with transaction() as session:
        person = influencers.get(session, workspace_id, influencer_id)
        suppression.lift(session, workspace_id, person.email, "bounced")
        return _portal_out(session, influencer_id)


@blueprint.get("/code-wishes")
@signed_in
@blueprint.input(WishesQuery, location="query")
@blueprint.output(WishesOut)
def list_code_wishes(query_data: WishesQuery) -> dict[str, Any]:
    """List the codes that people asked for"""
    with reading() as session:
        return {"items": wishes.listed(session, current().workspace_id, query_data.state)}


@blueprint.post("/code-wishes/<int:wish_id>/approve")
@signed_in
@blueprint.output(WishOut)
def approve_code_wish(wish_id: int) -> dict[str, Any]:
    """Let a person have the code they asked for

    It is tried first with their next offer.
    """
    context = current()
    with transaction() as session:
        return wishes.decide(session, context.workspace_id, wish_id, context.actor, approve=True)


@blueprint.post("/code-wishes/<int:wish_id>/decline")
@signed_in
@blueprint.output(WishOut)
def decline_code_wish(wish_id: int) -> dict[str, Any]:
    """Decline a code that a person asked for"""
    context = current()
    with transaction() as session:
        return wishes.decide(session, context.workspace_id, wish_id, context.actor, approve=False)
