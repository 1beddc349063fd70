"""Making one person of two: what was given to, and sold by, either of them is the survivor's afterwards.

The other one stays as an archived row that names the survivor: links lead on from it, and whatever a roster or a file
says of its old id goes to the survivor. Nothing is undone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from app import events
from app.campaigns.models import CampaignMember
from app.clock import now
from app.db import Base
from app.db.locks import PEOPLE, alone
from app.errors import FieldError, InvalidInput
from app.influencers.fields import IDENTITY
from app.influencers.models import Influencer, InfluencerLabel
from app.influencers.service import get, must_be_there
from app.influencers.telling import told
from app.influencers.upsert import derived, relabel
from app.redemptions.models import Total

# Every table that names a person: what moves, what is worked out anew, what stays with the old row and why.
MOVED = (
    "assignment", "redemption", "message", "code_wish", "code_import_line", "influencer_import_row",
)
APART = {
    "redemption_total": "added up, see _join_totals",
    "influencer_label": "follows from the fields",
    "campaign_member": "moved where the survivor is not in the campaign already, see _join_campaigns",
    "portal_link": "the survivor has a page of their own; the other link ends",
    "event": "what was told is not told otherwise", "roster_push": "in order as they were told",
}  # fmt: skip
SINGLE = (
    "first_name", "last_name", "display_name", "email", "stage", "country", "locale", "currency", "preferred_code",
    "commission_rate",
)  # fmt: skip
_ROSTER = ("source", "external_id", "roster_fields", "roster_active", "roster_version", "roster_updated_at")


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which the two differ. `can_take`: the other's value may be chosen (no roster keeps the field)."""

    field: str
    kept: str
    dropped: str
    can_take: bool


@dataclass(frozen=True, slots=True)
class Preview:
    survivor: Influencer
    other: Influencer
    differences: Sequence[Difference]
    moves: Mapping[str, int]


def preview(session: Session, workspace_id: int, survivor_id: int, other_id: int) -> Preview:
    """What merging would do. Raises NotFound, Conflict or InvalidInput as the merge itself would."""
    survivor, other = _pair(session, workspace_id, survivor_id, other_id)
    owned = _owned(survivor, other)
    values = _joined(survivor, other, frozenset())
    differences = [
        Difference(name, kept, dropped, name not in owned)
        for name in SINGLE
        for kept, dropped in [_sides(values[name], survivor, other, name)]
        if kept and dropped and kept != dropped
    ]
    return Preview(survivor, other, differences, _counts(session, workspace_id, other.id))


def _sides(value: Any, survivor: Influencer, other: Influencer, name: str) -> tuple[str, str]:
    given = (getattr(survivor, name), getattr(other, name))
    dropped = given[1] if value == given[0] else given[0]
    return _plain(value), _plain(dropped)


def _plain(value: Any) -> str:
    return "" if value is None else f"{value.normalize():f}" if hasattr(value, "normalize") else str(value)


def _counts(session: Session, workspace_id: int, id: int) -> dict[str, int]:
    tables = {"codes": "assignment", "orders": "redemption", "messages": "message", "campaigns": "campaign_member"}
    found = {}
    for name, table in tables.items():
        query = select(func.count()).select_from(_table(table)).where(*_of(_table(table), workspace_id, id))
        found[name] = session.scalar(query) or 0
    return found


def merge(
    session: Session, workspace_id: int, survivor_id: int, other_id: int, take: frozenset[str] = frozenset()
) -> Influencer:
    """All of it or nothing. `take`: fields in which the other's value counts; the rest is the survivor's, if it has
    one. Raises InvalidInput at other_id or take, Conflict where one of the two was merged or erased before.
    """
    alone(session, PEOPLE, workspace_id)
    survivor, other = _pair(session, workspace_id, survivor_id, other_id)
    refused = sorted(take & _owned(survivor, other))
    if refused:
        raise InvalidInput.at(*(FieldError(f"take.{name}", "Your roster keeps this.") for name in refused))
    values = _joined(survivor, other, take)
    was = {"merged_influencer_id": other.id, "merged_external_id": other.external_id, "merged_source": other.source}
    at = now()
    # The old row gives its id away before the new one has it: no two rows have the same.
    roster = {name: getattr(other, name) for name in _ROSTER} if _takes_roster(survivor, other) else {}
    if roster:
        other.source, other.external_id, other.roster_fields, other.roster_active = "manual", None, [], None
    other.archived_at, other.merged_into_id, other.updated_at = other.archived_at or at, survivor.id, at
    session.flush()
    for name, value in (roster | values | derived(values)).items():
        setattr(survivor, name, value)
    survivor.updated_at = at
    session.flush()
    relabel(session, workspace_id, {survivor.id: values})
    session.execute(delete(InfluencerLabel).where(InfluencerLabel.influencer_id == other.id))
    session.execute(update(Influencer).where(Influencer.merged_into_id == other.id).values(merged_into_id=survivor.id))
    move(session, workspace_id, other.id, survivor.id)
    events.append(session, workspace_id, "influencer.merged", told(survivor) | was, survivor.id)
    return survivor


def _pair(session: Session, workspace_id: int, survivor_id: int, other_id: int) -> tuple[Influencer, Influencer]:
    if survivor_id == other_id:
        raise InvalidInput.at(FieldError("other_id", "Choose another person."))
    # In one order, so that two merges of the same people wait for each other.
    locked = select(Influencer.id).where(
        Influencer.workspace_id == workspace_id, Influencer.id.in_((survivor_id, other_id))
    )
    session.execute(locked.order_by(Influencer.id).with_for_update())
    survivor, other = (must_be_there(get(session, workspace_id, id)) for id in (survivor_id, other_id))
    return survivor, other


def _takes_roster(survivor: Influencer, other: Influencer) -> bool:
    """The survivor was known to no roster, the other one is: the roster's record is the survivor's from here on."""
    return survivor.external_id is None and other.external_id is not None


def _owned(survivor: Influencer, other: Influencer) -> frozenset[str]:
    return frozenset(other.roster_fields if _takes_roster(survivor, other) else survivor.roster_fields)


def _joined(survivor: Influencer, other: Influencer, take: frozenset[str]) -> dict[str, Any]:
    """The survivor's fields. What a roster keeps is the roster's; of the rest the survivor's comes first."""
    takes_roster = _takes_roster(survivor, other)
    owner, owned = other if takes_roster else survivor, _owned(survivor, other)
    values: dict[str, Any] = {}
    for name in SINGLE:
        first, second = (other, survivor) if name in take else (survivor, other)
        mine = getattr(first, name)
        values[name] = getattr(owner, name) if name in owned else getattr(second, name) if mine in ("", None) else mine
    values["handles"] = owner.handles if "handles" in owned else _handles(survivor.handles, other.handles)
    values["groups"] = owner.groups if "groups" in owned else _once([*survivor.groups, *other.groups])
    values["tags"] = owner.tags
    every = [*survivor.tags, *survivor.local_tags, *other.tags, *other.local_tags]
    values["local_tags"] = [tag for tag in _once(every) if tag not in owner.tags]
    values["consent"] = survivor.consent or other.consent
    values["notes"] = "\n\n".join(filter(None, (survivor.notes, other.notes)))[:10_000]
    assert set(IDENTITY) <= set(values)
    return values


def _handles(mine: Sequence[Mapping[str, Any]], theirs: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for one in (*mine, *theirs):
        found.setdefault((str(one.get("platform") or "").casefold(), str(one.get("handle")).casefold()), one)
    return list(found.values())[:50]


def _once(labels: Sequence[str]) -> list[str]:
    return list({label.casefold(): label for label in reversed(labels)}.values())[::-1][:100]


def move(session: Session, workspace_id: int, old: int, new: int) -> None:
    """Everything that names the old person names the new one. May be repeated: the sweep does."""
    for name in MOVED:
        table = _table(name)
        session.execute(update(table).where(*_of(table, workspace_id, old)).values(influencer_id=new))
    code, assignment = _table("code"), _table("assignment")
    held = select(assignment.c.code_id).where(assignment.c.influencer_id == new)
    session.execute(update(code).where(code.c.id.in_(held), code.c.made_for_id == old).values(made_for_id=new))
    _join_totals(session, old, new)
    _join_campaigns(session, old, new)
    session.execute(delete(_table("portal_link")).where(_table("portal_link").c.influencer_id == old))


def _join_totals(session: Session, old: int, new: int) -> None:
    rows = session.scalars(select(Total).where(Total.influencer_id.in_((old, new))).with_for_update()).all()
    kept = {(row.offer_id, row.currency): row for row in rows if row.influencer_id == new}
    for row in rows:
        if row.influencer_id == new:
            continue
        same = kept.get((row.offer_id, row.currency))
        if same is None:
            row.influencer_id = new
            continue
        for name in ("redemptions", "gross", "discount", "refunded"):
            setattr(same, name, getattr(same, name) + getattr(row, name))
        same.last_order_at = max(filter(None, (same.last_order_at, row.last_order_at)), default=None)
        session.delete(row)
    session.flush()


def _join_campaigns(session: Session, old: int, new: int) -> None:
    """Where both are in a campaign, the survivor's own place counts, and the other's stays as history."""
    mine = select(CampaignMember.campaign_id).where(CampaignMember.influencer_id == new)
    session.execute(
        update(CampaignMember)
        .where(CampaignMember.influencer_id == old, CampaignMember.campaign_id.not_in(mine))
        .values(influencer_id=new)
        .execution_options(synchronize_session=False)
    )


def unsettled(session: Session) -> Sequence[Influencer]:
    """Merged people whom somebody, in the same moment, has given a code or an order under the old name."""
    left = [
        exists().where(*_of(_table(name), Influencer.workspace_id, Influencer.id))
        for name in ("assignment", "redemption", "redemption_total")
    ]
    return session.scalars(select(Influencer).where(Influencer.merged_into_id.is_not(None), or_(*left))).all()


def _of(table: Table, workspace_id: Any, id: Any) -> list[ColumnElement[bool]]:
    """The rows of a person; indexes begin with the workspace where there is one."""
    mine = table.c.influencer_id == id
    return [table.c.workspace_id == workspace_id, mine] if "workspace_id" in table.c else [mine]


def _table(name: str) -> Table:
    return Base.metadata.tables[name]
