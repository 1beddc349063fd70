"""The companion plugin's page token: a JWT of one minute, signed with the store's page secret."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jwt

from app.auth.identity import StoreIdentity
from app.auth.session_tokens import MAX_TOKEN, BadToken

AUDIENCE = "shoutcode"
MANAGES = "manage_woocommerce"
LONGEST_SECONDS = 120
"""No token of the plugin's lasts longer; one that does was not made by it."""
_LEEWAY_SECONDS = 10
_CLAIMS = ["exp", "nbf", "iat", "iss", "dest", "sub", "aud", "jti", "cap"]


def claimed_store(token: str) -> str | None:
    """The store that a token says it is for, unproved; None where it is no token of the plugin's."""
    if len(token) > MAX_TOKEN:
        return None
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except (jwt.InvalidTokenError, ValueError, TypeError, RecursionError):
        return None
    dest = claims.get("dest")
    return dest if claims.get("aud") == AUDIENCE and isinstance(dest, str) else None


def verify(token: str, *, store: str, secret: str, domain: str, domain_of: Callable[[str], str]) -> StoreIdentity:
    """Raises BadToken. `store`: its name towards the plugin; `domain`: its own, which `iss` must be the address of."""
    try:
        claims = jwt.decode(
            token, secret, algorithms=["HS256"], audience=AUDIENCE, leeway=_LEEWAY_SECONDS,
            options={"require": _CLAIMS},
        )  # fmt: skip
    except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError) as error:
        raise BadToken(type(error).__name__) from error
    if claims["dest"] != store or not isinstance(claims["iss"], str) or domain_of(claims["iss"]) != domain:
        raise BadToken("made for another store")
    if claims["exp"] - claims["iat"] > LONGEST_SECONDS:
        raise BadToken("lasts too long")
    return StoreIdentity("woocommerce", domain, _text(claims, "sub"), _text(claims, "name"), claims["cap"] == MANAGES)


def _text(claims: dict[str, Any], name: str) -> str:
    return str(claims.get(name) or "")[:100]
