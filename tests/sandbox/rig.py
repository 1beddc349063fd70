"""The actors of the sandbox's tests: an app that has a token, and a receiver of webhooks."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
import requests

from sandbox.client import SandboxClient

API_KEY = "c0de5407c0de5407c0de5407c0de5407"
API_SECRET = "shpss_0123456789abcdef0123456789abcdef"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"

PERCENT_OFF = {
    "title": "Ten off",
    "startsAt": "2026-01-01T00:00:00Z",
    "context": {"all": "ALL"},
    "customerGets": {"value": {"percentage": 0.1}, "items": {"all": True}},
}
CREATE = """mutation OfferCreate($input: DiscountCodeBasicInput!) {
  discountCodeBasicCreate(basicCodeDiscount: $input) {
    codeDiscountNode {
      id
      codeDiscount { ... on DiscountCodeBasic { title status startsAt endsAt codes(first: 1) { nodes { id code } } } }
    }
    userErrors { field code message }
  }
}"""
BULK_ADD = """mutation CodesBulkAdd($discountId: ID!, $codes: [DiscountRedeemCodeInput!]!) {
  discountRedeemCodeBulkAdd(discountId: $discountId, codes: $codes) {
    bulkCreation { id done codesCount } userErrors { field code message }
  }
}"""
BULK_STATUS = """query CodesBulkCreationStatus($id: ID!) {
  discountRedeemCodeBulkCreation(id: $id) {
    done importedCount failedCount codesCount
    codes(first: 250) { nodes { code discountRedeemCode { id } errors { code } } }
  }
}"""


@dataclass
class AppOfStore:
    """The app as one store's Admin API sees it."""

    client: SandboxClient
    shop: str
    token: str = ""
    refresh_token: str = ""
    _session: requests.Session = field(default_factory=requests.Session)

    def token_request(self, **body: str) -> requests.Response:
        known = {"client_id": API_KEY, "client_secret": API_SECRET}
        url = f"{self.client.base_url}/shops/{self.shop}/admin/oauth/access_token"
        return self._session.post(url, json={**known, **body}, timeout=10)

    def exchange(self, **changes: str) -> requests.Response:
        body = {
            "grant_type": EXCHANGE,
            "subject_token": self.client.id_token(self.shop),
            "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
            "requested_token_type": "urn:shopify:params:oauth:token-type:offline-access-token",
            "expiring": "1",
        }
        return self.token_request(**{**body, **changes})

    def refresh(self, refresh_token: str) -> requests.Response:
        return self.token_request(grant_type="refresh_token", refresh_token=refresh_token)

    def connect(self) -> None:
        pair = self.exchange().json()
        self.token, self.refresh_token = pair["access_token"], pair["refresh_token"]

    def post(self, query: str, variables: dict[str, Any] | None = None, token: str | None = None) -> requests.Response:
        return self._session.post(
            f"{self.client.base_url}/shops/{self.shop}/admin/api/2026-10/graphql.json",
            json={"query": query, "variables": variables or {}},
            headers={"X-Shopify-Access-Token": self.token if token is None else token},
            timeout=10,
        )

    def ask(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        return self.post(query, variables).json()

    def create_discount(self, code: str, **changes: Any) -> dict[str, Any]:
        """The payload of the creation: a discount of ten percent, changed as wished."""
        answer = self.ask(CREATE, {"input": {**PERCENT_OFF, "code": code, **changes}})
        return answer["data"]["discountCodeBasicCreate"]

    def discount_id(self, code: str, **changes: Any) -> str:
        payload = self.create_discount(code, **changes)
        assert payload["userErrors"] == []
        return payload["codeDiscountNode"]["id"]

    def bulk_add(self, discount_id: str, codes: list[str]) -> str:
        answer = self.ask(BULK_ADD, {"discountId": discount_id, "codes": [{"code": code} for code in codes]})
        payload = answer["data"]["discountRedeemCodeBulkAdd"]
        assert payload["userErrors"] == []
        return payload["bulkCreation"]["id"]

    def creation(self, creation_id: str) -> dict[str, Any]:
        return self.ask(BULK_STATUS, {"id": creation_id})["data"]["discountRedeemCodeBulkCreation"]

    def finished(self, creation_id: str) -> dict[str, Any]:
        wait_until(lambda: self.creation(creation_id)["done"])
        return self.creation(creation_id)


@dataclass
class Received:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def topic(self) -> str:
        return self.headers["x-shopify-topic"]

    @property
    def id(self) -> str:
        return self.headers["x-shopify-webhook-id"]

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


Page = tuple[int, dict[str, str], str]
"""Status, headers, body."""


class Receiver:
    """The app's address: remembers what was posted to it, and serves pages if a test gives it some.

    `statuses` are its next answers to posts; then it answers 200.
    """

    def __init__(self) -> None:
        self.serve: Callable[[str, str], Page] = lambda path, authorization: (404, {}, "")
        self.received: list[Received] = []
        self.statuses: list[int] = []
        self._changed = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def of(self, shop: str, topic: str | None = None) -> list[Received]:
        return [
            row for row in self.received if row.headers["x-shopify-shop-domain"] == shop and topic in (None, row.topic)
        ]

    def wait(self, shop: str, count: int = 1, topic: str | None = None) -> list[Received]:
        """What came for a shop once it is `count` deliveries."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.of(shop, topic)) >= count, timeout=10), self.of(shop, topic)
            return self.of(shop, topic)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                row = Received(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                with receiver._changed:
                    receiver.received.append(row)
                    status = receiver.statuses.pop(0) if receiver.statuses else 200
                    receiver._changed.notify_all()
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self) -> None:
                status, headers, body = receiver.serve(self.path, self.headers.get("Authorization", ""))
                content = body.encode()
                self.send_response(status)
                known = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(content))}
                for name, value in {**known, **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


def wait_until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    """Poll an outside state; there is no event to wait for."""
    step = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if holds():
            return
        step.wait(0.02)
    raise AssertionError("It did not come to hold in time")
