"""Whom a verified token speaks for."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Full match on the value as it came (lower-cased by the caller where case may differ), nothing stripped.
_SHOP = re.compile(r"[a-z0-9][a-z0-9-]*\.myshopify\.com", re.ASCII)
MAX_DOMAIN = 255


@dataclass(frozen=True, slots=True)
class StoreIdentity:
    platform: str
    domain: str
    user: str
    """The platform's id of the person who has the page open."""
    name: str = ""
    """Where the token says it."""
    manages: bool | None = None
    """Whether they may manage the store, where the token says it; None: the platform has to be asked."""


def is_shop_domain(value: str) -> bool:
    """Whether this is the domain of a Shopify store: nothing else may reach a header, an address or a request."""
    return len(value) <= MAX_DOMAIN and _SHOP.fullmatch(value) is not None
