"""A small client of the sandbox's control API, for tests, benches and scripts. The product never imports it."""

import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import requests

Json = dict[str, Any]
TIMEOUT = 60.0


class SandboxError(Exception):
    """The sandbox refused or could not be reached; the message is its own."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class SandboxClient:
    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self._session = requests.Session()

    def close(self) -> None:
        self._session.close()

    def call(self, method: str, path: str, body: Any = None, params: Mapping[str, str] | None = None) -> Any:
        """One call of the control API; the answer's JSON, None for an empty answer. Raises SandboxError."""
        try:
            answer = self._session.request(
                method, f"{self.base_url}/_sandbox{path}", json=body, params=params, timeout=TIMEOUT
            )
        except requests.ConnectionError as error:
            raise SandboxError(
                f"No sandbox answers at {self.base_url}; start it with `python -m sandbox serve`."
            ) from error
        if answer.status_code >= 400:
            is_json = answer.headers.get("Content-Type", "").startswith("application/json")
            raise SandboxError(
                answer.json().get("message", answer.text) if is_json else answer.text, answer.status_code
            )
        return answer.json() if answer.content else None

    def wait_ready(self, seconds: float = 30.0) -> None:
        """Return as soon as the sandbox answers. Raises SandboxError when the time is over."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if self._session.get(f"{self.base_url}/healthz", timeout=2).ok:
                    return
            except requests.RequestException:
                time.sleep(0.05)
        raise SandboxError(f"The sandbox at {self.base_url} did not start within {seconds:.0f} s.")

    # Stores

    def shops(self) -> list[Json]:
        return list(self.call("GET", "/shops"))

    def create_shop(self, handle: str, **facts: str) -> Json:
        """`facts`: name, currency, time_zone, plan (basic, standard, advanced, plus, enterprise)."""
        return dict(self.call("POST", "/shops", {"handle": handle, **facts}))

    def id_token(self, shop: str, user: int = 1) -> str:
        return str(self.call("GET", f"/shops/{shop}/id_token", params={"user": str(user)})["id_token"])

    def install(self, shop: str) -> Json:
        return dict(self.call("POST", f"/shops/{shop}/install"))

    def uninstall(self, shop: str) -> Json:
        return dict(self.call("POST", f"/shops/{shop}/uninstall"))

    def set_scopes(self, shop: str, scopes: Sequence[str]) -> Json:
        return dict(self.call("POST", f"/shops/{shop}/scopes", {"scopes": list(scopes)}))

    def revoke_tokens(self, shop: str) -> None:
        self.call("POST", f"/shops/{shop}/tokens/revoke")

    def privacy(self, shop: str, topic: str, customer_id: int | None = None, orders: Sequence[int] = ()) -> None:
        """`topic`: customers/data_request, customers/redact or shop/redact."""
        body = {"customer_id": customer_id, "orders": list(orders)} if customer_id is not None else {}
        self.call("POST", f"/shops/{shop}/privacy/{topic}", body)

    # Codes and discounts

    def codes(self, shop: str) -> list[Json]:
        return list(self.call("GET", f"/shops/{shop}/codes"))

    def plant_codes(
        self, shop: str, codes: Sequence[str], discount_title: str = "Made by someone else", percentage: float = 0.1
    ) -> Json:
        """Codes of somebody else, to clash with. Gives their discount."""
        body = {"codes": list(codes), "discount_title": discount_title, "percentage": percentage}
        return dict(self.call("POST", f"/shops/{shop}/codes", body))

    def discounts(self, shop: str) -> list[Json]:
        return list(self.call("GET", f"/shops/{shop}/discounts"))

    def discount(self, shop: str, discount_id: int | str) -> Json:
        """By number or by global id."""
        return dict(self.call("GET", f"/shops/{shop}/discounts/{_number(discount_id)}"))

    def change_discount(self, shop: str, discount_id: int | str, **changes: Any) -> Json:
        """`changes`: title, percentage (0.15 is 15 %), amount, usage_limit, starts_at, ends_at, active."""
        return dict(self.call("PATCH", f"/shops/{shop}/discounts/{_number(discount_id)}", changes))

    def delete_discount(self, shop: str, discount_id: int | str) -> None:
        self.call("DELETE", f"/shops/{shop}/discounts/{_number(discount_id)}")

    # Orders

    def order(self, shop: str, codes: Sequence[str] = (), amount: str | None = None, **facts: Any) -> Json:
        """Place an order; gives it in Shopify's REST shape. `amount` is goods before discounts.

        `facts`: lines [{price, quantity, product_id, variant_id}], taxes_included, tax_rate, shipping, test,
        customer_id, source_name, presentment {currency, rate}, created_at.
        """
        return dict(self.call("POST", f"/shops/{shop}/orders", {"codes": list(codes), "amount": amount, **facts}))

    def orders(self, shop: str) -> list[Json]:
        return list(self.call("GET", f"/shops/{shop}/orders"))

    def refund(
        self, shop: str, order: int | str, amount: str | None = None, lines: Sequence[Json] = (), shipping: str = "0"
    ) -> Json:
        """`lines`: [{line_id, quantity}]. Gives {"refund", "order"}."""
        body = {"amount": amount, "lines": list(lines), "shipping": shipping}
        return dict(self.call("POST", f"/shops/{shop}/orders/{_number(order)}/refund", body))

    def cancel(self, shop: str, order: int | str, refund: bool = True) -> Json:
        return dict(self.call("POST", f"/shops/{shop}/orders/{_number(order)}/cancel", {"refund": refund}))

    def reopen(self, shop: str, order: int | str) -> Json:
        return dict(self.call("POST", f"/shops/{shop}/orders/{_number(order)}/reopen"))

    def edit(self, shop: str, order: int | str, remove: Sequence[Json] = (), add: Sequence[Json] = ()) -> Json:
        """`remove`: [{line_id, quantity}], `add`: [{price, quantity}]."""
        return dict(
            self.call("POST", f"/shops/{shop}/orders/{_number(order)}/edit", {"remove": list(remove), "add": list(add)})
        )

    def delete_order(self, shop: str, order: int | str) -> None:
        self.call("DELETE", f"/shops/{shop}/orders/{_number(order)}")

    def books(self, shop: str) -> Json:
        return dict(self.call("GET", f"/shops/{shop}/books"))

    # The rig

    def switches(self) -> Json:
        return dict(self.call("GET", "/switches"))

    def turn(self, **switches: Any) -> Json:
        return dict(self.call("PUT", "/switches", switches))

    def reset_switches(self) -> Json:
        return dict(self.call("POST", "/switches/reset"))

    def stats(self) -> Json:
        return dict(self.call("GET", "/stats"))

    def reset_stats(self) -> None:
        self.call("POST", "/stats/reset")

    def deliveries(self, shop: str | None = None, topic: str | None = None) -> list[Json]:
        wanted = {"shop": shop, "topic": topic}
        return list(self.call("GET", "/deliveries", params={name: value for name, value in wanted.items() if value}))

    def redeliver(self, delivery_id: str) -> None:
        self.call("POST", f"/deliveries/{delivery_id}/redeliver")

    def flush(self) -> int:
        return int(self.call("POST", "/deliveries/flush")["planned"])

    def wait_delivered(self, seconds: float = 30.0) -> None:
        """Return when every webhook is out. Raises SandboxError when the time is over."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.call("GET", "/deliveries/idle")["idle"]:
                return
            time.sleep(0.02)
        raise SandboxError(f"Webhooks are still waiting after {seconds:.0f} s.")

    # The roster

    def roster(self, after: int = 0) -> Json:
        return dict(self.call("GET", "/roster", params={"after": str(after)}))

    def upsert_people(self, people: Sequence[Json]) -> list[Json]:
        return list(self.call("POST", "/roster/people", list(people)))

    def roster_down(self, down: bool) -> None:
        self.call("POST", "/roster/down", {"down": down})

    def seed_roster(self, count: int) -> None:
        self.call("POST", "/roster/seed", {"count": count})


def _number(reference: int | str) -> str:
    """The last part of a global id, safe within a path."""
    return quote(str(reference).rpartition("/")[2].lstrip("#"), safe="")
