"""The embedded page: framed by the shop of the verified token only, and the bounce for who comes without one."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from apiflask import APIFlask

from app.stores import document
from app.stores.models import Store
from tests.auth.test_shop_domains import HOSTILE
from tests.support.actors import Merchant
from tests.support.shopify import API_KEY, OLD_SECRET, SHOP, id_token

HTML = "<!doctype html><html lang=en><head><!--shoutcode:head--></head><body><div id=root></div></body></html>"
PATHS = ["/", "/influencers", "/influencers/7", "/offers", "/offers/new", "/offers/3", "/redemptions/9", "/settings",
         "/settings/roster", "/stores/1"]  # fmt: skip


@pytest.fixture(autouse=True)
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page as Vite builds it."""
    dist = tmp_path / "dist"
    dist.mkdir()
    (dist / "index.html").write_text(HTML)
    monkeypatch.setattr(document, "DIST", dist)
    return dist


@pytest.mark.parametrize("path", PATHS)
def test_every_path_of_the_page_is_the_document(merchant: Merchant, path: str) -> None:
    answer = merchant.open(path)

    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"] == f"frame-ancestors https://{SHOP} https://admin.shopify.com;"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "X-Frame-Options" not in answer.headers
    assert f'<meta name="shopify-api-key" content="{API_KEY}">' in answer.text
    assert '<script src="https://cdn.shopify.com/shopifycloud/app-bridge.js"></script>' in answer.text
    assert '<html data-host="shopify" lang=en>' in answer.text


def test_the_shop_is_the_tokens_not_the_querys(merchant: Merchant) -> None:
    answer = merchant.open("/", shop="other-shop.myshopify.com")

    assert "other-shop" not in answer.headers["Content-Security-Policy"]
    assert SHOP in answer.headers["Content-Security-Policy"]


def test_a_token_by_the_previous_secret_opens_the_page(merchant: Merchant) -> None:
    assert merchant.open("/", id_token=id_token(secret=OLD_SECRET)).status_code == 200


@pytest.mark.parametrize("token", ["", "broken", id_token(secret="x" * 32), id_token(exp=1)])
def test_without_a_good_token_the_bounce_page_gets_one(merchant: Merchant, token: str) -> None:
    answer = merchant.open("/offers/3", id_token=token, locale="de")

    assert answer.status_code == 302
    target = urlsplit(answer.headers["Location"])
    query = {key: values[0] for key, values in parse_qs(target.query).items()}
    assert target.path == "/auth/patch-id-token"
    assert query["shop"] == SHOP
    assert "id_token" not in query
    reload = urlsplit(query["shopify-reload"])
    assert f"{reload.scheme}://{reload.netloc}{reload.path}" == "https://shoutcode.test/offers/3"
    assert parse_qs(reload.query)["locale"] == ["de"]
    assert "id_token" not in reload.query


def test_the_bounce_page_holds_app_bridge_and_nothing_else(merchant: Merchant) -> None:
    query = {"shop": SHOP, "shopify-reload": "https://shoutcode.test/offers?shop=x"}
    answer = merchant.http.get("/auth/patch-id-token", query_string=query)

    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"] == f"frame-ancestors https://{SHOP} https://admin.shopify.com;"
    assert answer.text.count("<script") == 1


@pytest.mark.parametrize("shop", HOSTILE)
def test_no_hostile_domain_reaches_the_bounce_pages_headers(merchant: Merchant, shop: str) -> None:
    query = {"shop": shop.encode(errors="surrogatepass"), "shopify-reload": "https://shoutcode.test/"}
    answer = merchant.http.get("/auth/patch-id-token", query_string=query)

    assert answer.status_code == 400
    assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'none'"


@pytest.mark.parametrize(
    "target",
    ["", "https://evil.com/", "//evil.com/", "/\\evil.com", "https://shoutcode.test.evil.com/", "javascript:alert(1)",
     "https://shoutcode.test@evil.com/", "http://shoutcode.test/", "https:///evil.com", "https://shoutcode.test:8443/",
     "\thttps://evil.com", "https://evil.com\\@shoutcode.test/", "data:text/html,x", "https://[::1", "/\t/evil.com"],
)  # fmt: skip
def test_the_bounce_goes_nowhere_else(merchant: Merchant, target: str) -> None:
    answer = merchant.http.get("/auth/patch-id-token", query_string={"shop": SHOP, "shopify-reload": target})

    assert answer.status_code == 400


@pytest.mark.parametrize("target", ["/offers", "https://shoutcode.test/offers?x=1"])
def test_the_bounce_goes_to_our_own_pages(merchant: Merchant, target: str) -> None:
    query = {"shop": SHOP, "shopify-reload": target}
    assert merchant.http.get("/auth/patch-id-token", query_string=query).status_code == 200


def _host(text: str) -> str:
    return base64.b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("host", "target"),
    [
        ("admin.shopify.com/store/some-shop", "https://admin.shopify.com/store/some-shop"),
        ("some-shop.myshopify.com/admin", "https://some-shop.myshopify.com/admin"),
    ],
)
def test_outside_the_admin_it_leads_into_the_admin(merchant: Merchant, host: str, target: str) -> None:
    answer = merchant.http.get("/", query_string={"host": _host(host), "shop": SHOP})

    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{target}/apps/{API_KEY}"


@pytest.mark.parametrize(
    "host",
    [
        "evil.com",
        "evil.com/admin.shopify.com/store/x",
        "admin.shopify.com/store/x/../..",
        "admin.shopify.com.evil.com/store/x",
        "a.myshopify.com/admin\n",
        "é",
        "",
    ],
)
def test_a_hostile_host_leads_nowhere(merchant: Merchant, host: str) -> None:
    for given in (_host(host), host):
        answer = merchant.http.get("/", query_string={"host": given})
        assert answer.status_code == 400
        assert "Location" not in answer.headers


def test_a_page_that_is_not_built_says_what_to_do(merchant: Merchant, built: Path) -> None:
    (built / "index.html").unlink()

    answer = merchant.open("/")

    assert answer.status_code == 503
    assert "make setup" in answer.text


def test_nothing_of_the_query_is_written_into_the_page(merchant: Merchant) -> None:
    answer = merchant.open("/", locale="<script>alert(1)</script>")

    assert "alert(1)" not in answer.text


def test_assets_are_for_good_and_not_for_frames(
    app: APIFlask, store: Store, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app import create_app, web
    from app.config import current_settings

    (built / "assets").mkdir()
    (built / "assets" / "index-3f2a9c.js").write_text("1")
    monkeypatch.setattr(web, "DIST", built)
    answer = create_app(current_settings()).test_client().get("/assets/index-3f2a9c.js")

    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    answer.close()
