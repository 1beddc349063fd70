"""issue(): an offer for people, the use case behind "Discount offer". Codes are made, assigned, told of together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app import events
from app.assignments.models import Assignment
from app.clock import now
from app.codes import patterns
from app.codes import service as codes
from app.codes.events import Told, code_event
from app.codes.models import Code, CodeRun
from app.codes.service import Made
from app.codes.telling import default_utm
from app.errors import FieldError, InvalidInput
from app.influencers import service as influencers
from app.influencers.models import Influencer
from app.influencers.service import Selected, Selection
from app.offers import service as offers
from app.offers.models import Offer
from app.stores.models import Store

AT_ONCE = 1_000
"""So many codes are made within the request; more are made by a job, in small transactions."""
MOST_POOLED = 100_000


@dataclass(slots=True)
class Issued:
    """`run` is None where there was nothing to make; `skipped` those who hold a code of the offer already."""

    run: CodeRun | None = None
    added: int = 0
    skipped: list[dict[str, Any]] = field(default_factory=list)


def issue(
    session: Session,
    offer: Offer,
    selection: Selection | None,
    *,
    edits: Mapping[int, str] | None = None,
    pool: int = 0,
    actor: str,
) -> Issued:
    """Raises InvalidInput at edits and pool, Conflict for an offer that has ended; then nothing is made at all."""
    offers.must_be_open(offer)
    people = influencers.select(session, offer.workspace_id, selection) if selection else []
    held = codes.holders(session, offer.id, [person.id for person in people])
    skipped = [
        {"influencer_id": person.id, "name": person.name, "code": held[person.id]}
        for person in people
        if person.id in held
    ]
    people = [person for person in people if person.id not in held]
    wanted = {id: code for id, code in (edits or {}).items() if id not in held}
    check_edits(session, offer.store_id, people, wanted)
    check_pool(offer.pattern, pool)
    if not people and not pool:
        return Issued(skipped=skipped)
    run = _start(session, offer, people, wanted, pool, actor)
    return Issued(run, len(people), skipped)


def _start(
    session: Session, offer: Offer, people: Sequence[Selected], edits: Mapping[int, str], pool: int, actor: str
) -> CodeRun:
    if len(people) + pool > AT_ONCE:
        ids = [person.id for person in people]
        return codes.prepare_later(session, offer, ids, pool=pool, edits=edits, actor=actor)
    run = codes.prepare(session, offer, people, pool=pool, edits=edits, actor=actor)
    assign(session, offer, _made(session, run.id), actor)
    return run


def _made(session: Session, run_id: int) -> list[Made]:
    rows = session.execute(
        select(Code.id, Code.code, Code.made_for_id)
        .where(Code.run_id == run_id, Code.made_for_id.is_not(None))
        .order_by(Code.id)
    )
    return [Made(id, code, person_id) for id, code, person_id in rows if person_id is not None]


def assign(session: Session, offer: Offer, made: Sequence[Made], actor: str, state: str = "queued") -> None:
    """Gives each new code to the person it was made for, from now on. `state`: that of these codes."""
    made = [row for row in made if row.person_id]
    if not made:
        return
    at = now()
    session.execute(
        insert(Assignment),
        [
            {
                "workspace_id": offer.workspace_id, "offer_id": offer.id, "code_id": row.id,
                "influencer_id": row.person_id, "starts_at": at, "assigned_by": actor,
            }
            for row in made
        ],
    )  # fmt: skip
    store = session.get_one(Store, offer.store_id)
    external = _external_ids(session, [row.person_id for row in made])
    utm = default_utm(session, offer)
    told = [Told(row.id, row.code, state, "", row.person_id, external.get(row.person_id)) for row in made]
    events.append_many(
        session,
        [
            (offer.workspace_id, type, code_event(row, offer, store, utm), row.person_id)
            for row in told
            for type in ("assignment.created", f"code.{state}")
        ],
    )


def _external_ids(session: Session, ids: Sequence[int]) -> dict[int, str | None]:
    found: dict[int, str | None] = {}
    for start in range(0, len(ids), codes.LOOKUP):
        part = select(Influencer.id, Influencer.external_id).where(Influencer.id.in_(ids[start : start + codes.LOOKUP]))
        found.update((row.id, row.external_id) for row in session.execute(part))
    return found


def check_edits(session: Session, store_id: int, people: Sequence[Selected], edits: Mapping[int, str]) -> None:
    faults = edit_faults(session, store_id, [person.id for person in people], edits)
    if faults:
        raise InvalidInput.at(*faults)


def edit_faults(session: Session, store_id: int, people: Collection[int], edits: Mapping[int, str]) -> list[FieldError]:
    """What is wrong with codes typed by hand, each at `edits.<influencer id>`."""
    known = set(people)
    ours = codes.taken(session, store_id, [code.strip() for code in edits.values()])
    faults: list[FieldError] = []
    seen: set[str] = set()
    for id, code in edits.items():
        folded = patterns.key(code.strip())
        if id not in known:
            fault = "This person is not selected."
        elif wrong := patterns.why_not(code):
            fault = wrong
        elif folded in ours:
            fault = f"{folded} is already used in this store. Enter another code."
        elif folded in seen:
            fault = f"{folded} is entered twice. Enter another code."
        else:
            fault = ""
        seen.add(folded)
        if fault:
            faults.append(FieldError(f"edits.{id}", fault))
    return faults


def check_pool(pattern: str, pool: int) -> None:
    """Pooled codes must not be guessed from one another: patterns.for_pool."""
    if not 0 <= pool <= MOST_POOLED:
        raise InvalidInput.at(FieldError("pool", f"Enter a whole number from 0 to {MOST_POOLED:,}."))
    if pool:
        patterns.for_pool(patterns.parse(pattern))
