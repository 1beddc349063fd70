"""Shopify's global ids: `gid://shopify/Kind/123`."""

import re

_GID = re.compile(r"gid://shopify/([A-Za-z]+)/(\d+)(?:\?.*)?")


def gid(kind: str, number: object) -> str:
    return f"gid://shopify/{kind}/{number}"


def number_of(value: str, *kinds: str) -> int | None:
    """The number in a global id of one of these kinds, None for anything else."""
    match = _GID.fullmatch(value)
    return int(match[2]) if match and match[1] in kinds else None


def kind_of(value: str) -> str | None:
    match = _GID.fullmatch(value)
    return match[1] if match else None
