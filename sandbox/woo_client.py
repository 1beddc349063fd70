"""A small client of the control API of one WooCommerce store, for tests, benches and scripts."""

import time
from collections.abc import Sequence
from typing import Any

from sandbox.client import Json, SandboxClient, SandboxError


class WooSandbox:
    """One store of the sandbox, by its handle."""

    def __init__(self, sandbox: SandboxClient, handle: str) -> None:
        self.sandbox, self.handle = sandbox, handle
        self.url = f"{sandbox.base_url}/woo/{handle}"
        self.rest = f"{self.url}/wp-json"

    @classmethod
    def create(cls, sandbox: SandboxClient, handle: str, **facts: Any) -> "WooSandbox":
        """`facts`: name, plugin, currency, decimals, time_zone, hpos."""
        sandbox.call("POST", "/woo", {"handle": handle, **facts})
        return cls(sandbox, handle)

    def call(self, method: str, path: str = "", body: Any = None) -> Any:
        return self.sandbox.call(method, f"/woo/{self.handle}{path}", body)

    def facts(self) -> Json:
        return dict(self.call("GET"))

    def quick(self) -> "WooSandbox":
        """No waits, and a queue that runs only when it is told to."""
        self.turn(latency_ms=0, create_ms=0, update_ms=0, delete_ms=0, plugin_ms=0, cron_seconds=None)
        return self

    def turn(self, **switches: Any) -> Json:
        return dict(self.call("PUT", "/switches", switches))

    # Connecting

    def key(self, permissions: str = "read_write") -> Json:
        """{consumer_key, consumer_secret, ...}"""
        return dict(self.call("POST", "/keys", {"permissions": permissions}))

    def connect_url(self) -> str:
        return str(self.call("POST", "/connect")["location"])

    def id_token(self, user: int = 1) -> str:
        return str(self.call("GET", f"/id_token?user={user}")["id_token"])

    # Orders

    def order(self, codes: Sequence[str] = (), amount: str = "80.00", **facts: Any) -> Json:
        """Place an order; gives it in REST's shape. `facts`: lines, email, tax_rate, prices_include_tax, shipping,
        status, via ("checkout" or "rest-api").
        """
        return dict(self.call("POST", "/orders", {"codes": list(codes), "amount": amount, **facts}))

    def orders(self) -> list[Json]:
        return list(self.call("GET", "/orders"))

    def refund(
        self, order: int | str, amount: str | None = None, lines: Sequence[Json] = (), shipping: bool = False
    ) -> Json:
        body = {"amount": amount, "lines": list(lines), "shipping": shipping}
        return dict(self.call("POST", f"/orders/{order}/refund", body))

    def delete_refund(self, order: int | str, refund: int) -> None:
        self.call("DELETE", f"/orders/{order}/refunds/{refund}")

    def status(self, order: int | str, status: str) -> Json:
        return dict(self.call("POST", f"/orders/{order}/status", {"status": status}))

    def trash(self, order: int | str) -> None:
        self.call("POST", f"/orders/{order}/trash")

    def restore(self, order: int | str) -> None:
        self.call("POST", f"/orders/{order}/restore")

    def erase(self, order: int | str) -> None:
        self.call("DELETE", f"/orders/{order}")

    def books(self) -> Json:
        return dict(self.call("GET", "/books"))

    # Coupons

    def coupons(self) -> list[Json]:
        return list(self.call("GET", "/coupons"))

    def published(self) -> dict[str, Json]:
        return {coupon["code"]: coupon for coupon in self.coupons() if coupon["status"] == "publish"}

    def plant(self, codes: Sequence[str], **fields: Any) -> list[int]:
        """Coupons of somebody else. `fields` as REST takes them."""
        body = {"codes": list(codes), **({"fields": fields} if fields else {})}
        return list(self.call("POST", "/coupons", body)["ids"])

    # What goes out

    def run_queue(self) -> int:
        return int(self.call("POST", "/queue/run")["done"])

    def deliveries(self, kind: str = "") -> list[Json]:
        """kind: webhook, push or ping."""
        return [row for row in self.call("GET", "/deliveries") if kind in ("", row["kind"])]

    def wait_pushed(self, seconds: float = 30.0) -> None:
        """Return when no push is on its way. Raises SandboxError when the time is over."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            state = self.call("GET", "/queue")
            if not state["pushing"] and not state["running"]:
                return
            time.sleep(0.02)
        raise SandboxError(f"Pushes are still on their way after {seconds:.0f} s.")

    def requests(self) -> dict[str, int]:
        """How often each route was asked: {"POST coupons/batch": 3}."""
        return dict(self.call("GET", "/requests"))
