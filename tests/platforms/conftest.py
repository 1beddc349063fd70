"""A Shopify to talk to: real HTTP, with a memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.fake_shopify import FakeShopify, serve


@pytest.fixture
def shopify() -> Iterator[FakeShopify]:
    shopify = FakeShopify()
    server = serve(shopify)
    yield shopify
    shopify.gate.set()
    server.shutdown()
    server.server_close()
