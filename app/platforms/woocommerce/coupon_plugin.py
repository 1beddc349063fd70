"""Coupons by the companion plugin: thousands in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from app.platforms.port import CodeResult, Failure
from app.platforms.woocommerce.client import WooClient
from app.platforms.woocommerce.coupon_rest import NOT_A_CODE, TAKEN

BLOCK = 5000
_FAILURES = {
    "taken": (Failure.TAKEN, TAKEN),
    "invalid": (Failure.INVALID, NOT_A_CODE),
    "repeated": (Failure.INVALID, "The code stands in this block twice."),
}


class PluginCoupons:
    block_size = BLOCK
    blocks_in_flight = 1  # the plugin makes one block at a time

    def __init__(self, client: WooClient) -> None:
        self._client = client

    def add(self, mark: str, terms: dict[str, Any], codes: Sequence[str]) -> list[CodeResult]:
        """One result per code, in order; the same call again makes nothing twice. What was put aside comes back."""
        body = {"mark": mark, "terms": terms, "codes": list(codes)}
        return [_result(entry) for entry in self._client.plugin("POST", "/coupons", body)["results"]]

    def find(self, codes: Sequence[str]) -> dict[str, str]:
        """What is put aside of ours is nobody's; drafts of others hold their code, since publishing asks nobody."""
        return {
            code: coupon["mark"] or f"coupon:{coupon['id']}"
            for code, coupon in self._held(codes)
            if coupon["status"] == "publish" or not coupon["mark"]
        }

    def _held(self, codes: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        for start in range(0, len(codes), BLOCK):
            asked = codes[start : start + BLOCK]
            held = self._client.plugin("POST", "/coupons/find", {"codes": list(asked)})["held"]
            yield from ((code, held[code.lower()]) for code in asked if code.lower() in held)

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

    def put_aside(self, mark: str, codes: Sequence[str]) -> None:
        ids = [coupon["id"] for _, coupon in self._held(codes) if coupon["mark"] == mark]
        if ids:
            self._client.plugin("POST", "/coupons/disable", {"mark": mark, "ids": ids})

    def delete_of(self, mark: str, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), BLOCK):
            chosen = [int(id) for id in ids[start : start + BLOCK]]
            self._client.plugin("POST", "/coupons/delete", {"mark": mark, "ids": chosen})


def _result(entry: dict[str, Any]) -> CodeResult:
    if entry["status"] in ("created", "exists", "returned"):
        return CodeResult(entry["code"], str(entry["id"]))
    failure, message = _FAILURES.get(entry["status"], (Failure.UNEXPECTED, f"The plugin answered {entry['status']}."))
    return CodeResult(entry["code"], failure=failure, message=message)
