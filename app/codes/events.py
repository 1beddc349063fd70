"""A code as events tell of it (docs/roster.md, "Code, written back"). Its results come with redemptions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from app.clock import now
from app.codes.models import Code
from app.offers.models import Offer
from app.stores.models import Store


def share_url(domain: str, code: str) -> str:
    """The store's own link that applies the code."""
    return f"https://{domain}/discount/{quote(code, safe='')}"


def code_event(code: Code, offer: Offer, store: Store, external_id: str | None) -> dict[str, Any]:
    return {
        "code_id": code.id,
        "code": code.code,
        "offer_id": offer.id,
        "offer_name": offer.name,
        "influencer_id": code.made_for_id,
        "influencer_external_id": external_id,
        "store": store.domain,
        "purpose": "audience",
        "status": code.state,
        "status_reason": code.message,
        "share_url": share_url(store.domain, code.code),
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
