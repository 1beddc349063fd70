"""A Shopify store as a StorePlatform: one line a call; the work is in discounts, codes and orders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.platforms.port import (
    BlockStatus,
    Capabilities,
    CodeResult,
    OrderSnapshot,
    Product,
    RemoteDiscount,
    StoreDiscount,
    StoreFacts,
    Terms,
)
from app.platforms.shopify import codes as redeem_codes
from app.platforms.shopify import discounts, documents, existing, orders, products
from app.platforms.shopify.client import AdminClient

CAPABILITIES = Capabilities(
    picker=True,
    missing={
        "pause_single_code": "A single code cannot be paused here; disabling one takes it off the store.",
        "comped_shipping": "One code cannot take off goods and shipping here: of a comped order the shipping is paid.",
    },
)


class ShopifyStore:
    """Threads may share one; each call stands alone."""

    block_size = redeem_codes.BLOCK
    keeps_results = False
    blocks_in_flight = 3  # two at work in the store and one waiting there: it is never idle between two calls

    def __init__(self, client: AdminClient) -> None:
        self._client = client

    def facts(self) -> StoreFacts:
        data = self._client.execute(documents.INSTALLATION, {}, idempotent=True)
        shop, installation = data["shop"], data["currentAppInstallation"]
        return StoreFacts(
            remote_id=shop["id"],
            name=shop["name"],
            domain=shop["myshopifyDomain"],
            currency=shop["currencyCode"],
            time_zone=shop["ianaTimezone"],
            plan=shop["plan"]["publicDisplayName"],
            scopes=tuple(scope["handle"] for scope in installation["accessScopes"]),
        )

    def capabilities(self) -> Capabilities:
        return CAPABILITIES

    def create_discount(self, terms: Terms, first_code: str) -> RemoteDiscount:
        return discounts.create(self._client, terms, first_code)

    def find_code(self, code: str) -> str | None:
        return redeem_codes.find(self._client, [code]).get(code)

    def find_discount(self, code: str) -> RemoteDiscount | None:
        return discounts.find(self._client, code)

    def find_codes(self, codes: Sequence[str]) -> dict[str, str]:
        return redeem_codes.find(self._client, codes)

    def update_discount(self, remote_id: str, terms: Terms) -> RemoteDiscount:
        return discounts.update(self._client, remote_id, terms)

    def end_discount(self, remote_id: str) -> RemoteDiscount:
        return discounts.end(self._client, remote_id)

    def reopen_discount(self, remote_id: str, ends_at: datetime | None) -> RemoteDiscount:
        return discounts.reopen(self._client, remote_id, ends_at)

    def add_codes(self, remote_id: str, codes: Sequence[str], *, put_back: bool = True) -> str:
        return redeem_codes.add(self._client, remote_id, codes)

    def block_status(self, job_id: str) -> BlockStatus:
        return redeem_codes.status(self._client, job_id)

    def block_results(self, job_id: str) -> Iterator[CodeResult]:
        return redeem_codes.results(self._client, job_id)

    def discount_codes(self, remote_id: str) -> Iterator[CodeResult]:
        return redeem_codes.listed(self._client, remote_id)

    def delete_codes(self, remote_id: str, code_ids: Sequence[str]) -> None:
        redeem_codes.delete(self._client, remote_id, code_ids)

    def take_off(self, remote_id: str, codes: Sequence[str]) -> None:
        redeem_codes.take_off(self._client, remote_id, codes)

    def search_discounts(self, q: str) -> list[StoreDiscount]:
        return existing.search(self._client, q)

    def read_discounts(self, remote_ids: Sequence[str]) -> dict[str, StoreDiscount]:
        return existing.read(self._client, remote_ids)

    def search_products(self, kind: str, q: str) -> list[Product]:
        return products.search(self._client, kind, q)

    def orders_updated(self, since: datetime, until: datetime) -> Iterator[OrderSnapshot]:
        return orders.orders_updated(self._read, since, until)

    def order(self, remote_id: str) -> OrderSnapshot | None:
        return orders.order(self._read, remote_id)

    def untold_changes(self, known: Mapping[str, bool]) -> Iterator[OrderSnapshot]:
        """None: deletions have a webhook of their own, and an order that is not shown may only be too old."""
        return iter(())

    def _read(self, document: str, variables: dict[str, Any]) -> dict[str, Any]:
        return self._client.execute(document, variables, idempotent=True)
