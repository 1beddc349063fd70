"""The query fields about products, variants and collections."""

from collections.abc import Callable
from typing import Any

from sandbox.shopify import goods_views
from sandbox.shopify import products as goods
from sandbox.shopify.connections import Connection, View, page_of
from sandbox.shopify.context import Context
from sandbox.shopify.gids import number_of
from sandbox.shopify.listing import filtered

GOODS_FIELDS: dict[str, Callable[[Any], Any]] = {
    "id": lambda row: row.id,
    "title": lambda row: row.title,
    "handle": lambda row: row.handle,
}


def products(context: Context, **arguments: Any) -> Connection:
    context.require("read_products", "products")
    return _goods(context, goods.PRODUCTS, goods_views.product_view, **arguments)


def collections(context: Context, **arguments: Any) -> Connection:
    context.require("read_products", "collections")
    return _goods(context, goods.COLLECTIONS, goods_views.collection_view, **arguments)


def product_variants(context: Context, **arguments: Any) -> Connection:
    context.require("read_products", "productVariants")
    return _goods(context, tuple(goods.VARIANTS.values()), goods_views.variant_view, **arguments)


def _goods(
    context: Context,
    rows: Any,
    view: Callable[[Context, Any], View],
    query: str | None = None,
    sort_key: str = "ID",
    reverse: bool = False,
    saved_search_id: str | None = None,
    **page: Any,
) -> Connection:
    if query and ":" not in query:
        words = [word.strip("*'\"").lower() for word in query.split()]
        found = [row for row in rows if all(word in named(row).lower() for word in words)]
    else:
        found = filtered(rows, query, GOODS_FIELDS)
    by_title = sort_key == "TITLE"
    found.sort(key=lambda row: (named(row) if by_title else "", row.id), reverse=reverse)
    return page_of(
        found,
        lambda row: [named(row) if by_title else "", row.id],
        lambda row: view(context, row),
        bulk=context.bulk,
        **page,
    )


def named(row: Any) -> str:
    """A variant is found by its product's name too."""
    return f"{goods.BY_VARIANT[row.id].title} - {row.title}" if isinstance(row, goods.Variant) else str(row.title)


def product(context: Context, id: str) -> View | None:
    context.require("read_products", "product")
    found = goods.BY_ID.get(number_of(id, "Product") or 0)
    return goods_views.product_view(context, found) if found else None


def collection(context: Context, id: str) -> View | None:
    context.require("read_products", "collection")
    found = goods.COLLECTIONS_BY_ID.get(number_of(id, "Collection") or 0)
    return goods_views.collection_view(context, found) if found else None


def product_variant(context: Context, id: str) -> View | None:
    context.require("read_products", "productVariant")
    found = goods.VARIANTS.get(number_of(id, "ProductVariant") or 0)
    return goods_views.variant_view(context, found) if found else None
