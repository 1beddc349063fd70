"""The page in a real Chromium, inside the sandbox's admin, over the whole product: web, workers, schedule, queue."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from scripts.chromium import path as chromium
from scripts.merchant import Merchant
from scripts.system import System
from tests.browser.admin import Admin
from tests.browser.filled import Filled, fill

WAY, FILLED = "juniper-goods", "browser-filled"
SECONDS = 20
"""How long a state may take: the machine also runs the workers. Nothing sleeps for it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    quiet = ["--disable-gpu", "--disable-background-networking", "--no-first-run"]
    sandboxed = [] if os.geteuid() else ["--no-sandbox"]
    return {"executable_path": chromium(), "args": [*quiet, *sandboxed]}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"locale": "en-GB", "viewport": {"width": 1280, "height": 800}}


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    expect.set_options(timeout=SECONDS * 1000)
    with System(tmp_path_factory.mktemp("system")) as system:
        yield system.start()


@pytest.fixture
def way(system: System) -> Merchant:
    """A store where nothing is installed yet."""
    return Merchant(system, WAY)


@pytest.fixture(scope="session")
def filled(system: System) -> Filled:
    """A store in use: people, an offer with live codes, one with failed ones, a sale with a refund."""
    merchant = Merchant(system, FILLED)
    merchant.sandbox.create_shop(FILLED, name="Aurora Skincare", currency="EUR", time_zone="Europe/Berlin")
    return fill(merchant)


@pytest.fixture
def admin(page: Page, filled: Filled) -> Admin:
    """The filled store's admin, with the page of the app in its frame."""
    page.set_default_timeout(SECONDS * 1000)
    return Admin(page, filled.merchant, filled.ids)
