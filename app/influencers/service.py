"""The people of a workspace: add, edit, archive, select. Many at once from outside: app.influencers.upsert."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sql
from sqlalchemy.orm import Session

from app import events
from app.clock import now
from app.db.bulk import among
from app.errors import Conflict, FieldError, InvalidInput, NotFound
from app.influencers.fields import IDENTITY, InfluencerIn
from app.influencers.filters import Filter, Selection, conditions
from app.influencers.models import Influencer, InfluencerLabel
from app.influencers.names import display, first_handle
from app.influencers.telling import told
from app.influencers.upsert import MANUAL, RowResult, blank, derived, relabel, upsert_many

__all__ = [
    "Filter",
    "RowResult",
    "Selected",
    "Selection",
    "add",
    "archive",
    "disown",
    "edit",
    "get",
    "labels",
    "matching",
    "must_be_there",
    "name_of",
    "restore",
    "select",
    "upsert_many",
]

CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Selected:
    """What making a code for a person needs to know of them."""

    id: int
    external_id: str | None
    name: str
    first_name: str
    last_name: str
    display_name: str
    handle: str
    preferred_code: str
    email: str


def get(session: Session, workspace_id: int, id: int) -> Influencer:
    """Raises NotFound, for another workspace's people too."""
    person = session.scalar(sql.select(Influencer).where(Influencer.workspace_id == workspace_id, Influencer.id == id))
    if person is None:
        raise NotFound("This person is not in your list.")
    return person


def must_be_there(person: Influencer) -> Influencer:
    """Raises Conflict where the person was merged into another one, or erased."""
    if person.merged_into_id is not None:
        raise Conflict("This person was merged into another one. Change that one.", code="merged")
    if person.erased_at is not None:
        raise Conflict("This person was erased at their own request.", code="erased")
    return person


def name_of(person: Influencer) -> str:
    return display(person.first_name, person.last_name, person.display_name, person.handles, person.email)


def add(session: Session, workspace_id: int, given: InfluencerIn) -> Influencer:
    values = {**blank(), **_said(given)}
    values["local_tags"], values["tags"] = list(dict.fromkeys([*values["tags"], *given.local_tags])), []
    if not any(values[name] for name in ("first_name", "last_name", "display_name", "handles", "email")):
        raise InvalidInput.at(FieldError("first_name", "Enter a name, a handle or an e-mail address."))
    at = now()
    person = Influencer(
        workspace_id=workspace_id,
        source=MANUAL,
        notes=given.notes,
        created_at=at,
        updated_at=at,
        **values,
        **derived(values),
    )
    session.add(person)
    session.flush()
    relabel(session, workspace_id, {person.id: values})
    _tell(session, person, "influencer.upserted")
    return person


def edit(session: Session, workspace_id: int, id: int, given: InfluencerIn) -> Influencer:
    """Changes the fields that were sent. Those the roster owns are refused: its next pull would overwrite them."""
    person = must_be_there(get(session, workspace_id, id))
    said = _said(given)
    if "local_tags" in given.model_fields_set:
        said["local_tags"] = [tag for tag in given.local_tags if tag not in person.tags]
    if "tags" in said:
        said["local_tags"] = _local_tags(person, said.pop("tags"))
    owned = [name for name in said if name in person.roster_fields and said[name] != getattr(person, name)]
    if owned:
        raise InvalidInput.at(*(FieldError(name, "Your roster keeps this. Change it there.") for name in owned))
    if "notes" in given.model_fields_set:
        person.notes = given.notes
    for name, value in said.items():
        setattr(person, name, value)
    values = {name: getattr(person, name) for name in (*IDENTITY, "local_tags")}
    for name, value in derived(values).items():
        setattr(person, name, value)
    person.updated_at = now()
    session.flush()
    relabel(session, workspace_id, {person.id: values})
    _tell(session, person, "influencer.upserted")
    return person


def _said(given: InfluencerIn) -> dict[str, Any]:
    said = given.model_dump(include=set(IDENTITY) & given.model_fields_set)
    if "commission_rate" in said:
        said["commission_rate"] = given.commission_rate
    return said


def _local_tags(person: Influencer, wanted: list[str]) -> list[str]:
    missing = [tag for tag in person.tags if tag not in wanted]
    if missing:
        raise InvalidInput.at(FieldError("tags", f"“{missing[0]}” comes from your roster. Remove it there."))
    return [tag for tag in wanted if tag not in person.tags]


def archive(session: Session, workspace_id: int, id: int) -> Influencer:
    """Takes a person off the table; their codes and numbers stay. Twice is as good as once."""
    person = get(session, workspace_id, id)
    if person.archived_at is None:
        person.archived_at = person.updated_at = now()
        _tell(session, person, "influencer.archived")
    return person


def restore(session: Session, workspace_id: int, id: int) -> Influencer:
    """Raises Conflict for somebody who was merged or erased: neither can be undone."""
    person = must_be_there(get(session, workspace_id, id))
    if person.archived_at is not None:
        person.archived_at, person.updated_at = None, now()
        _tell(session, person, "influencer.upserted")
    return person


def _tell(session: Session, person: Influencer, type: str) -> None:
    """What was done here is told to the roster; what came from the roster is not sent back to it."""
    events.append(session, person.workspace_id, type, told(person), person.id)


def disown(session: Session, workspace_id: int) -> None:
    """No roster owns any field any more: everything about everybody can be edited here."""
    session.execute(sql.update(Influencer).where(Influencer.workspace_id == workspace_id).values(roster_fields=[]))


def labels(session: Session, workspace_id: int) -> dict[str, list[tuple[str, int]]]:
    """{"tag": [(label, people)], "group": …, "stage": …, "country": …}, the most used first. Archived people count."""
    rows = [
        *session.execute(
            sql.select(InfluencerLabel.kind, InfluencerLabel.label, sql.func.count())
            .where(InfluencerLabel.workspace_id == workspace_id)
            .group_by(InfluencerLabel.kind, InfluencerLabel.label)
        ),
        *_in_use(session, workspace_id, "stage", Influencer.stage),
        *_in_use(session, workspace_id, "country", Influencer.country),
    ]
    found: dict[str, list[tuple[str, int]]] = {"tag": [], "group": [], "stage": [], "country": []}
    for kind, label, count in sorted(rows, key=lambda row: (-row[2], row[1])):
        found[kind].append((label, count))
    return found


def _in_use(session: Session, workspace_id: int, kind: str, column: Any) -> list[tuple[str, str, int]]:
    rows = session.execute(
        sql.select(column, sql.func.count())
        .where(Influencer.workspace_id == workspace_id, column != "")
        .group_by(column)
    )
    return [(kind, value, count) for value, count in rows]


def matching(session: Session, workspace_id: int, wanted: Filter) -> int:
    """How many people a filter matches."""
    return (
        session.scalar(sql.select(sql.func.count()).select_from(Influencer).where(*conditions(workspace_id, wanted)))
        or 0
    )


def select(session: Session, workspace_id: int, selection: Selection) -> list[Selected]:
    """The selected people in the table's order (by name), for actions on many: 100,000 take some 100 MB.

    Raises NotFound where an id is not of this workspace, InvalidInput where one is archived: never fewer than asked
    without saying so.
    """
    return list(stream(session, workspace_id, selection))


def stream(
    session: Session, workspace_id: int, selection: Selection, *also: sql.ColumnElement[bool]
) -> Iterator[Selected]:
    """`also`: what is asked of the people besides, where a filter selects them."""
    if selection.ids is not None:
        yield from _by_ids(session, workspace_id, list(dict.fromkeys(selection.ids)))
        return
    left_out = set(selection.except_ids)
    wanted = _columns().where(*conditions(workspace_id, selection.filter or Filter()), *also)
    # Closed where the reader stops early: the database keeps the rest ready until then.
    with session.execute(wanted.execution_options(yield_per=CHUNK)) as rows:
        for row in rows:
            if row.id not in left_out:
                yield _selected(row)


def names(session: Session, workspace_id: int, ids: Sequence[int]) -> dict[int, str]:
    """What each is called; those of another workspace have no name here."""
    rows = session.execute(
        _columns().where(Influencer.workspace_id == workspace_id, among(session, Influencer.id, ids))
    )
    return {row.id: _selected(row).name for row in rows}


def _by_ids(session: Session, workspace_id: int, ids: Sequence[int]) -> list[Selected]:
    rows = [
        row
        for start in range(0, len(ids), CHUNK)
        for row in session.execute(
            _columns().where(Influencer.workspace_id == workspace_id, Influencer.id.in_(ids[start : start + CHUNK]))
        )
    ]
    if len(rows) < len(ids):
        raise NotFound(f"{len(ids) - len(rows)} of the people selected are not in your list.")
    archived = sum(row.archived_at is not None for row in rows)
    if archived:
        raise InvalidInput.at(
            FieldError("selection", f"{archived} of the people selected are archived. Restore them first.")
        )
    return [_selected(row) for row in sorted(rows, key=lambda row: (row.sort_name, row.id))]


def _columns() -> sql.Select[Any]:
    return sql.select(
        Influencer.id,
        Influencer.external_id,
        Influencer.first_name,
        Influencer.last_name,
        Influencer.display_name,
        Influencer.handles,
        Influencer.preferred_code,
        Influencer.email,
        Influencer.sort_name,
        Influencer.archived_at,
    ).order_by(Influencer.sort_name, Influencer.id)


def _selected(row: Any) -> Selected:
    return Selected(
        id=row.id,
        external_id=row.external_id,
        first_name=row.first_name,
        last_name=row.last_name,
        display_name=row.display_name,
        handle=first_handle(row.handles),
        preferred_code=row.preferred_code,
        email=row.email,
        name=display(row.first_name, row.last_name, row.display_name, row.handles, row.email),
    )
