"""Connecting a WooCommerce store: what is believed, and what is refused."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import jwt
import pytest
import responses
from apiflask import APIFlask
from sqlalchemy import select

from app.clock import now
from app.config import Settings
from app.db import reading, transaction
from app.platforms.port import PlatformError
from app.platforms.woocommerce.addresses import belongs, origin_of
from app.stores import key_screen, pairing, woo, woo_jobs
from app.stores.models import KeyGrant, Store, User, WooConnection
from app.stores.service import capabilities_of, directory, platform_for
from tests.support.actors import Merchant

HOME, PAGE = "https://shop.example", "https://shop.example/wp-admin/admin.php?page=shoutcode"
PAIR = f"{HOME}/wp-json/wc-shoutcode/v1/pair"
KEYS = {"consumer_key": "ck_" + "a" * 40, "consumer_secret": "cs_" + "b" * 40}
ANSWER = {
    "store": HOME, "name": "Rig shop", "return_url": PAGE, "signing_secret": "ab" * 32, "page_secret": "cd" * 32,
    "plugin_version": "0.1.0", **KEYS,
}  # fmt: skip
CONNECT = {"store": HOME, "rest": f"{HOME}/wp-json/", "code": "one-time"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings  # no Shopify is asked here


@pytest.fixture(autouse=True)
def fresh() -> None:
    woo.forget_doors()
    directory.forget()


@pytest.fixture
def net() -> Iterator[responses.RequestsMock]:
    """The store's server, as far as a test lets it answer."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def connection() -> WooConnection:
    with reading() as session:
        return session.scalars(select(WooConnection)).one()


def paired(app: APIFlask, net: responses.RequestsMock, **changes: Any) -> WooConnection:
    net.upsert("POST", PAIR, json={**ANSWER, **changes})
    answer = app.test_client().get("/woocommerce/connect", query_string=CONNECT)
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    woo.forget_doors()
    directory.forget()
    return connection()


def token(held: WooConnection, **changes: Any) -> str:
    at = int(time.time())
    claims = {
        "iss": HOME, "aud": "shoutcode", "dest": held.public_id, "sub": "7", "name": "Robin",
        "cap": "manage_woocommerce", "jti": "x", "iat": at, "nbf": at, "exp": at + 60, **changes,
    }  # fmt: skip
    secret = str(claims.pop("secret", held.page_secret))
    return jwt.encode({name: value for name, value in claims.items() if value is not None}, secret, algorithm="HS256")


def session_of(app: APIFlask, bearer: str) -> Any:
    return app.test_client().get("/api/session", headers={"Authorization": f"Bearer {bearer}"})


def test_the_plugins_code_connects_a_store_and_opens_its_page(app: APIFlask, net: responses.RequestsMock) -> None:
    held = paired(app, net)
    sent = json.loads(net.calls[0].request.body or b"")
    assert sent == {"code": "one-time", "store_id": held.public_id}
    found = session_of(app, token(held)).get_json()
    assert (found["store"]["domain"], found["store"]["platform"], found["store"]["state"]) == (
        "shop.example", "woocommerce", "active",
    )  # fmt: skip
    assert found["user"] == {
        "id": "7", "name": "Robin", "role": "manage", "can": ["view", "issue", "approve", "manage"],
    }  # fmt: skip
    query = {"host": "wordpress", "store": held.public_id, "id_token": token(held)}
    page = app.test_client().get("/offers", query_string=query)
    assert page.headers["Content-Security-Policy"] == f"frame-ancestors {HOME};"
    assert f'data-host="wordpress" data-admin="{HOME}"' in page.text
    assert "app-bridge" not in page.text
    assert "Set-Cookie" not in page.headers


def test_connecting_again_takes_up_the_same_rows(app: APIFlask, net: responses.RequestsMock) -> None:
    first = paired(app, net)
    second = paired(app, net, signing_secret="ef" * 32)
    assert (second.store_id, second.webhook_token) == (first.store_id, first.webhook_token)
    assert (second.signing_secret, second.other_secret) == ("ef" * 32, None)
    assert second.public_id != first.public_id
    assert session_of(app, token(first)).status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"store": "http://shop.example"},
        {"store": "https://other.example"},
        {"rest": "https://attacker.example/wp-json/"},
        {"rest": "https://shop.example/theirs/wp-json/"},
        {"rest": "https://shop.example@attacker.example/wp-json/"},
        {"rest": "https://127.0.0.1/wp-json/", "store": "https://127.0.0.1"},
        {"code": ""},
    ],
)  # fmt: skip
def test_a_visit_that_is_not_the_stores_own_connects_nothing(
    app: APIFlask, net: responses.RequestsMock, changes: dict[str, str]
) -> None:
    net.post(PAIR, status=403)
    net.post("https://attacker.example/wp-json/wc-shoutcode/v1/pair", json=ANSWER)
    net.post("https://shop.example/theirs/wp-json/wc-shoutcode/v1/pair", json=ANSWER)
    answer = app.test_client().get("/woocommerce/connect", query_string=CONNECT | changes)
    assert answer.status_code == 400
    with reading() as session:
        assert session.scalars(select(Store)).all() == []


def test_a_store_cannot_speak_for_another(app: APIFlask, net: responses.RequestsMock) -> None:
    net.post(PAIR, json={**ANSWER, "store": "https://victim.example"})
    assert app.test_client().get("/woocommerce/connect", query_string=CONNECT).status_code == 400
    with reading() as session:
        assert session.scalars(select(Store)).all() == []


@pytest.mark.parametrize(
    ("root", "home", "same"),
    [
        ("https://a.example/wp-json", "https://a.example", True),
        ("https://a.example/shop/wp-json", "https://a.example/shop", True),
        ("https://a.example/index.php/wp-json", "https://a.example", True),
        ("https://a.example/?rest_route=", "https://a.example", True),
        ("https://a.example/index.php?rest_route=", "https://a.example/", True),
        ("https://a.example/shop2/wp-json", "https://a.example", False),
        ("https://a.example/shop2/wp-json", "https://a.example/shop", False),
        ("https://a.example:8443/wp-json", "https://a.example", False),
        ("http://a.example/wp-json", "https://a.example", False),
        ("https://a.example/?rest_route=/x", "https://a.example", False),
    ],
)
def test_which_rest_address_is_a_homes_own(root: str, home: str, same: bool) -> None:
    assert belongs(root, home) is same


def test_an_origin_is_fit_for_a_header() -> None:
    assert origin_of("https://Shop.example:8443/wp-admin/?x") == "https://shop.example:8443"
    for odd in ("javascript:alert(1)", "https://a b/", "https://a;script-src *", "//shop.example", ""):
        assert origin_of(odd) == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": "0" * 64}, {"iss": "https://other.example"}, {"dest": "somebody"}, {"aud": "other"},
        {"exp": int(time.time()) - 60}, {"exp": int(time.time()) + 9000}, {"jti": None}, {"cap": None},
    ],
)  # fmt: skip
def test_a_bent_token_is_refused(app: APIFlask, net: responses.RequestsMock, changes: dict[str, Any]) -> None:
    held = paired(app, net)
    answer = session_of(app, token(held, **changes))
    assert answer.status_code == 401
    assert answer.headers["X-Shopify-Retry-Invalid-Session-Request"] == "1"


def test_a_token_without_the_capability_may_only_look(app: APIFlask, net: responses.RequestsMock) -> None:
    held = paired(app, net)
    assert session_of(app, token(held)).get_json()["user"]["role"] == "manage"
    assert session_of(app, token(held, cap="read")).get_json()["user"]["role"] == "view"
    assert session_of(app, token(held, cap="read", sub="8")).get_json()["user"]["role"] == "view"
    with reading() as session:
        assert {user.platform_user: user.role for user in session.scalars(select(User))} == {"7": "manage", "8": "view"}


def grant_keys(app: APIFlask, state: str, **changes: Any) -> int:
    body = {"key_id": 2, "user_id": state, "key_permissions": "read_write", **KEYS, **changes}
    return app.test_client().post("/woocommerce/keys", json=body).status_code


def index(net: responses.RequestsMock, home: str = HOME) -> None:
    facts = {"name": "Rig shop", "home": home, "timezone_string": "Europe/Berlin", "gmt_offset": "1", "namespaces": []}
    net.upsert("GET", f"{HOME}/wp-json/", json=facts)
    net.upsert("GET", f"{HOME}/wp-json/wc/v3/data/currencies/current", json={"code": "EUR"})


def ask(merchant: Merchant, url: str = "shop.example/") -> dict[str, Any]:
    answer = merchant.post("/api/key-grants", json={"store_url": url})
    assert answer.status_code == 201, answer.text
    return dict(answer.get_json())


def state_in(asked: dict[str, Any]) -> str:
    return str(asked["authorize_url"].split("user_id=")[1].split("&")[0])


def test_the_key_screen_connects_a_store_to_the_asking_workspace(
    app: APIFlask, store: Store, merchant: Merchant, net: responses.RequestsMock
) -> None:
    asked = ask(merchant)
    assert asked["authorize_url"].startswith(f"{HOME}/wc-auth/v1/authorize?app_name=Shoutcode&scope=read_write")
    state = state_in(asked)
    assert grant_keys(app, "somebody-elses") == 404
    assert grant_keys(app, state, key_permissions="read") == 404
    assert grant_keys(app, state) == 200
    newer = {"consumer_key": "ck_" + "c" * 40}
    assert grant_keys(app, state, **newer) == 200  # the page was loaded twice: the newest counts
    index(net)
    woo_jobs.check_keys(asked["id"])
    found = merchant.get(f"/api/key-grants/{asked['id']}").get_json()
    assert found["state"] == "connected"
    held = connection()
    assert (held.consumer_key, held.signing_secret, held.store_id) == (newer["consumer_key"], None, found["store_id"])
    with reading() as session:
        made = session.get_one(Store, found["store_id"])
        assert (made.workspace_id, made.domain, made.state) == (store.workspace_id, "shop.example", "active")
        able = capabilities_of(made)
    assert not able.start_dates
    assert "companion plugin" in able.missing["start_dates"]
    assert not platform_for(made.id).capabilities().apply_links if made.price_decimals is not None else True


@pytest.mark.parametrize("status", [401, 404])
def test_keys_that_open_nothing_are_told(
    app: APIFlask, merchant: Merchant, net: responses.RequestsMock, status: int
) -> None:
    asked = ask(merchant)
    assert grant_keys(app, state_in(asked)) == 200
    index(net)
    net.replace("GET", f"{HOME}/wp-json/wc/v3/data/currencies/current", status=status, json={"message": "No."})
    woo_jobs.check_keys(asked["id"])
    found = merchant.get(f"/api/key-grants/{asked['id']}").get_json()
    assert found["state"] == "failed"
    assert found["message"]
    with reading() as session:
        grant = session.scalars(select(KeyGrant)).one()
        assert (grant.consumer_key, grant.consumer_secret) == (None, None)


def test_a_store_of_another_workspace_stays_there(
    app: APIFlask, merchant: Merchant, net: responses.RequestsMock
) -> None:
    held = paired(app, net)
    asked = ask(merchant)
    assert grant_keys(app, state_in(asked)) == 200
    index(net)
    woo_jobs.check_keys(asked["id"])
    found = merchant.get(f"/api/key-grants/{asked['id']}").get_json()
    assert (found["state"], found["store_id"]) == ("failed", None)
    assert "another workspace" in found["message"]
    assert connection().public_id == held.public_id


def test_a_late_or_odd_grant_is_nobodys(app: APIFlask, merchant: Merchant) -> None:
    asked = ask(merchant)
    with transaction() as session:
        session.get_one(KeyGrant, asked["id"]).expires_at = now() - timedelta(seconds=1)
    assert grant_keys(app, state_in(asked)) == 404
    assert app.test_client().post("/woocommerce/keys", data=b"\xff").status_code == 404
    for url in ("ftp://shop.example", "http://shop.example", "https://a@b.example", "no address at all"):
        assert merchant.post("/api/key-grants", json={"store_url": url}).status_code == 422


def test_a_refused_key_asks_for_connecting_again_and_a_good_one_goes_on(
    app: APIFlask, net: responses.RequestsMock
) -> None:
    held = paired(app, net)
    index(net)
    net.replace("GET", f"{HOME}/wp-json/wc/v3/data/currencies/current", status=401, json={"message": "No."})
    for _ in range(2):
        with pytest.raises(PlatformError, match="No|connect it again"):
            platform_for(held.store_id).facts()
    assert session_of(app, token(held)).get_json()["store"]["state"] == "needs_reauth"
    index(net)
    woo_jobs.recheck(held.store_id)
    directory.forget()
    assert session_of(app, token(held)).get_json()["store"]["state"] == "active"


def test_a_rotation_survives_a_lost_answer(app: APIFlask, net: responses.RequestsMock) -> None:
    held = paired(app, net)
    url = f"{HOME}/wp-json/wc-shoutcode/v1/secret"
    net.post(url, status=500)
    with pytest.raises(PlatformError):
        pairing.rotate(held.store_id)
    waiting = connection()
    assert (waiting.signing_secret, waiting.rotating) == ("ab" * 32, True)
    door = woo.door_of_plugin(waiting.public_id)
    assert door is not None
    assert set(door.signing_secrets) == {"ab" * 32, waiting.other_secret}  # the store may have either
    net.upsert("POST", url, json={"rotated": True})
    pairing.rotate(held.store_id)
    done = connection()
    assert (done.signing_secret, done.other_secret, done.rotating) == (waiting.other_secret, "ab" * 32, False)


def test_disconnecting_deletes_what_opens_the_store(app: APIFlask, net: responses.RequestsMock) -> None:
    held = paired(app, net)
    net.get(f"{HOME}/wp-json/wc/v3/webhooks", json=[])
    net.post(f"{HOME}/wp-json/wc-shoutcode/v1/disconnect", json={"disconnected": True})
    answer = app.test_client().post(
        f"/api/stores/{held.store_id}/disconnect", headers={"Authorization": f"Bearer {token(held)}"}
    )
    assert (answer.status_code, answer.get_json()["state"]) == (200, "uninstalled")
    with reading() as session:
        assert session.scalars(select(WooConnection)).all() == []
    with pytest.raises(PlatformError, match="not installed"):
        platform_for(held.store_id)
    assert session_of(app, token(held)).status_code == 401


def test_old_grants_go(app: APIFlask, merchant: Merchant) -> None:
    asked = ask(merchant)
    with transaction() as session:
        session.get_one(KeyGrant, asked["id"]).expires_at = now() - key_screen.KEPT - timedelta(seconds=1)
    woo_jobs.sweep_grants()
    with reading() as session:
        assert session.scalars(select(KeyGrant)).all() == []
