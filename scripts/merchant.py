"""A merchant without a browser, on the same addresses that the page and the admin use."""

from __future__ import annotations

import html
import re
import time
from typing import Any

import requests

from sandbox.client import SandboxClient
from scripts.system import System, wait_for

TOKEN_SECONDS = 45
"""ID tokens live for 60 s; a new one is asked for before that."""


class Refused(Exception):
    """The app answered with an error; the message has the request and the answer."""


class Merchant:
    """One store's merchant. `handle` names the store in the sandbox."""

    def __init__(self, system: System, handle: str) -> None:
        self.app = system.web_url
        self.sandbox = SandboxClient(system.sandbox_url)
        self.handle = handle
        self.shop = f"{handle}.myshopify.com"
        self.api_key = system.keys["SHOPIFY_API_KEY"]
        self.http = requests.Session()
        self._token = ""
        self._token_at = 0.0

    def install(self) -> None:
        """Grants the app its scopes, then opens it in the admin: the app exchanges the ID token for its own."""
        self.sandbox.install(self.shop)
        self.open()

    def open(self) -> str:
        """The embedded page, asked for as the admin's frame asks for it."""
        frame = self.http.get(f"{self.sandbox.base_url}/store/{self.handle}/apps/{self.api_key}", timeout=30)
        found = re.search(r"""<iframe[^>]*\ssrc=["']([^"']+)["']""", frame.text)
        if not found:
            raise Refused(f"The admin shows no frame for the app ({frame.status_code}): {frame.text[:300]}")
        page = self.http.get(html.unescape(found[1]), timeout=30)
        if page.status_code != 200:
            raise Refused(f"The app's page answered {page.status_code}: {page.text[:300]}")
        return page.text

    def token(self) -> str:
        if time.monotonic() - self._token_at > TOKEN_SECONDS:
            self._token = self.sandbox.id_token(self.shop)
            self._token_at = time.monotonic()
        return self._token

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """One call of the JSON API; `path` without /api. Raises Refused unless the answer is 2xx."""
        headers = {"Authorization": f"Bearer {self.token()}"}
        return _json(self.http.request(method, f"{self.app}/api{path}", json=body, headers=headers, timeout=60))

    def pages(self, path: str) -> list[Any]:
        """All items of a list, over its pages; `path` may hold a query."""
        items: list[Any] = []
        cursor = ""
        while cursor is not None:
            separator = "&" if "?" in path else "?"
            page = self.api("GET", f"{path}{separator}limit=200" + (f"&cursor={cursor}" if cursor else ""))
            items += page["items"]
            cursor = page["next_cursor"]
        return items

    @property
    def store_id(self) -> int:
        return int(self.api("GET", "/session")["store"]["id"])

    def connect_roster(self) -> None:
        """Enters what the roster's page shows, tries it, and waits for the first pull, which starts by itself."""
        roster = self.sandbox.roster()
        self.api("PUT", "/roster", {name: roster[name] for name in ("base_url", "api_key", "signing_secret")})
        tried = self.api("POST", "/roster/test", {})
        if not (tried["ok"] and tried["can_read"] and tried["can_write"]):
            raise Refused(f"The roster's test says {tried}")
        wait_for(lambda: self.api("GET", "/roster")["pulled_at"], 30, "the first pull of the roster")

    def offer(self, name: str, *, pattern: str, value: str = "15", pool: int = 0, everybody: bool = False,
              store_id: int | None = None) -> Any:
        """A percentage offer from now on, published; for another store of the workspace by `store_id`.

        Returns the answer: {offer, run, skipped}.
        """
        return self.api("POST", "/offers", {
            "name": name, "store_id": store_id or self.store_id, "type": "percentage", "value": value,
            "pattern": pattern, "starts_at": None, "ends_at": None, "uses_per_code": None, "once_per_customer": False,
            "minimum_subtotal": None, "selection": {"filter": {}, "except_ids": []} if everybody else None,
            "edits": {}, "pool": pool, "publish": True,
        })

    def finished_run(self, run_id: int, seconds: float) -> Any:
        def finished() -> Any:
            run = self.api("GET", f"/runs/{run_id}")
            return run if run["state"] == "finished" else None

        return wait_for(finished, seconds, f"the codes of run {run_id}")


def _json(answer: requests.Response) -> Any:
    if not answer.ok:
        raise Refused(f"{answer.request.method} {answer.url} answered {answer.status_code}: {answer.text[:500]}")
    return answer.json() if answer.content else None
