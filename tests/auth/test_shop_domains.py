"""Only a store's own domain may reach a header, an address or a request."""

from __future__ import annotations

import pytest
from shopify.utils import shop_url

from app.auth.identity import is_shop_domain

GOOD = ["a.myshopify.com", "some-shop.myshopify.com", "1-2-3.myshopify.com", "x" * 60 + ".myshopify.com"]
HOSTILE = [
    "", "myshopify.com", ".myshopify.com", "-.myshopify.com", "-a.myshopify.com", "some_shop.myshopify.com",
    "evil.com/.myshopify.com", "evil.com?.myshopify.com", "evil.com#.myshopify.com", "evil.com\\.myshopify.com",
    "a.myshopify.com.evil.com", "a.b.myshopify.com", "a.myshopify.com/", "a.myshopify.com:443", "a.myshopify.com.",
    "user@a.myshopify.com", "a.myshopify.com@evil.com", "https://a.myshopify.com", "//a.myshopify.com",
    "a.myshopify.io",
    "A.myshopify.com", "a.MYSHOPIFY.com", "a.myshopify.com\n", "\na.myshopify.com", "a.myshopify.com\r\nX: y",
    "a.myshopify.com;", "a.myshopify.com *", " a.myshopify.com", "a.myshopify.com ", "a\x00.myshopify.com",
    "a%2e.myshopify.com",
    "ä.myshopify.com", "а.myshopify.com", "a.myshopify。com", "１.myshopify.com", "amyshopify.com", "a.myshopifyXcom",
    "*.myshopify.com",
    "127.0.0.1", "localhost", "[::1]", "x" * 300 + ".myshopify.com", "\ud800.myshopify.com",
]  # fmt: skip


@pytest.mark.parametrize("domain", GOOD)
def test_a_shops_domain(domain: str) -> None:
    assert is_shop_domain(domain)
    if len(domain.split(".")[0]) > 1:
        assert shop_url.sanitize_shop_domain(domain) == domain


@pytest.mark.parametrize("domain", HOSTILE)
def test_anything_else_is_none(domain: str) -> None:
    assert not is_shop_domain(domain)
