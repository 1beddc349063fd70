"""A person as events tell of them (docs/roster.md, "Influencer")."""

from __future__ import annotations

from typing import Any

from app.influencers.fields import IDENTITY
from app.influencers.models import Influencer


def told(person: Influencer) -> dict[str, Any]:
    return {
        "influencer_id": person.id,
        "external_id": person.external_id,
        "source": person.source,
        **{name: getattr(person, name) for name in IDENTITY if name != "commission_rate"},
        "tags": [*person.tags, *person.local_tags],
        "commission_rate": None if person.commission_rate is None else f"{person.commission_rate.normalize():f}",
        "active": person.archived_at is None,
        "updated_at": person.updated_at.isoformat().replace("+00:00", "Z"),
    }
