"""Transport to one WooCommerce store: REST with its keys, and the companion plugin's routes with our signature.

URL, time-outs, status to error; nothing of coupons or orders.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import requests

from app.addresses import Forbidden
from app.platforms.port import Failure, PlatformError
from app.platforms.woocommerce.signing import signed_headers

READ_SECONDS = 30.0
WRITE_SECONDS = 90.0
"""A batch of 100 took up to 19 s in a store with 115,000 coupons; a cut batch has often acted."""
AT_ONCE = 2
"""Requests of one client: shared hosts have few PHP workers, and shoppers need them."""
PLUGIN = "/wc-shoutcode/v1"
_FAILURES = {
    401: Failure.UNAUTHORIZED,
    403: Failure.ACCESS_DENIED,
    404: Failure.NOT_FOUND,
    429: Failure.THROTTLED,
}


@dataclass(frozen=True, slots=True)
class Credentials:
    """What opens one store. `rest_root`: as the store names it, "https://shop.example/wp-json"."""

    rest_root: str
    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)
    plugin_secret: str | None = field(default=None, repr=False)


class WooClient:
    """Threads may share one. Redirects are not followed: they would carry the keys on."""

    def __init__(
        self, credentials: Credentials, session: requests.Session, *,
        has_plugin: bool | None = None, refused: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        """`has_plugin` None: where there is a secret to sign with; without one its routes take the keys too.
        `refused` is called when the store does not know our keys or our signature any more."""
        self._root = credentials.rest_root.rstrip("/")
        self._auth = (credentials.consumer_key, credentials.consumer_secret)
        self._secret = credentials.plugin_secret
        self._session = session
        self._refused = refused
        self._at_once = threading.BoundedSemaphore(AT_ONCE)
        self.has_plugin = self._secret is not None if has_plugin is None else has_plugin

    @property
    def is_tls(self) -> bool:
        return self._root.startswith("https:")

    def index(self) -> dict[str, Any]:
        """What a WordPress site tells everybody: name, url, time zone."""
        answer: dict[str, Any] = self._send("GET", self._root + "/", timeout=READ_SECONDS)
        return answer

    def get(self, path: str, **params: str | int) -> Any:
        return self._send("GET", f"{self._root}/wc/v3/{path}", params=params, auth=self._auth, timeout=READ_SECONDS)

    def write(self, method: str, path: str, body: dict[str, Any], **params: str) -> Any:
        return self._send(
            method, f"{self._root}/wc/v3/{path}", params=params, auth=self._auth, timeout=WRITE_SECONDS,
            data=json.dumps(body).encode(), headers={"Content-Type": "application/json"},
        )  # fmt: skip

    def plugin(self, method: str, path: str, body: dict[str, Any] | None = None, **params: str | int) -> Any:
        """Signed at the last moment; with the keys in a store that has the plugin and was not paired with it."""
        data = b"" if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} if body is not None else {}
        auth = None if self._secret else self._auth
        if self._secret:
            headers |= signed_headers(self._secret, method, PLUGIN + path, data, int(time.time()))
        url = self._root + PLUGIN + path
        return self._send(method, url, params=params, data=data, headers=headers, auth=auth, timeout=WRITE_SECONDS)

    def _send(self, method: str, url: str, *, timeout: float, **options: Any) -> Any:
        try:
            with self._at_once:
                answer = self._session.request(method, url, timeout=(10, timeout), allow_redirects=False, **options)
        except requests.RequestException as error:
            message = f"The store did not answer ({type(error).__name__})."
            raise PlatformError(Failure.UNREACHABLE, message, can_retry=True) from error
        except Forbidden as error:
            raise PlatformError(Failure.UNREACHABLE, "The store's address leads into a private network.") from error
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            self._refused()
        return _read(answer)


def _read(answer: requests.Response) -> Any:
    try:
        body = answer.json()
    except requests.JSONDecodeError:
        body = None
    if 200 <= answer.status_code < 300 and body is not None:
        return body
    raise _error(answer, body if isinstance(body, dict) else {})


def _error(answer: requests.Response, body: dict[str, Any]) -> PlatformError:
    status = answer.status_code
    message = str(body.get("message") or f"The store answered with status {status}.")
    if status in _FAILURES:
        failure = _FAILURES[status]
        return PlatformError(failure, message, can_retry=failure is Failure.THROTTLED, retry_after=_pause(answer))
    if status >= 500:
        return PlatformError(Failure.UNREACHABLE, message, can_retry=True, retry_after=_pause(answer))
    if status >= 400:
        return PlatformError(Failure.INVALID, message)
    if status >= 300:
        return PlatformError(Failure.UNEXPECTED, "The store's address has moved. Connect it again at the new one.")
    return PlatformError(Failure.UNEXPECTED, "The store's answer is no JSON: another plugin may print into it.")


def _pause(answer: requests.Response) -> float | None:
    value = answer.headers.get("Retry-After", "")
    return float(value) if value.isdecimal() else None
