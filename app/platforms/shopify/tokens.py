"""Shopify's token endpoint: three ways to a pair of expiring offline tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

import requests
import structlog
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from app.clock import now
from app.platforms.port import Failure, PlatformError
from app.platforms.shopify.http import http

log = structlog.get_logger()
Answer = TypeVar("Answer")

TIMEOUT = (3.05, 10.0)
ATTEMPTS = 2
LONGEST_CALL = ATTEMPTS * sum(TIMEOUT) + 2
"""Seconds that one grant can take at most, the pause between its attempts included."""

_OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"
_ONLINE = "urn:shopify:params:oauth:token-type:online-access-token"
_ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105 - the name of a kind of token
_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"


@dataclass(frozen=True, slots=True)
class TokenPair:
    access_token: str = field(repr=False)
    access_expires_at: datetime | None
    refresh_token: str | None = field(repr=False)
    refresh_expires_at: datetime | None
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person behind an ID token, as the store knows them."""

    name: str
    is_owner: bool


class GrantRefused(PlatformError):
    """Shopify said no to this grant. `error` is its word: invalid_grant, invalid_subject_token, invalid_client …"""

    def __init__(self, error: str, request_id: str | None) -> None:
        super().__init__(Failure.UNAUTHORIZED, "Open Shoutcode in the store's admin again.", request_id=request_id)
        self.error = error


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    """`base`: the address in front of `/admin/...` for one shop."""

    base: str
    client_id: str
    client_secret: str = field(repr=False)

    def exchange(self, id_token: str) -> TokenPair:
        """By an ID token of less than a minute."""
        return self._grant(
            grant_type=_EXCHANGE,
            subject_token=id_token,
            subject_token_type=_ID_TOKEN,
            requested_token_type=_OFFLINE,
            expiring="1",
        )

    def by_code(self, code: str) -> TokenPair:
        """By the code of the authorization-code route."""
        return self._grant(code=code, expiring="1")

    def refresh(self, refresh_token: str) -> TokenPair:
        return self._grant(grant_type="refresh_token", refresh_token=refresh_token)

    def visitor(self, id_token: str) -> Visitor:
        """Who has the page open. The online token that comes with the answer is dropped: the app acts for the shop."""
        return self._asked(
            _visitor,
            grant_type=_EXCHANGE,
            subject_token=id_token,
            subject_token_type=_ID_TOKEN,
            requested_token_type=_ONLINE,
        )

    def _grant(self, **fields: str) -> TokenPair:
        return self._asked(_pair, **fields)

    def _asked(self, read: Callable[[dict[str, Any], datetime], Answer], **fields: str) -> Answer:
        """Raises GrantRefused, or PlatformError with can_retry where Shopify did not answer."""
        # Repeating is safe: a used refresh token, code or ID token stays usable until its new pair is first used.
        attempts = Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_random_exponential(multiplier=0.2, max=1),
            retry=retry_if_exception(lambda error: isinstance(error, PlatformError) and error.can_retry),
            before_sleep=_log_retry,
            reraise=True,
        )
        answer: Answer = attempts(self._ask_once, read, fields)
        return answer

    def _ask_once(self, read: Callable[[dict[str, Any], datetime], Answer], fields: dict[str, str]) -> Answer:
        asked_at = now()
        body = {"client_id": self.client_id, "client_secret": self.client_secret, **fields}
        try:
            response = http().post(
                f"{self.base}/admin/oauth/access_token", json=body, headers={"Accept": "application/json"},
                timeout=TIMEOUT, allow_redirects=False,
            )  # fmt: skip
        except requests.RequestException as error:
            raise PlatformError(Failure.UNREACHABLE, "Shopify did not answer.", can_retry=True) from error
        return _read(response, asked_at, read)


def _read(
    response: requests.Response, asked_at: datetime, read: Callable[[dict[str, Any], datetime], Answer]
) -> Answer:
    request_id = response.headers.get("X-Request-Id")
    if response.status_code == 429 or response.status_code >= 500:
        raise PlatformError(Failure.UNREACHABLE, "Shopify did not answer.", can_retry=True, request_id=request_id)
    try:
        body = response.json()
    except requests.JSONDecodeError:
        body = {}
    if response.status_code != 200:
        error = str(body.get("error", response.status_code)) if isinstance(body, dict) else str(response.status_code)
        log.warning("token_grant_refused", error=error, platform_request_id=request_id)
        raise GrantRefused(error, request_id)
    try:
        return read(body, asked_at)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PlatformError(
            Failure.UNEXPECTED, "Shopify's answer could not be read.", can_retry=True, request_id=request_id
        ) from error


def _pair(body: dict[str, Any], asked_at: datetime) -> TokenPair:
    """Expiries count from before the request was sent."""

    def after(seconds: Any) -> datetime | None:
        return None if seconds is None else asked_at + timedelta(seconds=int(seconds))

    return TokenPair(
        access_token=str(body["access_token"]),
        access_expires_at=after(body.get("expires_in")),
        refresh_token=body.get("refresh_token"),
        refresh_expires_at=after(body.get("refresh_token_expires_in")),
        scopes=tuple(scope.strip() for scope in body.get("scope", "").split(",") if scope.strip()),
    )


def _visitor(body: dict[str, Any], _asked_at: datetime) -> Visitor:
    user = body["associated_user"]
    name = " ".join(part for part in (user.get("first_name"), user.get("last_name")) if part)
    return Visitor(name[:120] or str(user.get("email") or "")[:120], user.get("account_owner") is True)


def _log_retry(state: RetryCallState) -> None:
    log.warning("token_grant_retry", attempt=state.attempt_number)
