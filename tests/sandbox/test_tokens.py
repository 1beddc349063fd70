from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
import requests
import shopify

from tests.sandbox.rig import API_KEY, API_SECRET, AppOfStore, Receiver, wait_until

SHOP_QUERY = "{ shop { id } }"


def test_an_exchange_gives_an_expiring_pair_that_opens_the_admin_api(store: AppOfStore) -> None:
    pair = store.exchange().json()
    assert pair["scope"] == "write_discounts,read_orders,read_products"
    assert (pair["expires_in"], pair["refresh_token_expires_in"]) == (3600, 7_776_000)
    assert store.post(SHOP_QUERY, token=pair["access_token"]).json()["data"]["shop"]["id"]


def test_the_id_token_carries_the_claims_of_a_session_token(store: AppOfStore) -> None:
    claims = jwt.decode(store.client.id_token(store.shop, user=2), API_SECRET, algorithms=["HS256"], audience=API_KEY)
    assert claims["iss"] == f"https://{store.shop}/admin"
    assert claims["dest"] == f"https://{store.shop}"
    assert (claims["sub"], claims["exp"] - claims["iat"]) == ("2", 60)
    assert {"nbf", "jti", "sid"} <= claims.keys()


def test_only_the_newest_refresh_token_lives_while_older_access_tokens_run_out(store: AppOfStore) -> None:
    first = store.exchange().json()
    second = store.exchange().json()
    dead = store.refresh(first["refresh_token"])
    assert (dead.status_code, dead.json()["error"]) == (400, "invalid_grant")
    assert store.post(SHOP_QUERY, token=first["access_token"]).status_code == 200
    assert store.refresh(second["refresh_token"]).status_code == 200


def test_a_lost_refresh_can_be_repeated_until_its_replacement_is_used(store: AppOfStore) -> None:
    old = store.refresh_token
    assert store.refresh(old).status_code == 200
    again = store.refresh(old)
    assert again.status_code == 200
    assert store.post(SHOP_QUERY, token=again.json()["access_token"]).status_code == 200
    assert store.refresh(old).json()["error"] == "invalid_grant"
    assert store.refresh(again.json()["refresh_token"]).status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"expiring": "0"}, "invalid_request"),
        ({"subject_token": "nonsense"}, "invalid_subject_token"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_bad_token_request_is_refused_by_name(store: AppOfStore, changes: dict[str, str], error: str) -> None:
    answer = store.exchange(**changes)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_an_id_token_of_another_store_is_refused(store: AppOfStore) -> None:
    other = store.client.create_shop(f"other-{store.shop.partition('.')[0]}")["shop"]
    answer = store.exchange(subject_token=store.client.id_token(other))
    assert answer.json()["error"] == "invalid_subject_token"


def test_access_tokens_expire(store: AppOfStore) -> None:
    store.client.turn(access_token_seconds=1)
    store.connect()
    assert store.post(SHOP_QUERY).status_code == 200
    wait_until(lambda: store.post(SHOP_QUERY).status_code == 401)


def test_uninstall_ends_every_token_and_install_begins_anew(store: AppOfStore) -> None:
    store.client.uninstall(store.shop)
    assert store.post(SHOP_QUERY).status_code == 401
    assert store.exchange().json()["error"] == "invalid_client"
    store.client.install(store.shop)
    store.connect()
    assert store.post(SHOP_QUERY).status_code == 200


def test_an_online_token_tells_who_the_user_is(store: AppOfStore) -> None:
    online = "urn:shopify:params:oauth:token-type:online-access-token"
    owner = store.exchange(requested_token_type=online).json()
    staff = store.exchange(requested_token_type=online, subject_token=store.client.id_token(store.shop, user=2)).json()
    assert [answer["associated_user"]["account_owner"] for answer in (owner, staff)] == [True, False]
    assert "refresh_token" not in owner


def test_the_redirect_flow_signs_its_callback_and_its_code_works_once(store: AppOfStore, receiver: Receiver) -> None:
    url = f"{store.client.base_url}/shops/{store.shop}/admin/oauth/authorize"
    params = {"client_id": API_KEY, "redirect_uri": f"{receiver.url}/auth/callback", "state": "s1"}
    answer = requests.get(url, params=params, allow_redirects=False, timeout=10)
    given = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
    shopify.Session.setup(api_key=API_KEY, secret=API_SECRET)
    assert shopify.Session.validate_params(dict(given))
    assert (given["state"], given["shop"]) == ("s1", store.shop)
    assert store.token_request(code=given["code"], expiring="1").status_code == 200
    assert store.token_request(code=given["code"], expiring="1").status_code == 400


def test_the_redirect_flow_refuses_an_address_that_is_not_listed(store: AppOfStore) -> None:
    url = f"{store.client.base_url}/shops/{store.shop}/admin/oauth/authorize"
    answer = requests.get(url, params={"client_id": API_KEY, "redirect_uri": "https://evil.example/"}, timeout=10)
    assert answer.status_code == 400
