"""Rows of a file as people: what each would do, and doing it. The check and the import are one and the same decision.

A file may change what a person may edit: fields that a roster keeps are refused, empty cells say nothing. A row that
is refused says why, and the others go in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import events
from app.clock import now
from app.db.bulk import among, insert_rows
from app.influencers import erased
from app.influencers.columns import ID
from app.influencers.csv_text import Row
from app.influencers.fields import IDENTITY, Consent, Identity, Line, Notes, ShortLine
from app.influencers.models import Influencer
from app.influencers.names import display
from app.influencers.service import name_of
from app.influencers.telling import told
from app.influencers.upsert import PEOPLE, Key, blank, derived, existing, relabel

SOURCE = "csv"
Outcome = Literal["created", "updated", "unchanged", "refused"]
KEPT_BY_ROSTER = "Your roster keeps this. Change it there."
_WRITTEN = (*IDENTITY, "local_tags", "consent", "notes", "archived_at")


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 19 else value


class FileRecord(Identity):
    """One row. Only what is in it is said."""

    model_config = ConfigDict(extra="ignore")

    external_id: Line = ""
    source: ShortLine = ""
    active: bool | None = None
    consent: Consent | None = None
    notes: Notes = ""
    shoutcode_id: Annotated[int | None, BeforeValidator(_number), Field(ge=1)] = None


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of a row. `values`: the columns to write, for rows created or updated."""

    number: int
    external_id: str
    name: str = ""
    outcome: Outcome = "unchanged"
    field: str = ""
    message: str = ""
    influencer_id: int | None = None
    source: str = SOURCE
    values: dict[str, Any] | None = None

    def refused(self, field: str, message: str) -> Planned:
        return replace(self, outcome="refused", field=field, message=message[:500], values=None)


@dataclass(frozen=True, slots=True)
class _Read:
    """A row that is well formed."""

    plan: Planned
    record: FileRecord

    @property
    def key(self) -> Key:
        return self.plan.source, self.plan.external_id


def plan(
    session: Session, workspace_id: int, rows: Sequence[tuple[Row, Mapping[str, Any]]], last: Mapping[Key, int]
) -> list[Planned]:
    """One a row, in order. `last`: in which row each person comes for the last time; that one counts."""
    results: dict[int, Planned] = {}
    read: list[_Read] = []
    for row, raw in rows:
        found = _read(row, raw, last)
        if isinstance(found, _Read):
            read.append(found)
        else:
            results[row.number] = found
    people = _people(session, workspace_id, read)
    unknown = {one.plan.number: one for one in read if one.plan.number not in people}
    gone = erased.among_erased(
        session, workspace_id,
        {number: erased.marks(*one.key, one.record.email) for number, one in unknown.items()},
    )  # fmt: skip
    same_email = _same_email(session, workspace_id, [one.record.email for one in unknown.values()])
    at = now()
    for one in read:
        number = one.plan.number
        if number in people:
            results[number] = _changed(one, people[number], at)
        elif number in gone:
            results[number] = one.plan.refused("external_id", erased.REASON)
        else:
            results[number] = _created(one, same_email, at)
    return [results[row.number] for row, _ in rows]


def key_of(raw: Mapping[str, Any]) -> Key | None:
    """By what a row is the same person as another row of its file."""
    if raw.get(ID):
        return ID, str(raw[ID])
    return (str(raw.get("source") or SOURCE), str(raw["external_id"])) if raw.get("external_id") else None


def _read(row: Row, raw: Mapping[str, Any], last: Mapping[Key, int]) -> _Read | Planned:
    bare = Planned(row.number, str(raw.get("external_id", ""))[:255], name=_name(raw))
    if row.fault:
        return bare.refused("", row.fault)
    key = key_of(raw)
    if key is None:
        return bare.refused("external_id", "Enter what tells this person apart, such as their number in your list.")
    if last.get(key, row.number) != row.number:
        return bare.refused("external_id", f"Row {last[key]} has the same id. The later row counts.")
    try:
        record = FileRecord.model_validate(raw)
    except ValidationError as error:
        fault = error.errors()[0]
        return bare.refused(".".join(str(part) for part in fault["loc"])[:60], fault["msg"])
    return _Read(replace(bare, external_id=record.external_id, source=record.source or SOURCE), record)


def _name(raw: Mapping[str, Any]) -> str:
    handles = [one for one in raw.get("handles", ()) if isinstance(one, Mapping)]
    said = [str(raw.get(name, "")) for name in ("first_name", "last_name", "display_name")]
    return display(said[0], said[1], said[2], handles, str(raw.get("email", "")))[:255]


def _people(session: Session, workspace_id: int, read: Sequence[_Read]) -> dict[int, Influencer]:
    """By row number: the person who is there already."""
    ids = {one.record.shoutcode_id: one.plan.number for one in read if one.record.shoutcode_id}
    by_id = session.scalars(
        select(Influencer).where(
            Influencer.workspace_id == workspace_id, among(session, Influencer.id, sorted(id for id in ids if id))
        )
    ) if ids else ()  # fmt: skip
    found = {ids[person.id]: person for person in by_id}
    rest = {one.key: one.plan.number for one in read if not one.record.shoutcode_id}
    return found | {rest[key]: person for key, (person, _) in existing(session, workspace_id, rest).items()}


def _same_email(session: Session, workspace_id: int, emails: Sequence[str]) -> dict[str, str]:
    """{e-mail in lower case: who has it already}."""
    wanted = sorted({spelling for email in emails if email for spelling in (email, email.lower())})
    if not wanted:
        return {}
    people = session.scalars(
        select(Influencer).where(
            Influencer.workspace_id == workspace_id, among(session, Influencer.email, wanted),
            Influencer.merged_into_id.is_(None),
        )
    )  # fmt: skip
    return {person.email.lower(): name_of(person) for person in people}


def _created(one: _Read, same_email: Mapping[str, str], at: datetime) -> Planned:
    if one.record.shoutcode_id:
        return one.plan.refused(ID, "There is nobody with this number in your list.")
    if one.plan.source == "manual":
        return one.plan.refused("source", "Use another name than manual.")
    before = {**blank(), "notes": ""}
    values = _written(before, one.record, at)
    values["roster_fields"], values["roster_active"] = [], None
    also = same_email.get(one.record.email.lower()) if one.record.email else None
    message = f"{also} has the same e-mail address. Merge the two afterwards if they are one person." if also else ""
    return replace(one.plan, outcome="created", message=message[:500], values=values)


def _changed(one: _Read, person: Influencer, at: datetime) -> Planned:
    known = replace(one.plan, influencer_id=person.id, name=one.plan.name or name_of(person)[:255])
    if person.erased_at is not None:
        return known.refused("", erased.REASON)
    if person.merged_into_id is not None:
        return known.refused(ID, "This person was merged into another one.")
    before = {name: getattr(person, name) for name in (*_WRITTEN, "tags")}
    values = _written(before, one.record, at)
    for name in person.roster_fields:
        if name in values and values[name] != before[name]:
            return known.refused(name, KEPT_BY_ROSTER)
    missing = [tag for tag in person.tags if "tags" in one.record.model_fields_set and tag not in one.record.tags]
    if missing:
        return known.refused("tags", f"“{missing[0]}” comes from your roster. Remove it there.")
    if all(values[name] == before[name] for name in _WRITTEN):
        return replace(known, outcome="unchanged")
    changed = [name for name in _WRITTEN if values[name] != before[name]]
    return replace(known, outcome="updated", message=_changes(changed), values=values)


def _changes(names: Sequence[str]) -> str:
    words = {"local_tags": "tags", "archived_at": "active"}
    return ", ".join(words.get(name, name) for name in names)


def _written(before: Mapping[str, Any], record: FileRecord, at: datetime) -> dict[str, Any]:
    """The columns as they shall be. Tags that are not the roster's are ours."""
    sent = record.model_fields_set
    said = record.model_dump(include=(set(IDENTITY) | {"notes"}) & sent)
    if "commission_rate" in said:
        said["commission_rate"] = record.commission_rate
    if "tags" in said:
        said["local_tags"] = [tag for tag in said.pop("tags") if tag not in before["tags"]]
    if record.consent is not None:
        said["consent"] = record.consent.model_dump()
    if record.active is not None:
        said["archived_at"] = None if record.active else before["archived_at"] or at
    values = {**before, **said}
    return {**values, **derived(values), "updated_at": at}


def apply(session: Session, workspace_id: int, plans: Sequence[Planned]) -> list[Planned]:
    """Does what plan() said, in the same transaction. The plans again, with the ids of who was created."""
    created = _insert(session, workspace_id, [one for one in plans if one.outcome == "created"])
    changed = [{"id": one.influencer_id, **(one.values or {})} for one in plans if one.outcome == "updated"]
    if changed:
        session.execute(update(Influencer), changed)
        relabel(session, workspace_id, {row["id"]: row for row in changed})
        session.expire_all()
    done = [replace(one, influencer_id=created.get(one.number, one.influencer_id)) for one in plans]
    _tell(session, workspace_id, [one for one in done if one.outcome in ("created", "updated")])
    return done


def _insert(session: Session, workspace_id: int, plans: Sequence[Planned]) -> dict[int, int]:
    """{row number: influencer id}."""
    if not plans:
        return {}
    rows = [
        {**(one.values or {}), "workspace_id": workspace_id, "source": one.source, "external_id": one.external_id,
         "created_at": (one.values or {})["updated_at"]}
        for one in plans
    ]  # fmt: skip
    c = PEOPLE.c
    made = insert_rows(session, PEOPLE, rows, returning=(c.id, c.source, c.external_id))
    ids = {(row.source, row.external_id): row.id for row in made}
    relabel(session, workspace_id, {ids[row["source"], row["external_id"]]: row for row in rows})
    return {one.number: ids[one.source, one.external_id] for one in plans}


def _tell(session: Session, workspace_id: int, plans: Sequence[Planned]) -> None:
    ids = [one.influencer_id for one in plans if one.influencer_id]
    if not ids:
        return
    people = session.scalars(select(Influencer).where(among(session, Influencer.id, ids)).order_by(Influencer.id))
    events.append_many(session, [(workspace_id, "influencer.upserted", told(person), person.id) for person in people])
