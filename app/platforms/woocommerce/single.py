"""A coupon that somebody made in the store by hand: a discount of one code. Its remote id is "coupon:<number>"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app import clock
from app.platforms.port import CodeResult, Failure, PlatformError, RemoteDiscount, StoreDiscount, Terms
from app.platforms.woocommerce.client import WooClient
from app.platforms.woocommerce.kept import differences, read_terms, remote_discount, store_discount, unreadable
from app.platforms.woocommerce.terms import Coupon, rest_fields, stamp

PREFIX = "coupon:"
PAGE = 100


def is_single(remote_id: str) -> bool:
    return remote_id.startswith(PREFIX) and remote_id.removeprefix(PREFIX).isdecimal()


class SingleCoupons:
    def __init__(self, client: WooClient) -> None:
        self._client = client

    def read(self, remote_ids: Sequence[str]) -> dict[str, StoreDiscount]:
        """Those that are there; a hundred at a time."""
        found = {}
        for start in range(0, len(remote_ids), PAGE):
            include = ",".join(id.removeprefix(PREFIX) for id in remote_ids[start : start + PAGE])
            for coupon in self._client.get("coupons", include=include, per_page=PAGE, status="any"):
                found[f"{PREFIX}{coupon['id']}"] = described(coupon)
        return found

    def listed(self, remote_id: str) -> list[CodeResult]:
        coupon = self._get(remote_id)
        return [CodeResult(coupon["code"], str(coupon["id"]))] if coupon["status"] == "publish" else []

    def update(self, remote_id: str, terms: Terms) -> RemoteDiscount:
        """Its description stays its owner's."""
        fields = {name: value for name, value in rest_fields(terms, "").items() if name != "description"}
        answer = self._put(remote_id, fields)
        return remote_discount(remote_id, terms, clock.now(), tuple(differences(fields, answer)))

    def until(self, remote_id: str, ends_at: datetime | None) -> RemoteDiscount:
        answer = self._put(remote_id, {"date_expires": stamp(ends_at) if ends_at else ""})
        if unreadable(answer):
            ended = ends_at is not None and ends_at <= clock.now()
            return RemoteDiscount(remote_id, "ended" if ended else "active", None, ends_at)
        return remote_discount(remote_id, read_terms(answer), clock.now())

    def switch(self, remote_id: str, codes: set[str], *, on: bool) -> bool:
        """Whether one of `codes` (lower case) is this coupon's; then it is published or put aside."""
        coupon = self._get(remote_id)
        if coupon["code"] not in codes:
            return False
        self._put(remote_id, {"status": "publish" if on else "draft"})
        return True

    def _get(self, remote_id: str) -> Coupon:
        coupon: Coupon = self._client.get(f"coupons/{remote_id.removeprefix(PREFIX)}")
        if coupon["status"] == "trash":
            raise PlatformError(Failure.NOT_FOUND, "This coupon is in the store's trash.")
        return coupon

    def _put(self, remote_id: str, fields: Coupon) -> Coupon:
        self._get(remote_id)  # a number that is gone would be made anew by nobody: NOT_FOUND
        answer: Coupon = self._client.write("PUT", f"coupons/{remote_id.removeprefix(PREFIX)}", fields)
        return answer


def described(coupon: dict[str, Any]) -> StoreDiscount:
    remote_id = f"{PREFIX}{coupon['id']}"
    return store_discount(remote_id, coupon, clock.now(), codes=1, first_code=str(coupon["code"]))
