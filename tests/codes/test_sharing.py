"""Share links: what each platform's link looks like, and what may be its target."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.codes.sharing import applies, clean_target, clean_utm, share_url
from app.errors import InvalidInput


@dataclass(frozen=True)
class Shop:
    platform: str = "shopify"
    address: str = "https://aurora.myshopify.com"
    has_plugin: bool = False


WOO = Shop("woocommerce", "https://shop.example", True)
BARE = Shop("woocommerce", "https://example.org/shop", False)


def test_each_platform_has_its_own_link() -> None:
    utm = {"source": "instagram", "campaign": "Winter & co"}

    assert share_url(Shop(), "EMMA15") == "https://aurora.myshopify.com/discount/EMMA15"
    assert share_url(Shop(), "EMMA15", target="/products/jacket?size=M", utm=utm) == (
        "https://aurora.myshopify.com/discount/EMMA15?redirect=%2Fproducts%2Fjacket%3Fsize%3DM"
        "&utm_source=instagram&utm_campaign=Winter%20%26%20co"
    )
    assert share_url(WOO, "EMMA15", target="/sale/", utm=utm) == (
        "https://shop.example/?shoutcode=EMMA15&to=%2Fsale%2F&utm_source=instagram&utm_campaign=Winter%20%26%20co"
    )
    assert share_url(BARE, "EMMA15", target="/sale/?a=1", utm={"source": "x"}) == (
        "https://example.org/shop/sale/?a=1&utm_source=x"
    )
    below = Shop("woocommerce", "https://example.org/shop", True)
    assert share_url(below, "EMMA15", target="/sale/") == (
        "https://example.org/shop/?shoutcode=EMMA15&to=%2Fshop%2Fsale%2F"
    )
    assert [applies(shop) for shop in (Shop(), WOO, BARE)] == [True, True, False]


@given(st.text(min_size=1, max_size=150))
def test_any_code_arrives_as_it_is_spelled(code: str) -> None:
    """Imported codes keep signs that mean something in an address."""
    try:
        code.encode()
    except UnicodeEncodeError:
        return
    path = urlsplit(share_url(Shop(), code))
    assert unquote(path.path.removeprefix("/discount/")) == code
    assert (path.query, path.fragment) == ("", "")
    assert parse_qs(urlsplit(share_url(WOO, code)).query, keep_blank_values=True)["shoutcode"] == [code]


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb", "http://[",
        "x" * 501,
    ],
)  # fmt: skip
def test_the_target_stays_in_the_store(elsewhere: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        clean_target(elsewhere, Shop())
    assert refused.value.errors[0].field == "target"


def test_a_page_may_be_given_as_path_or_address() -> None:
    assert clean_target("https://aurora.myshopify.com/collections/winter?sort=new", Shop()) == (
        "/collections/winter?sort=new"
    )
    assert clean_target("https://example.org/shop/sale/", BARE) == "/sale/"
    assert clean_target("https://example.org/shop", BARE) == "/"
    with pytest.raises(InvalidInput):
        clean_target("https://example.org/shopping/", BARE)
    assert clean_target(" pages/about us ", Shop()) == "/pages/about%20us"
    assert clean_target("", Shop()) == ""


def test_utm_values_are_kept_short_and_known() -> None:
    assert clean_utm({"source": "  insta  gram ", "medium": ""}) == {"source": "insta gram"}
    with pytest.raises(InvalidInput) as refused:
        clean_utm({"source": "x" * 101, "colour": "red"})
    assert [fault.field for fault in refused.value.errors] == ["utm.colour", "utm.source"]
