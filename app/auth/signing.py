"""HMAC-SHA256 over bytes, by the client secret in force and the one before it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable


def digest(secret: str, message: bytes) -> bytes:
    return hmac.new(secret.encode(), message, hashlib.sha256).digest()


def is_signed_base64(message: bytes, signature: str, secrets: Iterable[str]) -> bool:
    """Webhook form: `signature` is the base64 text of the digest. Any text is a plain no, whatever letters it holds."""
    try:
        given = base64.b64decode(signature.encode(), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return False
    return _matches(message, given, secrets)


def is_signed_hex(message: bytes, signature: str, secrets: Iterable[str]) -> bool:
    """Query-string form: lower-case hex."""
    try:
        given = bytes.fromhex(signature)
    except ValueError:
        return False
    return signature == given.hex() and _matches(message, given, secrets)


def _matches(message: bytes, given: bytes, secrets: Iterable[str]) -> bool:
    # Every secret is tried, so that the time does not tell which one is in force.
    matches = [hmac.compare_digest(digest(secret, message), given) for secret in secrets]
    return any(matches)
