"""People from outside (a roster, a file), many at a time: the same number of statements for ten rows and a thousand.

Idempotent on (source, external id). The sender owns the fields it sends; notes and local tags stay ours. A row that is
refused says why and the rest of its batch goes in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import ValidationError
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.db import Base
from app.db.bulk import insert_rows
from app.influencers import erased
from app.influencers.fields import IDENTITY, RosterRecord
from app.influencers.models import Influencer, InfluencerLabel
from app.influencers.names import display, search_text, sort_name

Outcome = Literal["created", "updated", "unchanged", "archived", "refused"]
MANUAL = "manual"
"""The source of people typed in here; no roster may claim it."""
BATCH = 1_000
COMPARED = (
    *IDENTITY,
    "consent",
    "roster_fields",
    "roster_active",
    "roster_version",
    "roster_updated_at",
    "archived_at",
)
PEOPLE, LABELS = (Base.metadata.tables[name] for name in ("influencer", "influencer_label"))
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class RowResult:
    external_id: str
    outcome: Outcome
    reason: str = ""
    influencer_id: int | None = None


def upsert_many(
    session: Session, workspace_id: int, source: str, records: Sequence[Mapping[str, Any]]
) -> list[RowResult]:
    """One result a record, in order. `source` is for records that name none; at most BATCH records a call."""
    if len(records) > BATCH:
        raise ValueError(f"{len(records)} records in a batch of at most {BATCH}")
    results: list[RowResult | None] = [None] * len(records)
    wanted: dict[Key, tuple[int, RosterRecord]] = {}
    for place, raw in enumerate(records):
        record = _parse(raw)
        if isinstance(record, RowResult):
            results[place] = record
            continue
        key = (record.source or source, record.external_id)
        if key in wanted:
            earlier = wanted[key][0]
            results[earlier] = RowResult(key[1], "refused", "The same external_id comes again later in this batch.")
        wanted[key] = (place, record)
    for key, outcome in _save(session, workspace_id, {key: record for key, (_, record) in wanted.items()}).items():
        results[wanted[key][0]] = outcome
    return [result for result in results if result is not None]


def _parse(raw: Mapping[str, Any]) -> RosterRecord | RowResult:
    given = raw.get("external_id") if isinstance(raw, Mapping) else None
    name = str(given)[:255] if given is not None else ""
    if not isinstance(raw, Mapping):
        return RowResult(name, "refused", "A person must be a JSON object.")
    try:
        record = RosterRecord.model_validate(raw)
    except ValidationError as error:
        return RowResult(name, "refused", explain(error))
    if record.source == MANUAL:
        return RowResult(name, "refused", f"source: Use another name than {MANUAL}.")
    return record


def check(raw: Any) -> tuple[str, str, str]:
    """(external id, name, why it would be refused) of a record, without taking it in."""
    record = _parse(raw)
    if isinstance(record, RowResult):
        return record.external_id, "", record.reason
    handles = [handle.model_dump() for handle in record.handles]
    name = display(record.first_name, record.last_name, record.display_name, handles, record.email)
    return record.external_id, name, ""


def explain(error: ValidationError) -> str:
    """The first faults of a row in one line: "email: Enter an e-mail address …"."""
    faults = [f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()[:3]]
    return " ".join(faults)[:500]


def _save(session: Session, workspace_id: int, wanted: dict[Key, RosterRecord]) -> dict[Key, RowResult]:
    known = existing(session, workspace_id, wanted)
    results = {}
    fresh = {key: record for key, record in wanted.items() if key not in known}
    for key in _erased(session, workspace_id, fresh):
        results[key] = RowResult(key[1], "refused", erased.REASON)
        del fresh[key]
    created = _insert(session, workspace_id, fresh)
    for key, id in created.items():
        results[key] = RowResult(key[1], "created", influencer_id=id)
    # Rows that another writer put in between our look and our insert: they are there now, so update them.
    lost = [key for key in fresh if key not in created]
    if lost:
        known |= existing(session, workspace_id, lost)
    changes = []
    for key, (person, is_alias) in known.items():
        values = (_filled if is_alias else _changed)(person, wanted[key])
        if values is None:
            results[key] = RowResult(key[1], "unchanged", influencer_id=person.id)
            continue
        gone = values["archived_at"] is not None and person.archived_at is None
        results[key] = RowResult(key[1], "archived" if gone else "updated", influencer_id=person.id)
        changes.append({"id": person.id, **values})
    if changes:
        session.execute(update(Influencer), changes)
        relabel(session, workspace_id, {row["id"]: row for row in changes})
        session.expire_all()
    return results


def _erased(session: Session, workspace_id: int, fresh: Mapping[Key, RosterRecord]) -> list[Key]:
    keys = list(fresh)
    known_by = {place: erased.marks(*key, fresh[key].email) for place, key in enumerate(keys)}
    return [keys[place] for place in erased.among_erased(session, workspace_id, known_by)]


def existing(session: Session, workspace_id: int, keys: Iterable[Key]) -> dict[Key, tuple[Influencer, bool]]:
    """Who goes by these ids, and whether by one that came along when they were merged.

    One statement a source, and a batch is nearly always of one: a list of pairs would take the planner longer.
    """
    by_source: dict[str, list[str]] = {}
    for source, external_id in keys:
        by_source.setdefault(source, []).append(external_id)
    found: dict[Key, Influencer] = {}
    for source, ids in by_source.items():
        people = session.scalars(
            select(Influencer).where(
                Influencer.workspace_id == workspace_id, Influencer.source == source, Influencer.external_id.in_(ids)
            )
        )
        found |= {(source, person.external_id or ""): person for person in people}
    return _survivors(session, found)


def _survivors(session: Session, found: Mapping[Key, Influencer]) -> dict[Key, tuple[Influencer, bool]]:
    merged = sorted({person.merged_into_id for person in found.values() if person.merged_into_id is not None})
    if not merged:
        return {key: (person, False) for key, person in found.items()}
    by_id = {one.id: one for one in session.scalars(select(Influencer).where(Influencer.id.in_(merged)))}
    return {
        key: (by_id[person.merged_into_id], True) if person.merged_into_id is not None else (person, False)
        for key, person in found.items()
    }


def _insert(session: Session, workspace_id: int, fresh: dict[Key, RosterRecord]) -> dict[Key, int]:
    if not fresh:
        return {}
    at = now()
    rows = []
    for (source, external_id), record in fresh.items():
        values = _from_roster(blank(), record, at)
        rows.append(
            {
                **values,
                "workspace_id": workspace_id,
                "source": source,
                "external_id": external_id,
                "notes": "",
                "created_at": at,
            }
        )
    found = insert_rows(
        session, PEOPLE, rows, ignore=("workspace_id", "source", "external_id"),
        returning=(PEOPLE.c.id, PEOPLE.c.source, PEOPLE.c.external_id),
    )  # fmt: skip
    created = {(row.source, row.external_id): row.id for row in found}
    by_key = {(row["source"], row["external_id"]): row for row in rows}
    _add_labels(session, workspace_id, {id: by_key[key] for key, id in created.items()})
    return created


def blank() -> dict[str, Any]:
    """The fields of a person about whom nothing is known yet."""
    return dict(_BLANK)


_BLANK = RosterRecord(external_id="-").model_dump(include=set(IDENTITY)) | {
    "local_tags": [],
    "consent": None,
    "roster_fields": [],
    "roster_active": None,
    "roster_version": "",
    "roster_updated_at": None,
    "archived_at": None,
}


def _changed(person: Influencer, record: RosterRecord) -> dict[str, Any] | None:
    """All columns as they shall be, or None where nothing changes. What is older than what we have changes nothing."""
    if record.updated_at and person.roster_updated_at and record.updated_at < person.roster_updated_at:
        return None
    before = {name: getattr(person, name) for name in (*COMPARED, "local_tags")}
    values = _from_roster(before, record, now())
    return values if any(values[name] != before[name] for name in COMPARED) else None


def _filled(person: Influencer, record: RosterRecord) -> dict[str, Any] | None:
    """Under an id that came along in a merge: fills what is empty. The person's own record decides, not the order."""
    before = {name: getattr(person, name) for name in (*COMPARED, "local_tags")}
    said = record.model_dump(include=set(IDENTITY) & record.model_fields_set) | {
        "commission_rate": record.commission_rate
    }
    new = {
        name: value for name, value in said.items()
        if value not in ("", [], None) and before[name] in ("", [], None) and name not in person.roster_fields
    }  # fmt: skip
    if not new or person.erased_at is not None:
        return None
    values = {**before, **new}
    return {**values, **derived(values), "updated_at": now()}


def _from_roster(before: Mapping[str, Any], record: RosterRecord, at: datetime) -> dict[str, Any]:
    sent = record.model_fields_set
    said = record.model_dump(include=set(IDENTITY) & sent)
    if "commission_rate" in said:
        said["commission_rate"] = record.commission_rate
    values = {**{name: before[name] for name in (*COMPARED, "local_tags")}, **said}
    values["roster_fields"] = sorted(said)
    if "consent" in sent:
        values["consent"] = record.consent.model_dump() if record.consent else None
    if record.active is not None and record.active != before["roster_active"]:
        values["roster_active"] = record.active
        if before["roster_active"] is not None or not record.active:
            values["archived_at"] = None if record.active else before["archived_at"] or at
    values["roster_version"] = record.version or before["roster_version"]
    values["roster_updated_at"] = record.updated_at or before["roster_updated_at"]
    return {**values, **derived(values), "updated_at": at}


def derived(values: Mapping[str, Any]) -> dict[str, str]:
    """The columns worked out from others: what the table sorts and searches by."""
    first, last, shown = values["first_name"], values["last_name"], values["display_name"]
    handles, email = values["handles"], values["email"]
    labels = [*values["tags"], *values["local_tags"], *values["groups"]]
    return {
        "sort_name": sort_name(display(first, last, shown, handles, email)),
        "search_text": search_text((f"{first} {last}".strip(), shown), handles, email, labels),
    }


def relabel(session: Session, workspace_id: int, people: Mapping[int, Mapping[str, Any]]) -> None:
    """Replaces the label rows of these people: {influencer id: their tags, local_tags and groups}."""
    session.execute(delete(InfluencerLabel).where(InfluencerLabel.influencer_id.in_(people)))
    _add_labels(session, workspace_id, people)


def _add_labels(session: Session, workspace_id: int, people: Mapping[int, Mapping[str, Any]]) -> None:
    rows = [
        {"workspace_id": workspace_id, "influencer_id": id, "kind": kind, "label": label}
        for id, values in people.items()
        for kind, labels in (("tag", [*values["tags"], *values["local_tags"]]), ("group", values["groups"]))
        for label in dict.fromkeys(labels)
    ]
    insert_rows(session, LABELS, rows)
