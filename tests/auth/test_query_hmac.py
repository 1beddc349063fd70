"""The signature of a query string, in both spellings that are in use."""

from __future__ import annotations

import hashlib
import hmac
import time
from urllib.parse import quote

import pytest
import time_machine
from shopify import Session

from app.auth.query_hmac import is_genuine
from tests.support.shopify import API_SECRET, OLD_SECRET, signed_query

SECRETS = (API_SECRET, OLD_SECRET)
# Shopify's own example; the secret is "hush".
KNOWN = {
    "code": "0907a61c0c8d55e99db179b68161bc00",
    "host": "YWRtaW4uc2hvcGlmeS5jb20vc3RvcmUveA",
    "shop": "some-shop.myshopify.com",
    "state": "0.6784241404160823",
    "timestamp": "1337178173",
    "hmac": "20642b7bec2fcca529b7019d4eee5215347a954e71c920bf9dcda98e2dd5a2bd",
}


def test_shopifys_known_answer() -> None:
    with time_machine.travel(1337178173):
        assert is_genuine(KNOWN, ["hush"])
        assert is_genuine({**KNOWN, "signature": "ignored"}, ["hush"])
        assert not is_genuine({**KNOWN, "shop": "other.myshopify.com"}, ["hush"])
        assert not is_genuine({**KNOWN, "more": ""}, ["hush"])


@pytest.mark.parametrize("seconds", [-89, 0, 89])
def test_a_query_is_good_for_ninety_seconds(seconds: int) -> None:
    with time_machine.travel(1337178173 + seconds):
        assert is_genuine(KNOWN, ["hush"])


@pytest.mark.parametrize("seconds", [-3600, -92, 92, 86_400])
def test_an_old_or_future_query_is_refused(seconds: int) -> None:
    with time_machine.travel(1337178173 + seconds):
        assert not is_genuine(KNOWN, ["hush"])


@pytest.mark.parametrize("timestamp", ["", "abc", "1_0", " 1", "1.5", "-1", "٣٤", "9" * 40, "1e3"])
def test_a_timestamp_is_plain_digits(timestamp: str) -> None:
    assert not is_genuine(signed_query(timestamp=timestamp), SECRETS)


def test_either_secret_is_good() -> None:
    assert is_genuine(signed_query(shop="a.myshopify.com"), SECRETS)
    assert is_genuine(signed_query(OLD_SECRET, shop="a.myshopify.com"), SECRETS)
    assert not is_genuine(signed_query("x" * 32, shop="a.myshopify.com"), SECRETS)


@pytest.mark.parametrize("value", ["a=b", "a b", "/offers?x=1&y=2", "50%", "ü", "a:b", "", "~*'()!"])
def test_both_spellings_of_odd_values_are_good(value: str) -> None:
    plain = {"state": value, "shop": "a.myshopify.com", "timestamp": str(int(time.time()))}
    form = "&".join(f"{key}={quote(item, safe='*').replace('~', '%7E')}" for key, item in sorted(plain.items()))
    Session.secret = API_SECRET
    theirs = str(Session.calculate_hmac(plain))

    assert is_genuine(
        {**plain, "hmac": hmac.new(API_SECRET.encode(), form.encode(), hashlib.sha256).hexdigest()}, SECRETS
    )
    assert is_genuine({**plain, "hmac": theirs}, SECRETS)


def test_joining_without_any_escaping_is_refused() -> None:
    """Else `state=x&shop=evil` could be read as two values."""
    now = str(int(time.time()))
    raw = f"shop=a.myshopify.com&state=x&shop=b&timestamp={now}"
    forged = hmac.new(API_SECRET.encode(), raw.encode(), hashlib.sha256).hexdigest()

    assert not is_genuine({"shop": "a.myshopify.com", "state": "x&shop=b", "timestamp": now, "hmac": forged}, SECRETS)


@pytest.mark.parametrize("value", ["", "é", "0" * 64, "zz", "\ud800"])
def test_a_wrong_hmac_is_a_plain_no(value: str) -> None:
    assert not is_genuine({**signed_query(shop="a.myshopify.com"), "hmac": value}, SECRETS)
    assert not is_genuine({"shop": "\ud800", "timestamp": str(int(time.time())), "hmac": value}, SECRETS)
