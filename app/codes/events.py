"""A code as events tell of it (docs/roster.md, "Code, written back"). Its results come with redemptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.clock import now
from app.codes.sharing import share_url
from app.offers.models import Offer
from app.stores.models import Store


@dataclass(frozen=True, slots=True)
class Told:
    """The code's own part of an event."""

    id: int
    code: str
    state: str
    message: str
    person_id: int | None
    external_id: str | None


def code_event(told: Told, offer: Offer, store: Store, utm: Mapping[str, str] | None = None) -> dict[str, Any]:
    return {
        "code_id": told.id,
        "code": told.code,
        "offer_id": offer.id,
        "offer_name": offer.name,
        "influencer_id": told.person_id,
        "influencer_external_id": told.external_id,
        "store": store.domain,
        "purpose": offer.purpose,
        "status": told.state,
        "status_reason": told.message,
        "share_url": share_url(store, told.code, utm=utm),
        "value": None if offer.value is None else f"{offer.value.normalize():f}",
        "value_type": offer.type,
        "currency": offer.currency,
        "starts_at": _iso(offer.starts_at),
        "ends_at": _iso(offer.ends_at),
        "usage_limit": offer.uses_per_code,
        "version": int(now().timestamp() * 1000),
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.strftime("%Y-%m-%dT%H:%M:%SZ")
