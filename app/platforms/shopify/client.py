"""Transport to one store's Admin GraphQL API: address, token, pace, retries, status to PlatformError. No documents."""

from __future__ import annotations

import random
import re
import time
from typing import Any, Protocol

import requests
import structlog

from app.config import SHOPIFY_API_VERSION
from app.platforms.port import Failure, PlatformError
from app.platforms.shopify.http import TIMEOUT, http
from app.platforms.shopify.pace import Pace

log = structlog.get_logger()

ATTEMPTS = 6
"""Times one call is sent at most where Shopify does not act on it (busy, away)."""
PATIENCE = 120.0
"""Seconds that one call of a job may wait for the store in all."""
LONGEST_PAUSE = 20.0
_OPERATION = re.compile(r"(query|mutation)\s+(\w+)")

_BY_STATUS = {
    401: (Failure.UNAUTHORIZED, "Open Shoutcode in the store's admin again."),
    402: (Failure.STORE_CLOSED, "The store is frozen: its owner must settle the bill with Shopify."),
    403: (
        Failure.ACCESS_DENIED,
        "Shopify refuses access: open Shoutcode in the store's admin and allow what it asks for.",
    ),
    404: (Failure.STORE_CLOSED, "Shopify knows no such store."),
    423: (Failure.STORE_CLOSED, "The store is locked."),
    430: (Failure.THROTTLED, "Shopify refuses requests for now."),
}
_BY_CODE = {
    "ACCESS_DENIED": (
        Failure.ACCESS_DENIED,
        "Shopify refuses access to this data: a permission of the app is missing.",
    ),
    "SHOP_INACTIVE": (Failure.STORE_CLOSED, "The store is not active."),
    "MAX_COST_EXCEEDED": (Failure.INVALID, "Shopify finds this request too large."),
    "INTERNAL_SERVER_ERROR": (Failure.UNREACHABLE, "Shopify had a fault of its own."),
}


class TokenProvider(Protocol):
    def token(self) -> str:
        """An access token that should work now."""

    def renew(self, refused: str) -> str:
        """Another one than `refused`. Raises PlatformError UNAUTHORIZED where there is none to be had."""

    def give_up(self) -> None:
        """Called when even renewed tokens are refused."""


class AdminClient:
    """`base_url`: the address in front of `/admin/...`. `patience`: seconds after which a call is not tried again, nor
    waits for the store's budget. Threads may share one.
    """

    def __init__(self, base_url: str, tokens: TokenProvider, *, patience: float = PATIENCE) -> None:
        self.base_url = base_url
        self.patience = patience
        self._tokens = tokens
        self._pace = Pace(base_url)

    def execute(self, document: str, variables: dict[str, Any], *, idempotent: bool) -> dict[str, Any]:
        """The answer's `data`, also where it is partial (fields we may not read are null and named in the log).

        Raises PlatformError. A call that is not `idempotent` is never sent twice where the first may have acted: it
        ends as UNREACHABLE with can_retry False, and the caller looks up what happened.
        """
        call = _Call(self, document, variables, idempotent)
        return call.run()


class _Call:
    """One call with its attempts."""

    def __init__(self, client: AdminClient, document: str, variables: dict[str, Any], idempotent: bool) -> None:
        self._url = f"{client.base_url}/admin/api/{SHOPIFY_API_VERSION}/graphql.json"
        found = _OPERATION.search(document)
        self._operation = found.group(2) if found else "anonymous"
        self._body = {"query": document, "variables": variables, "operationName": found.group(2) if found else None}
        self._idempotent = idempotent
        self._pace = client._pace
        self._tokens = client._tokens
        self._refusals = 0
        self._give_up_at = time.monotonic() + client.patience

    def run(self) -> dict[str, Any]:
        token = self._tokens.token()
        attempt = 1
        while True:
            self._pace.reserve(self._operation, self._give_up_at)
            try:
                return self._once(token)
            except _Refused as refused:
                token = self._other_token(token, refused)
            except _Throttled as busy:
                # Nothing was done: the wait is what the budget needs, and only patience ends it.
                if time.monotonic() + busy.seconds > self._give_up_at:
                    raise
                time.sleep(busy.seconds)
            except PlatformError as error:
                pause = error.retry_after or _pause(attempt)
                if not error.can_retry or attempt >= ATTEMPTS or time.monotonic() + pause > self._give_up_at:
                    raise
                log.warning(
                    "shopify_retry", operation=self._operation, attempt=attempt, platform_request_id=error.request_id
                )
                time.sleep(pause)
                attempt += 1

    def _other_token(self, token: str, refused: _Refused) -> str:
        """401: first whatever newer token stands, then one that is asked for; then the store must be opened again."""
        self._refusals += 1
        if self._refusals > 2:
            self._tokens.give_up()
            raise refused
        return self._tokens.renew(token)

    def _once(self, token: str) -> dict[str, Any]:
        headers = {"X-Shopify-Access-Token": token, "Accept": "application/json"}
        try:
            response = http().post(self._url, json=self._body, headers=headers, timeout=TIMEOUT, allow_redirects=False)
        except requests.ConnectTimeout as error:
            raise PlatformError(Failure.UNREACHABLE, "Shopify did not answer.", can_retry=True) from error
        except requests.RequestException as error:
            not_sent = isinstance(error, requests.ConnectionError) and _never_connected(error)
            raise PlatformError(
                Failure.UNREACHABLE, "Shopify did not answer.", can_retry=self._idempotent or not_sent
            ) from error
        return self._read(response)

    def _read(self, response: requests.Response) -> dict[str, Any]:
        request_id = response.headers.get("X-Request-Id")
        if response.status_code != 200:
            raise self._status_error(response, request_id)
        try:
            answer = response.json()
            data, errors = answer.get("data"), answer.get("errors") or []
            codes = [error.get("extensions", {}).get("code") for error in errors]
        except (requests.JSONDecodeError, AttributeError) as error:
            raise PlatformError(
                Failure.UNEXPECTED,
                "Shopify's answer could not be read.",
                can_retry=self._idempotent,
                request_id=request_id,
            ) from error
        cost = (answer.get("extensions") or {}).get("cost") or {}
        self._pace.learn(self._operation, cost)
        if "THROTTLED" in codes:
            raise _Throttled(self._pace.wait_for(cost), request_id)
        log.debug(
            "shopify_call", operation=self._operation, platform_request_id=request_id, cost=cost.get("actualQueryCost")
        )
        return self._data_of(data, errors, codes, request_id)

    def _data_of(self, data: Any, errors: list[Any], codes: list[Any], request_id: str | None) -> dict[str, Any]:
        if isinstance(data, dict) and any(value is not None for value in data.values()):
            if errors:
                # Fields that the app may not read (protected data) come as null beside an error each.
                log.info("shopify_partial", operation=self._operation, codes=codes, platform_request_id=request_id)
            return data
        if isinstance(data, dict) and not errors:
            return data
        known = next((code for code in codes if code in _BY_CODE), None)
        default = (Failure.UNEXPECTED, "Shopify refused the request.")
        failure, message = _BY_CODE[known] if known else default
        log.warning(
            "shopify_refused",
            operation=self._operation,
            codes=codes,
            errors=_messages(errors),
            platform_request_id=request_id,
        )
        raise PlatformError(
            failure, message, can_retry=failure is Failure.UNREACHABLE and self._idempotent, request_id=request_id
        )

    def _status_error(self, response: requests.Response, request_id: str | None) -> PlatformError:
        status = response.status_code
        if status == 401:
            return _Refused(request_id)
        if status == 429:
            return _Throttled(_seconds(response.headers.get("Retry-After")) or 1.0, request_id)
        if status in _BY_STATUS:
            failure, message = _BY_STATUS[status]
            return PlatformError(failure, message, can_retry=failure is Failure.THROTTLED, request_id=request_id)
        if status >= 500:
            return PlatformError(
                Failure.UNREACHABLE,
                "Shopify does not answer just now.",
                can_retry=self._idempotent,
                request_id=request_id,
                retry_after=_seconds(response.headers.get("Retry-After")),
            )
        return PlatformError(Failure.UNEXPECTED, "Shopify's answer could not be read.", request_id=request_id)


class _Refused(PlatformError):
    def __init__(self, request_id: str | None) -> None:
        super().__init__(*_BY_STATUS[401], request_id=request_id)


class _Throttled(PlatformError):
    def __init__(self, seconds: float, request_id: str | None) -> None:
        super().__init__(
            Failure.THROTTLED,
            "Shopify asks us to slow down.",
            can_retry=True,
            request_id=request_id,
            retry_after=seconds,
        )
        self.seconds = min(seconds, LONGEST_PAUSE)


def _pause(attempt: int) -> float:
    """Exponential with full jitter, so that many workers do not come back together."""
    return random.uniform(0.1, min(LONGEST_PAUSE, 0.5 * 2**attempt))


def _never_connected(error: requests.ConnectionError) -> bool:
    """The connection was never made (refused, no such name), so nothing was sent."""
    return "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error)


def _seconds(header: str | None) -> float | None:
    try:
        return min(max(float(header), 0.1), LONGEST_PAUSE) if header else None
    except ValueError:
        return None


def _messages(errors: list[Any]) -> list[str]:
    return [str(error.get("message", ""))[:200] for error in errors[:3] if isinstance(error, dict)]
