"""An offer's row as the terms that a store platform takes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.offers.models import Offer
from app.platforms.port import AppliesTo, Combines, DiscountType, Purpose, Scope, ScopeKind, Terms


def terms_of(offer: Offer) -> Terms:
    return Terms(
        title=offer.title,
        type=DiscountType(offer.type),
        value=offer.value,
        starts_at=offer.starts_at,
        ends_at=offer.ends_at,
        uses_per_code=offer.uses_per_code,
        once_per_customer=offer.once_per_customer,
        minimum_subtotal=offer.minimum_subtotal,
        minimum_quantity=offer.minimum_quantity,
        scope=Scope(ScopeKind(offer.scope["kind"]), tuple(offer.scope["ids"])),
        combines_with=Combines(**offer.combines_with),
        applies_to=AppliesTo(offer.applies_to),
        purpose=Purpose(offer.purpose),
        free_product=offer.free_product["id"] if offer.free_product else None,
        with_shipping=offer.with_shipping,
        reference=reference(offer.id, offer.created_at),
    )


def kept_otherwise(differences: Sequence[str]) -> str:
    """What the merchant reads where the store's answer is not what was asked."""
    return f"The store keeps this offer otherwise than asked. {'. '.join(differences)}."[:1000] if differences else ""


def reference(offer_id: int, created_at: datetime) -> str:
    """Our mark on the offer's discount. The time keeps it from meaning another offer after a database was made anew."""
    return f"shoutcode-{offer_id}-{created_at:%Y%m%d%H%M%S}"
