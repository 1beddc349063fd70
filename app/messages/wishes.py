"""Codes that people ask for on their own page, and what is decided about them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.clock import now
from app.codes import patterns
from app.codes import service as codes
from app.errors import Conflict, InvalidInput, NotFound
from app.influencers import service as influencers
from app.influencers.fields import InfluencerIn
from app.influencers.models import Influencer
from app.messages.models import CodeWish
from app.stores.models import Store

_GOOD = re.compile(r"[A-Za-z0-9_-]{3,30}", re.ASCII)
SHOWN = 200


def ask(session: Session, person: Influencer, text: str) -> bool:
    """Notes the wish; a second one waits for the answer to the first. False where it cannot be a code."""
    code = text.strip().upper()
    if not _GOOD.fullmatch(code) or patterns.why_not(code):
        return False
    # One row a person may be open; two clicks at once meet here.
    session.execute(select(Influencer.id).where(Influencer.id == person.id).with_for_update())
    waiting = exists().where(CodeWish.influencer_id == person.id, CodeWish.state == "asked")
    if not session.scalar(select(waiting)):
        session.add(CodeWish(workspace_id=person.workspace_id, influencer_id=person.id, code=code, asked_at=now()))
    return True


def listed(session: Session, workspace_id: int, state: str) -> list[dict[str, Any]]:
    """The oldest first. `taken`: a code of this name exists in one of the stores."""
    rows = session.execute(
        select(CodeWish, Influencer)
        .join(Influencer, Influencer.id == CodeWish.influencer_id)
        .where(CodeWish.workspace_id == workspace_id, CodeWish.state == state)
        .order_by(CodeWish.id if state == "asked" else CodeWish.id.desc())
        .limit(SHOWN)
    ).all()
    taken = _taken(session, workspace_id, [wish.code for wish, _ in rows])
    return [shown(wish, person, wish.code in taken) for wish, person in rows]


def shown(wish: CodeWish, person: Influencer, taken: bool) -> dict[str, Any]:
    return {
        "id": wish.id, "influencer": {"id": person.id, "name": influencers.name_of(person)}, "code": wish.code,
        "state": wish.state, "taken": taken, "asked_at": wish.asked_at, "decided_by": wish.decided_by,
        "decided_at": wish.decided_at,
    }  # fmt: skip


def _taken(session: Session, workspace_id: int, wanted: Sequence[str]) -> set[str]:
    stores = session.scalars(select(Store.id).where(Store.workspace_id == workspace_id)).all() if wanted else []
    return set().union(*(codes.taken(session, store_id, wanted) for store_id in stores))


def decide(session: Session, workspace_id: int, wish_id: int, actor: str, *, approve: bool) -> dict[str, Any]:
    """An approved code is tried first with the person's next offer. Raises NotFound, Conflict."""
    wish = session.scalar(
        select(CodeWish).where(CodeWish.workspace_id == workspace_id, CodeWish.id == wish_id).with_for_update()
    )
    if wish is None:
        raise NotFound("There is no such wish here.")
    if wish.state != "asked":
        raise Conflict(f"This wish was {wish.state} already.")
    if approve:
        try:
            influencers.edit(session, workspace_id, wish.influencer_id, InfluencerIn(preferred_code=wish.code))
        except InvalidInput as error:
            raise Conflict("Your roster keeps the preferred code of this person. Enter it there.") from error
    wish.state, wish.decided_by, wish.decided_at = "approved" if approve else "declined", actor, now()
    person = influencers.get(session, workspace_id, wish.influencer_id)
    return shown(wish, person, bool(_taken(session, workspace_id, [wish.code])))
