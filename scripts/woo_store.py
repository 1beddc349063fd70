"""A real WooCommerce store that tests and benches may use: its address and a REST key, from the environment."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from scripts.merchant import Merchant, Refused
from scripts.system import wait_for

NAMES = ("WOO_URL", "WOO_KEY", "WOO_SECRET")
PLUGIN = "wc-shoutcode/v1"


@dataclass
class RealStore:
    url: str
    key: str = field(repr=False)
    secret: str = field(repr=False)
    http: requests.Session = field(default_factory=requests.Session, repr=False)

    @classmethod
    def from_env(cls) -> RealStore | None:
        """None where the environment names no store."""
        url, key, secret = (os.environ.get(name, "") for name in NAMES)
        return cls(url.rstrip("/"), key, secret) if url and key and secret else None

    def rest(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Raises Refused where the store says no."""
        answer = self.ask(method, path, body, **query)
        if not answer.ok:
            raise Refused(f"{method} {path} answered {answer.status_code}: {answer.text[:300]}")
        return answer.json()

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> requests.Response:
        url, auth = f"{self.url}/wp-json/wc/v3/{path}", (self.key, self.secret)
        return self.http.request(method, url, json=body, params=query, auth=auth, timeout=90)

    def plugin(self, method: str, path: str, body: Any = None) -> Any:
        """A route of the companion plugin, by the REST key."""
        url, auth = f"{self.url}/wp-json/{PLUGIN}{path}", (self.key, self.secret)
        answer = self.http.request(method, url, json=body, auth=auth, timeout=90)
        if not answer.ok:
            raise Refused(f"{method} {path} answered {answer.status_code}: {answer.text[:300]}")
        return answer.json()

    def delete_coupons(self, text: str) -> None:
        """Those with this text in their code, of any status."""
        while rows := self.rest("GET", "coupons", search=text, status="any", per_page=100, _fields="id,code"):
            ours = [row["id"] for row in rows if text.lower() in row["code"].lower()]
            if not ours:
                return
            self.rest("POST", "coupons/batch", {"delete": ours})

    def delete_marked(self, codes: Sequence[str]) -> None:
        """By the plugin: for each of these codes, every coupon that was made under the same mark."""
        held = self.plugin("POST", "/coupons/find", {"codes": list(codes)})["held"]
        for mark in sorted({coupon["mark"] for coupon in held.values()}):
            self.plugin("POST", "/coupons/delete", {"mark": mark, "ids": None})

    @property
    def has_plugin(self) -> bool:
        return PLUGIN in self.http.get(f"{self.url}/wp-json/", timeout=30).json()["namespaces"]

    def connect(self, merchant: Merchant) -> int:
        """By the key screen's way into the workspace of `merchant`; the keys are posted as the store's server would,
        since WooCommerce itself calls only https addresses. Returns the store's id in the app."""
        asked = merchant.api("POST", "/key-grants", {"store_url": self.url})
        state = parse_qs(urlsplit(asked["authorize_url"]).query)["user_id"][0]
        keys = {"key_id": 1, "user_id": state, "consumer_key": self.key, "consumer_secret": self.secret,
                "key_permissions": "read_write"}
        answer = requests.post(f"{merchant.app}/woocommerce/keys", json=keys, timeout=30)
        if answer.status_code != 200:
            raise Refused(f"the app did not take the keys: {answer.status_code} {answer.text[:300]}")

        def connected() -> int | None:
            grant = merchant.api("GET", f"/key-grants/{asked['id']}")
            if grant["state"] == "failed":
                raise Refused(grant["message"])
            return grant["store_id"] if grant["state"] == "connected" else None

        store_id: int = wait_for(connected, 60, "the store's keys to be tried")
        wait_for(lambda: self._is_known(merchant, store_id), 60, "what the store says of itself")
        return store_id

    def _is_known(self, merchant: Merchant, store_id: int) -> bool:
        store = merchant.api("GET", f"/stores/{store_id}")
        return bool(store["currency"] and store["checked_at"])
