"""Sends webhooks as Shopify does: kept-alive connections, five seconds at most, eight repeats with growing waits, one
payload.
"""

import heapq
import itertools
import random
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import requests

from sandbox.clock import fine_stamp
from sandbox.shopify.signing import webhook_signature

if TYPE_CHECKING:
    from sandbox.world import World

THREADS = 8
REPEATS = 8
CONNECT_SECONDS, ANSWER_SECONDS = 1.0, 5.0
KEPT = 10_000
"""Finished deliveries that are remembered."""
REORDER_SPAN = 2.0


@dataclass
class Delivery:
    id: str
    """The idempotency key, X-Shopify-Webhook-Id: the same at each repeat and in each duplicate."""
    event_id: str
    shop: str
    topic: str
    url: str
    body: bytes
    triggered_at: datetime
    subscription_id: int | None = None
    attempts: int = 0
    status: Literal["waiting", "sent", "failed", "lost"] = "waiting"
    last_status: int | None = None
    """The receiver's last HTTP status; None when no answer came."""


class Deliveries:
    """The queue of deliveries and the threads that empty it."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._wake = threading.Condition()
        self._due: list[tuple[float, int, str, bool]] = []
        self._order = itertools.count()
        self._random = random.Random(20261121)
        self._sending = 0
        self.all: dict[str, Delivery] = {}

    def start(self) -> None:
        for number in range(THREADS):
            threading.Thread(target=self._send_on, name=f"webhooks-{number}", daemon=True).start()

    def restore(self, delivery: Delivery) -> None:
        self.all[delivery.id] = delivery
        if delivery.status == "waiting":
            self._plan(delivery.id, 0.0)

    def add(self, delivery: Delivery) -> None:
        switches = self._world.switches.deliveries
        with self._wake:
            self.all[delivery.id] = delivery
            self._forget_old()
            if self._random.random() < switches.lose:
                delivery.status = "lost"
            else:
                wait = switches.delay_seconds + (self._random.uniform(0, REORDER_SPAN) if switches.reorder else 0.0)
                self._plan(delivery.id, wait)
                if self._random.random() < switches.duplicate:
                    self._plan(delivery.id, wait)
        self._world.save_delivery(delivery)

    def redeliver(self, delivery_id: str) -> bool:
        """Send a remembered delivery once more, whatever became of it."""
        with self._wake:
            if delivery_id not in self.all:
                return False
            self._plan(delivery_id, 0.0, forced=True)
            return True

    def flush(self) -> int:
        """Send now what waits, held back or not; returns how many."""
        with self._wake:
            self._due = [(0.0, order, delivery_id, True) for _, order, delivery_id, _ in self._due]
            heapq.heapify(self._due)
            self._wake.notify_all()
            return len(self._due)

    def wake(self) -> None:
        """The switches were turned: look again."""
        with self._wake:
            self._wake.notify_all()

    def idle(self) -> bool:
        """Nothing is being sent and nothing waits."""
        with self._wake:
            return not self._due and not self._sending

    def _plan(self, delivery_id: str, wait: float, forced: bool = False) -> None:
        """What is forced goes first, past all that is held back."""
        with self._wake:
            due = 0.0 if forced else time.monotonic() + wait
            heapq.heappush(self._due, (due, next(self._order), delivery_id, forced))
            self._wake.notify()

    def _forget_old(self) -> None:
        if len(self.all) <= KEPT + KEPT // 10:
            return
        finished = [delivery.id for delivery in self.all.values() if delivery.status != "waiting"]
        for delivery_id in finished[: len(self.all) - KEPT]:
            del self.all[delivery_id]
            self._world.journal.delete("delivery", delivery_id)

    def _send_on(self) -> None:
        session = requests.Session()
        while True:
            delivery, duplicate = self._take()
            self._send(session, delivery, duplicate)
            with self._wake:
                self._sending -= 1

    def _take(self) -> tuple[Delivery, bool]:
        """Wait for the next due delivery; the second value tells that it was sent well before."""
        with self._wake:
            while True:
                wait: float | None = None
                if self._due and (self._due[0][3] or self._world.switches.deliveries.enabled):
                    wait = self._due[0][0] - time.monotonic()
                    if wait <= 0:
                        delivery = self.all.get(heapq.heappop(self._due)[2])
                        if delivery is None:
                            continue
                        self._sending += 1
                        return delivery, delivery.status == "sent"
                self._wake.wait(wait)

    def _send(self, session: requests.Session, delivery: Delivery, duplicate: bool) -> None:
        delivery.attempts += 1
        delivery.last_status = self._post(session, delivery)
        if delivery.last_status is not None and 200 <= delivery.last_status < 300:
            delivery.status = "sent"
        elif not duplicate:
            self._repeat_or_give_up(delivery)
        self._world.save_delivery(delivery)

    def _post(self, session: requests.Session, delivery: Delivery) -> int | None:
        settings = self._world.settings
        wrong = self._random.random() < self._world.switches.deliveries.wrong_signature
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Shoutcode-Sandbox",
            "X-Shopify-Topic": delivery.topic,
            "X-Shopify-Hmac-Sha256": webhook_signature(
                "wrong-" + settings.api_secret if wrong else settings.api_secret, delivery.body
            ),
            "X-Shopify-Shop-Domain": delivery.shop,
            "X-Shopify-API-Version": settings.app.api_version,
            "X-Shopify-Webhook-Id": delivery.id,
            "X-Shopify-Event-Id": delivery.event_id,
            "X-Shopify-Triggered-At": fine_stamp(delivery.triggered_at),
        }
        try:
            answer = session.post(
                delivery.url,
                data=delivery.body,
                headers=headers,
                timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
                allow_redirects=False,
            )
        except requests.RequestException:
            return None
        return answer.status_code

    def _repeat_or_give_up(self, delivery: Delivery) -> None:
        if delivery.attempts <= REPEATS:
            self._plan(delivery.id, self._world.switches.deliveries.retry_seconds * 2 ** (delivery.attempts - 1))
            return
        delivery.status = "failed"
        if delivery.subscription_id is not None:
            # Shopify drops a subscription made through the API after eight failed repeats; those of the toml stay.
            self._world.drop_subscription(delivery.shop, delivery.subscription_id)
