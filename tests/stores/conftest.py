"""A Shopify to install from: real HTTP, with a memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.config import Settings
from tests.support.fake_shopify import FakeShopify, serve


@pytest.fixture
def shopify() -> Iterator[FakeShopify]:
    shopify = FakeShopify()
    server = serve(shopify)
    yield shopify
    shopify.gate.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def settings(settings: Settings, shopify: FakeShopify) -> Settings:
    return replace(settings, shopify_api_base=shopify.base)
