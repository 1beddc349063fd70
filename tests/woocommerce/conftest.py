"""WooCommerce's adapter against the sandbox's stand-in, over HTTP in the test's own process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from app.platforms.port import DiscountType, Terms
from app.platforms.woocommerce.adapter import WooStore
from app.platforms.woocommerce.client import Credentials, WooClient
from app.platforms.woocommerce.pairing import pair
from tests.sandbox.rig import Receiver
from tests.support.standin import StandIn, Woo

FIXTURES = Path(__file__).parent / "fixtures"


def fixture_body(name: str) -> Any:
    """Of a recorded delivery (raw text) or REST answer (already an object)."""
    body = json.loads((FIXTURES / f"{name}.json").read_text())["body"]
    return json.loads(body) if isinstance(body, str) else body


def meta(coupon: dict[str, Any], key: str) -> str:
    return next((str(entry["value"]) for entry in coupon["meta_data"] if entry["key"] == key), "")


def make_terms(**changes: Any) -> Terms:
    fields: dict[str, Any] = {
        "title": "Autumn",
        "type": DiscountType.PERCENTAGE,
        "value": Decimal("15"),
        "starts_at": datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1),
        "reference": "offer-1",
    }
    return Terms(**{**fields, **changes})


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    """The app's address, where a test looks at what stores send."""
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope="session")
def standin(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[StandIn]:
    standin = StandIn(tmp_path_factory.mktemp("standin"), receiver.url)
    yield standin
    standin.close()


@pytest.fixture
def shop(standin: StandIn) -> Woo:
    """A store without the plugin."""
    return standin.woo_store(plugin=False)


@pytest.fixture
def plugin_shop(standin: StandIn) -> Woo:
    return standin.woo_store()


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


@pytest.fixture
def client(shop: Woo, session: requests.Session) -> WooClient:
    return keyed(shop, session)


def keyed(shop: Woo, session: requests.Session) -> WooClient:
    key = shop.key()
    return WooClient(Credentials(shop.rest, key["consumer_key"], key["consumer_secret"]), session)


@pytest.fixture
def store(client: WooClient) -> WooStore:
    return WooStore(client)


@pytest.fixture
def plugin_store(plugin_shop: Woo, session: requests.Session) -> WooStore:
    return WooStore(WooClient(paired(plugin_shop, session), session))


def paired(shop: Woo, session: requests.Session) -> Credentials:
    """What the plugin hands over for its one-time code."""
    code = parse_qs(urlsplit(shop.connect_url()).query)["code"][0]
    return pair(session, shop.rest, code, "7").credentials


class Rest:
    """WooCommerce's REST as anybody with a key sees it: the raw answers."""

    def __init__(self, shop: Woo, session: requests.Session, permissions: str = "read_write") -> None:
        key = shop.key(permissions)
        self.root, self.session = shop.rest, session
        self.auth = (key["consumer_key"], key["consumer_secret"])

    def __call__(self, method: str, path: str, body: Any = None, **params: Any) -> requests.Response:
        url = f"{self.root}/wc/v3/{path}"
        return self.session.request(method, url, json=body, params=params, auth=self.auth, timeout=10)


@pytest.fixture
def rest(shop: Woo, session: requests.Session) -> Rest:
    return Rest(shop, session)
