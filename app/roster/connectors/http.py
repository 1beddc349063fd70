"""The roster contract over HTTP (docs/roster.md): a bearer key to read, Standard Webhooks signatures to write.

Rosters differ in how they say "slow down": 402 counts as 429, and Retry-After is honoured where it is given.
"""

from __future__ import annotations

import json
import time
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import requests
from standardwebhooks.webhooks import Webhook

from app.addresses import Forbidden, Resolver, guarded_adapter, resolve
from app.clock import now
from app.roster.port import About, Outgoing, PulledPage, RosterError, Trouble

CONNECT_SECONDS = 5
READ_SECONDS = 10
ANSWER_SECONDS = 30
"""For a whole answer: a line that drips never ends otherwise."""
MAX_ANSWER = 20 * 1024 * 1024
CURSOR_LENGTH = 2000
BUSY = (402, 429)
AGAIN = (408, 425)


class HttpRoster:
    def __init__(
        self, base_url: str, api_key: str, signing_secret: str, *, demo: bool = False, resolver: Resolver = resolve
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._webhook = Webhook(signing_secret)
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy of ours would connect for us, past the address check
        self._session.headers["Authorization"] = f"Bearer {api_key}"
        self._session.headers["User-Agent"] = "Shoutcode"
        adapter = guarded_adapter(loopback=demo, resolver=resolver)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def about(self) -> About:
        found = self._json("GET", "/about")
        if not isinstance(found, dict):
            raise RosterError(Trouble.UNEXPECTED, "The roster's /about is not a JSON object.")
        name = str(found.get("name") or "Roster")[:120]
        return About(name, bool(found.get("can_read")), bool(found.get("can_write")))

    def pull(self, cursor: str, updated_since: str, limit: int) -> PulledPage:
        asked = {"limit": str(limit), "cursor": cursor, "updated_since": updated_since}
        found = self._json("GET", "/influencers", params={name: value for name, value in asked.items() if value})
        items = found.get("items") if isinstance(found, dict) else None
        if not isinstance(items, list):
            raise RosterError(Trouble.UNEXPECTED, "The roster's /influencers has no list of items.")
        following = found.get("next_cursor")
        if following is not None and not isinstance(following, str | int):
            raise RosterError(Trouble.UNEXPECTED, "The roster's next_cursor is not a text.")
        if following and (str(following) == cursor or len(str(following)) > CURSOR_LENGTH):
            raise RosterError(Trouble.UNEXPECTED, "The roster's next_cursor does not lead on.")
        return PulledPage(items, str(following) if following else None)

    def push(self, event: Outgoing) -> None:
        body = json.dumps(
            {"type": event.type, "timestamp": _iso(event.happened_at), "data": event.data}, ensure_ascii=False
        )
        at = now()
        headers = {
            "Content-Type": "application/json",
            "webhook-id": event.key,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": self._webhook.sign(event.key, at, body),
        }
        self._send("POST", "/events", data=body.encode(), headers=headers)

    def close(self) -> None:
        self._session.close()

    def _json(self, method: str, path: str, **options: Any) -> Any:
        body = self._send(method, path, **options)
        try:
            return json.loads(body)
        except ValueError as error:
            raise RosterError(Trouble.UNEXPECTED, f"The roster's {path} is not JSON.") from error

    def _send(self, method: str, path: str, **options: Any) -> bytes:
        try:
            with self._session.request(
                method, self._base_url + path, timeout=(CONNECT_SECONDS, READ_SECONDS), allow_redirects=False,
                stream=True, **options,
            ) as answer:  # fmt: skip
                body = _read(answer)
        except Forbidden as error:
            raise RosterError(
                Trouble.REFUSED, "This address leads into a private network. Enter the roster's public address."
            ) from error
        except requests.RequestException as error:
            raise RosterError(Trouble.UNREACHABLE, _no_answer(error)) from error
        refusal = _refusal(answer, body)
        if refusal:
            raise refusal
        return body


def _read(answer: requests.Response) -> bytes:
    until = time.monotonic() + ANSWER_SECONDS
    body = bytearray()
    for part in answer.iter_content(64 * 1024):
        body += part
        if len(body) > MAX_ANSWER:
            raise RosterError(Trouble.UNEXPECTED, "The roster's answer is over 20 MB. Send smaller pages.")
        if time.monotonic() > until:
            raise RosterError(Trouble.UNREACHABLE, f"The roster's answer took over {ANSWER_SECONDS} seconds.")
    return bytes(body)


def _no_answer(error: requests.RequestException) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return "The roster's certificate is not valid."
    if isinstance(error, requests.Timeout):
        return f"The roster did not answer within {READ_SECONDS} seconds."
    return "The roster cannot be reached."


def _refusal(answer: requests.Response, body: bytes) -> RosterError | None:
    status = answer.status_code
    if 200 <= status < 300:
        return None
    said = f"The roster answers {status} {_phrase(status)}".rstrip()
    if status in BUSY:
        return RosterError(Trouble.BUSY, f"{said}: too many requests.", retry_after=_retry_after(answer))
    if status in (401, 403):
        return RosterError(Trouble.UNAUTHORIZED, f"{said}: it refuses the key or the signature.")
    if status in AGAIN or status >= 500:
        return RosterError(Trouble.UNREACHABLE, f"{said}.", retry_after=_retry_after(answer))
    if 300 <= status < 400:
        return RosterError(Trouble.UNEXPECTED, f"{said}: enter the address it leads to.")
    return RosterError(Trouble.REFUSED, f"{said}. {_excerpt(body)}".strip())


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""


def _excerpt(body: bytes) -> str:
    """What the roster says of its refusal, in one line of text."""
    text = body[:2000].decode("utf-8", "replace")
    try:
        told = json.loads(text)
    except ValueError:
        return " ".join(text.split())[:200] if not text.lstrip().startswith("<") else ""
    if not isinstance(told, dict):
        return ""
    return next((str(told[name])[:200] for name in ("detail", "message", "error", "title") if told.get(name)), "")


def _retry_after(answer: requests.Response) -> float | None:
    """Seconds, from a number or a date; at most a day."""
    given = answer.headers.get("Retry-After", "").strip()
    if given.isascii() and given.isdigit():
        return min(float(given[:9]), 86_400.0)
    try:
        at = parsedate_to_datetime(given)
    except (ValueError, TypeError):
        return None
    return min(max((at - now()).total_seconds(), 0.0), 86_400.0) if at.tzinfo else None


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
