"""A code as events tell of it (docs/roster.md, "Code, written back"). Its results come with redemptions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from app.clock import now
from app.offers.models import Offer
from app.stores.models import Store


def share_url(domain: str, code: str) -> str:
    """The store's own link that applies the code."""
    return f"https://{domain}/discount/{quote(code, safe='')}"


@dataclass(frozen=True, slots=True)
class Told:
    """The code's own part of an event."""

    id: int
    code: str
    state: str
    message: str
    person_id: int | None
    external_id: str | None


def code_event(told: Told, offer: Offer, store: Store) -> dict[str, Any]:
    return {
        "code_id": told.id,
        "code": told.code,
        "offer_id": offer.id,
        "offer_name": offer.name,
        "influencer_id": told.person_id,
        "influencer_external_id": told.external_id,
        "store": store.domain,
        "purpose": "audience",
        "status": told.state,
        "status_reason": told.message,
        "share_url": share_url(store.domain, told.code),
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
