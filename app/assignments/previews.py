"""What codes the people selected would get: worked out from our rows, then the first ones checked in the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.assignments.service import edit_faults
from app.codes import service as codes
from app.codes.naming import Namer, Wish, Wisher
from app.codes.patterns import Facts, clean_code, key, parse, why_not
from app.errors import FieldError, InvalidInput
from app.influencers import service as influencers
from app.influencers.filters import conditions
from app.influencers.models import Influencer
from app.influencers.service import Filter, Selected, Selection
from app.platforms.port import PlatformError, StorePlatform

log = structlog.get_logger()

SHOWN = 50
CONSIDERED = 1_000
"""People whose codes are compared with our rows."""
STORE_SECONDS = 4.0
"""A preview answers at once: a store that takes longer is left out."""
ROUNDS = 4

_asking = ThreadPoolExecutor(4, thread_name_prefix="preview")


@dataclass(slots=True)
class Preview:
    people: Sequence[Selected] = ()
    wishes: list[Wish] = field(default_factory=list)
    total: int = 0
    skipped: list[dict[str, Any]] = field(default_factory=list)
    errors: list[FieldError] = field(default_factory=list)
    in_store: set[str] = field(default_factory=set)
    ours: set[str] = field(default_factory=set)
    checked: int = 0
    away: bool = False
    namer: Namer = field(default_factory=Namer)
    edited: set[int] = field(default_factory=set)
    skip: int = 0
    """How many people stand before the ones shown."""

    @property
    def shown(self) -> slice:
        return slice(self.skip, self.skip + SHOWN)


def from_our_rows(
    session: Session, workspace_id: int, store_id: int, pattern: str, facts: Facts, selection: Selection,
    edits: Mapping[int, str], offer_id: int | None, sequence: int,
) -> Preview:  # fmt: skip
    """Every fault is in `errors`; a broken pattern leaves no items."""
    preview = Preview()
    people = list(islice(influencers.stream(session, workspace_id, selection), CONSIDERED))
    preview.total = how_many(session, workspace_id, selection)
    if offer_id is not None:
        held = codes.holders(session, offer_id, [person.id for person in people])
        preview.skipped = [
            {"influencer_id": person.id, "name": person.name, "code": held[person.id]}
            for person in people
            if person.id in held
        ]
        people = [person for person in people if person.id not in held]
        preview.total -= len(preview.skipped)
    preview.people = people
    try:
        wisher = Wisher(parse(pattern), facts, sequence)
    except InvalidInput as refused:
        preview.errors = refused.errors
        return preview
    wanted = {id: code for id, code in edits.items() if any(person.id == id for person in people)}
    preview.errors = edit_faults(session, store_id, [person.id for person in people], wanted)
    good = {id: code for id, code in wanted.items() if not why_not(code)}
    preview.edited = set(good)
    preview.wishes = [wisher.for_person(codes.person_of(person), good.get(person.id, "")) for person in people]
    _settle(preview, lambda names: codes.taken(session, store_id, names))
    return preview


def _settle(preview: Preview, taken: Any) -> None:
    """Proposes until nothing proposed is one of our rows."""
    waiting = preview.wishes
    while waiting:
        preview.namer.propose(waiting)
        found = taken([wish.code for wish in waiting])
        preview.ours |= found
        preview.namer.learn(found)
        waiting = [wish for wish in waiting if key(wish.code) in found]


def check_in_store(preview: Preview, platform: StorePlatform, ours: Any) -> None:
    """Asks the store about the codes shown now; the next candidates of those taken are asked about too."""
    shown = preview.wishes[preview.shown]
    waiting = shown
    for _ in range(ROUNDS):
        if not waiting:
            break
        try:
            asked = _asking.submit(platform.find_codes, [wish.code for wish in waiting])
            found = {key(code) for code in asked.result(STORE_SECONDS)}
        except (PlatformError, TookTooLong) as error:
            log.info("preview_without_store", error=type(error).__name__)
            preview.away = True
            return
        preview.checked = len(shown)
        preview.in_store |= found
        preview.namer.learn(found)
        waiting = [wish for wish in waiting if key(wish.code) in found]
        left = waiting
        while left:
            preview.namer.propose(left)
            mine = ours([wish.code for wish in left])
            preview.namer.learn(mine)
            left = [wish for wish in left if key(wish.code) in mine]


def items(preview: Preview) -> list[dict[str, Any]]:
    # A broken pattern leaves no wishes.
    shown = zip(preview.people[preview.shown], preview.wishes[preview.shown], strict=False)
    return [
        {
            "influencer_id": person.id,
            "name": person.name,
            "code": wish.code,
            "note": _note(preview, person, wish),
        }
        for person, wish in shown
    ]


def clashes(preview: Preview) -> int:
    return sum(wish.attempt > 1 for wish in preview.wishes)


def _note(preview: Preview, person: Selected, wish: Wish) -> str | None:
    if person.id in preview.edited and wish.attempt <= 1:
        return None
    if wish.attempt == 0:
        return "Asked for by them."
    wanted = wish.base if wish.attempt > 1 else clean_code(person.preferred_code)
    if not wanted or key(wanted) == key(wish.code):
        return None
    ending = f"gets -{wish.attempt}" if wish.attempt > 1 else "follows the pattern"
    if key(wanted) in preview.in_store or key(wanted) in preview.ours:
        return f"{wanted} is already in your store, so this one {ending}."
    return f"{wanted} goes to somebody else here, so this one {ending}."


def how_many(session: Session, workspace_id: int, selection: Selection) -> int:
    if selection.ids is not None:
        return len(set(selection.ids))
    wanted = selection.filter or Filter()
    left_out = (
        select(func.count())
        .select_from(Influencer)
        .where(*conditions(workspace_id, wanted), Influencer.id.in_(selection.except_ids))
    )
    return influencers.matching(session, workspace_id, wanted) - (
        session.scalar(left_out) or 0 if selection.except_ids else 0
    )
