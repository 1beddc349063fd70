"""The signature that Shopify puts on a query string (app load, OAuth callback)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from urllib.parse import quote

from app.auth.signing import is_signed_hex
from app.clock import now

MAX_AGE = timedelta(seconds=90)


def is_genuine(query: Mapping[str, str], secrets: Sequence[str]) -> bool:
    """Whether Shopify signed this query within the last 90 seconds. Keys that came twice are the caller's to refuse."""
    return _is_recent(query.get("timestamp", "")) and any(
        is_signed_hex(message.encode(errors="surrogatepass"), query.get("hmac", ""), secrets)
        for message in (_form_encoded(query), _sparsely_encoded(query))
    )


def _pairs(query: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted((key, value) for key, value in query.items() if key not in ("hmac", "signature"))


def _form_encoded(query: Mapping[str, str]) -> str:
    """As Shopify's JavaScript library joins: everything percent-encoded, a space as %20."""
    return "&".join(f"{_quoted(key)}={_quoted(value)}" for key, value in _pairs(query))


def _sparsely_encoded(query: Mapping[str, str]) -> str:
    """As Shopify's Python library joins: only what could be mistaken for a separator is encoded."""
    joined = (f"{_spared(key).replace('=', '%3D')}={_spared(value)}" for key, value in _pairs(query))
    return "&".join(joined)


def _quoted(text: str) -> str:
    return quote(text, safe="*", errors="surrogatepass").replace("~", "%7E")


def _spared(text: str) -> str:
    return text.replace("%", "%25").replace("&", "%26")


def _is_recent(timestamp: str) -> bool:
    # Not int() alone: it takes "1_0", " 10" and other scripts' digits.
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    return abs(now().timestamp() - int(timestamp)) <= MAX_AGE.total_seconds()
