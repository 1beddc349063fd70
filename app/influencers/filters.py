"""Which people: the filter of the table, and a selection made with it. The table and every action read it here."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from sqlalchemy import Boolean, ColumnElement, and_, column, exists, false, func, literal_column, or_, select, table

from app.clock import now
from app.db import UtcDateTime
from app.influencers.fields import clean, refuse
from app.influencers.models import Influencer, InfluencerLabel
from app.influencers.names import words

CodeStatus = Literal["queued", "creating", "live", "failed", "disabled", "retired", "none"]
Activity = Literal["order_7", "order_30", "order_90", "quiet_30", "quiet_60", "quiet_90", "never"]
"""An order in the last so many days; orders, but none in those days; none ever."""
MAX_IDS = 20_000
Text = Annotated[
    str, BeforeValidator(lambda value: clean(value) if isinstance(value, str) else value), Field(max_length=200)
]
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]

# Named, not imported: who holds which code is known some floors above; a filter only asks whether a row is there.
ASSIGNMENT = table("assignment", column("influencer_id"), column("offer_id"), column("code_id"), column("ends_at"))
CODE = table(
    "code", column("id"), column("workspace_id"), column("offer_id"), column("state"), column("key"), column("store_id")
)
STORE = table("store", column("id"), column("workspace_id"))
TOTAL = table(
    "redemption_total", column("workspace_id"), column("influencer_id"), column("offer_id"),
    column("last_order_at", UtcDateTime),
)  # fmt: skip
OFF_STATES = ("failed", "disabled", "retired")
# In these words: an index of a part of a table serves only who asks for that part, not for a parameter.
OFF: ColumnElement[bool] = literal_column("code.state IN ('failed', 'disabled', 'retired')", Boolean)


class Filter(BaseModel):
    """`offer_id` alone: only people with a code in that offer. `code_status` none: people without one.

    With `offer_id`, `code_status` and `activity` are about that offer, else about all offers.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: Text = ""
    offer_id: Id | None = None
    tag: Text = ""
    group: Text = ""
    code_status: CodeStatus | None = None
    stage: Text = ""
    country: Text = ""
    activity: Activity | None = None
    archived: bool = False


class Selection(BaseModel):
    """People picked one by one (`ids`), or everybody a filter matches but for `except_ids`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ids: Annotated[list[Id], Field(max_length=MAX_IDS)] | None = None
    filter: Filter | None = None
    except_ids: Annotated[list[Id], Field(max_length=MAX_IDS)] = []

    @model_validator(mode="after")
    def _one_of_both(self) -> Selection:
        if (self.ids is None) == (self.filter is None):
            refuse("Send either ids or a filter.")
        return self


def conditions(workspace_id: int, wanted: Filter) -> list[ColumnElement[bool]]:
    """To be joined by AND over `influencer`."""
    found: list[ColumnElement[bool]] = [
        Influencer.workspace_id == workspace_id,
        Influencer.archived_at.is_not(None) if wanted.archived else Influencer.archived_at.is_(None),
    ]
    if wanted.archived:
        # Merged into another person they are nobody any more. All of them are archived.
        found.append(Influencer.merged_into_id.is_(None))
    if wanted.q:
        found.append(_matches(workspace_id, wanted.q))
    found += [
        _labelled(workspace_id, kind, label) for kind, label in (("tag", wanted.tag), ("group", wanted.group)) if label
    ]
    if wanted.stage:
        found.append(Influencer.stage == wanted.stage)
    if wanted.country:
        found.append(Influencer.country == wanted.country.upper())
    if wanted.activity:
        found += _active(workspace_id, wanted.activity, wanted.offer_id)
    if wanted.code_status == "none":
        found.append(~exists().where(*_held(wanted.offer_id)))
    elif wanted.code_status:
        found.append(_in_state(workspace_id, wanted.code_status, wanted.offer_id))
    elif wanted.offer_id:
        found.append(exists().where(*_held(wanted.offer_id)))
    return found


def found_by(workspace_id: int, query: str) -> list[ColumnElement[bool]]:
    """Everybody whom a search finds, archived or not."""
    return [Influencer.workspace_id == workspace_id, _matches(workspace_id, query)]


def _matches(workspace_id: int, query: str) -> ColumnElement[bool]:
    """Every word is somewhere in names, handles, e-mail or labels, or the whole query is one of their codes."""
    parts = words(query)
    if not parts:
        return false()
    text = and_(*(Influencer.search_text.contains(word, autoescape=True) for word in parts))
    if len(parts) > 1:
        return text
    stores = select(STORE.c.id).where(STORE.c.workspace_id == workspace_id)
    code = select(CODE.c.id).where(CODE.c.store_id.in_(stores), CODE.c.key == func.upper(query.strip()))
    return or_(text, Influencer.id.in_(select(ASSIGNMENT.c.influencer_id).where(ASSIGNMENT.c.code_id.in_(code))))


def _labelled(workspace_id: int, kind: str, label: str) -> ColumnElement[bool]:
    return exists().where(
        InfluencerLabel.influencer_id == Influencer.id,
        InfluencerLabel.workspace_id == workspace_id,
        InfluencerLabel.kind == kind,
        InfluencerLabel.label == label,
    )


def _held(offer_id: int | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [ASSIGNMENT.c.influencer_id == Influencer.id]
    return [*found, ASSIGNMENT.c.offer_id == offer_id] if offer_id else found


def _in_state(workspace_id: int, state: str, offer_id: int | None) -> ColumnElement[bool]:
    """A code of theirs is so. A code that is off may have been taken back; of the others only one held now counts."""
    # What an assignment says of the offer its code says too: there the index of an offer's codes knows their states.
    code = [CODE.c.id == ASSIGNMENT.c.code_id, *([CODE.c.offer_id == offer_id] if offer_id else [])]
    if state in OFF_STATES:
        # Few: found by their own index, not person by person.
        code += [CODE.c.workspace_id == workspace_id, CODE.c.state == state, OFF]
        held = [ASSIGNMENT.c.offer_id == offer_id] if offer_id else []
        open_ones = [ASSIGNMENT.c.ends_at.is_(None)] if state == "failed" else []
        return Influencer.id.in_(select(ASSIGNMENT.c.influencer_id).where(*code, *held, *open_ones))
    held_now = [*_held(offer_id), ASSIGNMENT.c.ends_at.is_(None)]
    if state == "live":
        # Nearly all are: those that are not make the smaller table to compare with.
        return exists().where(*held_now, ~exists().where(*code, CODE.c.state != state))
    return exists().where(*held_now, *code, CODE.c.state == state)


def _active(workspace_id: int, activity: Activity, offer_id: int | None) -> list[ColumnElement[bool]]:
    # The index of the totals begins with the workspace.
    orders = exists().where(
        TOTAL.c.workspace_id == workspace_id,
        TOTAL.c.influencer_id == Influencer.id,
        TOTAL.c.last_order_at.is_not(None),
    )
    if offer_id:
        orders = orders.where(TOTAL.c.offer_id == offer_id)
    if activity == "never":
        return [~orders]
    kind, days = activity.split("_")
    lately = orders.where(TOTAL.c.last_order_at >= now() - timedelta(days=int(days)))
    return [lately] if kind == "order" else [orders, ~lately]
