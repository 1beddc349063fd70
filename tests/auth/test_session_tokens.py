"""ID tokens: the one good kind, and every bad one we could think of."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from shopify import session_token

from app.auth.session_tokens import BadToken, verify
from tests.support.shopify import API_KEY, API_SECRET, OLD_SECRET, SHOP, claims, id_token

OTHER = "other-shop.myshopify.com"
NOW = int(time.time())


def _verify(token: str, secrets: tuple[str, ...] = (API_SECRET, OLD_SECRET)) -> Any:
    return verify(token, client_id=API_KEY, secrets=secrets)


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _raw(header: Any, payload: Any, signature: str = "") -> str:
    return f"{_part(header)}.{_part(payload)}.{signature}"


def _tampered() -> str:
    header, _, signature = id_token().split(".")
    return f"{header}.{_part(claims(OTHER))}.{signature}"


BAD = {
    "empty": "",
    "no JWT": "abc",
    "two parts": "a.b",
    "not ASCII": "é.ü.ß",
    "lone surrogate": "\ud800.a.b",
    "spaces": "  ",
    "too long": id_token(sid="x" * 5000),
    "tampered payload": _tampered(),
    "unknown secret": id_token(secret="shpss_" + "9" * 32),
    "alg none": _raw({"alg": "none", "typ": "JWT"}, claims()),
    "alg None": _raw({"alg": "None", "typ": "JWT"}, claims()),
    "alg missing": _raw({"typ": "JWT"}, claims()),
    "alg HS512": id_token(algorithm="HS512", secret=API_SECRET + "x" * 32),
    "alg HS384": id_token(algorithm="HS384", secret=API_SECRET + "x" * 16),
    "alg RS256": jwt.encode(claims(), rsa.generate_private_key(65537, 2048), algorithm="RS256"),
    "expired": id_token(exp=NOW - 60),
    "expired just beyond the leeway": id_token(exp=NOW - 12),
    "no exp": id_token(exp=None),
    "exp is text": jwt.api_jws.encode(json.dumps(claims() | {"exp": "soon"}).encode(), API_SECRET),
    "exp is infinite": jwt.api_jws.encode(json.dumps(claims() | {"exp": float("inf")}).encode(), API_SECRET),
    "not valid yet": id_token(nbf=NOW + 120),
    "no nbf": id_token(nbf=None),
    "issued in the future": id_token(iat=NOW + 120),
    "no iat": id_token(iat=None),
    "other audience": id_token(aud="f" * 32),
    "audience missing": id_token(aud=None),
    "audience empty": id_token(aud=""),
    "no iss": id_token(iss=None),
    "no dest": id_token(dest=None),
    "no sub": id_token(sub=None),
    "no jti": id_token(jti=None),
    "sub is a number": jwt.api_jws.encode(json.dumps(claims() | {"sub": 42}).encode(), API_SECRET),
    "iss of another shop": id_token(iss=f"https://{OTHER}/admin"),
    "dest of another shop": id_token(dest=f"https://{OTHER}"),
    "plain http": id_token(iss=f"http://{SHOP}/admin", dest=f"http://{SHOP}"),
    "foreign host": id_token(iss="https://evil.com/admin", dest="https://evil.com"),
    "host that only ends like a shop": id_token(
        iss="https://evilmyshopify.com/admin", dest="https://evilmyshopify.com"
    ),
    "shop as the user name": id_token(iss=f"https://{SHOP}@evil.com/admin", dest=f"https://{SHOP}@evil.com"),
    "with a port": id_token(iss=f"https://{SHOP}:8443/admin", dest=f"https://{SHOP}:8443"),
    "dest with a path": id_token(dest=f"https://{SHOP}/x"),
    "dest with a line end": id_token(dest=f"https://{SHOP}\n"),
    "dest is a list": jwt.api_jws.encode(json.dumps(claims() | {"dest": [f"https://{SHOP}"]}).encode(), API_SECRET),
    "dest is a broken address": id_token(iss="https://[::1/admin", dest="https://[::1"),
    "payload is a list": _raw({"alg": "HS256"}, [1, 2], "c2ln"),
}


@pytest.mark.parametrize("token", BAD.values(), ids=BAD.keys())
def test_a_bad_token_is_refused(token: str) -> None:
    with pytest.raises(BadToken):
        _verify(token)


def test_a_good_token_names_shop_and_user() -> None:
    identity = _verify(id_token())

    assert (identity.platform, identity.domain, identity.user) == ("shopify", SHOP, "42")


def test_the_previous_secret_is_good_until_it_is_dropped() -> None:
    token = id_token(secret=OLD_SECRET)

    assert _verify(token).domain == SHOP
    with pytest.raises(BadToken):
        _verify(token, secrets=(API_SECRET,))


def test_clocks_may_differ_by_some_seconds() -> None:
    assert _verify(id_token(exp=_from_now(-5), nbf=_from_now(5), iat=_from_now(5))).domain == SHOP


def _from_now(seconds: int) -> int:
    return int(time.time()) + seconds


def test_the_official_library_reads_the_same_token() -> None:
    token = id_token()

    theirs = session_token.decode_from_header(f"Bearer {token}", API_KEY, API_SECRET)

    assert theirs["dest"] == f"https://{_verify(token).domain}"


@pytest.mark.parametrize(
    "name",
    [
        "expired",
        "alg none",
        "other audience",
        "iss of another shop",
        "foreign host",
        "tampered payload",
        "unknown secret",
    ],
)
def test_the_official_library_refuses_what_we_refuse(name: str) -> None:
    with pytest.raises(session_token.SessionTokenError):
        session_token.decode_from_header(f"Bearer {BAD[name]}", API_KEY, API_SECRET)
