"""Offers in JSON: what comes in, what goes out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.clock import now
from app.offers.conditions import ID_LENGTH, MOST_SCOPE, TITLE_LENGTH
from app.offers.given import EVERYTHING, Given, Picked, Scoped
from app.offers.models import Offer
from app.offers.rules import State, state
from app.platforms.port import Combines
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


Word = Annotated[str, BeforeValidator(_plain, json_schema_input_type=str), Field(max_length=TITLE_LENGTH)]
Gid = Annotated[str, BeforeValidator(_plain, json_schema_input_type=str), Field(max_length=ID_LENGTH)]
ScopeWord = Literal["all", "products", "collections"]


class OfferScopeIn(BaseModel):
    """`ids`: the platform's, as the picker and GET /stores/{id}/products give them; `titles` beside them."""

    model_config = ConfigDict(extra="forbid")

    kind: ScopeWord = "all"
    ids: Annotated[list[Gid], Field(max_length=MOST_SCOPE)] = []
    titles: Annotated[list[Word], Field(max_length=MOST_SCOPE)] = []


class CombinesIn(BaseModel):
    """Which other discounts may be used on the same order."""

    model_config = ConfigDict(extra="forbid")

    orders: bool = False
    products: bool = False
    shipping: bool = False


class PickedIn(BaseModel):
    """The product that is free; `price` is shown with the offer."""

    model_config = ConfigDict(extra="forbid")

    id: Gid
    title: Word = ""
    price: Annotated[str, Field(max_length=20)] | None = None


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
    minimum_quantity: Whole | None = None
    scope: OfferScopeIn | None = None
    combines_with: CombinesIn | None = None
    applies_to: Text = "both"
    purpose: Text = "audience"
    free_product: PickedIn | None = None
    with_shipping: bool = False

    def given(self) -> Given:
        scope, combines, product = self.scope, self.combines_with, self.free_product
        return Given(
            name=self.name, title=self.title, type=self.type, value=self.value, starts_at=self.starts_at,
            ends_at=self.ends_at, uses_per_code=self.uses_per_code, once_per_customer=self.once_per_customer,
            minimum_subtotal=self.minimum_subtotal, minimum_quantity=self.minimum_quantity,
            scope=Scoped(scope.kind, tuple(scope.ids), tuple(scope.titles)) if scope else EVERYTHING,
            combines_with=Combines(**combines.model_dump()) if combines else Combines(),
            applies_to=self.applies_to, purpose=self.purpose,
            free_product=Picked(product.id, product.title, product.price) if product else None,
            with_shipping=self.with_shipping,
        )  # fmt: skip


class ApprovalOut(BaseModel):
    """An offer above the workspace's limit waits for a second person. `asked_by`: as the audit log names them."""

    asked_by: str
    asked_at: datetime
    reason: str


class OfferScopeOut(BaseModel):
    kind: ScopeWord
    ids: list[str]
    titles: list[str]


class CombinesOut(BaseModel):
    orders: bool
    products: bool
    shipping: bool


class PickedOut(BaseModel):
    """`price` as it was when picked, in the offer's currency."""

    id: str
    title: str
    price: str | None


class OfferChangeOut(BaseModel):
    """Terms that the store has not taken yet. `trouble`: why it waits, in words."""

    asked_by: str
    asked_at: datetime
    trouble: str


class DriftField(BaseModel):
    """One of the offer's fields: as it is here, and as the store has it."""

    field: str
    here: str | int | bool | None
    store: str | int | bool | None


class DriftOut(BaseModel):
    """The store's discount was changed or deleted there. Accept it, or restore what stands here."""

    kind: Literal["changed", "deleted"]
    at: datetime
    changes: list[DriftField]


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
    minimum_quantity: int | None
    scope: OfferScopeOut
    combines_with: CombinesOut
    applies_to: Literal["both", "one_time", "subscription"]
    purpose: Literal["audience", "own_use", "gift"]
    free_product: PickedOut | None
    with_shipping: bool
    previous_id: int | None
    issuing_ended_at: datetime | None
    change: OfferChangeOut | None
    store_note: str
    drift: DriftOut | None
    state: State
    approval: ApprovalOut | None
    approved_by: str | None
    created_at: datetime
    created_by: str


def state_of(offer: Offer) -> State:
    return state(
        now(), starts_at=offer.starts_at, ends_at=offer.ends_at, published_at=offer.published_at,
        ended_at=offer.ended_at, archived_at=offer.archived_at, paused_at=offer.paused_at,
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
        "minimum_quantity": offer.minimum_quantity,
        "scope": offer.scope,
        "combines_with": offer.combines_with,
        "applies_to": offer.applies_to,
        "purpose": offer.purpose,
        "free_product": offer.free_product,
        "with_shipping": offer.with_shipping,
        "previous_id": offer.previous_id,
        "issuing_ended_at": offer.issuing_ended_at,
        "change": _change(offer),
        "drift": offer.drift,
        "store_note": offer.store_note,
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


def _change(offer: Offer) -> dict[str, Any] | None:
    """A change of an offer that the store does not have yet waits for nobody."""
    change = offer.pending_change
    if change is None or offer.remote_id is None:
        return None
    return {"asked_by": change["by"], "asked_at": change["at"], "trouble": change["trouble"]}


def given_of(offer: Offer, store: Store) -> Given:
    """Terms as they would be typed: what an edit starts from."""
    zone = ZoneInfo(store.time_zone)

    def local(at: datetime | None) -> str:
        return "" if at is None else f"{at.astimezone(zone):%Y-%m-%dT%H:%M:%S}"

    terms = offer_terms(offer, store)
    return Given(
        name=offer.name, title=offer.title, type=offer.type, value=terms["value"], starts_at=local(offer.starts_at),
        ends_at=local(offer.ends_at), uses_per_code=offer.uses_per_code, once_per_customer=offer.once_per_customer,
        minimum_subtotal=terms["minimum_subtotal"] or "", minimum_quantity=offer.minimum_quantity,
        scope=Scoped(offer.scope["kind"], tuple(offer.scope["ids"]), tuple(offer.scope["titles"])),
        combines_with=Combines(**offer.combines_with), applies_to=offer.applies_to, purpose=offer.purpose,
        free_product=Picked(**offer.free_product) if offer.free_product else None, with_shipping=offer.with_shipping,
    )  # fmt: skip
