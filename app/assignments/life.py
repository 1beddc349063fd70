"""The life of codes after they are made: disabled, enabled again, retired, replaced by another one.

Our rows change first, in one transaction with their events; what the store has to be told is marked on the rows
(`Code.due`) and done by app.assignments.life_jobs. Codes whose string was live once keep it for good.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import case, exists, select, update
from sqlalchemy.orm import Session, aliased

from app.assignments import service
from app.assignments.models import Assignment
from app.clock import now
from app.codes import patterns
from app.codes import service as codes
from app.codes.models import Code, CodeChange, CodeRun
from app.codes.telling import tell
from app.db.bulk import among
from app.errors import Conflict, FieldError, InvalidInput, NotFound
from app.influencers import service as influencers
from app.influencers.service import Selection
from app.offers import service as offers
from app.offers.models import OTHER, Offer
from app.queue import enqueue_after_commit

CHANGE = "app.assignments.life_jobs.change"
AT_ONCE = 500
"""So many codes are changed within the request; more by a job, in small transactions."""
MOST_ENABLED = 2_000

FROM = {"disable": ("live", "queued"), "retire": ("live", "queued", "failed", "disabled")}
"""The states each change starts from. A code that is just being made is left alone: the store may have it or not."""
TO = {"disable": "disabled", "retire": "retired"}


def get(session: Session, workspace_id: int, code_id: int, *, lock: bool = False) -> Code:
    """Raises NotFound, for another workspace's codes too."""
    query = select(Code).where(Code.workspace_id == workspace_id, Code.id == code_id)
    code = session.scalar(query.with_for_update() if lock else query)
    if code is None:
        raise NotFound("This code is not in your workspace.")
    return code


def held_by(session: Session, workspace_id: int, influencer_id: int, states: Sequence[str]) -> list[int]:
    """Ids of a person's codes in these states, in every offer. Raises NotFound."""
    influencers.get(session, workspace_id, influencer_id)
    mine = (Assignment.influencer_id == influencer_id, Assignment.ends_at.is_(None), Code.state.in_(states))
    query = select(Code.id).join(Assignment, Assignment.code_id == Code.id)
    return list(session.scalars(query.where(*mine).order_by(Code.id)))


def of_offer(session: Session, workspace_id: int, offer_id: int, states: Sequence[str]) -> list[int]:
    """Ids of an offer's codes in these states. Raises NotFound."""
    offers.get(session, workspace_id, offer_id)
    return list(
        session.scalars(select(Code.id).where(Code.offer_id == offer_id, Code.state.in_(states)).order_by(Code.id))
    )


# --- off -------------------------------------------------------------------------------------------------------------


def disable(session: Session, chosen: Sequence[Code], *, actor: str) -> CodeChange:
    """Takes codes off their stores; they may come back. Whoever holds them goes on holding them."""
    return start(session, chosen[0].workspace_id, "disable", [code.id for code in chosen], actor=actor)


def retire(session: Session, chosen: Sequence[Code], *, actor: str) -> CodeChange:
    """Takes codes off for good: their assignments end, and their strings are never given out again."""
    return start(session, chosen[0].workspace_id, "retire", [code.id for code in chosen], actor=actor)


def start(session: Session, workspace_id: int, action: str, ids: Sequence[int], *, actor: str) -> CodeChange:
    """Raises NotFound where one of the codes is not the workspace's, Conflict where none can be changed so."""
    ids = sorted(set(ids))
    known = set(session.scalars(select(Code.id).where(Code.workspace_id == workspace_id, among(session, Code.id, ids))))
    if len(known) < len(ids):
        raise NotFound("One of these codes is not in your workspace.")
    change = CodeChange(
        workspace_id=workspace_id, action=action, state="running", total=0, changed=0, started_by=actor,
        created_at=now(),
    )  # fmt: skip
    session.add(change)
    session.flush()
    if len(ids) > AT_ONCE:
        change.request, change.total = ids, len(ids)
        enqueue_after_commit(session, CHANGE, change.id, queue=codes.QUEUE, unique=f"change-{change.id}")
        return change
    change.total = apply(session, change, ids)
    if not change.total:
        raise Conflict(_nothing(session, ids))
    for store_id in stores_of(session, ids):
        codes.settle_after_commit(session, store_id)
    return change


def _nothing(session: Session, ids: Sequence[int]) -> str:
    if session.scalar(select(exists().where(among(session, Code.id, ids), Code.state == "creating"))):
        return "The store is just making this code. Try again when it is live."
    return "There is no code here that this could be done with."


def apply(session: Session, change: CodeChange, ids: Sequence[int]) -> int:
    """Changes the rows and tells of them; how many. Twice is as good as once."""
    state = TO[change.action]
    changed = session.scalars(
        update(Code)
        .where(among(session, Code.id, list(ids)), Code.state.in_(FROM[change.action]))
        .values(
            state=state, change_id=change.id, reason="", message="", can_retry=False, block_id=None,
            due=case((Code.tracked & (Code.state == "live"), "off"), (Code.due == "rotate", ""), else_=Code.due),
        )
        .returning(Code.id)
        .execution_options(synchronize_session=False)
    ).all()  # fmt: skip
    session.expire_all()
    if state == "retired":
        end_assignments(session, changed)
        _keep_the_old(session, changed)
    tell(session, f"code.{state}", changed)
    return len(changed)


def end_assignments(session: Session, code_ids: Sequence[int]) -> None:
    """Orders placed from now on are nobody's; earlier ones stay with whoever held the code then."""
    ended = session.scalars(
        update(Assignment)
        .where(among(session, Assignment.code_id, list(code_ids)), Assignment.ends_at.is_(None))
        .values(ends_at=now())
        .returning(Assignment.code_id)
        .execution_options(synchronize_session=False)
    ).all()
    tell(session, "assignment.ended", ended)


def _keep_the_old(session: Session, retired: Sequence[int]) -> None:
    """A replacement that is given up leaves the code it was made for as it was."""
    olds = select(Code.replaces_id).where(among(session, Code.id, list(retired)), Code.replaces_id.is_not(None))
    session.execute(
        update(Code)
        .where(Code.id.in_(olds), Code.due == "rotate")
        .values(due="")
        .execution_options(synchronize_session=False)
    )


def stores_of(session: Session, ids: Sequence[int]) -> list[int]:
    return list(session.scalars(select(Code.store_id).where(among(session, Code.id, list(ids))).distinct()))


# --- on again --------------------------------------------------------------------------------------------------------


def enable(session: Session, disabled: Sequence[Code], *, actor: str) -> list[CodeRun]:
    """Puts codes back under the same strings, by a run for each offer. Where the platform deleted them, it counts
    their uses anew. Raises Conflict where an offer has ended, or the store is still taking the code off."""
    ready = [code for code in disabled if code.state == "disabled"]
    if not ready:
        raise Conflict("There is no disabled code here.")
    if any(code.due for code in ready):
        raise Conflict("The store is still taking this code off. Try again in a moment.")
    runs = []
    for offer_id in sorted({code.offer_id for code in ready}):
        offer = session.get_one(Offer, offer_id)
        offers.must_work(offer)
        mine = [code for code in ready if code.offer_id == offer_id]
        for code in mine:
            if not code.tracked:
                code.state = "live"
        tell(session, "code.live", [code.id for code in mine if not code.tracked])
        if sent := [code for code in mine if code.tracked]:
            runs.append(_put_back(session, offer, sent, actor))
    return runs


def _put_back(session: Session, offer: Offer, sent: Sequence[Code], actor: str) -> CodeRun:
    run = codes.add_run(session, offer, actor)
    # The counts of the runs that made them go on adding up.
    for run_id, count in Counter(code.run_id for code in sent if code.run_id is not None).items():
        session.execute(update(CodeRun).where(CodeRun.id == run_id).values(total=CodeRun.total - count))
    for code in sent:
        code.state, code.run_id, code.block_id = "queued", run.id, None
    run.total = len(sent)
    session.flush()
    tell(session, "code.queued", [code.id for code in sent])
    codes.push_after_commit(session, run)
    return run


# --- another one -----------------------------------------------------------------------------------------------------


def rotate(session: Session, code: Code, *, actor: str, wanted: str = "") -> Code:
    """A new code for whoever holds this one, by the pattern or as `wanted`. The old one is retired when the new one is
    live, so that the person is never without. Raises Conflict, and InvalidInput at `code`."""
    offer = session.get_one(Offer, code.offer_id)
    offers.must_work(offer)
    if offer.type == OTHER:
        raise Conflict("The terms of this offer are kept in the store alone: make the new code there and import it.")
    if code.state not in ("live", "disabled"):
        raise Conflict("Only a code that is live or disabled can be replaced.")
    if code.due == "rotate":
        raise Conflict("A new code is being made for this one already.")
    holder = session.scalar(
        select(Assignment.influencer_id).where(Assignment.code_id == code.id, Assignment.ends_at.is_(None))
    )
    if holder is None:
        raise Conflict("Nobody holds this code.")
    codes.lock_store(session, code.store_id)
    check_wanted(session, code.store_id, wanted)
    person = influencers.select(session, code.workspace_id, Selection(ids=[holder]))[0]
    run = codes.add_run(session, offer, actor)
    made = codes.Maker(session, offer, run.id).replace(session, person, code, wanted)
    run.total = 1
    service.assign(session, offer, [made], actor)
    code.due = "rotate"
    codes.push_after_commit(session, run)
    return session.get_one(Code, made.id)


def check_wanted(session: Session, store_id: int, wanted: str) -> None:
    """A code typed by hand; empty means: by the pattern. Raises InvalidInput at `code`."""
    if not wanted.strip():
        return
    fault = patterns.why_not(wanted)
    if not fault and codes.taken(session, store_id, [wanted.strip()]):
        fault = f"{patterns.key(wanted.strip())} is already used in this store. Enter another code."
    if fault:
        raise InvalidInput.at(FieldError("code", fault))


def finish_rotations(session: Session, store_id: int, most: int) -> int:
    """Retires codes whose replacement is live by now; how many."""
    new = aliased(Code)
    rows = session.execute(
        select(Code.id, Code.code, new.id, new.code)
        .join(new, new.replaces_id == Code.id)
        .where(Code.store_id == store_id, Code.due == "rotate", new.state == "live")
        .order_by(Code.id)
        .limit(most)
    ).all()
    ids = [row[0] for row in rows]
    if not ids:
        return 0
    session.execute(
        update(Code)
        .where(among(session, Code.id, ids), Code.due == "rotate")
        .values(state="retired", due=case((Code.tracked & (Code.state == "live"), "off"), else_=""))
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
    told = {new_id: {"replaces_code_id": id, "replaces_code": text} for id, text, new_id, _ in rows}
    tell(session, "code.rotated", list(told), more=told)
    end_assignments(session, ids)
    tell(session, "code.retired", ids)
    return len(ids)


# --- a failed one, edited --------------------------------------------------------------------------------------------


def rename(session: Session, code: Code, wanted: str) -> None:
    """Another string for a code that could not be made, and another try. Raises InvalidInput at `code`."""
    if code.state != "failed" or code.live_at is not None or code.run_id is None:
        raise Conflict("Only a code that could not be made can be edited. Replace it by a new one instead.")
    offers.must_work(session.get_one(Offer, code.offer_id))
    if not wanted.strip():
        raise InvalidInput.at(FieldError("code", "Enter a code."))
    codes.lock_store(session, code.store_id)
    if patterns.key(wanted.strip()) != code.key:
        check_wanted(session, code.store_id, wanted)
    code.code = code.base = patterns.clean_code(wanted)
    code.key = patterns.key(code.code)
    code.state, code.attempt, code.reason, code.message, code.can_retry = "queued", 1, "", "", False
    code.block_id = None
    run = session.get_one(CodeRun, code.run_id, with_for_update=True)
    if run.state != "running":
        run.state, run.worker_until, run.stop_asked, run.finished_at = "running", None, False, None
    session.flush()
    tell(session, "code.queued", [code.id])
    codes.push_after_commit(session, run)
