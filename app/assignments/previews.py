"""What codes the people selected would get: worked out from our rows, then those shown are checked in the store."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass, field
from itertools import islice
from threading import Lock
from typing import Any

import structlog
from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from app.assignments.service import edit_faults
from app.codes import service as codes
from app.codes.models import Code
from app.codes.naming import Namer, Wish, Wisher
from app.codes.patterns import Facts, key, parse, why_not
from app.errors import FieldError, InvalidInput
from app.influencers import service as influencers
from app.influencers.filters import conditions, found_by
from app.influencers.models import Influencer
from app.influencers.service import Filter, Selected, Selection
from app.platforms.port import PlatformError, StorePlatform

log = structlog.get_logger()

SHOWN = 50
FIRST = 1_000
"""People whose codes are compared with our rows while the pattern is being typed."""
NAMED = 100
"""Of those who hold a code already, so many are named."""
STORE_SECONDS = 4.0
"""A preview answers at once: a store that takes longer is left out."""
ROUNDS = 4

KEPT = 2
KEPT_SECONDS = 120.0

_asking = ThreadPoolExecutor(4, thread_name_prefix="preview")
_kept: OrderedDict[Hashable, tuple[float, Preview]] = OrderedDict()
_keeping = Lock()


@dataclass(slots=True)
class Preview:
    wishes: list[Wish] = field(default_factory=list)
    """In the order of the table, of all people or of the FIRST."""
    total: int = 0
    skipped: list[dict[str, Any]] = field(default_factory=list)
    skipped_total: int = 0
    errors: list[FieldError] = field(default_factory=list)
    in_store: set[str] = field(default_factory=set)
    ours: set[str] = field(default_factory=set)
    namer: Namer = field(default_factory=Namer)
    edited: set[int] = field(default_factory=set)
    """Whose code was typed, faulty ones too."""
    lock: Lock = field(default_factory=Lock)
    """For what happens after it was worked out: pages of it may be asked for at the same time."""


@dataclass(slots=True)
class Page:
    """`matching`: how many the page was cut from. `checked`: how many of the codes the store was asked about."""

    wishes: list[Wish]
    matching: int
    names: dict[int, str]
    checked: int = 0
    away: bool = False


def from_our_rows(
    session: Session, workspace_id: int, store_id: int, pattern: str, facts: Facts, selection: Selection,
    edits: Mapping[int, str], offer_id: int | None, sequence: int, *, whole: bool,
) -> Preview:  # fmt: skip
    """Every fault is in `errors`; a broken pattern leaves no wishes. `whole`: of everybody, not of the FIRST alone."""
    preview = Preview()
    try:
        wisher = Wisher(parse(pattern), facts, sequence)
    except InvalidInput as refused:
        preview.errors = refused.errors
    people = _without_a_code(session, workspace_id, selection, offer_id, preview)
    preview.total = how_many(session, workspace_id, selection) - preview.skipped_total
    if preview.errors:
        return preview
    good = {id: code for id, code in edits.items() if not why_not(code)}
    preview.wishes = [
        wisher.for_person(codes.person_of(person), good.get(person.id, ""))
        for person in (people if whole else islice(people, FIRST))
    ]
    known = {wish.owner for wish in preview.wishes}
    wanted = {id: code for id, code in edits.items() if id in known}
    preview.errors = edit_faults(session, store_id, known, wanted)
    preview.edited = set(wanted)
    _settle(preview, lambda names: codes.taken(session, store_id, names))
    return preview


def kept(asked: Hashable, make: Callable[[], Preview]) -> Preview:
    """One that was worked out in this process for the same question lately, else a new one: one at a time, since
    100,000 people take a core for seconds."""
    with _keeping:
        made_at, preview = _kept.pop(asked, (0.0, None))
        if preview is None or time.monotonic() - made_at > KEPT_SECONDS:
            made_at, preview = time.monotonic(), make()
        _kept[asked] = made_at, preview
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
        return preview


def _without_a_code(
    session: Session, workspace_id: int, selection: Selection, offer_id: int | None, preview: Preview
) -> Iterable[Selected]:
    """Those selected who hold no code of the offer; the others are noted as skipped."""
    if offer_id is None:
        return influencers.stream(session, workspace_id, selection)
    if selection.ids is not None:
        people = influencers.select(session, workspace_id, selection)
        held = codes.holders(session, offer_id, [person.id for person in people])
        _skip(preview, (person for person in people if person.id in held), held, len(held))
        return [person for person in people if person.id not in held]
    holds = _holds(offer_id)
    few = list(islice(influencers.stream(session, workspace_id, selection, holds), NAMED))
    held = codes.holders(session, offer_id, [person.id for person in few])
    _skip(preview, few, held, how_many(session, workspace_id, selection, holds) if few else 0)
    return influencers.stream(session, workspace_id, selection, ~holds)


def _skip(preview: Preview, people: Iterable[Selected], held: Mapping[int, str], total: int) -> None:
    preview.skipped_total = total
    preview.skipped = [
        {"influencer_id": person.id, "name": person.name, "code": held[person.id]} for person in islice(people, NAMED)
    ]


def _holds(offer_id: int) -> ColumnElement[bool]:
    """As codes.holders, over influencer."""
    return exists().where(
        Code.offer_id == offer_id, Code.made_for_id == Influencer.id, Code.state != "retired"
    )  # fmt: skip


def _settle(preview: Preview, taken: Callable[[list[str]], set[str]]) -> None:
    """Proposes until nothing proposed is one of our rows."""
    waiting = preview.wishes
    while waiting:
        preview.namer.propose(waiting)
        found = taken([wish.code for wish in waiting])
        preview.ours |= found
        preview.namer.learn(found)
        waiting = [wish for wish in waiting if key(wish.code) in found]


def page(
    session: Session, workspace_id: int, preview: Preview, *, skip: int, query: str = "", changed: bool = False
) -> Page:
    """SHOWN of the codes from `skip` on: of the people or codes that `query` finds, of those `changed`, or of all."""
    rows: Iterator[Wish] = iter(preview.wishes)
    if changed:
        rows = (wish for wish in rows if wish.attempt > 1 or wish.owner in preview.edited)
    if query:
        found = set(session.scalars(select(Influencer.id).where(*found_by(workspace_id, query))))
        part = key(query)
        rows = (wish for wish in rows if wish.owner in found or part in wish.code)
    matching = list(rows)
    shown = matching[skip : skip + SHOWN]
    return Page(shown, len(matching), influencers.names(session, workspace_id, [wish.owner for wish in shown]))


def check_in_store(
    preview: Preview, shown: Page, platform: StorePlatform, ours: Callable[[list[str]], set[str]]
) -> None:
    """Asks the store about the codes shown; the next candidates of those taken are asked about too."""
    waiting = shown.wishes
    for _ in range(ROUNDS):
        if not waiting:
            break
        try:
            asked = _asking.submit(platform.find_codes, [wish.code for wish in waiting])
            found = {key(code) for code in asked.result(STORE_SECONDS)}
        except (PlatformError, TookTooLong) as error:
            log.info("preview_without_store", error=type(error).__name__)
            shown.away = True
            return
        shown.checked = len(shown.wishes)
        preview.in_store |= found
        preview.namer.learn(found)
        waiting = [wish for wish in waiting if key(wish.code) in found]
        left = waiting
        while left:
            preview.namer.propose(left)
            mine = ours([wish.code for wish in left])
            preview.namer.learn(mine)
            left = [wish for wish in left if key(wish.code) in mine]


def items(preview: Preview, shown: Page) -> list[dict[str, Any]]:
    faults = {fault.field: fault.message for fault in preview.errors}
    return [
        {
            "influencer_id": wish.owner,
            "name": shown.names.get(wish.owner, ""),
            "code": wish.code,
            "note": _note(preview, wish),
            "fault": faults.get(f"edits.{wish.owner}"),
        }
        for wish in shown.wishes
    ]


def clashes(preview: Preview) -> int:
    return sum(wish.attempt > 1 for wish in preview.wishes)


def _note(preview: Preview, wish: Wish) -> str | None:
    if wish.owner in preview.edited and wish.attempt <= 1:
        return None
    if wish.attempt == 0:
        return "Asked for by them."
    wanted = wish.base if wish.attempt > 1 else wish.preferred
    if not wanted or key(wanted) == key(wish.code):
        return None
    ending = f"gets -{wish.attempt}" if wish.attempt > 1 else "follows the pattern"
    if key(wanted) in preview.in_store or key(wanted) in preview.ours:
        return f"{wanted} is already in your store, so this one {ending}."
    return f"{wanted} goes to somebody else here, so this one {ending}."


def how_many(session: Session, workspace_id: int, selection: Selection, *also: ColumnElement[bool]) -> int:
    if selection.ids is not None:
        return len(set(selection.ids))
    where = [*conditions(workspace_id, selection.filter or Filter()), *also]
    if selection.except_ids:
        where.append(Influencer.id.not_in(selection.except_ids))
    return session.scalar(select(func.count()).select_from(Influencer).where(*where)) or 0
