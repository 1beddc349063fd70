"""Looking up what an offer can be for: products, their variants, collections."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from app.platforms.port import Product
from app.platforms.shopify import documents
from app.platforms.shopify.client import AdminClient

FOUND = 30
SEARCHES = {
    "product": (documents.PRODUCTS_SEARCH, "products"),
    "variant": (documents.VARIANTS_SEARCH, "productVariants"),
    "collection": (documents.COLLECTIONS_SEARCH, "collections"),
}


def search(client: AdminClient, kind: str, q: str) -> list[Product]:
    """The first matches by title. Shopify's search words (field:value, quotes, brackets) are read as plain text."""
    words = re.sub(r"[^\w\s-]", " ", q).split()
    document, field = SEARCHES[kind]
    query = " ".join(f"{word}*" for word in words) or None
    data = client.execute(document, {"query": query, "first": FOUND}, idempotent=True)
    return [_product(node) for node in data[field]["nodes"]]


def _product(node: dict[str, Any]) -> Product:
    price = node.get("price") or ((node.get("priceRangeV2") or {}).get("minVariantPrice") or {}).get("amount")
    return Product(
        id=node["id"],
        title=node.get("displayName") or node["title"],
        image=_image(node),
        price=Decimal(price) if price else None,
    )


def _image(node: dict[str, Any]) -> str | None:
    media = node.get("featuredMedia") or (node.get("product") or {}).get("featuredMedia") or {}
    image = node.get("image") or (media.get("preview") or {}).get("image") or {}
    return image.get("url")
