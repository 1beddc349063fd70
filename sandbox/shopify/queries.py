"""The query fields that the sandbox serves. Each takes the context and the field's arguments in snake case."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sandbox.clock import now
from sandbox.shopify import discount_views, goods_queries, views
from sandbox.shopify.connections import Connection, View, page_of
from sandbox.shopify.context import Context
from sandbox.shopify.discounts import Discount
from sandbox.shopify.gids import kind_of, number_of
from sandbox.shopify.listing import filtered, not_served
from sandbox.shopify.order_money import financial_status
from sandbox.shopify.order_views import order_view, refund_view
from sandbox.shopify.orders import Order
from sandbox.shopify.webhooks import has_scope

ORDER_AGE = timedelta(days=60)
"""How far back orders are seen without `read_all_orders`."""

ORDER_FIELDS: dict[str, Callable[[Any], Any]] = {
    "id": lambda order: order.id,
    "name": lambda order: order.name,
    "created_at": lambda order: order.created_at,
    "updated_at": lambda order: order.updated_at.replace(microsecond=0),
    "processed_at": lambda order: order.processed_at,
    "test": lambda order: order.test,
    "status": lambda order: "cancelled" if order.cancelled_at else "open",
    "financial_status": financial_status,
    "discount_code": lambda order: order.codes[0] if order.codes else None,
    "source_name": lambda order: order.source_name,
    "customer_id": lambda order: order.customer_id,
}
ORDER_SORTS: dict[str, Callable[[Order], Any]] = {
    "ID": lambda order: order.id,
    "CREATED_AT": lambda order: order.created_at.isoformat(),
    "UPDATED_AT": lambda order: order.updated_at.isoformat(),
    "PROCESSED_AT": lambda order: order.processed_at.isoformat(),
    "ORDER_NUMBER": lambda order: order.number,
}
DISCOUNT_FIELDS: dict[str, Callable[[Any], Any]] = {
    "id": lambda discount: discount.id,
    "title": lambda discount: discount.title,
    "status": lambda discount: discount.status(now()).lower(),
    "created_at": lambda discount: discount.created_at,
    "updated_at": lambda discount: discount.updated_at,
    "starts_at": lambda discount: discount.starts_at,
    "ends_at": lambda discount: discount.ends_at,
    "discount_class": lambda discount: discount.discount_class().lower(),
    "discount_type": lambda discount: {"basic": "percentage", "free_shipping": "free_shipping", "bxgy": "bogo"}[
        discount.kind
    ],
    "type": lambda discount: "all",
    "method": lambda discount: "code",
}
DISCOUNT_SORTS: dict[str, Callable[[Discount], Any]] = {
    "ID": lambda discount: discount.id,
    "TITLE": lambda discount: discount.title,
    "CREATED_AT": lambda discount: discount.created_at.isoformat(),
    "UPDATED_AT": lambda discount: discount.updated_at.isoformat(),
    "STARTS_AT": lambda discount: discount.starts_at.isoformat(),
}


def shop(context: Context) -> View:
    return views.shop_view(context)


def current_app_installation(context: Context) -> View:
    return views.installation_view(context)


def orders(
    context: Context,
    query: str | None = None,
    sort_key: str = "PROCESSED_AT",
    reverse: bool = False,
    saved_search_id: str | None = None,
    **page: Any,
) -> Connection:
    context.require("read_orders", "orders")
    if sort_key not in ORDER_SORTS:
        raise not_served(f"orders(sortKey: {sort_key})")
    oldest = _oldest_order(context)
    rows = [
        order for order in filtered(context.shop.orders.values(), query, ORDER_FIELDS) if order.created_at >= oldest
    ]
    sort = ORDER_SORTS[sort_key]
    rows.sort(key=lambda order: (sort(order), order.id), reverse=reverse)
    return page_of(
        rows, lambda order: [sort(order), order.id], lambda order: order_view(context, order), bulk=context.bulk, **page
    )


def _oldest_order(context: Context) -> Any:
    age = timedelta(days=36_500) if has_scope(context.scopes, "read_all_orders") else ORDER_AGE
    return now() - age


def order(context: Context, id: str) -> View | None:
    context.require("read_orders", "order")
    found = context.shop.orders.get(number_of(id, "Order") or 0)
    return order_view(context, found) if found and found.created_at >= _oldest_order(context) else None


def orders_count(context: Context, query: str | None = None, limit: int | None = views.COUNT_LIMIT, **_: Any) -> View:
    context.require("read_orders", "ordersCount")
    return views.count_view(len(filtered(context.shop.orders.values(), query, ORDER_FIELDS)), limit)


def discount_nodes(context: Context, **arguments: Any) -> Connection:
    return _discounts(context, "discountNodes", discount_views.discount_node_view, **arguments)


def code_discount_nodes(context: Context, **arguments: Any) -> Connection:
    return _discounts(context, "codeDiscountNodes", discount_views.code_node_view, **arguments)


def _discounts(
    context: Context,
    field: str,
    view: Callable[[Context, Discount], View],
    query: str | None = None,
    sort_key: str = "ID",
    reverse: bool = False,
    saved_search_id: str | None = None,
    **page: Any,
) -> Connection:
    context.require("read_discounts", field)
    if sort_key not in DISCOUNT_SORTS:
        raise not_served(f"{field}(sortKey: {sort_key})")
    sort = DISCOUNT_SORTS[sort_key]
    rows = filtered(context.shop.discounts.values(), query, DISCOUNT_FIELDS)
    rows.sort(key=lambda row: (sort(row), row.id), reverse=reverse)
    return page_of(rows, lambda row: [sort(row), row.id], lambda row: view(context, row), bulk=context.bulk, **page)


def discount_nodes_count(
    context: Context, query: str | None = None, limit: int | None = views.COUNT_LIMIT, **_: Any
) -> View:
    context.require("read_discounts", "discountNodesCount")
    return views.count_view(len(filtered(context.shop.discounts.values(), query, DISCOUNT_FIELDS)), limit)


def discount_codes_count(context: Context, query: str | None = None, limit: int | None = views.COUNT_LIMIT) -> View:
    context.require("read_discounts", "discountCodesCount")
    if query is not None:
        raise not_served("discountCodesCount(query:)")
    return views.count_view(len(context.shop.codes), limit)


def discount_node(context: Context, id: str) -> View | None:
    context.require("read_discounts", "discountNode")
    found = _discount(context, id)
    return discount_views.discount_node_view(context, found) if found else None


def code_discount_node(context: Context, id: str) -> View | None:
    context.require("read_discounts", "codeDiscountNode")
    found = _discount(context, id)
    return discount_views.code_node_view(context, found) if found else None


def code_discount_node_by_code(context: Context, code: str) -> View | None:
    context.require("read_discounts", "codeDiscountNodeByCode")
    found = context.shop.codes.find(code)
    return discount_views.code_node_view(context, context.shop.discounts[found.discount_id]) if found else None


def _discount(context: Context, value: str) -> Discount | None:
    return context.shop.discounts.get(number_of(value, "DiscountCodeNode", "DiscountNode") or 0)


def discount_redeem_code_bulk_creation(context: Context, id: str) -> View | None:
    context.require("read_discounts", "discountRedeemCodeBulkCreation")
    found = context.shop.creations.get(number_of(id, "DiscountRedeemCodeBulkCreation") or 0)
    return discount_views.creation_view(context, found) if found else None


def job(context: Context, id: str) -> View | None:
    found = context.shop.jobs.get(id.rpartition("/")[2])
    return views.job_view(found) if found else None


def bulk_operation(context: Context, id: str) -> View | None:
    found = context.shop.operations.get(number_of(id, "BulkOperation") or 0)
    return views.operation_view(context, found) if found else None


def bulk_operations(
    context: Context, query: str | None = None, sort_key: str = "CREATED_AT", reverse: bool = False, **page: Any
) -> Connection:
    fields: dict[str, Callable[[Any], Any]] = {
        "id": lambda row: row.id,
        "status": lambda row: row.status,
        "operation_type": lambda row: row.kind,
        "created_at": lambda row: row.created_at,
    }
    rows = filtered(context.shop.operations.values(), query, fields)
    rows.sort(key=lambda row: row.id, reverse=reverse)
    return page_of(rows, lambda row: row.id, lambda row: views.operation_view(context, row), **page)


def current_bulk_operation(context: Context, type: str = "QUERY") -> View | None:
    last = max(context.shop.operations.values(), key=lambda row: row.id, default=None)
    return views.operation_view(context, last) if last and type == "QUERY" else None


def webhook_subscriptions(
    context: Context,
    topics: list[str] | None = None,
    uri: str | None = None,
    sort_key: str = "CREATED_AT",
    reverse: bool = False,
    query: str | None = None,
    **page: Any,
) -> Connection:
    """Only what was made through the API; subscriptions of the app's toml cannot be seen here."""
    rows = [row for row in context.shop.subscriptions.values() if uri in (None, row.uri)]
    rows = [row for row in rows if topics is None or row.topic.replace("/", "_").upper() in topics]
    rows.sort(key=lambda row: row.id, reverse=reverse)
    return page_of(rows, lambda row: row.id, lambda row: views.subscription_view(context, row), **page)


def refund(context: Context, id: str) -> View | None:
    context.require("read_orders", "refund")
    wanted = number_of(id, "Refund")
    for row in context.shop.orders.values():
        for candidate in row.refunds:
            if candidate.id == wanted:
                return refund_view(context, row, candidate)
    return None


BY_KIND: dict[str, Callable[..., Any]] = {
    "BulkOperation": bulk_operation,
    "Collection": goods_queries.collection,
    "DiscountCodeNode": code_discount_node,
    "DiscountNode": discount_node,
    "DiscountRedeemCodeBulkCreation": discount_redeem_code_bulk_creation,
    "Order": order,
    "Product": goods_queries.product,
    "ProductVariant": goods_queries.product_variant,
    "Refund": refund,
}


def node(context: Context, id: str) -> View | None:
    reader = BY_KIND.get(kind_of(id) or "")
    return reader(context, id=id) if reader else None


def nodes(context: Context, ids: list[str]) -> list[View | None]:
    return [node(context, value) for value in ids]


QUERIES: dict[str, Callable[..., Any]] = {
    "bulkOperation": bulk_operation,
    "bulkOperations": bulk_operations,
    "codeDiscountNode": code_discount_node,
    "codeDiscountNodeByCode": code_discount_node_by_code,
    "codeDiscountNodes": code_discount_nodes,
    "collection": goods_queries.collection,
    "collections": goods_queries.collections,
    "currentAppInstallation": current_app_installation,
    "currentBulkOperation": current_bulk_operation,
    "discountCodesCount": discount_codes_count,
    "discountNode": discount_node,
    "discountNodes": discount_nodes,
    "discountNodesCount": discount_nodes_count,
    "discountRedeemCodeBulkCreation": discount_redeem_code_bulk_creation,
    "job": job,
    "node": node,
    "nodes": nodes,
    "order": order,
    "orders": orders,
    "ordersCount": orders_count,
    "product": goods_queries.product,
    "productVariant": goods_queries.product_variant,
    "productVariants": goods_queries.product_variants,
    "products": goods_queries.products,
    "refund": refund,
    "shop": shop,
    "webhookSubscriptions": webhook_subscriptions,
}
