"""Views of discounts, their codes and the creation of codes as the Admin API shows them."""

from typing import Any

from sandbox.clock import now
from sandbox.money import text
from sandbox.shopify import products as goods
from sandbox.shopify.bulk import MESSAGES, Creation, Row
from sandbox.shopify.codes import RedeemCode
from sandbox.shopify.connections import View, page_of, page_of_codes
from sandbox.shopify.context import Context
from sandbox.shopify.discounts import Discount, Items
from sandbox.shopify.gids import gid
from sandbox.shopify.goods_views import collection_view, product_view, variant_view
from sandbox.shopify.views import count_view, money

TYPENAMES = {"basic": "DiscountCodeBasic", "free_shipping": "DiscountCodeFreeShipping", "bxgy": "DiscountCodeBxgy"}


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
