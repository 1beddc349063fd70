"""What Shopify signs with the app's secret: webhook bodies, query strings, ID tokens."""

import base64
import hashlib
import hmac
import time
import uuid
from collections.abc import Mapping
from urllib.parse import quote

import jwt

ID_TOKEN_SECONDS = 60


def webhook_signature(secret: str, body: bytes) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def query_hmac(secret: str, params: Mapping[str, str]) -> str:
    """HMAC over the sorted `key=value` pairs, percent-encoded; lower-case hex."""
    pairs = sorted(
        (quote(key, safe=""), quote(value, safe=""))
        for key, value in params.items()
        if key not in ("hmac", "signature")
    )
    message = "&".join(f"{key}={value}" for key, value in pairs)
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


def host_param(handle: str) -> str:
    """`host` as the admin sends it: base64 without padding."""
    return base64.b64encode(f"admin.shopify.com/store/{handle}".encode()).decode().rstrip("=")


def id_token(secret: str, client_id: str, domain: str, user_id: int) -> str:
    """A session token of one minute for a user of a store."""
    issued = int(time.time())
    claims = {
        "iss": f"https://{domain}/admin",
        "dest": f"https://{domain}",
        "aud": client_id,
        "sub": str(user_id),
        "exp": issued + ID_TOKEN_SECONDS,
        "nbf": issued,
        "iat": issued,
        "jti": str(uuid.uuid4()),
        "sid": session_id(client_id, domain, user_id),
    }
    return jwt.encode(claims, secret, algorithm="HS256")


def session_id(client_id: str, domain: str, user_id: int) -> str:
    """One per user and app."""
    return hashlib.sha256(f"{client_id}/{domain}/{user_id}".encode()).hexdigest()


def user_of_id_token(token: str, secret: str, client_id: str, domain: str) -> int | None:
    """The user named by a valid ID token of this store, None for any other token."""
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=["HS256"],
            audience=client_id,
            leeway=5,
            options={"require": ["exp", "dest", "sub"]},
        )
    except jwt.InvalidTokenError:
        return None
    return int(claims["sub"]) if claims["dest"] == f"https://{domain}" else None
