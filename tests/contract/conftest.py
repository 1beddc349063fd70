"""The same cases against every StorePlatform: the one in memory; Shopify's adapter, WooCommerce's by REST and
WooCommerce's by the companion plugin over HTTP to a sandbox.
"""

from __future__ import annotations

import itertools
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from app import queue
from app.platforms.port import StorePlatform
from app.platforms.shopify.adapter import ShopifyStore
from app.platforms.shopify.client import AdminClient
from app.platforms.woocommerce.adapter import WooStore
from app.platforms.woocommerce.client import Credentials, WooClient
from sandbox.client import SandboxClient
from sandbox.woo_client import WooSandbox
from tests.support.fake_platform import LOST, FakePlatform
from tests.support.shopify import API_KEY, API_SECRET

ROOT = Path(__file__).parent.parent.parent
_numbers = itertools.count(1)


@dataclass
class Rig:
    """A platform, and what a test may do to the store behind it."""

    platform: StorePlatform
    plant: Callable[[list[str]], None]
    fail_next: Callable[[str, str], None]
    """(method, fault): "lost" loses the answer of the next such call after it has acted."""
    domain: str = ".myshopify.com"
    missing: str = "gid://shopify/DiscountCodeNode/99999999"
    """Remote id of a discount that is not there."""
    missing_job: str = "gid://shopify/DiscountRedeemCodeBulkCreation/99999999"
    repeats_by_itself: bool = True
    """Otherwise a lost answer is told as one that may be asked again, and the caller does."""
    foreign: Callable[[str, str], None] | None = None
    """(title, code): makes a discount of somebody else's, where search is for those alone."""


class OneToken:
    def __init__(self, token: str) -> None:
        self._token = token

    def token(self) -> str:
        return self._token

    def renew(self, refused: str) -> str:
        return self._token

    def give_up(self) -> None:
        """Nothing to give up: the test's token is all there is."""


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxClient]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    flags = {
        "--port": str(port), "--state": str(tmp_path_factory.mktemp("sandbox")), "--app-url": "http://127.0.0.1:9",
        "--api-key": API_KEY, "--api-secret": API_SECRET,
    }  # fmt: skip
    command = [sys.executable, "-m", "sandbox", "serve", *itertools.chain.from_iterable(flags.items())]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    client = SandboxClient(f"http://127.0.0.1:{port}")
    client.wait_ready()
    client.call("PUT", "/switches", {"latency_ms": 0, "bulk_seconds": 0.05, "deliveries": {"enabled": False}})
    yield client
    client.close()
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def token_of(sandbox: SandboxClient, shop: str) -> str:
    body = {
        "client_id": API_KEY, "client_secret": API_SECRET, "subject_token": sandbox.id_token(shop), "expiring": "1",
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
        "requested_token_type": "urn:shopify:params:oauth:token-type:offline-access-token",
    }  # fmt: skip
    url = f"{sandbox.base_url}/shops/{shop}/admin/oauth/access_token"
    return str(requests.post(url, json=body, timeout=10).json()["access_token"])


def shopify_rig(sandbox: SandboxClient) -> Rig:
    shop = sandbox.create_shop(f"contract-{next(_numbers)}", currency="EUR", time_zone="Europe/Berlin")["shop"]
    sandbox.install(shop)
    client = AdminClient(f"{sandbox.base_url}/shops/{shop}", OneToken(token_of(sandbox, shop)))
    operations = {
        "create_discount": "OfferCreate",
        "add_codes": "CodesBulkAdd",
        "block_status": "CodesBulkCreationStatus",
    }

    def fail_next(method: str, fault: str) -> None:
        kinds = {"lost": "cut_after_act", "busy": "500"}
        sandbox.call("PUT", "/switches", {"graphql_fail_next": [f"{operations[method]}:{kinds[fault]}"]})

    return Rig(ShopifyStore(client), lambda codes: sandbox.plant_codes(shop, codes), fail_next)


def memory_rig() -> Rig:
    fake = FakePlatform()

    def fail_next(method: str, fault: str) -> None:
        if method == "create_discount":
            fake.faults[method] = [("after", LOST)]

    return Rig(fake, lambda codes: fake.plant(*codes), fail_next)


def woo_rig(sandbox: SandboxClient, session: requests.Session, *, plugin: bool) -> Rig:
    store = WooSandbox.create(sandbox, f"contract-{next(_numbers)}", plugin=plugin).quick()
    key = store.key()
    secret = None
    if plugin:
        code = parse_qs(urlsplit(store.connect_url()).query)["code"][0]
        granted = session.post(f"{store.rest}/wc-shoutcode/v1/pair", json={"code": code, "store_id": "1"}, timeout=10)
        key, secret = granted.json(), granted.json()["signing_secret"]
    client = WooClient(Credentials(store.rest, key["consumer_key"], key["consumer_secret"], secret), session)
    making = "POST /coupons" if plugin else "POST coupons/batch"
    requests_of = {"create_discount": making, "add_codes": making}

    def fail_next(method: str, fault: str) -> None:
        kinds = {"lost": "cut_after_act", "busy": "503"}
        if method in requests_of:  # a block's status is what the adapter remembers: nothing is asked
            store.turn(fail_next=[f"{requests_of[method]}:{kinds[fault]}"])

    return Rig(
        WooStore(client), lambda codes: store.plant(codes), fail_next, domain=f"/woo/{store.handle}",
        missing="shoutcode:000000000000000000000000", missing_job="f" * 32, repeats_by_itself=False,
        foreign=lambda title, code: store.plant([code], amount="10", discount_type="percent", description=title),
    )  # fmt: skip


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


@pytest.fixture(params=["memory", "shopify", "woocommerce_rest", "woocommerce_plugin"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Rig:
    queue.connect(f"unix://{tmp_path / 'no-queue.sock'}")  # the pace is then kept in memory
    if request.param == "memory":
        return memory_rig()
    sandbox = request.getfixturevalue("sandbox")
    if request.param == "shopify":
        return shopify_rig(sandbox)
    return woo_rig(sandbox, request.getfixturevalue("session"), plugin=request.param == "woocommerce_plugin")
