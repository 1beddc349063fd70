"""The authorization-code route: signed by Shopify, started by this browser, used once."""

from __future__ import annotations

import base64
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient
from shopify import Session
from sqlalchemy import func, select

from app.clock import now
from app.config import current_settings
from app.db import reading
from app.stores import jobs
from app.stores.models import OAuthState, Store
from app.stores.oauth import authorize_address
from tests.auth.test_shop_domains import HOSTILE
from tests.support.fake_shopify import FakeShopify
from tests.support.shopify import API_KEY, API_SECRET, SHOP, signed_query

OTHER = "other-shop.myshopify.com"


@pytest.fixture
def visitor(app: APIFlask) -> FlaskClient:
    return app.test_client()


def _start(visitor: FlaskClient, shop: str = SHOP) -> str:
    """Returns the state that Shopify is sent."""
    answer = visitor.get("/auth/install", query_string=signed_query(shop=shop), base_url="https://shoutcode.test")
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer.headers["Location"]).query)["state"][0]


def _finish(visitor: FlaskClient, state: str, shop: str = SHOP, **more: str) -> int:
    host = base64.b64encode(f"admin.shopify.com/store/{shop.split('.')[0]}".encode()).decode().rstrip("=")
    query = signed_query(code="c0de", host=host, shop=shop, state=state, **more)
    return visitor.get("/auth/callback", query_string=query, base_url="https://shoutcode.test").status_code


def _stores() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Store)) or 0


def test_the_route_connects_the_store(visitor: FlaskClient, shopify: FakeShopify) -> None:
    assert _finish(visitor, _start(visitor)) == 302

    [grant] = shopify.grants
    assert (grant["code"], grant["expiring"]) == ("c0de", "1")
    with reading() as session:
        store = session.scalars(select(Store)).one()
    assert (store.domain, store.state) == (SHOP, "active")


def test_it_ends_in_the_admin(visitor: FlaskClient) -> None:
    state = _start(visitor)
    host = base64.b64encode(b"admin.shopify.com/store/some-shop").decode().rstrip("=")
    query = signed_query(code="c0de", host=host, shop=SHOP, state=state)
    answer = visitor.get("/auth/callback", query_string=query, base_url="https://shoutcode.test")

    assert answer.headers["Location"] == f"https://admin.shopify.com/store/some-shop/apps/{API_KEY}"


def test_a_state_is_used_once(visitor: FlaskClient, shopify: FakeShopify) -> None:
    state = _start(visitor)
    cookie = visitor.get_cookie("shoutcode_state", path="/auth/callback", domain="shoutcode.test")
    assert _finish(visitor, state) == 302
    visitor.set_cookie("shoutcode_state", cookie.value, path="/auth/callback", domain="shoutcode.test")

    assert _finish(visitor, state) == 400
    assert len(shopify.grants) == 1


def test_a_missing_or_invented_state_is_refused(visitor: FlaskClient, shopify: FakeShopify) -> None:
    _start(visitor)

    assert _finish(visitor, "0" * 64) == 400
    assert _finish(visitor, "") == 400
    assert (shopify.grants, _stores()) == ([], 0)


def test_another_shops_state_is_refused(visitor: FlaskClient, shopify: FakeShopify) -> None:
    assert _finish(visitor, _start(visitor), shop=OTHER) == 400
    assert shopify.grants == []


def test_another_browsers_state_is_refused(app: APIFlask, visitor: FlaskClient, shopify: FakeShopify) -> None:
    state = _start(visitor)

    assert _finish(app.test_client(), state) == 400
    stranger = app.test_client()
    _start(stranger)
    assert _finish(stranger, state) == 400
    assert shopify.grants == []


def test_an_old_state_is_refused_and_swept(visitor: FlaskClient) -> None:
    state = _start(visitor)
    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        assert _finish(visitor, state) == 400
        jobs.drop_old_states()
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(OAuthState)) == 0


def test_the_state_is_stored_hashed(visitor: FlaskClient) -> None:
    state = _start(visitor)
    with reading() as session:
        assert state not in session.scalars(select(OAuthState.digest)).all()


def test_the_cookie_is_not_signed_with_the_client_secret(visitor: FlaskClient) -> None:
    from itsdangerous import BadSignature, TimestampSigner

    _start(visitor)
    cookie = visitor.get_cookie("shoutcode_state", path="/auth/callback", domain="shoutcode.test")

    assert (cookie.secure, cookie.http_only, cookie.same_site) == (True, True, "Lax")
    with pytest.raises(BadSignature):
        TimestampSigner(API_SECRET, salt="oauth-state").unsign(cookie.value)


@pytest.mark.parametrize("path", ["/auth/install", "/auth/callback"])
@pytest.mark.parametrize(
    "change", [{"hmac": "0" * 64}, {"hmac": ""}, {"timestamp": "1"}, {"shop": OTHER}, {"extra": "1"}]
)
def test_a_query_that_shopify_did_not_sign_is_refused(visitor: FlaskClient, path: str, change: dict) -> None:
    assert visitor.get(path, query_string={**signed_query(shop=SHOP), **change}).status_code == 400


def test_a_key_that_comes_twice_is_refused(visitor: FlaskClient) -> None:
    query = [*signed_query(shop=SHOP).items(), ("shop", OTHER)]
    assert visitor.get("/auth/install", query_string="&".join(f"{k}={v}" for k, v in query)).status_code == 400


@pytest.mark.parametrize("shop", HOSTILE)
def test_a_hostile_domain_is_refused_even_signed(visitor: FlaskClient, shop: str) -> None:
    query = {key: value.encode(errors="surrogatepass") for key, value in _signed(shop).items()}
    answer = visitor.get("/auth/install", query_string=query)

    assert answer.status_code == 400
    assert "Location" not in answer.headers


def _signed(shop: str) -> dict[str, str]:
    try:
        return signed_query(shop=shop)
    except UnicodeEncodeError:
        return {"shop": shop, "timestamp": "1", "hmac": "0" * 64}


def test_in_the_frame_it_leaves_the_frame_first(visitor: FlaskClient) -> None:
    answer = visitor.get("/auth/install", query_string=signed_query(shop=SHOP, embedded="1"))

    assert answer.status_code == 200
    assert "_top" in answer.text
    assert "https://shoutcode.test/auth/install/top?" in answer.text
    assert answer.headers["Content-Security-Policy"].startswith(f"frame-ancestors https://{SHOP} ")
    assert visitor.get("/auth/install/top", query_string=signed_query(shop=SHOP, embedded="1")).status_code == 302


def test_missing_scopes_are_refused_with_a_sentence(visitor: FlaskClient, shopify: FakeShopify) -> None:
    shopify.scopes = "read_orders"

    assert _finish(visitor, _start(visitor)) == 403


def test_a_refused_code_connects_nothing(visitor: FlaskClient, shopify: FakeShopify) -> None:
    shopify.refusals.append((400, {}, {"error": "invalid_request"}))

    assert _finish(visitor, _start(visitor)) == 403


def test_the_permission_address_is_the_official_librarys(app: APIFlask) -> None:
    from dataclasses import replace

    settings = replace(current_settings(), shopify_api_base="https://{shop}")
    Session.setup(api_key=API_KEY, secret=API_SECRET)
    theirs = Session(SHOP, "2026-10").create_permission_url(
        ["write_discounts", "read_orders", "read_products"], "https://shoutcode.test/auth/callback", "st4te"
    )
    ours = authorize_address(SHOP, "st4te", settings)

    assert urlsplit(ours)[:3] == urlsplit(theirs)[:3]
    assert parse_qs(urlsplit(ours).query) == parse_qs(urlsplit(theirs).query)


def test_a_flood_is_held_off(visitor: FlaskClient) -> None:
    answers = [visitor.get("/auth/install").status_code for _ in range(70)]

    assert answers[0] == 400
    assert answers[-1] == 429
