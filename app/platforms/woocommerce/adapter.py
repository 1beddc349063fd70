"""A WooCommerce store as a StorePlatform: by the companion plugin where it is connected, else by REST alone."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from app import clock
from app.platforms.port import (
    BlockStatus,
    Capabilities,
    CodeResult,
    DiscountType,
    Failure,
    OrderSnapshot,
    PlatformError,
    RemoteDiscount,
    StoreDiscount,
    StoreFacts,
    Terms,
)
from app.platforms.woocommerce import existing, facts, orders
from app.platforms.woocommerce.client import WooClient
from app.platforms.woocommerce.coupon_plugin import PluginCoupons
from app.platforms.woocommerce.coupon_rest import RestCoupons
from app.platforms.woocommerce.terms import (
    MARK,
    REFERENCE,
    TERMS_OF,
    differences,
    mark_of,
    meta,
    plugin_terms,
    read_terms,
    refuse_bad,
    remote_discount,
    rest_fields,
    start_meta,
    terms_code,
)

TYPES = (DiscountType.PERCENTAGE, DiscountType.FIXED_AMOUNT, DiscountType.FREE_SHIPPING)
WITHOUT_PLUGIN = {
    "start_dates": "Codes work at once: WooCommerce has no start dates. Install the companion plugin to set one.",
    "apply_links": "Links cannot apply the code; shoppers type it. Install the companion plugin for such links.",
}
REMEMBERED = 200
"""Blocks whose results are kept; an older one is NOT_FOUND, and its codes are looked up instead."""


def capabilities_of(*, has_plugin: bool, decimals: int) -> Capabilities:
    return Capabilities(
        start_dates=has_plugin,
        pause_single_code=True,
        apply_links=has_plugin,
        discount_types=TYPES,
        amount_decimals=decimals,
        missing={} if has_plugin else WITHOUT_PLUGIN,
    )


class WooStore:
    """Threads may share one. A block is made within add_codes; status and results are what it remembered."""

    def __init__(self, client: WooClient) -> None:
        self._client = client
        self._rest = RestCoupons(client)
        self._plugin = PluginCoupons(client) if client.has_plugin else None
        way = self._plugin or self._rest
        self.block_size, self.blocks_in_flight = way.block_size, way.blocks_in_flight
        self._blocks: OrderedDict[str, list[CodeResult]] = OrderedDict()
        self._terms: dict[str, Terms] = {}
        self._decimals: int | None = None
        self._lock = threading.Lock()

    def facts(self) -> StoreFacts:
        return facts.store_facts(self._client)

    def capabilities(self) -> Capabilities:
        return capabilities_of(has_plugin=self._plugin is not None, decimals=self._price_decimals())

    def create_discount(self, terms: Terms, first_code: str) -> RemoteDiscount:
        """Terms that the store has already for this reference are written anew, so a repeated call ends the same."""
        self._check(terms)
        mark = mark_of(terms.reference or secrets.token_hex(16))
        self._keep_terms(mark, terms)
        result = self._add(mark, terms, [first_code])[0]
        if result.failure is not None:
            raise PlatformError(result.failure, result.message)
        return remote_discount(mark, terms, clock.now())

    def find_code(self, code: str) -> str | None:
        return self.find_codes([code]).get(code)

    def find_discount(self, code: str) -> RemoteDiscount | None:
        found = self.find_code(code)
        if found is None or not found.startswith("shoutcode:"):
            return None if found is None else RemoteDiscount(found, "active", None, None)
        return remote_discount(found, self._terms_of(found), clock.now())

    def find_codes(self, codes: Sequence[str]) -> dict[str, str]:
        return (self._plugin or self._rest).find(codes)

    def update_discount(self, remote_id: str, terms: Terms) -> RemoteDiscount:
        self._check(terms)
        self._terms_of(remote_id)  # NOT_FOUND where it is gone
        self._keep_terms(remote_id, terms)
        if self._plugin is not None:
            self._plugin.change(remote_id, plugin_terms(terms, remote_id))
        else:
            self._rest.change(remote_id, rest_fields(terms, remote_id), [start_meta(terms)])
        return remote_discount(remote_id, terms, clock.now())

    def end_discount(self, remote_id: str) -> RemoteDiscount:
        """By an expiry now: shoppers read "has expired", and it can be taken back."""
        return self._until(remote_id, clock.now())

    def reopen_discount(self, remote_id: str, ends_at: datetime | None) -> RemoteDiscount:
        return self._until(remote_id, ends_at)

    def _until(self, remote_id: str, ends_at: datetime | None) -> RemoteDiscount:
        terms = replace(self._terms_of(remote_id), ends_at=ends_at)
        self._keep_terms(remote_id, terms)
        if self._plugin is not None:
            self._plugin.change(remote_id, plugin_terms(terms, remote_id))
        else:
            self._rest.change(remote_id, rest_fields(terms, remote_id), [start_meta(terms)])
        return remote_discount(remote_id, terms, clock.now())

    def add_codes(self, remote_id: str, codes: Sequence[str]) -> str:
        results = self._add(remote_id, self._known_terms(remote_id), codes)
        job_id = hashlib.sha256("\n".join((remote_id, *codes)).encode()).hexdigest()[:32]
        with self._lock:
            self._blocks[job_id] = results
            while len(self._blocks) > REMEMBERED:
                self._blocks.popitem(last=False)
        return job_id

    def block_status(self, job_id: str) -> BlockStatus:
        results = list(self.block_results(job_id))
        failed = sum(result.failure is not None for result in results)
        return BlockStatus(done=True, imported=len(results) - failed, failed=failed)

    def block_results(self, job_id: str) -> Iterator[CodeResult]:
        with self._lock:
            results = self._blocks.get(job_id)
        if results is None:
            raise PlatformError(Failure.NOT_FOUND, "This block was made by another process: look its codes up.")
        return iter(results)

    def discount_codes(self, remote_id: str) -> Iterator[CodeResult]:
        return (self._plugin or self._rest).listed(remote_id)

    def delete_codes(self, remote_id: str, code_ids: Sequence[str]) -> None:
        (self._plugin or self._rest).delete_of(remote_id, code_ids)

    def take_off(self, remote_id: str, codes: Sequence[str]) -> None:
        existing.put_aside(self._rest, self._plugin, _mark(remote_id), codes)

    def search_discounts(self, q: str) -> list[StoreDiscount]:
        return existing.search(self._client, q)

    def read_discounts(self, remote_ids: Sequence[str]) -> dict[str, StoreDiscount]:
        found = existing.read(self._client, [id for id in remote_ids if id.startswith(existing.ALONE)])
        for mark in remote_ids:
            if not mark.startswith(existing.ALONE) and (coupon := self._terms_coupon(mark)) is not None:
                terms = read_terms(coupon)
                status = remote_discount(mark, terms, clock.now()).status
                found[mark] = StoreDiscount(mark, terms.title, status, -1, terms=terms)
        return found

    def orders_updated(self, since: datetime, until: datetime) -> Iterator[OrderSnapshot]:
        return orders.orders_updated(self._client, since, until)

    def order(self, remote_id: str) -> OrderSnapshot | None:
        return orders.order(self._client, remote_id)

    def _add(self, mark: str, terms: Terms, codes: Sequence[str]) -> list[CodeResult]:
        if self._plugin is not None:
            return self._plugin.add(mark, plugin_terms(terms, mark), codes)
        meta_data = [{"key": MARK, "value": mark}, start_meta(terms)]
        return self._rest.add(mark, rest_fields(terms, mark), meta_data, codes)

    def _check(self, terms: Terms) -> None:
        refuse_bad(terms, self._price_decimals(), start_dates=self._plugin is not None, now=clock.now())

    def _price_decimals(self) -> int:
        if self._decimals is None:
            self._decimals = facts.price_decimals(self._client)
        return self._decimals

    def _known_terms(self, mark: str) -> Terms:
        """Read once: a run adds hundreds of blocks, and we alone change them."""
        if mark not in self._terms:
            self._terms[mark] = self._terms_of(mark)
        return self._terms[mark]

    def _terms_of(self, mark: str) -> Terms:
        coupon = self._terms_coupon(mark)
        if coupon is None:
            raise PlatformError(Failure.NOT_FOUND, "The store does not have this offer's terms any more.")
        return read_terms(coupon)

    def _terms_coupon(self, mark: str) -> dict[str, object] | None:
        found = self._client.get("coupons", search=terms_code(mark), status="draft")
        return next((coupon for coupon in found if meta(coupon, TERMS_OF) == mark), None)

    def _keep_terms(self, mark: str, terms: Terms) -> None:
        """In one draft coupon of this mark, made or written anew. Drafts are never accepted in a cart."""
        coupon = self._terms_coupon(mark)
        meta_data = [
            {"key": TERMS_OF, "value": mark},
            {"key": REFERENCE, "value": terms.reference},
            start_meta(terms),
        ]
        asked = {**rest_fields(terms, mark), "code": terms_code(mark), "status": "draft", "meta_data": meta_data}
        path = "coupons" if coupon is None else f"coupons/{coupon['id']}"
        answer = self._client.write("POST" if coupon is None else "PUT", path, asked)
        if changed := differences(asked, answer):
            raise PlatformError(Failure.INVALID, f"The store kept {', '.join(changed)} otherwise than asked.")
        self._terms[mark] = terms


def _mark(remote_id: str) -> str:
    """Of the coupons of a discount; "" for one that is its own."""
    return "" if remote_id.startswith(existing.ALONE) else remote_id
