"""One code with what it was made for, what it replaced, and what can be done with it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assignments import life
from app.assignments.models import Assignment
from app.codes.models import Code
from app.codes.rules import masked
from app.codes.sharing import applies, share_url
from app.codes.telling import default_utm
from app.errors import Conflict
from app.influencers import service as influencers
from app.influencers.models import Influencer
from app.offers import service as offers
from app.offers.models import OTHER, Offer
from app.stores.models import Store
from app.stores.service import capabilities_of


def page(session: Session, workspace_id: int, code_id: int) -> dict[str, Any]:
    """Raises NotFound. A pooled code is masked and has no link."""
    code = life.get(session, workspace_id, code_id)
    offer, store = session.get_one(Offer, code.offer_id), session.get_one(Store, code.store_id)
    holder = session.scalar(
        select(Influencer)
        .join(Assignment, Assignment.influencer_id == Influencer.id)
        .where(Assignment.code_id == code.id, Assignment.ends_at.is_(None))
    )
    hidden = code.in_pool and holder is None
    link = None if hidden else share_url(store, code.code, utm=default_utm(session, offer))
    return {
        "id": code.id,
        "code": masked(code.code) if hidden else code.code,
        "state": code.state,
        "due": code.due,
        "message": code.message,
        "source": code.source,
        "tracked": code.tracked,
        "influencer": None if holder is None else {"id": holder.id, "name": influencers.name_of(holder)},
        "offer": {"id": offer.id, "name": offer.name},
        "store": {"id": store.id, "name": store.name, "platform": store.platform},
        "replaces": _other(session, Code.id == code.replaces_id) if code.replaces_id else None,
        "replaced_by": _other(session, (Code.replaces_id == code.id) & (Code.state != "retired")),
        "share_url": link,
        "link_applies": applies(store),
        "uses_kept": capabilities_of(store).pause_single_code,
        "can": _can(code, offer, held=holder is not None),
        "created_at": code.created_at,
        "live_at": code.live_at,
    }


def _other(session: Session, which: Any) -> dict[str, Any] | None:
    row = session.execute(select(Code.id, Code.code, Code.state).where(which).order_by(Code.id.desc()).limit(1)).first()
    return None if row is None else {"id": row.id, "code": row.code, "state": row.state}


def _can(code: Code, offer: Offer, *, held: bool) -> list[str]:
    """What the page offers; each act checks again."""
    open_for_codes = _is_open(offer)
    acts = {
        "disable": code.state in life.FROM["disable"],
        "enable": code.state == "disabled" and not code.due and open_for_codes,
        "replace": code.state in ("live", "disabled") and code.due != "rotate" and held and open_for_codes
        and offer.type != OTHER,
        "edit": code.state == "failed" and code.live_at is None and open_for_codes,
        "retire": code.state in life.FROM["retire"],
    }  # fmt: skip
    return [name for name, can in acts.items() if can]


def _is_open(offer: Offer) -> bool:
    try:
        offers.must_work(offer)
    except Conflict:
        return False
    return True
