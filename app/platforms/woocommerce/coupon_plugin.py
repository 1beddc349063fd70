"""Coupons by the companion plugin: thousands in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from app.platforms.port import CodeResult, Failure
from app.platforms.woocommerce.client import WooClient

BLOCK = 5000
_FAILURES = {
    "taken": (Failure.TAKEN, "The code belongs to another coupon of this store."),
    "invalid": (Failure.INVALID, "Codes for WooCommerce are letters A to Z, digits, - and _."),
    "repeated": (Failure.INVALID, "The code stands in this block twice."),
}


class PluginCoupons:
    block_size = BLOCK
    blocks_in_flight = 1  # the plugin makes one block at a time

    def __init__(self, client: WooClient) -> None:
        self._client = client

    def add(self, mark: str, terms: dict[str, Any], codes: Sequence[str]) -> list[CodeResult]:
        """One result per code, in order; the same call again makes nothing twice."""
        body = {"mark": mark, "terms": terms, "codes": list(codes)}
        entries = self._client.plugin("POST", "/coupons", body)["results"]
        # What existed may have been put aside.
        self._change("enable", mark, [str(entry["id"]) for entry in entries if entry["status"] == "exists"])
        return [_result(entry) for entry in entries]

    def find(self, codes: Sequence[str]) -> dict[str, str]:
        found = {}
        for start in range(0, len(codes), BLOCK):
            asked = codes[start : start + BLOCK]
            held = self._client.plugin("POST", "/coupons/find", {"codes": list(asked)})["held"]
            for code in asked:
                if (coupon := held.get(code.lower())) is not None:
                    found[code] = coupon["mark"] or f"coupon:{coupon['id']}"
        return found

    def listed(self, mark: str) -> Iterator[CodeResult]:
        after = 0
        while True:
            items = self._client.plugin("GET", "/coupons", mark=mark, after=after, limit=BLOCK)["items"]
            yield from (CodeResult(item["code"], str(item["id"])) for item in items if item["status"] == "publish")
            if len(items) < BLOCK:
                return
            after = items[-1]["id"]

    def change(self, mark: str, terms: dict[str, Any]) -> None:
        self._client.plugin("POST", "/coupons/update", {"mark": mark, "terms": terms})

    def disable(self, mark: str, ids: Sequence[str]) -> None:
        self._change("disable", mark, ids)

    def delete_of(self, mark: str, ids: Sequence[str]) -> None:
        self._change("delete", mark, ids)

    def _change(self, how: str, mark: str, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), BLOCK):
            chosen = [int(id) for id in ids[start : start + BLOCK]]
            self._client.plugin("POST", f"/coupons/{how}", {"mark": mark, "ids": chosen})


def _result(entry: dict[str, Any]) -> CodeResult:
    if entry["status"] in ("created", "exists"):
        return CodeResult(entry["code"], str(entry["id"]))
    failure, message = _FAILURES.get(entry["status"], (Failure.UNEXPECTED, f"The plugin answered {entry['status']}."))
    return CodeResult(entry["code"], failure=failure, message=message)
