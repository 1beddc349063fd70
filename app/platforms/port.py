"""What a store platform can do for us: one protocol, its value types, and a closed list of failures.

Adapters turn the vendor's words into these and back; nothing of ours (tables, slices) is known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol


class DiscountType(StrEnum):
    PERCENTAGE = "percentage"
    FIXED_AMOUNT = "fixed_amount"
    FREE_SHIPPING = "free_shipping"
    FREE_PRODUCT = "free_product"


class Purpose(StrEnum):
    AUDIENCE = "audience"
    OWN_USE = "own_use"  # the creator buys for themselves
    GIFT = "gift"  # given once: one use


class ScopeKind(StrEnum):
    ALL = "all"
    PRODUCTS = "products"
    COLLECTIONS = "collections"  # categories on WooCommerce


class AppliesTo(StrEnum):
    BOTH = "both"
    ONE_TIME = "one_time"
    SUBSCRIPTION = "subscription"


class Failure(StrEnum):
    """Why a platform did not do what was asked. `PlatformError.can_retry` says whether the same call may work later."""

    UNREACHABLE = "unreachable"  # no answer, 5xx, cut line: the call may have acted
    THROTTLED = "throttled"
    UNAUTHORIZED = "unauthorized"  # the store must be opened (or connected) again
    STORE_CLOSED = "store_closed"  # frozen, locked, uninstalled
    ACCESS_DENIED = "access_denied"  # a scope is missing
    NOT_FOUND = "not_found"
    INVALID = "invalid"  # the platform refused the terms; the message is for the merchant
    TAKEN = "taken"  # the code belongs to something else in the store
    UNEXPECTED = "unexpected"  # an answer we cannot read


class PlatformError(Exception):
    def __init__(
        self,
        code: Failure,
        message: str,
        *,
        can_retry: bool = False,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.can_retry = can_retry
        self.request_id = request_id
        self.retry_after = retry_after
        """Seconds, where the platform said."""


@dataclass(frozen=True, slots=True)
class StoreFacts:
    remote_id: str
    name: str
    domain: str
    currency: str
    time_zone: str
    """IANA name."""
    plan: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the store can do, shown before the choice. `missing`: feature -> a sentence with consequence and remedy."""

    start_dates: bool = True
    pause_single_code: bool = False
    pause_discount: bool = True
    """The whole offer can be switched off for a while."""
    apply_links: bool = True
    discount_types: tuple[DiscountType, ...] = tuple(DiscountType)
    amount_decimals: int = 2
    percentage_decimals: int = 2
    minimum_quantity: bool = True
    subscriptions: bool = True
    """Terms may say one-time purchases only, or subscriptions only."""
    combining: tuple[str, ...] = ("orders", "products", "shipping")
    """Which parts of Combines the store knows; ("all",) where it knows only everything or nothing."""
    scopes: tuple[ScopeKind, ...] = tuple(ScopeKind)
    collections_called: str = "collections"
    """What the store's own pages call them."""
    free_product_buys: bool = True
    """A free product for an audience comes with a purchase (buy X get Y); otherwise it is one item at no cost."""
    comped_shipping: bool = False
    """A comped order can take the shipping off too."""
    picker: bool = False
    """The host's own dialog picks products; otherwise search_products does."""
    missing: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Product:
    """Something that an offer can be for. `price` in the store's currency; None where it has none of its own."""

    id: str
    title: str
    image: str | None = None
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What an offer applies to: platform ids of products or collections."""

    kind: ScopeKind = ScopeKind.ALL
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Combines:
    """Which other discounts may be used on the same order."""

    orders: bool = False
    products: bool = False
    shipping: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """An offer's terms as the platform needs them. `value`: percent (0.01 to 100) or amount in the store's currency.

    A free product takes `free_product` (the id of a variant, or of a product where the store has no variants). For an
    audience the scope and the minimum say what has to be bought for it; otherwise its price is off once. A comped
    order is 100 percent of everything, as a gift.
    """

    title: str
    type: DiscountType
    value: Decimal | None
    starts_at: datetime
    ends_at: datetime | None = None
    uses_per_code: int | None = None
    once_per_customer: bool = False
    minimum_subtotal: Decimal | None = None
    minimum_quantity: int | None = None
    """Items that have to be bought; never together with minimum_subtotal."""
    scope: Scope = Scope()
    combines_with: Combines = Combines()
    applies_to: AppliesTo = AppliesTo.BOTH
    purpose: Purpose = Purpose.AUDIENCE
    free_product: str | None = None
    with_shipping: bool = False
    """A comped order takes the shipping off too."""
    reference: str = ""
    """Our mark, kept with the discount by the platform: tells our own from somebody else's after a lost answer."""


@dataclass(frozen=True, slots=True)
class RemoteDiscount:
    remote_id: str
    status: str
    """active, scheduled or ended, as the platform sees it."""
    starts_at: datetime | None
    ends_at: datetime | None
    references: tuple[str, ...] = ()
    """Every mark found on it."""
    differences: tuple[str, ...] = ()
    """After a create or an update: what the store keeps otherwise than asked, each in words."""


@dataclass(frozen=True, slots=True)
class StoreDiscount:
    """A discount as it stands in the store, whoever made it."""

    remote_id: str
    title: str
    status: str
    """active, scheduled or ended."""
    codes: int
    """How many it has; -1 where the platform does not say."""
    first_code: str = ""
    terms: Terms | None = None
    """None where `unreadable` says why."""
    titles: tuple[str, ...] = ()
    """Of the scope's products or collections, in the order of its ids."""
    unreadable: str = ""
    """What of its terms we do not know, in words."""


@dataclass(frozen=True, slots=True)
class BlockStatus:
    """How far the platform is with one block of codes."""

    done: bool
    imported: int
    failed: int


@dataclass(frozen=True, slots=True)
class CodeResult:
    """One code of a block: `failure` None means live."""

    code: str
    remote_id: str | None = None
    failure: Failure | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class LineItem:
    remote_id: str
    quantity: int
    total: Decimal
    """After discounts, without tax, shop currency."""


@dataclass(frozen=True, slots=True)
class AppliedCode:
    code: str
    """As the platform spells it; compare ignoring case."""
    discount: Decimal
    """Money this code took off goods, without tax, shop currency."""


@dataclass(frozen=True, slots=True)
class OrderSnapshot:
    """One order as it stands at `updated_at`, the same shape from every platform. All money in the shop's currency.

    gross = goods after discounts, without tax and shipping; refunded = the goods part of refunds, edits and removed
    lines so far. `*_tax` is the tax that belongs to each, for workspaces that count with tax. Formulas: docs/money.md.
    """

    remote_id: str
    name: str
    placed_at: datetime
    updated_at: datetime
    currency: str
    gross: Decimal
    gross_tax: Decimal
    discount: Decimal
    refunded: Decimal
    refunded_tax: Decimal
    codes: tuple[AppliedCode, ...]
    cancelled_at: datetime | None = None
    deleted: bool = False
    test: bool = False
    counts: bool = True
    """False while the platform's status means no sale (a draft, a failed payment)."""
    source: str = "web"
    customer_id: str | None = None
    """The platform's id of the buyer; only ever stored as a keyed hash."""
    new_customer: bool | None = None
    presentment_currency: str | None = None
    presentment_total: Decimal | None = None


class StorePlatform(Protocol):
    """One connected store. Every method may raise PlatformError; none touches the database."""

    block_size: int
    """Codes a call of add_codes takes at most."""
    blocks_in_flight: int
    keeps_results: bool
    """block_results is at hand and costs nothing; otherwise who holds a refused code is cheaper to look up."""

    def facts(self) -> StoreFacts: ...

    def capabilities(self) -> Capabilities: ...

    def create_discount(self, terms: Terms, first_code: str) -> RemoteDiscount:
        """Raises TAKEN where the code exists already in the store (whoever owns it)."""

    def find_code(self, code: str) -> str | None:
        """Remote id of the discount that holds this code, ignoring case; None where nobody does."""

    def find_discount(self, code: str) -> RemoteDiscount | None:
        """The discount that holds this code, with its marks."""

    def find_codes(self, codes: Sequence[str]) -> dict[str, str]:
        """Many at once: {CODE as asked: remote id of its discount}; codes that nobody holds are left out."""

    def update_discount(self, remote_id: str, terms: Terms) -> RemoteDiscount: ...

    def end_discount(self, remote_id: str) -> RemoteDiscount: ...

    def reopen_discount(self, remote_id: str, ends_at: datetime | None) -> RemoteDiscount: ...

    def add_codes(self, remote_id: str, codes: Sequence[str], *, put_back: bool = True) -> str:
        """Starts one block; returns the platform's id of the job. Safe to repeat after a lost answer. `put_back`
        False: none of these was ever taken off, so nothing has to be looked for among what was put aside."""

    def block_status(self, job_id: str) -> BlockStatus: ...

    def block_results(self, job_id: str) -> Iterator[CodeResult]:
        """Every code of one block. Costly where the platform meters by object: for small blocks."""

    def discount_codes(self, remote_id: str) -> Iterator[CodeResult]:
        """Every code the discount now has, with its remote id, by the platform's cheapest bulk way."""

    def delete_codes(self, remote_id: str, code_ids: Sequence[str]) -> None: ...

    def search_products(self, kind: str, q: str) -> list[Product]:
        """The first matches by title; `kind`: product, variant or collection."""

    def take_off(self, remote_id: str, codes: Sequence[str]) -> None:
        """These codes of the discount work no more: deleted, or put aside where the platform can. Codes that are gone,
        or another discount's by now, are left alone, so it may be repeated. Adding a code again puts it back."""

    def search_discounts(self, q: str) -> list[StoreDiscount]:
        """At most 50 discounts with codes, the newest first, whose title or code is like `q`; without their scope."""

    def read_discounts(self, remote_ids: Sequence[str]) -> dict[str, StoreDiscount]:
        """By remote id; what is not in the store (any more) is left out."""

    def orders_updated(self, since: datetime, until: datetime) -> Iterator[OrderSnapshot]:
        """Oldest change first."""

    def order(self, remote_id: str) -> OrderSnapshot | None: ...

    def untold_changes(self, known: Mapping[str, bool]) -> Iterator[OrderSnapshot]:
        """What happened to orders that the platform tells nobody, neither by webhook nor by the time of a change: an
        order erased for good, a refund taken back. `known`: {remote id: whether we know refunds of it}.
        """
