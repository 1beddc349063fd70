"""Shopify's ID token (session token): a JWT of one minute, signed with the client secret, that names shop and user."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import jwt

from app.auth.identity import StoreIdentity, is_shop_domain

MAX_TOKEN = 4096
_LEEWAY_SECONDS = 10
_CLAIMS = ["exp", "nbf", "iat", "iss", "dest", "sub", "aud", "jti"]


class BadToken(Exception):
    """Why a token is refused; for the log, never for the answer."""


def verify(token: str, *, client_id: str, secrets: Sequence[str]) -> StoreIdentity:
    """Raises BadToken. `secrets`: the one in force, then the previous one."""
    if len(token) > MAX_TOKEN:
        raise BadToken("too long")
    claims = _decode(token, client_id, secrets)
    return StoreIdentity("shopify", _shop(claims), str(claims["sub"]))


def _decode(token: str, client_id: str, secrets: Sequence[str]) -> dict[str, Any]:
    for secret in secrets:
        try:
            return jwt.decode(
                token,
                secret,
                algorithms=["HS256"],
                audience=client_id,
                leeway=_LEEWAY_SECONDS,
                options={"require": _CLAIMS},
            )
        except jwt.InvalidSignatureError:
            continue  # only a bad signature justifies the next secret
        except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError) as error:
            raise BadToken(type(error).__name__) from error
    raise BadToken("InvalidSignatureError")


def _shop(claims: dict[str, Any]) -> str:
    """The shop that `iss` and `dest` agree on; both are addresses of exactly `https://{shop}`, `iss` with `/admin`."""
    issuer, destination = claims["iss"], claims["dest"]
    if not isinstance(issuer, str) or not isinstance(destination, str):
        raise BadToken("iss or dest is no text")
    try:
        shop = urlsplit(destination).netloc
    except ValueError as error:
        raise BadToken("dest is no address") from error
    if not is_shop_domain(shop) or destination != f"https://{shop}" or issuer != f"https://{shop}/admin":
        raise BadToken("iss and dest do not name one shop")
    return shop
