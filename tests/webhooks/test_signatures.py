"""Bad signatures: 401 at every receiving route, never 500, and nothing written."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from flask.testing import FlaskClient

from app.auth.signing import is_signed_base64
from tests.support.deliveries import deliver, headers, inbox, order_payload
from tests.support.shopify import API_KEY, API_SECRET, OLD_SECRET, SHOP, webhook_signature

BODY = b'{"id":1}'
ROUTES = {"/webhooks/shopify": "orders/create", "/webhooks/shopify/compliance": "shop/redact"}
GOOD = webhook_signature(BODY)
RAW = base64.b64decode(GOOD)


def mac(key: bytes, body: bytes = BODY, how: str = "sha256") -> str:
    return base64.b64encode(hmac.new(key, body, how).digest()).decode()


VECTORS: dict[str, str | None] = {
    "no header": None,
    "empty": "",
    "a space": " ",
    "one letter": "A",
    "not base64": "!!!!",
    "the word null": "null",
    "zeros": base64.b64encode(bytes(32)).decode(),
    "ones": base64.b64encode(b"\xff" * 32).decode(),
    "31 bytes": base64.b64encode(RAW[:31]).decode(),
    "33 bytes": base64.b64encode(RAW + b"\0").decode(),
    "first bit turned": base64.b64encode(bytes([RAW[0] ^ 0x80]) + RAW[1:]).decode(),
    "last bit turned": base64.b64encode(RAW[:-1] + bytes([RAW[-1] ^ 1])).decode(),
    "reversed": base64.b64encode(RAW[::-1]).decode(),
    "hex": RAW.hex(),
    "hex upper": RAW.hex().upper(),
    "base64 of hex": base64.b64encode(RAW.hex().encode()).decode(),
    "without padding": GOOD.rstrip("="),
    "too much padding": GOOD + "=",
    "lower case": GOOD.lower(),
    "upper case": GOOD.upper(),
    "twice": GOOD + GOOD,
    "two, by comma": f"{GOOD},{GOOD}",
    "two, by space": f"{GOOD} {GOOD}",
    "prefixed": f"sha256={GOOD}",
    "versioned": f"v1,{GOOD}",
    "quoted": f'"{GOOD}"',
    "with a line end inside": GOOD[:20] + "%0A" + GOOD[20:],
    "with a space inside": GOOD[:20] + " " + GOOD[20:],
    "non-ASCII": "é" * 44,
    "a high byte in the right one": GOOD[:-2] + "ÿ=",
    "very long": "A" * 6000,
    "another secret": mac(b"shpss_ffffffffffffffffffffffffffffffff"),
    "empty secret": mac(b""),
    "the API key as secret": mac(API_KEY.encode()),
    "the secret without its prefix": mac(API_SECRET.removeprefix("shpss_").encode()),
    "the secret with a line end": mac(API_SECRET.encode() + b"\n"),
    "another body": mac(API_SECRET.encode(), b'{"id":2}'),
    "the body with a space": mac(API_SECRET.encode(), BODY + b" "),
    "the body without its end": mac(API_SECRET.encode(), BODY[:-1]),
    "no body": mac(API_SECRET.encode(), b""),
    "SHA-1": mac(API_SECRET.encode(), how="sha1"),
    "SHA-512": mac(API_SECRET.encode(), how="sha512"),
    "MD5": mac(API_SECRET.encode(), how="md5"),
    "a plain digest": base64.b64encode(hashlib.sha256(BODY).digest()).decode(),
    "secret and body joined": base64.b64encode(hashlib.sha256(API_SECRET.encode() + BODY).digest()).decode(),
    "old secret, another body": mac(OLD_SECRET.encode(), b"{}"),
}


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("vector", VECTORS)
def test_a_wrong_signature_is_refused(http: FlaskClient, vector: str, path: str) -> None:
    sent = headers(BODY, ROUTES[path], X_Shopify_Hmac_Sha256=VECTORS[vector])
    answer = http.post(path, data=BODY, headers=sent)
    assert answer.status_code == 401
    assert answer.get_json()["code"] == "bad_signature"
    assert inbox() == []


def test_there_are_forty_vectors_and_more() -> None:
    assert len(VECTORS) >= 40
    assert len(set(VECTORS.values())) == len(VECTORS)


@pytest.mark.parametrize("secret", [API_SECRET, OLD_SECRET])
def test_the_secret_in_force_and_the_one_before_it_are_both_taken(http: FlaskClient, secret: str) -> None:
    answer = deliver(http, BODY, X_Shopify_Hmac_Sha256=webhook_signature(BODY, secret))
    assert answer.status_code == 200
    assert len(inbox()) == 1


def test_shopifys_own_example_is_taken() -> None:
    assert is_signed_base64(b'{"id":1}', "VnKUjZsLuN5iZWjn5EntcBVCF9kMN43LglzCE1/GSeY=", ["hush"])


def test_the_header_family_without_x_is_taken(http: FlaskClient) -> None:
    newer = {name.removeprefix("X-").lower(): value for name, value in headers(BODY).items()}
    assert http.post("/webhooks/shopify", data=BODY, headers=newer).status_code == 200
    assert [row.topic for row in inbox()] == ["orders/create"]


def test_nothing_is_told_to_who_cannot_sign(http: FlaskClient) -> None:
    """Whether a shop is known, a topic taken or a body readable is for the signed alone."""
    for how in ({"shop": "nobody.myshopify.com"}, {"topic": "no/such"}, {"delivery_id": "x" * 200}):
        sent = headers(BODY, **how) | {"X-Shopify-Hmac-Sha256": "bad"}
        assert http.post("/webhooks/shopify", data=BODY, headers=sent).status_code == 401


def test_a_good_order_is_taken(http: FlaskClient) -> None:
    assert deliver(http, order_payload()).status_code == 200
    assert [(row.topic, row.state) for row in inbox()] == [("orders/create", 0)]
    assert SHOP
