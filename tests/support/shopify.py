"""What Shopify would send: ID tokens, signed queries, webhook signatures. Claims can be bent for tests of refusals."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
import uuid
from typing import Any

import jwt

API_KEY = "c0de5407c0de5407c0de5407c0de5407"
API_SECRET = "shpss_0123456789abcdef0123456789abcdef"
OLD_SECRET = "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"
SHOP = "some-shop.myshopify.com"


def claims(shop: str = SHOP, **changes: Any) -> dict[str, Any]:
    """Of a good token; a change to None leaves the claim out."""
    now = int(time.time())
    good = {
        "iss": f"https://{shop}/admin", "dest": f"https://{shop}", "aud": API_KEY, "sub": "42", "exp": now + 60,
        "nbf": now - 1, "iat": now - 1, "jti": str(uuid.uuid4()), "sid": "5a1e",
    }  # fmt: skip
    return {name: value for name, value in (good | changes).items() if value is not None}


def id_token(shop: str = SHOP, *, secret: str = API_SECRET, algorithm: str = "HS256", **changes: Any) -> str:
    return jwt.encode(claims(shop, **changes), secret, algorithm=algorithm)


def signed_query(secret: str = API_SECRET, **query: str) -> dict[str, str]:
    """With timestamp (now, unless given) and hmac, for values that need no escaping."""
    query = {"timestamp": str(int(time.time())), **query}
    message = "&".join(f"{key}={value}" for key, value in sorted(query.items()))
    return {**query, "hmac": hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()}


def webhook_signature(body: bytes, secret: str = API_SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
