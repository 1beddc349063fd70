"""Offers in JSON: what comes in, what goes out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.clock import now
from app.offers.models import Offer
from app.offers.rules import Given, State, state
from app.stores.models import Store


def _plain(value: Any) -> Any:
    """Null as empty, numbers as written; characters that no database stores are dropped."""
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value}"
    return "".join(c for c in value if c.isprintable() or c == " ") if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_plain, json_schema_input_type=str | None), Field(max_length=300)]
Whole = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]


class OfferIn(BaseModel):
    """Times are local times of the store; an end without a time means the last second of its day."""

    model_config = ConfigDict(extra="forbid")

    name: Text = ""
    title: Text = ""
    type: Text = ""
    value: Text = ""
    pattern: Text = ""
    starts_at: Text = ""
    ends_at: Text = ""
    uses_per_code: Whole | None = None
    once_per_customer: bool = False
    minimum_subtotal: Text = ""

    def given(self) -> Given:
        return Given(
            name=self.name, title=self.title, type=self.type, value=self.value, starts_at=self.starts_at,
            ends_at=self.ends_at, uses_per_code=self.uses_per_code, once_per_customer=self.once_per_customer,
            minimum_subtotal=self.minimum_subtotal,
        )  # fmt: skip


class ApprovalOut(BaseModel):
    """An offer above the workspace's limit waits for a second person. `asked_by`: as the audit log names them."""

    asked_by: str
    asked_at: datetime
    reason: str


class OfferTerms(BaseModel):
    """An offer without its results (those: GET /offers)."""

    id: int
    name: str
    title: str
    store_id: int
    store_name: str
    type: str
    value: str
    currency: str
    pattern: str
    starts_at: datetime
    ends_at: datetime | None
    time_zone: str
    uses_per_code: int | None
    once_per_customer: bool
    minimum_subtotal: str | None
    state: State
    approval: ApprovalOut | None
    approved_by: str | None
    created_at: datetime
    created_by: str


def state_of(offer: Offer) -> State:
    return state(
        now(), starts_at=offer.starts_at, ends_at=offer.ends_at, published_at=offer.published_at,
        ended_at=offer.ended_at, archived_at=offer.archived_at,
    )  # fmt: skip


def offer_terms(offer: Offer, store: Store) -> dict[str, Any]:
    """The fields of `OfferTerms`."""
    return {
        "id": offer.id,
        "name": offer.name,
        "title": offer.title,
        "store_id": store.id,
        "store_name": store.name,
        "type": offer.type,
        "value": "" if offer.value is None else f"{offer.value.normalize():f}",
        "currency": offer.currency,
        "pattern": offer.pattern,
        "starts_at": offer.starts_at,
        "ends_at": offer.ends_at,
        "time_zone": store.time_zone,
        "uses_per_code": offer.uses_per_code,
        "once_per_customer": offer.once_per_customer,
        "minimum_subtotal": None if offer.minimum_subtotal is None else f"{offer.minimum_subtotal.normalize():f}",
        "state": state_of(offer),
        "approval": _approval(offer),
        "approved_by": offer.approved_by,
        "created_at": offer.created_at,
        "created_by": offer.created_by,
    }


def _approval(offer: Offer) -> dict[str, Any] | None:
    if offer.approval_asked_at is None:
        return None
    return {"asked_by": offer.approval_asked_by, "asked_at": offer.approval_asked_at, "reason": offer.approval_reason}


def given_of(offer: Offer, store: Store) -> Given:
    """A draft's terms as they would be typed: what an edit starts from."""
    zone = ZoneInfo(store.time_zone)

    def local(at: datetime | None) -> str:
        return "" if at is None else f"{at.astimezone(zone):%Y-%m-%dT%H:%M:%S}"

    terms = offer_terms(offer, store)
    return Given(
        name=offer.name, title=offer.title, type=offer.type, value=terms["value"], starts_at=local(offer.starts_at),
        ends_at=local(offer.ends_at), uses_per_code=offer.uses_per_code, once_per_customer=offer.once_per_customer,
        minimum_subtotal=terms["minimum_subtotal"] or "",
    )  # fmt: skip
