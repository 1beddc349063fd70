"""Offline access tokens and their refresh tokens, by Shopify's rules. Pure: the clock is given.

- Only the newest pair of a store can be refreshed: a new exchange stops all older refresh tokens at once, while older
  access tokens run out their hour.
- A refresh token that was used can be used again (its answer may have been lost) until its replacement is first used,
  at most 30 days after its own first use.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

RETRY_SPAN = timedelta(days=30)


@dataclass
class TokenPair:
    shop: str
    access_token: str
    scopes: list[str]
    access_until: datetime
    refresh_token: str
    refresh_until: datetime
    replaces: str | None = None
    """The refresh token that was traded for this pair."""
    used_at: datetime | None = None
    """When its refresh token was first traded."""
    retired: bool = False
    """Its refresh token works no more."""

    def opens(self, at: datetime) -> bool:
        return at < self.access_until


def issue(
    pairs: list[TokenPair],
    shop: str,
    scopes: list[str],
    at: datetime,
    access_seconds: int,
    refresh_seconds: int,
    replaces: str | None = None,
) -> TokenPair:
    """Add a new pair and retire every older refresh token, except the one just traded, which stays open for a retry."""
    for pair in pairs:
        if pair.refresh_token != replaces:
            pair.retired = True
    pairs[:] = [pair for pair in pairs if pair.opens(at) or not pair.retired]
    new = TokenPair(
        shop=shop,
        access_token="shpat_" + secrets.token_hex(16),
        scopes=list(scopes),
        access_until=at + timedelta(seconds=access_seconds),
        refresh_token="shprt_" + secrets.token_hex(16),
        refresh_until=at + timedelta(seconds=refresh_seconds),
        replaces=replaces,
    )
    pairs.append(new)
    return new


def refreshable(pairs: list[TokenPair], refresh_token: str, at: datetime) -> TokenPair | None:
    """The pair whose refresh token may be traded now."""
    pair = next((pair for pair in pairs if secrets.compare_digest(pair.refresh_token, refresh_token)), None)
    if pair is None or pair.retired or at >= pair.refresh_until:
        return None
    if pair.used_at is not None and at >= pair.used_at + RETRY_SPAN:
        return None
    return pair


def note_use(pairs: list[TokenPair], pair: TokenPair) -> bool:
    """A pair is in use: the refresh token that it replaced is dead from now on. True if that changed anything."""
    old = next((other for other in pairs if other.refresh_token == pair.replaces and not other.retired), None)
    if old is None:
        return False
    old.retired = True
    return True
