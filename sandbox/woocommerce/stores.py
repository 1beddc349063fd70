"""One WooCommerce store with everything in it, and all of them with their way to the disk and back."""

import secrets
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any, Literal

from pydantic import TypeAdapter

from sandbox.clock import now
from sandbox.woocommerce.coupons import Coupon, CouponIndex
from sandbox.woocommerce.orders import Order
from sandbox.woocommerce.switches import WooSwitches
from sandbox.woocommerce.values import zone

if TYPE_CHECKING:
    from sandbox.world import World

Permission = Literal["read", "write", "read_write"]

DEMO_STORES: tuple[dict[str, Any], ...] = (
    {"handle": "fern-and-thread", "name": "Fern & Thread", "plugin": True},
    {"handle": "harbour-supply", "name": "Harbour Supply", "plugin": False},
)


@dataclass
class ApiKey:
    id: int
    user_id: int
    description: str
    permissions: Permission
    consumer_key: str
    consumer_secret: str


@dataclass
class Webhook:
    id: int
    name: str
    topic: str
    delivery_url: str
    secret: str
    created_at: datetime
    status: str = "active"
    failures: int = 0
    """In a row; never shown by REST."""
    modified_at: datetime | None = None

    @property
    def resource(self) -> str:
        return self.topic.partition(".")[0]

    @property
    def event(self) -> str:
        return self.topic.partition(".")[2]


@dataclass
class Action:
    """A row of Action Scheduler: a webhook to deliver, or a push of the plugin to try again."""

    kind: Literal["webhook", "push"]
    resource_id: int
    webhook_id: int = 0
    event: str = ""
    tries: int = 1


@dataclass
class Plugin:
    """The companion plugin's own options."""

    pairing_hash: str = ""
    pairing_expires: float = 0.0
    pairing_user: int = 1
    store_id: str = ""
    secret: str = ""
    previous_secret: str = ""
    previous_until: float = 0.0
    page_secret: str = ""
    key_id: int = 0
    connected_at: datetime | None = None
    connected_by: int = 1
    sent_at: int | None = None
    failed_at: int | None = None
    error: str = ""

    @property
    def is_connected(self) -> bool:
        return self.store_id != ""


@dataclass
class WooFacts:
    """`time_zone`: an IANA name, or an offset as "UTC+5.5". `plugin` None: not installed."""

    id: int
    handle: str
    name: str
    currency: str
    decimals: int
    time_zone: str
    hpos: bool
    created_at: datetime
    plugin: Plugin | None = None
    keys: list[ApiKey] = field(default_factory=list)
    webhooks: list[Webhook] = field(default_factory=list)
    queue: list[Action] = field(default_factory=list)


@dataclass
class Sent:
    """One delivery, as it went out."""

    kind: Literal["webhook", "push", "ping"]
    topic: str
    url: str
    delivery_id: str
    body: str
    status: int | None
    """None when no answer came."""


class WooStore:
    def __init__(self, facts: WooFacts) -> None:
        self.facts = facts
        self.coupons = CouponIndex()
        self.orders: dict[int, Order] = {}
        self.switches = WooSwitches()
        self.requests = Counter[str]()
        self.sent: list[Sent] = []
        self.seen: set[str] = set()
        """Ids of signed requests: each is good once."""
        self.blocks = threading.Lock()
        """The plugin makes one block at a time."""
        self.gap = threading.Barrier(2)
        """Between the check of a code and its insert, where two requests meet (switch race_seconds)."""
        self.running = threading.Lock()
        """Action Scheduler runs once at a time."""
        self.changes: dict[int, str] = {}
        """Order id: event of the request that is going on, to be pushed at its end."""
        self.pushing = 0
        """Pushes that are on their way."""
        self.workers = Workers(self)

    @property
    def handle(self) -> str:
        return self.facts.handle

    @property
    def zone(self) -> tzinfo:
        return zone(self.facts.time_zone)

    @property
    def places(self) -> int:
        return self.facts.decimals

    def key(self, consumer_key: str) -> ApiKey | None:
        return next((key for key in self.facts.keys if key.consumer_key == consumer_key), None)

    def webhook(self, webhook_id: int) -> Webhook | None:
        return next((webhook for webhook in self.facts.webhooks if webhook.id == webhook_id), None)


class Workers:
    """The store's PHP workers: whoever finds none free waits for one."""

    def __init__(self, store: WooStore) -> None:
        self._store = store
        self.busy = 0
        self._free = threading.Condition()

    def __enter__(self) -> None:
        with self._free:
            self._free.wait_for(lambda: self.busy < self._store.switches.workers)
            self.busy += 1

    def __exit__(self, *_: object) -> None:
        with self._free:
            self.busy -= 1
            self._free.notify()


_facts, _coupon, _order = TypeAdapter(WooFacts), TypeAdapter(Coupon), TypeAdapter(Order)


class WooStores:
    """All stores by handle. Whoever reads or changes them holds the world's lock."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.all: dict[str, WooStore] = {}

    @property
    def app_url(self) -> str:
        return self._world.settings.app_url

    @property
    def lock(self) -> threading.RLock:
        return self._world.lock

    def root(self, store: WooStore) -> str:
        """The store's home, without a trailing slash."""
        return f"{self._world.settings.base_url}/woo/{store.handle}"

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        self._world.timers.after(seconds, act)

    def create(self, handle: str, name: str, plugin: bool = True, currency: str = "EUR", decimals: int = 2,
               time_zone: str = "Europe/Berlin", hpos: bool = True) -> WooStore:  # fmt: skip
        number = self._world.next_id("WooStore")
        facts = WooFacts(number, handle, name, currency, decimals, time_zone, hpos, now(), Plugin() if plugin else None)
        store = self.all[handle] = WooStore(facts)
        self.save(store)
        return store

    def next_id(self, kind: str = "WooPost") -> int:
        return self._world.next_id(kind)

    def make_key(self, store: WooStore, description: str, permissions: Permission = "read_write") -> ApiKey:
        key, secret = "ck_" + secrets.token_hex(20), "cs_" + secrets.token_hex(20)
        made = ApiKey(self.next_id("WooKey"), 1, description, permissions, key, secret)
        store.facts.keys.append(made)
        self.save(store)
        return made

    def drop_key(self, store: WooStore, key_id: int) -> None:
        store.facts.keys = [key for key in store.facts.keys if key.id != key_id]
        self.save(store)

    def save(self, store: WooStore) -> None:
        self._world.journal.save("woo_store", store.facts.id, lambda: _facts.dump_json(store.facts))

    def save_coupon(self, coupon: Coupon) -> None:
        self._world.journal.save("woo_coupon", coupon.id, lambda: _coupon.dump_json(coupon))

    def drop_coupon(self, store: WooStore, coupon: Coupon) -> None:
        store.coupons.remove(coupon)
        self._world.journal.delete("woo_coupon", coupon.id)

    def save_order(self, order: Order) -> None:
        self._world.journal.save("woo_order", order.id, lambda: _order.dump_json(order))

    def drop_order(self, store: WooStore, order: Order) -> None:
        del store.orders[order.id]
        self._world.journal.delete("woo_order", order.id)

    def load(self) -> None:
        rows = [_facts.validate_json(body) for _, body in self._world.journal.load("woo_store")]
        self.all = {facts.handle: WooStore(facts) for facts in sorted(rows, key=lambda facts: facts.id)}
        coupons = [_coupon.validate_json(body) for _, body in self._world.journal.load("woo_coupon")]
        for coupon in sorted(coupons, key=lambda coupon: coupon.id):
            self.all[coupon.store].coupons.add(coupon)
        orders = [_order.validate_json(body) for _, body in self._world.journal.load("woo_order")]
        for order in sorted(orders, key=lambda order: order.id):
            self.all[order.store].orders[order.id] = order
        if not self.all:
            for facts in DEMO_STORES:
                self.create(**facts)
