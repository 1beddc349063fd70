"""Templates: write, look at, try."""

from __future__ import annotations

from typing import Annotated, Any

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field

from app.config import current_settings
from app.db import reading, transaction
from app.errors import FieldError, InvalidInput
from app.limits import limiter
from app.messages import previews, servers, templates
from app.messages.addresses import deliverable
from app.messages.facts import Target
from app.messages.fields import (
    MessagePreviewIn,
    MessagePreviewOut,
    MessageTestIn,
    TemplateIn,
    TemplateOut,
    TestSentOut,
    template_out,
)
from app.messages.starters import STARTERS
from app.messages.tags import TAGS
from app.messages.words import LANGUAGES
from app.stores.context import current
from app.stores.guards import signed_in

blueprint = APIBlueprint("message_templates", __name__, tag="Messages")


class TagOut(BaseModel):
    """`link`: its value is an address."""

    name: str
    meaning: str
    example: str
    link: bool


class StarterOut(BaseModel):
    name: str
    subject: str
    text: str
    disclosure: str


class LanguageOut(BaseModel):
    code: str
    name: str


class TagsOut(BaseModel):
    tags: list[TagOut]
    languages: list[LanguageOut]
    starters: list[StarterOut]


class TemplatesOut(BaseModel):
    items: list[TemplateOut]


class TemplatesQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    archived: Annotated[bool, Field(description="The archived ones, in place of the others.")] = False


@blueprint.get("/message-tags")
@signed_in
@blueprint.output(TagsOut)
def list_message_tags() -> dict[str, Any]:
    """List the merge tags, the languages and the templates to start from"""
    return {
        "tags": [{"name": t.name, "meaning": t.meaning, "example": t.example, "link": t.link} for t in TAGS],
        "languages": [{"code": code, "name": name} for code, name in LANGUAGES.items()],
        "starters": [
            {"name": s.name, "subject": s.subject, "text": s.text, "disclosure": s.disclosure} for s in STARTERS
        ],
    }


@blueprint.get("/message-templates")
@signed_in
@blueprint.input(TemplatesQuery, location="query")
@blueprint.output(TemplatesOut)
def list_message_templates(query_data: TemplatesQuery) -> dict[str, Any]:
    """List the templates, by name"""
    with reading() as session:
        found = templates.listed(session, current().workspace_id, archived=query_data.archived)
        return {"items": [template_out(template) for template in found]}


@blueprint.post("/message-templates")
@signed_in
@blueprint.input(TemplateIn)
@blueprint.output(TemplateOut, status_code=201)
def create_message_template(json_data: TemplateIn) -> dict[str, Any]:
    """Write a template

    An unknown tag, or braces and sections that do not fit together, are refused at their field.
    """
    context = current()
    with transaction() as session:
        return template_out(templates.create(session, context.workspace_id, json_data.model_dump(), context.actor))


@blueprint.get("/message-templates/<int:template_id>")
@signed_in
@blueprint.output(TemplateOut)
def get_message_template(template_id: int) -> dict[str, Any]:
    """See a template"""
    with reading() as session:
        return template_out(templates.get(session, current().workspace_id, template_id))


@blueprint.patch("/message-templates/<int:template_id>")
@signed_in
@blueprint.input(TemplateIn)
@blueprint.output(TemplateOut)
def edit_message_template(template_id: int, json_data: TemplateIn) -> dict[str, Any]:
    """Change a template

    Only the fields sent are changed. Messages that are not sent yet go out as the template is then.
    """
    with transaction() as session:
        sent = json_data.model_dump(include=json_data.model_fields_set)
        return template_out(templates.edit(session, current().workspace_id, template_id, sent))


@blueprint.post("/message-templates/<int:template_id>/archive")
@signed_in
@blueprint.output(TemplateOut)
def archive_message_template(template_id: int) -> dict[str, Any]:
    """Take a template off the list

    Messages of it that are not sent yet are held back.
    """
    with transaction() as session:
        return template_out(templates.archive(session, current().workspace_id, template_id))


@blueprint.post("/message-templates/<int:template_id>/restore")
@signed_in
@blueprint.output(TemplateOut)
def restore_message_template(template_id: int) -> dict[str, Any]:
    """Put an archived template back on the list"""
    with transaction() as session:
        return template_out(templates.archive(session, current().workspace_id, template_id, back=True))


@blueprint.post("/message-previews")
@signed_in
@blueprint.input(MessagePreviewIn)
@blueprint.output(MessagePreviewOut)
def preview_messages(json_data: MessagePreviewIn) -> dict[str, Any]:
    """See what people would get, and for whom it would be held back

    Nothing is sent.
    """
    with reading() as session:
        template = previews.template_of(session, current().workspace_id, json_data.template_id, json_data.words)
        return previews.preview(
            session, template, json_data.selection, offer_id=json_data.offer_id, incentive_id=json_data.incentive_id
        )


@blueprint.post("/message-tests")
@signed_in
@limiter.limit("20 per minute")
@blueprint.input(MessageTestIn)
@blueprint.output(TestSentOut)
def test_message(json_data: MessageTestIn) -> dict[str, Any]:
    """Send a test of a message to one address

    It goes through the mail server at once, and counts for nobody.
    """
    to = deliverable(json_data.to)
    if to is None:
        raise InvalidInput.at(FieldError("to", "Enter an e-mail address such as ana@example.com."))
    with reading() as session:
        workspace_id = current().workspace_id
        server = servers.get(session, workspace_id)
        if server.via != "smtp":
            raise InvalidInput.at(FieldError("to", "Tests go through a mail server; yours go to the roster tool."))
        template = previews.template_of(session, workspace_id, json_data.template_id, json_data.words)
        person = json_data.influencer_id
        target = Target(person, json_data.offer_id, json_data.incentive_id) if person else None
        letter = previews.trial(session, template, target, server.footer)
    outcome = servers.attempt(server, to, letter, f"test-{current_settings().url.rpartition('/')[2]}")
    ok = outcome.kind == "sent"
    return {"ok": ok, "message": f"Sent to {to}." if ok else outcome.detail}
