"""A WooCommerce store as a StorePlatform: by the companion plugin where it is there, else by REST alone."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from app import clock
from app.platforms.port import (
    BlockStatus,
    Capabilities,
    CodeResult,
    Failure,
    OrderSnapshot,
    PlatformError,
    Product,
    RemoteDiscount,
    StoreDiscount,
    StoreFacts,
    Terms,
)
from app.platforms.woocommerce import catalogue, facts, orders
from app.platforms.woocommerce.client import WooClient
from app.platforms.woocommerce.coupon_plugin import PluginCoupons
from app.platforms.woocommerce.coupon_rest import RestCoupons
from app.platforms.woocommerce.kept import meta, remote_discount
from app.platforms.woocommerce.kept_terms import KeptTerms
from app.platforms.woocommerce.single import SingleCoupons, described, is_single
from app.platforms.woocommerce.terms import (
    MARK,
    capabilities_of,
    mark_of,
    plugin_terms,
    refuse_bad,
    rest_fields,
    start_meta,
)

REMEMBERED = 200
"""Blocks whose results are kept; an older one is NOT_FOUND, and its codes are looked up instead."""
FOUND = 50


class WooStore:
    """Threads may share one. A block is made within add_codes; status and results are what it remembered."""

    keeps_results = True

    def __init__(self, client: WooClient) -> None:
        self._client = client
        self._rest = RestCoupons(client)
        self._plugin = PluginCoupons(client) if client.has_plugin else None
        self._single = SingleCoupons(client)
        self._terms = KeptTerms(client)
        way = self._plugin or self._rest
        self.block_size, self.blocks_in_flight = way.block_size, way.blocks_in_flight
        self._blocks: OrderedDict[str, list[CodeResult]] = OrderedDict()
        self._decimals: int | None = None
        self._lock = threading.Lock()

    def facts(self) -> StoreFacts:
        return facts.store_facts(self._client)

    def capabilities(self) -> Capabilities:
        return capabilities_of(has_plugin=self._plugin is not None, decimals=self._price_decimals())

    # --- Discounts -------------------------------------------------------------------------------------------------

    def create_discount(self, terms: Terms, first_code: str) -> RemoteDiscount:
        """Terms that the store has already for this reference are written anew, so a repeated call ends the same."""
        self._check(terms)
        mark = mark_of(terms.reference or secrets.token_hex(16))
        self._terms.write(mark, terms)
        result = self._add(mark, terms, [first_code])[0]
        if result.failure is not None:
            raise PlatformError(result.failure, result.message)
        return remote_discount(mark, terms, clock.now())

    def find_code(self, code: str) -> str | None:
        return self.find_codes([code]).get(code)

    def find_discount(self, code: str) -> RemoteDiscount | None:
        found = self.find_code(code)
        if found is None or is_single(found):
            return None if found is None else RemoteDiscount(found, "active", None, None)
        return remote_discount(found, self._terms.read(found), clock.now())

    def find_codes(self, codes: Sequence[str]) -> dict[str, str]:
        return (self._plugin or self._rest).find(codes)

    def update_discount(self, remote_id: str, terms: Terms) -> RemoteDiscount:
        self._check(terms)
        if is_single(remote_id):
            return self._single.update(remote_id, terms)
        self._terms.read(remote_id)  # NOT_FOUND where it is gone
        return self._change(remote_id, terms)

    def end_discount(self, remote_id: str) -> RemoteDiscount:
        """By an expiry now: shoppers read "has expired", and it can be taken back."""
        return self._until(remote_id, clock.now().replace(microsecond=0))

    def reopen_discount(self, remote_id: str, ends_at: datetime | None) -> RemoteDiscount:
        return self._until(remote_id, ends_at)

    def _until(self, remote_id: str, ends_at: datetime | None) -> RemoteDiscount:
        if is_single(remote_id):
            return self._single.until(remote_id, ends_at)
        return self._change(remote_id, replace(self._terms.read(remote_id), ends_at=ends_at))

    def _change(self, mark: str, terms: Terms) -> RemoteDiscount:
        """The terms first: a block that is made meanwhile looks at them once more when it is done."""
        self._terms.write(mark, terms)
        return remote_discount(mark, terms, clock.now(), self._write_all(mark, terms))

    def _write_all(self, mark: str, terms: Terms) -> tuple[str, ...]:
        if self._plugin is not None:
            self._plugin.change(mark, plugin_terms(terms, mark))
            return ()
        return self._rest.change(mark, rest_fields(terms, mark), [start_meta(terms)])

    def search_discounts(self, q: str) -> list[StoreDiscount]:
        asked: dict[str, str | int] = {"status": "publish", "per_page": FOUND, "orderby": "date", "order": "desc"}
        found: dict[str, StoreDiscount] = {}
        for coupon in self._client.get("coupons", **asked, **({"search": q.strip()} if q.strip() else {})):
            mark = meta(coupon, MARK)
            if not mark:
                discount = described(coupon)
                found[discount.remote_id] = discount
            elif mark not in found and (ours := self._terms.described(mark)) is not None:
                found[mark] = ours
        return list(found.values())

    def read_discounts(self, remote_ids: Sequence[str]) -> dict[str, StoreDiscount]:
        found = self._single.read([id for id in remote_ids if is_single(id)])
        for mark in (id for id in remote_ids if not is_single(id)):
            if (discount := self._terms.described(mark)) is not None:
                found[mark] = discount
        return found

    # --- Codes -----------------------------------------------------------------------------------------------------

    def add_codes(self, remote_id: str, codes: Sequence[str], *, put_back: bool = True) -> str:
        results = self._added(remote_id, codes, put_back)
        job_id = hashlib.sha256("\n".join((remote_id, *codes)).encode()).hexdigest()[:32]
        with self._lock:
            self._blocks[job_id] = results
            while len(self._blocks) > REMEMBERED:
                self._blocks.popitem(last=False)
        return job_id

    def _added(self, remote_id: str, codes: Sequence[str], put_back: bool) -> list[CodeResult]:
        if is_single(remote_id):
            return self._put_back(remote_id, codes)
        terms = self._terms.known(remote_id)
        results = self._add(remote_id, terms, codes, put_back)
        if (now := self._terms.read(remote_id)) != terms:
            # Somebody changed the offer while this block was made: its codes get the new terms too.
            self._write_all(remote_id, now)
        return results

    def _put_back(self, remote_id: str, codes: Sequence[str]) -> list[CodeResult]:
        """A coupon made by hand has its one code."""
        results = []
        for code in codes:
            is_its = self._single.switch(remote_id, {code.lower()}, on=True)
            failure = None if is_its else Failure.INVALID
            results.append(CodeResult(code, failure=failure, message="" if is_its else "This coupon has one code."))
        return results

    def _add(self, mark: str, terms: Terms, codes: Sequence[str], put_back: bool = True) -> list[CodeResult]:
        if self._plugin is not None:
            return self._plugin.add(mark, plugin_terms(terms, mark), codes)
        meta_data = [{"key": MARK, "value": mark}, start_meta(terms)]
        return self._rest.add(mark, rest_fields(terms, mark), meta_data, codes, put_back=put_back)

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
        if is_single(remote_id):
            return iter(self._single.listed(remote_id))
        return (self._plugin or self._rest).listed(remote_id)

    def take_off(self, remote_id: str, codes: Sequence[str]) -> None:
        if is_single(remote_id):
            self._single.switch(remote_id, {code.lower() for code in codes}, on=False)
        else:
            (self._plugin or self._rest).put_aside(remote_id, codes)

    def delete_codes(self, remote_id: str, code_ids: Sequence[str]) -> None:
        (self._plugin or self._rest).delete_of(remote_id, code_ids)

    # --- Products and orders ---------------------------------------------------------------------------------------

    def search_products(self, kind: str, q: str) -> list[Product]:
        return catalogue.search(self._client, kind, q)

    def orders_updated(self, since: datetime, until: datetime) -> Iterator[OrderSnapshot]:
        return orders.orders_updated(self._client, since, until)

    def order(self, remote_id: str) -> OrderSnapshot | None:
        return orders.order(self._client, remote_id)

    def untold_changes(self, known: Mapping[str, bool]) -> Iterator[OrderSnapshot]:
        return orders.untold_changes(self._client, known)

    def _check(self, terms: Terms) -> None:
        refuse_bad(terms, self._price_decimals(), start_dates=self._plugin is not None, now=clock.now())

    def _price_decimals(self) -> int:
        if self._decimals is None:
            self._decimals = facts.price_decimals(self._client)
        return self._decimals
