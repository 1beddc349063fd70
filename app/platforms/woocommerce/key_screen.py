"""WooCommerce's own key screen (wc-auth): how a store without the companion plugin is connected. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

_KEY = re.compile(r"ck_[0-9a-f]{40}", re.ASCII)
_SECRET = re.compile(r"cs_[0-9a-f]{40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class GrantedKeys:
    """What the store's server posts, unsigned. It does not name the store: `state` alone ties it to one."""

    state: str
    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)


def authorize_url(store_url: str, *, state: str, callback_url: str, return_url: str) -> str:
    """Where the merchant's browser goes. `state`: a one-time secret of at least 128 bits, bound to this store.

    The callback must be https on port 443 or 8080 and answer exactly 200 (201 deletes the key again), before the keys
    are tried: the store is waiting. Reloading the page grants a second key: the newest is the one to keep.
    """
    query = {
        "app_name": "Shoutcode",
        "scope": "read_write",
        "user_id": state,
        "return_url": return_url,
        "callback_url": callback_url,
    }
    return f"{store_url.rstrip('/')}/wc-auth/v1/authorize?{urlencode(query)}"


def granted_keys(body: Any) -> GrantedKeys | None:
    """None where the body is not a grant of keys that may read and write."""
    if not isinstance(body, dict) or body.get("key_permissions") != "read_write":
        return None
    state, key, secret = (body.get(name) for name in ("user_id", "consumer_key", "consumer_secret"))
    if not isinstance(state, str) or not state or not isinstance(key, str) or not isinstance(secret, str):
        return None
    if not _KEY.fullmatch(key) or not _SECRET.fullmatch(secret):
        return None
    return GrantedKeys(state, key, secret)
