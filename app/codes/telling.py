"""Telling of codes in the outbox: one event for each that is somebody's; pooled codes are never told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import events
from app.codes.events import Told, code_event
from app.codes.models import Code
from app.db.bulk import among
from app.influencers.models import Influencer
from app.offers.models import Offer
from app.stores.models import Store, Workspace


def tell(session: Session, type: str, ids: Sequence[int], *, more: Mapping[int, Mapping[str, object]] = {}) -> None:
    """Of each person the events come in the order of the codes. `more`: what an event says beyond its code, by id."""
    if not ids:
        return
    session.flush()
    rows = session.execute(
        select(
            Code.offer_id, Code.id, Code.code, Code.state, Code.message, Code.made_for_id, Influencer.external_id
        )
        .join(Influencer, Influencer.id == Code.made_for_id)
        .where(among(session, Code.id, list(ids)))
        .order_by(Code.id)
    ).all()  # fmt: skip
    about = {offer_id: _about(session, offer_id) for offer_id in sorted({row[0] for row in rows})}
    told = [(about[row[0]], Told(*row[1:])) for row in rows]
    events.append_many(
        session,
        [
            (offer.workspace_id, type, {**code_event(row, offer, store, utm), **more.get(row.id, {})}, row.person_id)
            for (offer, store, utm), row in told
        ],
    )


def _about(session: Session, offer_id: int) -> tuple[Offer, Store, dict[str, str]]:
    offer = session.get_one(Offer, offer_id)
    return offer, session.get_one(Store, offer.store_id), default_utm(session, offer)


def default_utm(session: Session, offer: Offer) -> dict[str, str]:
    """What the offer's share links carry: its own values, else the workspace's."""
    if offer.utm is not None:
        return offer.utm
    return session.get_one(Workspace, offer.workspace_id).utm or {}
