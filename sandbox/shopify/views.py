"""Views of shop, app, products, discounts and codes as the Admin API shows them: one dictionary per object, made
field by field.

A field that is not in its view is refused by name, so that nobody takes "not served here" for "null in the store".
"""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.clock import now
from sandbox.money import text
from sandbox.shopify import products as goods
from sandbox.shopify.bulk import MESSAGES, Creation, Job, Row
from sandbox.shopify.codes import RedeemCode
from sandbox.shopify.connections import View, page_of, page_of_codes
from sandbox.shopify.context import Context
from sandbox.shopify.discounts import Discount, Items
from sandbox.shopify.gids import gid
from sandbox.shopify.operations import Operation
from sandbox.shopify.shops import ApiSubscription

TYPENAMES = {"basic": "DiscountCodeBasic", "free_shipping": "DiscountCodeFreeShipping", "bxgy": "DiscountCodeBxgy"}
PLAN_NAMES = {"basic": "Basic", "standard": "Grow", "advanced": "Advanced", "plus": "Plus", "enterprise": "Enterprise"}
COUNT_LIMIT = 10_000


def money(amount: Decimal, currency: str) -> View:
    return {"__typename": "MoneyV2", "amount": text(amount, currency), "currencyCode": currency}


def shop_view(context: Context) -> View:
    facts = context.shop.facts
    offset = now().astimezone(ZoneInfo(facts.time_zone)).utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset else 0
    sign, size = ("-" if minutes < 0 else "+"), abs(minutes)
    return {
        "__typename": "Shop",
        "id": gid("Shop", facts.id),
        "name": facts.name,
        "myshopifyDomain": facts.domain,
        "url": f"https://{facts.domain}",
        "primaryDomain": {
            "id": gid("Domain", facts.id),
            "host": facts.domain,
            "url": f"https://{facts.domain}",
            "sslEnabled": True,
        },
        "currencyCode": facts.currency,
        "enabledPresentmentCurrencies": [facts.currency],
        "ianaTimezone": facts.time_zone,
        "timezoneOffset": f"{sign}{size // 60:02}{size % 60:02}",
        "timezoneOffsetMinutes": minutes,
        "plan": {
            "publicDisplayName": PLAN_NAMES[facts.plan],
            "displayName": PLAN_NAMES[facts.plan],
            "shopifyPlus": facts.plan in ("plus", "enterprise"),
            "partnerDevelopment": False,
        },
        "createdAt": facts.created_at,
        "taxesIncluded": True,
        "taxShipping": True,
    }


def installation_view(context: Context) -> View:
    settings, facts = context.world.settings, context.shop.facts
    handles = list(context.scopes)
    handles += [scope.replace("write_", "read_", 1) for scope in handles if scope.startswith("write_")]
    scopes = [
        {"handle": handle, "description": handle.replace("_", " ").capitalize()} for handle in dict.fromkeys(handles)
    ]
    app = {
        "id": gid("App", 1),
        "apiKey": settings.api_key,
        "handle": settings.app.handle,
        "title": settings.app.name,
        "embedded": True,
        "webhookApiVersion": settings.app.api_version,
    }
    return {
        "__typename": "AppInstallation",
        "id": gid("AppInstallation", facts.installation_id),
        "accessScopes": scopes,
        "app": app,
        "activeSubscriptions": [],
        "launchUrl": f"{settings.base_url}/store/{facts.handle}/apps/{settings.app.handle}",
        "uninstallUrl": None,
    }


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
        "updatedAt": context.shop.facts.created_at,
        "productsCount": {"count": len(rows), "precision": "EXACT"},
        "products": lambda sort_key="ID", reverse=False, **page: page_of(
            rows, lambda row: row.id, lambda row: product_view(context, row), bulk=context.bulk, **page
        ),
    }


def code_node_view(context: Context, discount: Discount) -> View:
    return {
        "__typename": "DiscountCodeNode",
        "id": gid("DiscountCodeNode", discount.id),
        "codeDiscount": lambda: discount_view(context, discount),
    }


def discount_node_view(context: Context, discount: Discount) -> View:
    return {
        "__typename": "DiscountNode",
        "id": gid("DiscountCodeNode", discount.id),
        "discount": lambda: discount_view(context, discount),
    }


def discount_view(context: Context, discount: Discount) -> View:
    currency = context.shop.facts.currency
    view: View = {
        "__typename": TYPENAMES[discount.kind],
        "title": discount.title,
        "status": discount.status(now()),
        "startsAt": discount.starts_at,
        "endsAt": discount.ends_at,
        "createdAt": discount.created_at,
        "updatedAt": discount.updated_at,
        "usageLimit": discount.usage_limit,
        "appliesOncePerCustomer": discount.once_per_customer,
        "asyncUsageCount": discount.uses,
        "tags": discount.tags,
        "summary": discount.title,
        "discountClasses": [discount.discount_class()],
        "context": {"__typename": "DiscountBuyerSelectionAll", "all": "ALL"},
        "combinesWith": {
            "orderDiscounts": discount.combines.order,
            "productDiscounts": discount.combines.product,
            "shippingDiscounts": discount.combines.shipping,
            "productDiscountsWithTagsOnSameCartLine": [],
        },
        "codesCount": lambda: count_view(context.shop.codes.count(discount.id)),
        "codes": lambda **arguments: _codes(context, discount, **arguments),
        "shareableUrls": lambda: _shareable_urls(context, discount),
    }
    if discount.kind != "bxgy":
        view["shortSummary"] = discount.title
        view["minimumRequirement"] = _minimum(discount, currency)
        view["recurringCycleLimit"] = discount.recurring_cycle_limit
    if discount.kind == "free_shipping":
        view["appliesOnOneTimePurchase"] = discount.on_one_time_purchase
        view["appliesOnSubscription"] = discount.on_subscription
        most = discount.maximum_shipping_price
        view["maximumShippingPrice"] = None if most is None else money(most, currency)
        view["destinationSelection"] = _destination(discount)
    else:
        view["customerGets"] = lambda: _customer_gets(context, discount)
    if discount.kind == "bxgy":
        view["usesPerOrderLimit"] = discount.uses_per_order
        view["customerBuys"] = lambda: _customer_buys(context, discount)
    return view


def _codes(
    context: Context,
    discount: Discount,
    first: int | None = None,
    after: str | None = None,
    sort_key: str = "ID",
    reverse: bool = False,
    query: str | None = None,
    **other: Any,
) -> Any:
    codes = context.shop.codes

    def view(code: RedeemCode) -> View:
        return code_view(code)

    if sort_key == "ID" and not reverse and query is None and "last" not in other:
        return page_of_codes(codes, discount.id, view, bulk=context.bulk, first=first, after=after)
    rows = list(codes.of(discount.id))
    if query is not None:
        wanted = query.removeprefix("code:").strip("'\"*").lower()
        rows = [code for code in rows if wanted in code.code.lower()]
    by_text = sort_key == "CODE"
    rows.sort(key=lambda code: (code.code if by_text else "", code.id), reverse=reverse)
    pages = {name: other.get(name) for name in ("last", "before")}
    return page_of(
        rows,
        lambda code: [code.code if by_text else "", code.id],
        view,
        bulk=context.bulk,
        first=first,
        after=after,
        **pages,
    )


def code_view(code: RedeemCode) -> View:
    return {
        "__typename": "DiscountRedeemCode",
        "id": gid("DiscountRedeemCode", code.id),
        "code": code.code,
        "asyncUsageCount": code.uses,
        "createdBy": None,
    }


def count_view(number: int, limit: int | None = COUNT_LIMIT) -> View:
    """Counts are exact up to the limit, as Shopify gives them."""
    if limit is not None and number > limit:
        return {"count": limit, "precision": "AT_LEAST"}
    return {"count": number, "precision": "EXACT"}


def _shareable_urls(context: Context, discount: Discount) -> list[View]:
    first = next(context.shop.codes.of(discount.id), None)
    if first is None:
        return []
    url = f"https://{context.shop.domain}/discount/{first.code}"
    return [{"url": url, "title": "Home", "targetType": "HOME", "targetItemImage": None}]


def _minimum(discount: Discount, currency: str) -> View | None:
    if discount.minimum_subtotal is not None:
        return {
            "__typename": "DiscountMinimumSubtotal",
            "greaterThanOrEqualToSubtotal": money(discount.minimum_subtotal, currency),
        }
    if discount.minimum_quantity is not None:
        return {"__typename": "DiscountMinimumQuantity", "greaterThanOrEqualToQuantity": str(discount.minimum_quantity)}
    return None


def _destination(discount: Discount) -> View:
    if discount.destination.all_countries:
        return {"__typename": "DiscountCountryAll", "allCountries": True}
    chosen = discount.destination
    return {
        "__typename": "DiscountCountries",
        "countries": chosen.countries,
        "includeRestOfWorld": chosen.rest_of_world,
    }


def _items(context: Context, items: Items) -> View:
    if items.collections:
        rows = [goods.COLLECTIONS_BY_ID[number] for number in items.collections]
        return {
            "__typename": "DiscountCollections",
            "collections": lambda reverse=False, **page: page_of(
                rows, lambda row: row.id, lambda row: collection_view(context, row), bulk=context.bulk, **page
            ),
        }
    if items.products or items.variants:
        products = [goods.BY_ID[number] for number in sorted(items.products)]
        variants = [goods.VARIANTS[number] for number in sorted(items.variants)]
        return {
            "__typename": "DiscountProducts",
            "products": lambda reverse=False, **page: page_of(
                products, lambda row: row.id, lambda row: product_view(context, row), bulk=context.bulk, **page
            ),
            "productVariants": lambda reverse=False, **page: page_of(
                variants, lambda row: row.id, lambda row: variant_view(context, row), bulk=context.bulk, **page
            ),
        }
    return {"__typename": "AllDiscountItems", "allItems": True}


def _customer_gets(context: Context, discount: Discount) -> View:
    currency = context.shop.facts.currency
    value: View = {"__typename": "DiscountPercentage", "percentage": 1.0}
    if discount.value is not None and discount.value.kind == "percentage":
        value = {"__typename": "DiscountPercentage", "percentage": float(discount.value.amount)}
    elif discount.value is not None:
        value = {
            "__typename": "DiscountAmount",
            "amount": money(discount.value.amount, currency),
            "appliesOnEachItem": discount.value.kind == "amount_each",
        }
    if discount.gets_quantity is not None:
        value = {
            "__typename": "DiscountOnQuantity",
            "quantity": {"quantity": str(discount.gets_quantity)},
            "effect": value,
        }
    return {
        "value": value,
        "items": _items(context, discount.items),
        "appliesOnOneTimePurchase": discount.on_one_time_purchase,
        "appliesOnSubscription": discount.on_subscription,
    }


def _customer_buys(context: Context, discount: Discount) -> View:
    assert discount.buys is not None
    value: View = {"__typename": "DiscountQuantity", "quantity": str(discount.buys.quantity)}
    if discount.buys.amount is not None:
        value = {
            "__typename": "DiscountPurchaseAmount",
            "amount": text(discount.buys.amount, context.shop.facts.currency),
        }
    return {
        "value": value,
        "items": _items(context, discount.buys.items),
        "isOneTimePurchase": True,
        "isSubscription": False,
    }


def creation_view(context: Context, creation: Creation) -> View:
    discount = context.shop.discounts.get(creation.discount_id)
    numbered = list(enumerate(creation.rows))
    return {
        "__typename": "DiscountRedeemCodeBulkCreation",
        "id": gid("DiscountRedeemCodeBulkCreation", creation.id),
        "done": creation.done,
        "codesCount": len(creation.codes),
        "importedCount": creation.imported,
        "failedCount": creation.failed,
        "createdAt": creation.created_at,
        "discountCode": (lambda: code_node_view(context, discount)) if discount else None,
        "codes": lambda reverse=False, **page: page_of(
            numbered, lambda row: row[0], lambda row: _creation_row(context, row[1]), bulk=context.bulk, **page
        ),
    }


def _creation_row(context: Context, row: Row) -> View:
    code = context.shop.codes.get(row.code_id) if row.code_id is not None else None
    errors = [user_error([], row.error, MESSAGES.get(row.error, "Code is invalid"))] if row.error else []
    return {"code": row.code, "discountRedeemCode": code_view(code) if code else None, "errors": errors}


def user_error(field: list[str], code: str | None, message: str) -> View:
    return {
        "__typename": "DiscountUserError",
        "field": field or None,
        "code": code,
        "message": message,
        "extraInfo": None,
    }


def job_view(job: Job) -> View:
    return {"__typename": "Job", "id": f"gid://shopify/Job/{job.id}", "done": job.done}


def operation_view(context: Context, operation: Operation) -> View:
    url = f"{context.world.settings.base_url}/bulk/{operation.file}" if operation.file else None
    return {
        "__typename": "BulkOperation",
        "id": gid("BulkOperation", operation.id),
        "type": "QUERY",
        "status": operation.status,
        "errorCode": operation.error_code,
        "query": operation.query,
        "createdAt": operation.created_at,
        "completedAt": operation.completed_at,
        "objectCount": str(operation.object_count),
        "rootObjectCount": str(operation.root_count),
        "fileSize": str(operation.file_size) if operation.file else None,
        "url": url if operation.object_count else None,
        "partialDataUrl": None,
    }


def subscription_view(context: Context, subscription: ApiSubscription) -> View:
    return {
        "__typename": "WebhookSubscription",
        "id": gid("WebhookSubscription", subscription.id),
        "legacyResourceId": str(subscription.id),
        "topic": subscription.topic.replace("/", "_").upper(),
        "uri": subscription.uri,
        "filter": subscription.filter,
        "includeFields": subscription.include_fields,
        "format": "JSON",
        "name": None,
        "metafieldNamespaces": [],
        "createdAt": subscription.created_at,
        "updatedAt": subscription.updated_at,
    }
