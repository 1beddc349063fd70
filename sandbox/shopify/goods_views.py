"""Views of products, variants and collections as the Admin API shows them."""

from sandbox.money import text
from sandbox.shopify import products as goods
from sandbox.shopify.connections import View, page_of
from sandbox.shopify.context import Context
from sandbox.shopify.gids import gid
from sandbox.shopify.views import money


def product_view(context: Context, product: goods.Product) -> View:
    facts = context.shop.facts
    prices = [variant.price for variant in product.variants]
    collections = [goods.COLLECTIONS_BY_ID[number] for number in product.collections]
    return {
        "__typename": "Product",
        "id": gid("Product", product.id),
        "legacyResourceId": str(product.id),
        "title": product.title,
        "handle": product.handle,
        "status": "ACTIVE",
        "vendor": facts.name,
        "productType": "",
        "tags": [],
        "description": "",
        "featuredMedia": None,
        "featuredImage": None,
        "onlineStoreUrl": f"https://{facts.domain}/products/{product.handle}",
        "createdAt": facts.created_at,
        "updatedAt": facts.created_at,
        "priceRangeV2": {
            "minVariantPrice": money(min(prices), facts.currency),
            "maxVariantPrice": money(max(prices), facts.currency),
        },
        "variantsCount": {"count": len(prices), "precision": "EXACT"},
        "variants": lambda sort_key="POSITION", reverse=False, **page: page_of(
            product.variants, lambda row: row.id, lambda row: variant_view(context, row), bulk=context.bulk, **page
        ),
        "collections": lambda query=None, sort_key="ID", reverse=False, **page: page_of(
            collections, lambda row: row.id, lambda row: collection_view(context, row), bulk=context.bulk, **page
        ),
    }


def variant_view(context: Context, variant: goods.Variant) -> View:
    facts = context.shop.facts
    product = goods.BY_VARIANT[variant.id]
    return {
        "__typename": "ProductVariant",
        "id": gid("ProductVariant", variant.id),
        "legacyResourceId": str(variant.id),
        "title": variant.title,
        "displayName": f"{product.title} - {variant.title}",
        "price": text(variant.price, facts.currency),
        "compareAtPrice": None,
        "sku": f"SKU-{variant.id}",
        "availableForSale": True,
        "product": lambda: product_view(context, product),
    }


def collection_view(context: Context, collection: goods.Collection) -> View:
    rows = [product for product in goods.PRODUCTS if collection.id in product.collections]
    return {
        "__typename": "Collection",
        "id": gid("Collection", collection.id),
        "legacyResourceId": str(collection.id),
        "title": collection.title,
        "handle": collection.handle,
        "image": None,
        "updatedAt": context.shop.facts.created_at,
        "productsCount": {"count": len(rows), "precision": "EXACT"},
        "products": lambda sort_key="ID", reverse=False, **page: page_of(
            rows, lambda row: row.id, lambda row: product_view(context, row), bulk=context.bulk, **page
        ),
    }
