"""The sandbox within the test's own process: over HTTP for the product, and its world at hand for the test."""

from __future__ import annotations

import io
import itertools
import socket
import threading
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from wsgiref.types import WSGIEnvironment

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from sandbox.client import SandboxClient
from sandbox.config import Settings, read_app_config
from sandbox.web import create_app
from sandbox.woo_client import WooSandbox
from sandbox.woocommerce.orders import Line, Order
from sandbox.woocommerce.stores import WooStore
from sandbox.world import World
from tests.support.shopify import API_KEY, API_SECRET

ROOT = Path(__file__).parent.parent.parent
_numbers = itertools.count(1)


class KeptAlive(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def make_environ(self) -> WSGIEnvironment:
        """The body ends where it says, as with a real server; here the bare socket would be waited on."""
        environ = super().make_environ()
        environ["wsgi.input"] = io.BytesIO(self.rfile.read(int(environ.get("CONTENT_LENGTH") or 0)))
        return environ

    def log(self, *_: object) -> None:
        """Tests have no use for a line per request."""


class StandIn:
    def __init__(self, state: Path, app_url: str = "http://127.0.0.1:9") -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        config = read_app_config(ROOT / "shopify.app.toml", app_url)
        self.app: Flask = create_app(Settings(port, state, app_url, API_KEY, API_SECRET, config))
        self.world: World = self.app.extensions["world"]
        self._server = make_server("127.0.0.1", port, self.app, threaded=True, request_handler=KeptAlive)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.client = SandboxClient(f"http://127.0.0.1:{port}")

    def close(self) -> None:
        self.client.close()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)
        assert not self._thread.is_alive(), "The stand-in's server did not end."
        self.world.close()

    def point_at(self, app_url: str) -> None:
        """Where the app is from now on: what stores send goes there."""
        self.world.settings = replace(self.world.settings, app_url=app_url)

    def woo_store(self, **facts: object) -> Woo:
        return Woo(self, f"shop-{next(_numbers)}", **facts)


class Woo(WooSandbox):
    """A store of its own for one test; `inside` is the stand-in's own object."""

    def __init__(self, standin: StandIn, handle: str, **facts: object) -> None:
        super().__init__(standin.client, handle)
        self.sandbox.call("POST", "/woo", {"handle": handle, **facts})
        self.world = standin.world
        self.inside: WooStore = standin.world.woo.all[handle]
        self.quick()
        self.turn(webhook_seconds=10)

    def fail_next(self, *faults: str) -> None:
        self.turn(fail_next=list(faults))

    def asked(self, request: str) -> int:
        """How often: "POST coupons/batch"."""
        return self.requests().get(request, 0)

    def old_order(self, at: datetime, status: str = "completed") -> Order:
        """An order without codes that was changed last at `at`."""
        with self.world.lock:
            number = self.world.woo.next_id()
            price = Decimal("40.00")
            line = Line(number, 1, "Linen apron", 1, price, Decimal(0), price, Decimal(0))
            order = Order(number, self.handle, status, "EUR", False, Decimal(0), at, at, [line], email="ana@x.test")
            self.inside.orders[number] = order
        return order
