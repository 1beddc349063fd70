"""A store with a code, and the inbox of one test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from app.stores.models import Store
from tests.support.redeeming import add_codes
from webhooks import intake


@pytest.fixture(autouse=True)
def fresh_intake() -> Iterator[None]:
    """The writer thread holds a connection to its database: each test's inbox has a new one."""
    intake.forget()
    yield
    intake.forget()


@pytest.fixture
def shop(app: APIFlask) -> Store:
    """Installed, with the code LUCY."""
    return add_codes("LUCY")


@pytest.fixture
def http(app: APIFlask, shop: Store) -> FlaskClient:
    return app.test_client()
