"""The signature that the companion plugin and the app put on requests to each other.

HMAC-SHA256 (hex) over version, method, path, time, id and the hash of the raw body. The path is the REST route
(`/wc-shoutcode/v1/...`) towards the store, and the address' path towards us; so a site in a folder signs the same text.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets as randomness
from collections.abc import Iterable, Mapping

HEADERS = ("Shoutcode-Timestamp", "Shoutcode-Id", "Shoutcode-Signature")
TOLERANCE = 300
"""Seconds that a request may be old or early."""
_TIME = re.compile(r"\d{1,12}", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)


def signature(secret: str, method: str, path: str, timestamp: str, request_id: str, body: bytes) -> str:
    text = "\n".join(("v1", method.upper(), path, timestamp, request_id, hashlib.sha256(body).hexdigest()))
    return "v1=" + hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def signed_headers(secret: str, method: str, path: str, body: bytes, now: int) -> dict[str, str]:
    """A new id each time: the plugin takes one only once, so a repeated request needs headers of its own."""
    timestamp, request_id = str(now), randomness.token_urlsafe(18)
    return {
        "Shoutcode-Timestamp": timestamp,
        "Shoutcode-Id": request_id,
        "Shoutcode-Signature": signature(secret, method, path, timestamp, request_id, body),
    }


def fault(secrets: Iterable[str], method: str, path: str, headers: Mapping[str, str], body: bytes, now: int) -> str:
    """Why a request is refused ('unsigned', 'malformed', 'stale', 'forged'), or '' where its signature holds.

    `headers` must look names up ignoring case; `secrets` are the one in force and the one before it.
    """
    timestamp, request_id = headers.get("Shoutcode-Timestamp", ""), headers.get("Shoutcode-Id", "")
    given = headers.get("Shoutcode-Signature", "")
    if not (timestamp and request_id and given):
        return "unsigned"
    if not _TIME.fullmatch(timestamp) or not _ID.fullmatch(request_id):
        return "malformed"
    if abs(now - int(timestamp)) > TOLERANCE:
        return "stale"
    wanted = [signature(secret, method, path, timestamp, request_id, body).encode() for secret in secrets]
    # Bytes, and every secret: a header may hold any letters, and the time must not tell which secret is in force.
    holds = sum(hmac.compare_digest(given.encode("utf-8", "surrogateescape"), one) for one in wanted) > 0
    return "" if holds else "forged"
