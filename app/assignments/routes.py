"""Offers for people: preview, create, edit a draft, publish, add people. Ending: app.offers; reading: app.views."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from app.assignments import approvals, previews, service
from app.clock import now
from app.codes import patterns, runs
from app.codes import service as codes
from app.codes.patterns import Facts
from app.codes.routes import RunOut
from app.db import reading, transaction
from app.errors import FieldError, InvalidInput
from app.influencers.service import Selection
from app.offers import changes
from app.offers import service as offers
from app.offers.fields import OfferIn, OfferTerms, Text, offer_terms
from app.offers.given import Given
from app.offers.models import Offer
from app.platforms.port import PlatformError
from app.stores.context import Context, current
from app.stores.guards import signed_in
from app.stores.service import SOMEBODY_WAITS, get_store, platform_for

blueprint = APIBlueprint("assignments", __name__, tag="Offers")

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Edits = Annotated[dict[Id, Annotated[str, Field(max_length=200)]], Field(max_length=20_000)]
CHANGE = "change"
"""In Offer.draft: the change of a published offer that waits for a second person."""
Pool = Annotated[int, Field(ge=0, le=service.MOST_POOLED)]


class Forms(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PeopleIn(Forms):
    """For whom: `edits` are codes typed by hand, by influencer id; `pool` codes are made for nobody yet."""

    selection: Selection | None = None
    edits: Edits = {}
    pool: Pool = 0


class NewOffer(OfferIn, PeopleIn):
    """`publish` false saves a draft: nothing reaches the store."""

    store_id: Id
    publish: bool = True


class DraftChanges(OfferIn, PeopleIn):
    """Only the fields sent are changed."""


class CodePreviewIn(Forms):
    store_id: Id
    pattern: Text = ""
    type: Text = ""
    value: Text = ""
    offer_name: Text = ""
    selection: Selection
    edits: Edits = {}
    offer_id: Id | None = None
    skip: Annotated[int, Field(ge=0, le=previews.CONSIDERED - previews.SHOWN)] = 0


class Skipped(BaseModel):
    """Somebody who holds a code of the offer already."""

    influencer_id: int
    name: str
    code: str


class IssuedOut(BaseModel):
    offer: OfferTerms
    run: RunOut | None
    added: int
    skipped: list[Skipped]


class PreviewItem(BaseModel):
    """`note`: why the code differs from the pattern."""

    influencer_id: int
    name: str
    code: str
    note: str | None


class Fault(BaseModel):
    field: str
    message: str


class CodePreviewOut(BaseModel):
    """50 people, from `skip` on. `checked_in_store`: how many of them the store was asked about; `note`: why not."""

    items: list[PreviewItem]
    total: int
    clashes: int
    checked_in_store: int
    note: str | None
    skipped: list[Skipped]
    errors: list[Fault]


@blueprint.post("/code-previews")
@signed_in
@blueprint.input(CodePreviewIn)
@blueprint.output(CodePreviewOut)
def preview_codes(json_data: CodePreviewIn) -> dict[str, Any]:
    """Preview codes

    Shows the codes that people would get. Nothing is kept and nothing is sent.
    """
    workspace_id = current().workspace_id
    with reading() as session:
        preview = _preview(session, workspace_id, json_data)
        preview.skip = json_data.skip
        store_id = get_store(session, workspace_id, json_data.store_id).id
    if preview.wishes:
        _check_in_store(preview, store_id)
    away = "The store could not be asked just now. Codes that exist there get another number when they are made."
    return {
        "items": previews.items(preview),
        "total": preview.total,
        "clashes": previews.clashes(preview),
        "checked_in_store": preview.checked,
        "note": away if preview.away else None,
        "skipped": preview.skipped,
        "errors": [{"field": fault.field, "message": fault.message} for fault in preview.errors],
    }


def _preview(session: Session, workspace_id: int, wanted: CodePreviewIn) -> previews.Preview:
    store = get_store(session, workspace_id, wanted.store_id)
    year = now().astimezone(ZoneInfo(store.time_zone)).year
    facts, sequence = Facts(wanted.offer_name, _shown_value(wanted.value), year), 1
    if wanted.offer_id is not None:
        offer = offers.get(session, workspace_id, wanted.offer_id)
        facts, sequence = codes.facts_of(session, offer), offer.next_sequence
    return previews.from_our_rows(
        session,
        workspace_id,
        store.id,
        wanted.pattern,
        facts,
        wanted.selection,
        wanted.edits,
        wanted.offer_id,
        sequence,
    )


def _shown_value(text: str) -> str:
    """Half-typed values are left out of the codes."""
    number = text.strip()
    if number.replace(".", "", 1).isdecimal() and number.isascii():
        return number.rstrip("0").rstrip(".") if "." in number else number
    return ""


def _check_in_store(preview: previews.Preview, store_id: int) -> None:
    def ours(names: list[str]) -> set[str]:
        with reading() as session:
            return codes.taken(session, store_id, names)

    try:
        platform = platform_for(store_id, patience=SOMEBODY_WAITS)
    except PlatformError:
        preview.away = True
        return
    previews.check_in_store(preview, platform, ours)


@blueprint.post("/offers")
@signed_in
@blueprint.input(NewOffer)
@blueprint.output(IssuedOut, status_code=201)
def create_offer(json_data: NewOffer) -> dict[str, Any]:
    """Create an offer

    With `publish`, each person selected gets a code of their own, and a run sends the codes to the store.
    """
    context = current()
    _read_pattern(json_data)
    with transaction() as session:
        offer = offers.create(
            session, context.workspace_id, json_data.store_id, json_data.given(), json_data.pattern, actor=context.actor
        )
        if not json_data.publish:
            service.check_pool(offer.pattern, json_data.pool)
            _keep(offer, json_data)
            return _answer(session, context, offer, service.Issued())
        if approvals.asked(session, offer, json_data.selection, json_data.pool, context.actor):
            service.check_pool(offer.pattern, json_data.pool)
            _keep(offer, json_data)
            return _answer(session, context, offer, service.Issued())
        offers.publish(session, offer)
        return _answer(session, context, offer, _issue(session, offer, json_data, context.actor))


@blueprint.patch("/offers/<int:offer_id>")
@signed_in
@blueprint.input(DraftChanges)
@blueprint.output(OfferTerms)
def edit_offer(offer_id: int, json_data: DraftChanges) -> dict[str, Any]:
    """Edit an offer

    Only the fields sent are changed. A published offer is changed for all of its codes, those in the store too, as soon
    as the store has heard of it; for new codes only: POST /offers/{id}/versions.
    """
    context = current()
    sent = json_data.model_fields_set
    with transaction() as session:
        offer = offers.get(session, context.workspace_id, offer_id, lock=True)
        if offer.published_at is not None:
            _edit_published(session, offer, json_data, context.actor)
            return offer_terms(offer, get_store(session, context.workspace_id, offer.store_id))
        given, pattern = _sent(json_data)
        offer = offers.edit_draft(session, context.workspace_id, offer_id, given, pattern)
        approvals.withdraw(offer)  # what was to be approved is not there any more
        if sent & set(PeopleIn.model_fields):
            kept = PeopleIn.model_validate(
                {**(offer.draft or {}), **json_data.model_dump(include=sent & set(PeopleIn.model_fields))}
            )
            service.check_pool(offer.pattern, kept.pool)
            _keep(offer, kept)
        return offer_terms(offer, get_store(session, context.workspace_id, offer.store_id))


def _sent(body: OfferIn) -> tuple[dict[str, Any], str | None]:
    """(the fields of Given that were sent, the pattern). Raises InvalidInput for a faulty pattern."""
    sent, given = body.model_fields_set, body.given()
    if "pattern" in sent:
        patterns.parse(body.pattern)
    named = {field.name: getattr(given, field.name) for field in fields(Given) if field.name in sent}
    return named, body.pattern if "pattern" in sent else None


def _edit_published(session: Session, offer: Offer, body: DraftChanges, actor: str, *, approved: bool = False) -> None:
    """What takes more off than before may wait for a second person."""
    if people := body.model_fields_set & set(PeopleIn.model_fields):
        raise InvalidInput.at(FieldError(min(people), "This offer is published: add people or pooled codes to it."))
    changes.must_be_editable(offer)
    given, pattern = _sent(body)
    terms = changes.checked(session, offer, offers.store_of(session, offer), given)
    if not approved and approvals.change_asked(session, offer, terms, actor):
        offer.draft = {CHANGE: body.model_dump(mode="json", exclude_unset=True)}
    else:
        changes.change(session, offer, terms, pattern, actor)


@blueprint.post("/offers/<int:offer_id>/versions")
@signed_in
@blueprint.input(DraftChanges)
@blueprint.output(IssuedOut, status_code=201)
def add_version(offer_id: int, json_data: DraftChanges) -> dict[str, Any]:
    """Change an offer for new codes only

    Makes and publishes its next version: the fields sent, the rest as it is. The codes there are go on as they are; new
    ones come from the version made here.
    """
    context = current()
    with transaction() as session:
        offer = offers.get(session, context.workspace_id, offer_id, lock=True)
        given, pattern = _sent(json_data)
        made = changes.next_version(session, offer, given, pattern, actor=context.actor)
        if approvals.asked(session, made, json_data.selection, json_data.pool, context.actor):
            service.check_pool(made.pattern, json_data.pool)
            _keep(made, json_data)
            return _answer(session, context, made, service.Issued())
        offers.publish(session, made)
        return _answer(session, context, made, _issue(session, made, json_data, context.actor))


@blueprint.post("/offers/<int:offer_id>/publish")
@signed_in
@blueprint.output(IssuedOut)
def publish_offer(offer_id: int) -> dict[str, Any]:
    """Publish a draft

    Makes codes for the people it was saved for.
    """
    context = current()
    with transaction() as session:
        offer = offers.get(session, context.workspace_id, offer_id, lock=True)
        kept = PeopleIn.model_validate(offer.draft or {})
        if approvals.asked(session, offer, kept.selection, kept.pool, context.actor):
            return _answer(session, context, offer, service.Issued())
        offers.publish(session, offer)
        offer.draft = None
        return _answer(session, context, offer, _issue(session, offer, kept, context.actor))


@blueprint.post("/offers/<int:offer_id>/codes")
@signed_in
@blueprint.input(PeopleIn)
@blueprint.output(IssuedOut)
def add_codes(offer_id: int, json_data: PeopleIn) -> dict[str, Any]:
    """Give an existing offer to more people

    The same terms for everybody. People who hold a code of this offer are skipped and named.
    """
    context = current()
    with transaction() as session:
        offer = offers.get(session, context.workspace_id, offer_id, lock=True)
        if offer.published_at is None:
            raise InvalidInput.at(FieldError("selection", "Publish this draft first, or edit whom it is for."))
        if json_data.selection is None and not json_data.pool:
            raise InvalidInput.at(FieldError("selection", "Select people, or enter a number of pooled codes."))
        offers.must_be_open(offer)
        if approvals.asked(session, offer, json_data.selection, json_data.pool, context.actor):
            _keep(offer, json_data)
            return _answer(session, context, offer, service.Issued())
        return _answer(session, context, offer, _issue(session, offer, json_data, context.actor))


@blueprint.post("/offers/<int:offer_id>/approve")
@signed_in
@blueprint.output(IssuedOut)
def approve_offer(offer_id: int) -> dict[str, Any]:
    """Approve an offer that waits for a second person

    Publishes it and makes the codes that were asked for, or makes the change. Whoever asked cannot approve.
    """
    context = current()
    with transaction() as session:
        offer = offers.get(session, context.workspace_id, offer_id, lock=True)
        waiting = offer.draft or {}
        asked_by = approvals.approve(session, offer, context.actor)
        if CHANGE in waiting:
            offer.draft = None
            change = DraftChanges.model_validate(waiting[CHANGE])
            _edit_published(session, offer, change, asked_by, approved=True)
            return _answer(session, context, offer, service.Issued())
        kept = PeopleIn.model_validate(waiting)
        offers.publish(session, offer)
        offer.draft = None
        return _answer(session, context, offer, _issue(session, offer, kept, asked_by))


@blueprint.post("/offers/<int:offer_id>/decline")
@signed_in
@blueprint.output(OfferTerms)
def decline_offer(offer_id: int) -> dict[str, Any]:
    """Decline, or take back, what waits for a second person

    A draft stays a draft; codes asked for an offer that is published already are not made.
    """
    context = current()
    with transaction() as session:
        offer = offers.get(session, context.workspace_id, offer_id, lock=True)
        approvals.decline(session, offer, context)
        return offer_terms(offer, get_store(session, context.workspace_id, offer.store_id))


def _issue(session: Session, offer: Offer, people: PeopleIn, actor: str) -> service.Issued:
    return service.issue(session, offer, people.selection, edits=people.edits, pool=people.pool, actor=actor)


def _read_pattern(wanted: NewOffer) -> None:
    """A faulty pattern is told together with the terms' faults, which the service finds."""
    try:
        patterns.parse(wanted.pattern)
    except InvalidInput as faulty:
        with reading() as session:
            others = offers.faults(session, current().workspace_id, wanted.store_id, wanted.given())
        raise InvalidInput.at(*others, *faulty.errors) from faulty


def _keep(offer: Offer, people: PeopleIn) -> None:
    offer.draft = people.model_dump(mode="json", include=set(PeopleIn.model_fields), exclude_none=True)


def _answer(session: Session, context: Context, offer: Offer, issued: service.Issued) -> dict[str, Any]:
    session.flush()
    return {
        "offer": offer_terms(offer, get_store(session, context.workspace_id, offer.store_id)),
        "run": runs.show(session, context.workspace_id, issued.run.id) if issued.run else None,
        "added": issued.added,
        "skipped": issued.skipped,
    }
