"""The app over HTTP beside the stand-in: stores connect to it, deliver to it, and its workers ask them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from apiflask import APIFlask
from redis import Redis
from rq import Queue
from sqlalchemy import select
from werkzeug.serving import make_server

from app import queue as jobs
from app.config import Settings
from app.db import reading, transaction
from app.stores import woo
from app.stores.models import Store, WooConnection
from tests.sandbox.conftest import free_port
from tests.sandbox.rig import Receiver
from tests.support.offers import add_people
from tests.support.rows import add_store
from tests.support.shopify import id_token
from tests.support.standin import KeptAlive, StandIn, Woo
from webhooks import intake

WORK_SECONDS = 120
"""Far beyond what it takes on a busy machine: work that still goes on then goes in circles."""


@pytest.fixture(scope="session")
def app_port() -> int:
    return free_port()


@pytest.fixture
def settings(settings: Settings, app_port: int) -> Settings:
    """Stores on this machine may be asked in a demo only."""
    return replace(settings, env="demo", url=f"http://127.0.0.1:{app_port}")


@pytest.fixture
def site(
    queue: Redis, app: APIFlask, app_port: int, standin: StandIn, receiver: Receiver, session: requests.Session
) -> Iterator[Site]:
    intake.forget()
    woo.forget_doors()
    server = make_server("127.0.0.1", app_port, app, threaded=True, request_handler=KeptAlive)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    standin.point_at(f"http://127.0.0.1:{app_port}")
    yield Site(f"http://127.0.0.1:{app_port}", standin, session)
    standin.point_at(receiver.url)
    server.shutdown()
    server.server_close()
    thread.join(10)
    assert not thread.is_alive(), "The app's server did not end."
    intake.forget()


@dataclass
class Site:
    """The app, and what a merchant and the passing of time do to it."""

    url: str
    standin: StandIn
    session: requests.Session

    def work(self) -> None:
        """Everything that is queued, until nothing is. As a worker does it, but a job that fails fails the test, and so
        does work that never ends.
        """
        end = time.monotonic() + WORK_SECONDS
        queues = [Queue(name, connection=jobs.redis()) for name in jobs.QUEUES]
        while (taken := Queue.dequeue_any(queues, None, connection=jobs.redis())) is not None:
            job = taken[0]
            assert time.monotonic() < end, f"There is still work after {WORK_SECONDS} s: {job.func_name}{job.args}"
            if name := job.meta.get("unique"):
                jobs.started(name)
            job.func(*job.args)

    def by_plugin(self, **facts: Any) -> Connected:
        """The merchant presses Connect on the plugin's page."""
        shop = self.standin.woo_store(**facts)
        answer = self.session.get(shop.connect_url(), timeout=10, allow_redirects=False)
        assert answer.status_code == 302, answer.text
        assert answer.headers["Location"] == f"{shop.url}/wp-admin/admin.php?page=shoutcode"
        return self._connected(shop, shop.id_token)

    def by_keys(self, **facts: Any) -> Connected:
        """From the page of a Shopify store the merchant links one, and approves on its key screen."""
        with transaction() as session:
            first = add_store(session)
        shop = self.standin.woo_store(plugin=False, **facts)
        headers = {"Authorization": f"Bearer {id_token(first.domain)}"}
        begun = self.session.post(
            f"{self.url}/api/key-grants", json={"store_url": shop.url}, headers=headers, timeout=10
        ).json()
        asked = dict(parse_qsl(urlsplit(begun["authorize_url"]).query))
        granted = f"{shop.url}/wc-auth/v1/access_granted/"
        answer = self.session.get(granted, params=asked, timeout=10, allow_redirects=False)
        assert answer.status_code == 302, answer.text
        return self._connected(shop, lambda: id_token(first.domain))

    def _connected(self, shop: Woo, token: Callable[[], str]) -> Connected:
        self.work()
        with reading() as session:
            domain = shop.url.partition("://")[2]
            store = session.scalars(select(Store).where(Store.domain == domain)).one()
            connection = session.get_one(WooConnection, store.id)
        return Connected(self, shop, store, connection, token)


@dataclass
class Connected:
    """A store of the stand-in that the app works with."""

    site: Site
    shop: Woo
    store: Store
    connection: WooConnection
    token: Callable[[], str]
    """Of the page that it is worked from: its own in WordPress, or that of the store it was linked from."""

    def api(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.token()}"}
        answer = self.site.session.request(method, f"{self.site.url}/api{path}", json=body, headers=headers, timeout=10)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def offer(self, people: int = 1, **changes: Any) -> Any:
        """15 percent for so many people; their codes are live when it is back."""
        with transaction() as session:
            ids = add_people(session, self.store.workspace_id, [f"Maya{number}" for number in range(people)])
        asked = {
            "name": "Autumn", "store_id": self.store.id, "type": "percentage", "value": "15",
            "pattern": "{first_name}-{value}", "starts_at": None, "ends_at": None, "uses_per_code": None,
            "once_per_customer": False, "minimum_subtotal": None, "selection": {"ids": ids}, "edits": {},
            "pool": 0, "publish": True, **changes,
        }  # fmt: skip
        made = self.api("POST", "/offers", asked)["offer"]
        self.site.work()
        return self.api("GET", f"/offers/{made['id']}")

    def codes(self, offer: Any) -> list[Any]:
        return list(self.api("GET", f"/offers/{offer['id']}/codes?limit=200")["items"])

    def settle(self) -> None:
        """What stores have to tell is told, and worked."""
        self.shop.wait_pushed()
        self.shop.run_queue()
        self.shop.wait_pushed()
        jobs.enqueue("webhooks.jobs.drain", queue="webhooks")
        self.site.work()

    def reconcile(self) -> None:
        """The quarter of an hour is over."""
        jobs.enqueue("app.redemptions.jobs.reconcile", self.store.id)
        jobs.enqueue("app.stores.woo_jobs.set_up", self.store.id)
        self.site.work()

    def at_night(self) -> None:
        jobs.enqueue("app.redemptions.jobs.check", self.store.id)
        self.site.work()

    def sums(self, offer: Any) -> dict[str, tuple[int, Decimal]]:
        """By code: redemptions and net, without those that are zero."""
        rows = {
            code["code"].upper(): (code["redemptions"], Decimal(code["net"]["amount"] if code["net"] else 0))
            for code in self.codes(offer)
        }
        return {code: row for code, row in rows.items() if any(row)}

    def books(self) -> dict[str, tuple[int, Decimal]]:
        """The same by the store's own books."""
        rows = self.shop.books()["codes"].items()
        return {code: (row["redemptions"], Decimal(row["net"])) for code, row in rows if row["redemptions"]}
