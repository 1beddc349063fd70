"""Refusals as WordPress' REST writes them."""

from typing import Any


class WooError(Exception):
    """`{"code", "message", "data": {"status", ...}}`."""

    def __init__(self, code: str, message: str, status: int = 400, **data: Any) -> None:
        super().__init__(message)
        self.code, self.message, self.status, self.data = code, message, status, data

    def body(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message, "data": {"status": self.status, **self.data}}


def invalid_id(kind: str, status: int = 404) -> WooError:
    return WooError(f"woocommerce_rest_{kind}_invalid_id", "Invalid ID.", status)


def invalid_param(name: str, reason: str) -> WooError:
    return WooError("rest_invalid_param", f"Invalid parameter(s): {name}", params={name: reason})
