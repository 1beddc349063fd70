"""Where a list goes on: opaque to the caller, refused when it is not ours or belongs to another order."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from app.errors import FieldError, InvalidInput
from app.influencers.fields import clean


def pack(order: str, *values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps([order, *values], separators=(",", ":")).encode()).decode().rstrip("=")


def unpack(cursor: str, orders: Mapping[str, tuple[type, ...]]) -> tuple[str, list[Any]]:
    """The order and its values; `orders` tells the types of each order's values. Raises InvalidInput at `cursor`."""
    try:
        order, *values = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, TypeError) as error:
        raise stale() from error
    if not isinstance(order, str) or order not in orders or len(values) != len(orders[order]):
        raise stale()
    if not all(_fits(value, kind) for value, kind in zip(values, orders[order], strict=True)):
        raise stale()
    return order, values


def _fits(value: Any, kind: type) -> bool:
    """A database takes it: no number over 64 bits, no control character."""
    if type(value) is not kind:
        return False
    if isinstance(value, str):
        return clean(value) == value
    return isinstance(value, int) and abs(value) < 2**63


def stale() -> InvalidInput:
    return InvalidInput.at(FieldError("cursor", "This list has changed. Start again at its first page."))
