import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import requests

from app.platforms.port import DiscountType, Terms
from app.platforms.woocommerce.adapter import WooStore
from app.platforms.woocommerce.client import Credentials, WooClient
from tests.woocommerce.fake_plugin import SIGNING_SECRET
from tests.woocommerce.fake_store import KEY, SECRET, FakeStore

FIXTURES = Path(__file__).parent / "fixtures"


def fixture_body(name):
    """Of a recorded delivery (raw text) or REST answer (already an object)."""
    body = json.loads((FIXTURES / f"{name}.json").read_text())["body"]
    return json.loads(body) if isinstance(body, str) else body


def make_terms(**changes):
    fields = {
        "title": "Autumn",
        "type": DiscountType.PERCENTAGE,
        "value": Decimal("15"),
        "starts_at": datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1),
        "reference": "offer-1",
    }
    return Terms(**{**fields, **changes})


@pytest.fixture
def fake():
    store = FakeStore()
    store.root = store.start()
    yield store
    store.stop()


@pytest.fixture
def client(fake):
    with requests.Session() as session:
        yield WooClient(Credentials(fake.root, KEY, SECRET), session)


@pytest.fixture
def store(client):
    return WooStore(client)


@pytest.fixture
def plugin_store(fake):
    with requests.Session() as session:
        yield WooStore(WooClient(Credentials(fake.root, KEY, SECRET, SIGNING_SECRET), session))
