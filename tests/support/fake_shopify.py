"""A small Shopify over real HTTP with a memory: it grants tokens by Shopify's rules and answers as a test lays out."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, str], Any]
"""Status, headers, body (JSON, or text as it is)."""


def granted(data: dict[str, Any], *, left: float = 1000, cost: float = 10, rate: float = 100) -> Answer:
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": left, "restoreRate": rate}
    return 200, {}, {"data": data, "extensions": {"cost": {"requestedQueryCost": cost, "throttleStatus": status}}}


def throttled(*, cost: float = 10, left: float = 0, rate: float = 1000) -> Answer:
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": left, "restoreRate": rate}
    body = {
        "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
        "extensions": {"cost": {"requestedQueryCost": cost, "throttleStatus": status}},
    }
    return 200, {"X-Request-Id": "throttled-1"}, body


def facts(scopes: str) -> dict[str, Any]:
    """The answer to InstallationCheck."""
    plan = {"publicDisplayName": "Plus", "shopifyPlus": True, "partnerDevelopment": False}
    return {
        "shop": {
            "id": "gid://shopify/Shop/1",
            "name": "Some Shop",
            "myshopifyDomain": "some-shop.myshopify.com",
            "currencyCode": "CHF",
            "ianaTimezone": "Europe/Zurich",
            "plan": plan,
        },
        "currentAppInstallation": {
            "id": "gid://shopify/AppInstallation/1",
            "accessScopes": [{"handle": scope} for scope in scopes.split(",")],
        },
    }


@dataclass
class FakeShopify:
    """`answers`: of the Admin API, first in, first out; when none is left, the shop's facts or {"ok": true}.

    `gate` holds token requests back while it is cleared.
    """

    grants: list[dict[str, Any]] = field(default_factory=list)
    visits: list[dict[str, Any]] = field(default_factory=list)
    """Requests for online tokens; `user` is who their answers tell of, None for no answer."""
    user: dict[str, Any] | None = field(
        default_factory=lambda: {"first_name": "Ada", "last_name": "Brandt", "account_owner": True}
    )
    calls: list[dict[str, Any]] = field(default_factory=list)
    answers: deque[Answer | Callable[[], None]] = field(default_factory=deque)
    refusals: deque[Answer] = field(default_factory=deque)
    """For the token endpoint, before it follows its rules."""
    scopes: str = "write_discounts,read_orders,read_products"
    expires_in: int = 3600
    gate: threading.Event = field(default_factory=threading.Event)
    asked: threading.Event = field(default_factory=threading.Event)
    """Set as soon as a token request has arrived."""
    refresh_token: str = "shprt_test"
    accepted: set[str] = field(default_factory=lambda: {"shpat_test"})
    lock: threading.Lock = field(default_factory=threading.Lock)
    base: str = ""

    def grant(self, body: dict[str, Any]) -> Answer:
        if body.get("requested_token_type", "").endswith(":online-access-token"):
            return self._visit(body)
        with self.lock:
            self.grants.append(body)
            refusal = self.refusals.popleft() if self.refusals else None
        self.asked.set()
        self.gate.wait(30)
        if refusal:
            return refusal
        with self.lock:
            if body.get("grant_type") == "refresh_token" and body["refresh_token"] != self.refresh_token:
                return 400, {}, {"error": "invalid_grant"}
            number = len(self.grants)
            access, self.refresh_token = f"shpat_new{number}", f"shprt_new{number}"
            self.accepted.add(access)
            return 200, {}, {
                "access_token": access, "scope": self.scopes, "expires_in": self.expires_in,
                "refresh_token": self.refresh_token, "refresh_token_expires_in": 7_776_000,
            }  # fmt: skip

    def _visit(self, body: dict[str, Any]) -> Answer:
        with self.lock:
            self.visits.append(body)
        if self.user is None:
            return 503, {}, "away"
        return 200, {}, {"access_token": "shpua_online", "scope": self.scopes, "associated_user": self.user}

    def admin(self, token: str, body: dict[str, Any]) -> Answer:
        with self.lock:
            self.calls.append({"token": token, **body})
            if token not in self.accepted:
                return 401, {"X-Request-Id": "refused-1"}, {"errors": "[API] Invalid API key or access token"}
            usual = granted(facts(self.scopes) if body.get("operationName") == "InstallationCheck" else {"ok": True})
            answer = self.answers.popleft() if self.answers else usual
        if callable(answer):
            answer()
            raise ConnectionAbortedError
        return answer


def serve(shopify: FakeShopify) -> ThreadingHTTPServer:
    """Started; `shopify.base` is set to `http://…/shops/{shop}`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            try:
                if self.path.endswith("/admin/oauth/access_token"):
                    status, headers, answer = shopify.grant(body)
                else:
                    status, headers, answer = shopify.admin(self.headers.get("X-Shopify-Access-Token", ""), body)
            except ConnectionAbortedError:  # acted, then cut the line
                self.close_connection = True
                return
            content = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    shopify.base = f"http://127.0.0.1:{server.server_address[1]}/shops/{{shop}}"
    shopify.gate.set()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server
