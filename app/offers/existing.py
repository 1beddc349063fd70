"""Offers made of discounts that the store has already, and of codes that it does not have at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.offers.models import OTHER, Offer
from app.offers.rules import NAME_LENGTH
from app.platforms.port import StoreDiscount, Terms
from app.stores.models import Store

PATTERNS = {"percentage": "{first_name}{value}", "fixed_amount": "{first_name}{value}"}
NOT_IN_STORE = "Codes that are not in the store: they can be given to people, and their uses are not known."


def of_discount(session: Session, store: Store, remote_id: str) -> Offer | None:
    """The offer that this discount of the store belongs to."""
    query = select(Offer).where(Offer.store_id == store.id, Offer.remote_id == remote_id).order_by(Offer.id).limit(1)
    return session.scalar(query)


def columns_of(terms: Terms, titles: Sequence[str]) -> dict[str, Any]:
    """The store's terms as an offer's row keeps them. `titles`: of the scope's products or collections."""
    return {
        "type": terms.type.value, "value": terms.value, "starts_at": terms.starts_at, "ends_at": terms.ends_at,
        "uses_per_code": terms.uses_per_code, "once_per_customer": terms.once_per_customer,
        "minimum_subtotal": terms.minimum_subtotal, "minimum_quantity": terms.minimum_quantity,
        "scope": {"kind": terms.scope.kind.value, "ids": list(terms.scope.ids), "titles": list(titles)},
        "combines_with": {
            "orders": terms.combines_with.orders, "products": terms.combines_with.products,
            "shipping": terms.combines_with.shipping,
        },
        "applies_to": terms.applies_to.value,
    }  # fmt: skip


def adopt(session: Session, store: Store, discount: StoreDiscount, *, purpose: str, actor: str) -> Offer:
    """A new offer with the terms as the store has them."""
    known: dict[str, Any] = {"type": OTHER, "value": None, "starts_at": now(), "store_note": discount.unreadable}
    if discount.terms is not None:
        known = columns_of(discount.terms, discount.titles)
    title = discount.title or discount.first_code or "Discount"
    return _add(session, store, title, remote_id=discount.remote_id, purpose=purpose, created_by=actor, **known)


def keeper(session: Session, store: Store, purpose: str, *, actor: str) -> Offer:
    """The offer that holds a store's codes which the store does not have; made when first needed."""
    found = session.scalar(
        select(Offer)
        .where(
            Offer.store_id == store.id, Offer.source == "imported", Offer.type == OTHER, Offer.remote_id.is_(None),
            Offer.purpose == purpose,
        )
        .limit(1)
    )  # fmt: skip
    if found is not None:
        return found
    return _add(
        session, store, f"Codes not in {store.name or store.domain}", type=OTHER, value=None, starts_at=now(),
        purpose=purpose, created_by=actor, store_note=NOT_IN_STORE,
    )  # fmt: skip


def _add(session: Session, store: Store, title: str, **facts: Any) -> Offer:
    at = now()
    name = _free_name(session, store.workspace_id, " ".join(title.split())[:NAME_LENGTH])
    offer = Offer(
        workspace_id=store.workspace_id, store_id=store.id, name=name, name_key=name.casefold(),
        title=title[:NAME_LENGTH], currency=store.currency, pattern=PATTERNS.get(facts["type"], "{first_name}"),
        source="imported", published_at=at, created_at=at, updated_at=at, **facts,
    )  # fmt: skip
    session.add(offer)
    session.flush()
    return offer


def _free_name(session: Session, workspace_id: int, title: str) -> str:
    """Names of offers are unique: "Winter (2)" where there is a Winter."""
    number, name = 1, title
    while session.scalar(select(Offer.id).where(Offer.workspace_id == workspace_id, Offer.name_key == name.casefold())):
        number += 1
        tail = f" ({number})"
        name = title[: NAME_LENGTH - len(tail)] + tail
    return name
