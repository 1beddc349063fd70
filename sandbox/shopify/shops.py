"""One stand-in store with everything in it."""

from dataclasses import dataclass, field
from datetime import datetime

from sandbox.shopify.bucket import Bucket
from sandbox.shopify.bulk import Creation, Job
from sandbox.shopify.codes import CodeIndex
from sandbox.shopify.discounts import Discount
from sandbox.shopify.operations import Operation
from sandbox.shopify.orders import Order
from sandbox.shopify.tokens import TokenPair

RESTORE_RATES = {"basic": 100.0, "standard": 100.0, "advanced": 200.0, "plus": 1000.0, "enterprise": 2000.0}


@dataclass
class ShopFacts:
    id: int
    handle: str
    name: str
    currency: str
    time_zone: str
    plan: str
    created_at: datetime
    installed: bool = False
    installation_id: int = 0
    scopes: list[str] = field(default_factory=list)
    next_order_number: int = 1001

    @property
    def domain(self) -> str:
        return f"{self.handle}.myshopify.com"


@dataclass
class ApiSubscription:
    """A webhook subscription made through the Admin API; those of the app's toml are not listed here, as with
    Shopify.
    """

    id: int
    shop: str
    topic: str
    """As headers write it: `orders/create`."""
    uri: str
    created_at: datetime
    updated_at: datetime
    filter: str | None = None
    include_fields: list[str] = field(default_factory=list)


class Shop:
    def __init__(self, facts: ShopFacts) -> None:
        self.facts = facts
        self.discounts: dict[int, Discount] = {}
        self.codes = CodeIndex()
        self.orders: dict[int, Order] = {}
        self.creations: dict[int, Creation] = {}
        self.open_creations: dict[int, Creation] = {}
        """Those that are not done, in the order they came."""
        self.jobs: dict[str, Job] = {}
        self.operations: dict[int, Operation] = {}
        self.subscriptions: dict[int, ApiSubscription] = {}
        self.tokens: list[TokenPair] = []
        self.bucket = Bucket()

    @property
    def domain(self) -> str:
        return self.facts.domain
