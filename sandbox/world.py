"""All the state of a running sandbox, one lock over it, and its way to the disk and back."""

import threading
from collections import Counter
from datetime import datetime
from typing import Any

import orjson
from pydantic import TypeAdapter

from sandbox.clock import now
from sandbox.config import Settings
from sandbox.journal import Journal
from sandbox.mail.box import MailBox
from sandbox.roster.service import Roster
from sandbox.shopify import bulk, bulk_query
from sandbox.shopify.bulk import Creation, Job
from sandbox.shopify.codes import RedeemCode
from sandbox.shopify.deliveries import Deliveries, Delivery
from sandbox.shopify.discounts import Discount
from sandbox.shopify.operations import Operation
from sandbox.shopify.orders import Order
from sandbox.shopify.shops import ApiSubscription, Shop, ShopFacts
from sandbox.shopify.tokens import TokenPair
from sandbox.switches import Switches
from sandbox.timers import Timers
from sandbox.woocommerce.stores import WooStores

FIRST_IDS = {
    "Shop": 60_000_000_000,
    "Order": 5_000_000_000_000,
    "LineItem": 13_000_000_000_000,
    "Refund": 900_000_000_000,
    "DiscountCodeNode": 1_200_000_000_000,
    "DiscountRedeemCode": 16_000_000_000_000,
    "DiscountRedeemCodeBulkCreation": 4_000_000_000,
    "BulkOperation": 3_000_000_000_000,
    **dict.fromkeys(("WooStore", "WooPost", "WooItem", "WooMeta", "WooKey", "WooWebhook"), 100),
}

DEMO_SHOPS = (
    {
        "handle": "juniper-goods",
        "name": "Juniper Goods",
        "currency": "EUR",
        "time_zone": "Europe/Berlin",
        "plan": "standard",
    },
    {
        "handle": "maple-outfitters",
        "name": "Maple Outfitters",
        "currency": "USD",
        "time_zone": "America/New_York",
        "plan": "plus",
    },
)


_adapters: dict[Any, TypeAdapter[Any]] = {}


def adapter(kind: Any) -> TypeAdapter[Any]:
    """Reads and writes one kind of row; making one takes a while, so each is made once."""
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


class World:
    """Whoever reads or changes anything in here holds `lock`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.lock = threading.RLock()
        self.journal = Journal(settings.state_dir / "sandbox.db", self.lock)
        self.bulk_dir = settings.state_dir / "bulk"
        self.bulk_dir.mkdir(parents=True, exist_ok=True)
        self.timers = Timers(self.lock)
        self.deliveries = Deliveries(self)
        self.switches = Switches()
        self.stats = Stats()
        self.shops: dict[str, Shop] = {}
        self.grants: dict[str, str] = {}
        """Authorization codes of the redirect flow: code to store."""
        self._sequences: dict[str, int] = {}
        self.roster = Roster(self.journal)
        self.mail = MailBox(self.journal, settings.port)
        self.woo = WooStores(self)

    def start(self) -> None:
        with self.lock:
            self._load()
            if not self.shops:
                for facts in DEMO_SHOPS:
                    self.create_shop(**facts)
            self.woo.load()
            self.roster.load()
            self.mail.load()
        self.journal.start()
        self.mail.start()
        self.timers.start()
        self.deliveries.start()
        with self.lock:
            for shop in self.shops.values():
                bulk.resume(self, shop)
                bulk_query.resume(self, shop)

    def close(self) -> None:
        self.mail.close()
        self.journal.close()

    def create_shop(self, handle: str, name: str, currency: str, time_zone: str, plan: str) -> Shop:
        facts = ShopFacts(self.next_id("Shop"), handle, name, currency, time_zone, plan, now())
        shop = self.shops[facts.domain] = Shop(facts)
        self.save_shop(shop)
        return shop

    def shop_by_handle(self, handle: str) -> Shop | None:
        return self.shops.get(f"{handle}.myshopify.com")

    def next_id(self, kind: str) -> int:
        """Ids rise for ever and are never given twice, over all stores."""
        number = self._sequences.get(kind, FIRST_IDS.get(kind, 1_000_000_000)) + 1
        self._sequences[kind] = number
        self.journal.save("sequence", kind, lambda: orjson.dumps(self._sequences[kind]))
        return number

    def _save(self, kind: str, row_id: object, row: Any) -> None:
        self.journal.save(kind, row_id, lambda: adapter(type(row)).dump_json(row))

    def save_shop(self, shop: Shop) -> None:
        self._save("shop", shop.facts.id, shop.facts)

    def save_tokens(self, shop: Shop) -> None:
        rows = list(shop.tokens)
        self.journal.save("tokens", shop.domain, lambda: adapter(list[TokenPair]).dump_json(rows))

    def save_discount(self, discount: Discount) -> None:
        self._save("discount", discount.id, discount)

    def save_code(self, shop: Shop, code: RedeemCode) -> None:
        def encode() -> bytes:
            return orjson.dumps([shop.domain, code.code, code.discount_id, code.uses, sorted(code.customers or ())])

        self.journal.save("code", code.id, encode)

    def save_creation(self, creation: Creation) -> None:
        self._save("creation", creation.id, creation)

    def save_job(self, job: Job) -> None:
        self._save("job", job.id, job)

    def save_operation(self, operation: Operation) -> None:
        self._save("operation", operation.id, operation)

    def save_order(self, order: Order) -> None:
        self._save("order", order.id, order)

    def save_subscription(self, subscription: ApiSubscription) -> None:
        self._save("subscription", subscription.id, subscription)

    def save_delivery(self, delivery: Delivery) -> None:
        self._save("delivery", delivery.id, delivery)

    def drop_subscription(self, domain: str, number: int) -> None:
        with self.lock:
            self.shops[domain].subscriptions.pop(number, None)
            self.journal.delete("subscription", number)

    def _rows(self, kind: str, row_type: type[Any]) -> list[Any]:
        return [adapter(row_type).validate_json(body) for _, body in self.journal.load(kind)]

    def _load(self) -> None:
        self._sequences = {kind: orjson.loads(body) for kind, body in self.journal.load("sequence")}
        for facts in sorted(self._rows("shop", ShopFacts), key=lambda facts: facts.id):
            self.shops[facts.domain] = Shop(facts)
        for domain, body in self.journal.load("tokens"):
            self.shops[domain].tokens = adapter(list[TokenPair]).validate_json(body)
        for kind, row_type, place in (
            ("discount", Discount, "discounts"),
            ("creation", Creation, "creations"),
            ("job", Job, "jobs"),
            ("operation", Operation, "operations"),
            ("order", Order, "orders"),
            ("subscription", ApiSubscription, "subscriptions"),
        ):
            for row in sorted(self._rows(kind, row_type), key=lambda row: row.id):
                getattr(self.shops[row.shop], place)[row.id] = row
        self._load_codes()
        for delivery in sorted(self._rows("delivery", Delivery), key=_triggered_at):
            self.deliveries.restore(delivery)

    def _load_codes(self) -> None:
        for code_id, body in sorted(
            ((int(row_id), body) for row_id, body in self.journal.load("code")), key=lambda row: row[0]
        ):
            domain, text, discount_id, uses, customers = orjson.loads(body)
            self.shops[domain].codes.add(RedeemCode(code_id, text, discount_id, uses, set(customers) or None))


def _triggered_at(delivery: Delivery) -> datetime:
    return delivery.triggered_at


class Stats:
    """What was asked of the Admin API since the start or the last reset."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.throttled = 0
        self.throttled_seconds = 0.0
        self.points_spent = 0
        self.token_requests = Counter[str]()
        self.operations = Counter[str]()

    def as_json(self) -> dict[str, Any]:
        return {
            "throttled": self.throttled,
            "throttled_seconds": round(self.throttled_seconds, 3),
            "points_spent": self.points_spent,
            "token_requests": dict(self.token_requests),
            "graphql_requests": dict(self.operations),
        }
