"""Saved views of the influencer table: the workspace's own, each under a name of its own."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import Conflict, FieldError, InvalidInput, NotFound
from app.influencers.fields import clean, refuse
from app.influencers.filters import Filter, Id
from app.offers.models import Offer
from app.views.influencer_table import MAX_COLUMNS
from app.views.models import SavedView
from app.views.table_order import Sort

MOST = 50
NAME = 60
FIELDS = ("handles", "email", "tags", "groups", "stage", "country", "added", "external_id", "totals")
FieldName = Literal["handles", "email", "tags", "groups", "stage", "country", "added", "external_id", "totals"]
NAME_TAKEN = "Another view has this name. Enter another one."


def _name(value: Any) -> Any:
    return " ".join(clean(value).split()) if isinstance(value, str) else value


def _once(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def _short(name: str) -> str:
    if not name:
        refuse("Enter a name.")
    return name if len(name) <= NAME else refuse(f"Use at most {NAME} characters.")


Name = Annotated[str, BeforeValidator(_name), AfterValidator(_short)]


class Content(BaseModel):
    """What a view shows: `offers` and `fields` (columns about the person) in the order they stand."""

    model_config = ConfigDict(extra="forbid")

    filter: Filter = Filter()
    sort: Sort = "-added"
    offers: Annotated[list[Id], Field(max_length=MAX_COLUMNS), AfterValidator(_once)] = []
    fields: Annotated[list[FieldName], Field(max_length=len(FIELDS)), AfterValidator(_once)] = ["tags"]


class ViewIn(Content):
    name: Name
    is_default: bool = False


class ViewEdit(BaseModel):
    """Only what is sent is changed."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    content: Content | None = None
    is_default: bool | None = None


class View(Content):
    id: int
    name: str
    is_default: bool


def listed(session: Session, workspace_id: int) -> list[View]:
    """By name. Offers that are gone (their store was erased) are left out, and a view of such an offer's people too."""
    rows = session.scalars(select(SavedView).where(SavedView.workspace_id == workspace_id).order_by(SavedView.name_key))
    views = [_view(row) for row in rows]
    there = _known(session, workspace_id, [id for view in views for id in _offers(view)])
    return [
        view.model_copy(update={"offers": [id for id in view.offers if id in there]})
        for view in views
        if view.filter.offer_id is None or view.filter.offer_id in there
    ]


def add(session: Session, workspace_id: int, given: ViewIn, actor: str) -> View:
    """Raises InvalidInput at a name that is taken, NotFound for an offer that is not ours, Conflict at the most."""
    count = session.scalar(select(func.count()).select_from(SavedView).where(SavedView.workspace_id == workspace_id))
    if (count or 0) >= MOST:
        raise Conflict(f"A workspace keeps {MOST} views. Delete one first.", code="too_many_views")
    _must_know(session, workspace_id, given)
    at = now()
    row = SavedView(
        workspace_id=workspace_id, name=given.name, name_key=given.name.casefold(),
        content=given.model_dump(mode="json", include=set(Content.model_fields)), is_default=given.is_default,
        created_by=actor, created_at=at, updated_at=at,
    )  # fmt: skip
    if given.is_default:
        _no_default(session, workspace_id)
    session.add(row)
    return _saved(session, row)


def edit(session: Session, workspace_id: int, id: int, given: ViewEdit) -> View:
    row = _get(session, workspace_id, id)
    if given.name is not None:
        row.name, row.name_key = given.name, given.name.casefold()
    if given.content is not None:
        _must_know(session, workspace_id, given.content)
        row.content = given.content.model_dump(mode="json")
    if given.is_default is not None:
        if given.is_default:
            _no_default(session, workspace_id)
        row.is_default = given.is_default
    row.updated_at = now()
    return _saved(session, row)


def remove(session: Session, workspace_id: int, id: int) -> None:
    session.delete(_get(session, workspace_id, id))


def _get(session: Session, workspace_id: int, id: int) -> SavedView:
    row = session.scalar(select(SavedView).where(SavedView.workspace_id == workspace_id, SavedView.id == id))
    if row is None:
        raise NotFound("This view is not there any more.")
    return row


def _no_default(session: Session, workspace_id: int) -> None:
    session.execute(
        update(SavedView).where(SavedView.workspace_id == workspace_id, SavedView.is_default).values(is_default=False)
    )


def _saved(session: Session, row: SavedView) -> View:
    try:
        session.flush()
    except IntegrityError as error:
        raise InvalidInput.at(FieldError("name", NAME_TAKEN)) from error
    return _view(row)


def _view(row: SavedView) -> View:
    return View(id=row.id, name=row.name, is_default=row.is_default, **row.content)


def _offers(content: Content) -> list[int]:
    return [*content.offers, *([content.filter.offer_id] if content.filter.offer_id else [])]


def _known(session: Session, workspace_id: int, ids: list[int]) -> set[int]:
    if not ids:
        return set()
    return set(session.scalars(select(Offer.id).where(Offer.workspace_id == workspace_id, Offer.id.in_(ids))))


def _must_know(session: Session, workspace_id: int, content: Content) -> None:
    wanted = _offers(content)
    if missing := set(wanted) - _known(session, workspace_id, wanted):
        raise NotFound(f"There is no offer {min(missing)}.")
