"""Coupons, orders, refunds and webhooks as WooCommerce's REST (v3) shows them, field by field in its order."""

import json
from decimal import Decimal
from typing import Any

from sandbox.woocommerce.coupons import Coupon
from sandbox.woocommerce.orders import CouponLine, Line, Order, Refund
from sandbox.woocommerce.stores import Webhook, WooStore
from sandbox.woocommerce.values import gmt, local_time, money, php_number

Json = dict[str, Any]
ZERO = Decimal(0)
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}
COUPON_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
HOOKS = {
    "order.created": ["woocommerce_new_order"],
    "order.updated": ["woocommerce_update_order", "woocommerce_order_refunded"],
    "order.deleted": ["wp_trash_post", "woocommerce_trash_order"],
    "order.restored": ["untrashed_post", "woocommerce_untrash_order"],
}


def links(root: str, path: str, number: int) -> Json:
    base = f"{root}/wp-json/wc/v3/{path}"
    return {
        "self": [{"href": f"{base}/{number}", "targetHints": {"allow": COUPON_METHODS}}],
        "collection": [{"href": base}],
    }


def coupon_json(store: WooStore, root: str, coupon: Coupon, *, with_links: bool = True) -> Json:
    zone, places = store.zone, store.places
    shown = {
        "id": coupon.id,
        "code": coupon.code,
        "amount": money(coupon.amount, places),
        "status": coupon.status,
        "date_created": local_time(coupon.created_at, zone),
        "date_created_gmt": gmt(coupon.created_at),
        "date_modified": local_time(coupon.modified_at, zone),
        "date_modified_gmt": gmt(coupon.modified_at),
        "discount_type": coupon.discount_type,
        "description": coupon.description,
        "date_expires": local_time(coupon.expires_at, zone),
        "date_expires_gmt": gmt(coupon.expires_at),
        "usage_count": coupon.usage_count,
        "individual_use": coupon.individual_use,
        "product_ids": coupon.product_ids,
        "excluded_product_ids": coupon.excluded_product_ids,
        "usage_limit": coupon.usage_limit or None,
        "usage_limit_per_user": coupon.usage_limit_per_user or None,
        "limit_usage_to_x_items": coupon.limit_usage_to_x_items or None,
        "free_shipping": coupon.free_shipping,
        "product_categories": coupon.product_categories,
        "excluded_product_categories": coupon.excluded_product_categories,
        "exclude_sale_items": coupon.exclude_sale_items,
        "minimum_amount": money(coupon.minimum_amount, places),
        "maximum_amount": money(coupon.maximum_amount, places),
        "email_restrictions": coupon.email_restrictions,
        "used_by": coupon.used_by,
        "meta_data": [{"id": entry.id, "key": entry.key, "value": entry.value} for entry in coupon.meta],
    }
    return {**shown, "_links": links(root, "coupons", coupon.id)} if with_links else shown


def order_json(store: WooStore, root: str, order: Order, *, with_links: bool = True) -> Json:
    """`total` and `discount_total` stay as they are when something is refunded."""
    zone, places = store.zone, store.places

    def text(amount: Decimal) -> str:
        return money(amount, places)

    discount = sum((line.discount for line in order.coupons), ZERO)
    discount_tax = sum((line.discount_tax for line in order.coupons), ZERO)
    cart_tax = sum((line.total_tax for line in order.lines), ZERO)
    address = dict.fromkeys(
        ("first_name", "last_name", "company", "address_1", "address_2", "city", "state", "postcode", "country"), ""
    )
    key = f"wc_order_{order.id:013d}"
    shown = {
        "id": order.id,
        "parent_id": 0,
        "status": order.status,
        "currency": order.currency,
        "version": "11.0.1",
        "prices_include_tax": order.prices_include_tax,
        "date_created": local_time(order.created_at, zone),
        "date_modified": local_time(order.modified_at, zone),
        "discount_total": text(discount),
        "discount_tax": text(discount_tax),
        "shipping_total": text(order.shipping),
        "shipping_tax": text(order.shipping_tax),
        "cart_tax": text(cart_tax),
        "total": text(order.total),
        "total_tax": text(cart_tax + order.shipping_tax),
        "customer_id": order.customer_id,
        "order_key": key,
        "billing": {**address, "first_name": "Ana", "last_name": "Test", "email": order.email, "phone": "5550100"},
        "shipping": {**address, "phone": ""},
        "payment_method": "cod",
        "payment_method_title": "Cash on delivery",
        "transaction_id": "",
        "customer_ip_address": "",
        "customer_user_agent": "",
        "created_via": order.created_via,
        "customer_note": "",
        "date_completed": local_time(order.completed_at, zone),
        "date_paid": local_time(order.paid_at, zone),
        "cart_hash": "",
        "number": str(order.id),
        "meta_data": [],
        "line_items": [line_json(line, places) for line in order.lines],
        "tax_lines": [],
        "shipping_lines": [_shipping_json(order.shipping_id, order.shipping, order.shipping_tax, places)]
        if order.shipping_id
        else [],
        "fee_lines": [],
        "coupon_lines": [_coupon_line(line) for line in order.coupons],
        "refunds": [
            {"id": one.id, "reason": one.reason, "total": "-" + text(one.amount), "total_tax": "0.00"}
            for one in reversed(order.refunds)
        ],
        "payment_url": f"{root}/checkout/order-pay/{order.id}/?pay_for_order=true&key={key}",
        "is_editable": False,
        "needs_payment": order.status in ("pending", "failed"),
        "needs_processing": True,
        "date_created_gmt": gmt(order.created_at),
        "date_modified_gmt": gmt(order.modified_at),
        "date_completed_gmt": gmt(order.completed_at),
        "date_paid_gmt": gmt(order.paid_at),
        "currency_symbol": SYMBOLS.get(order.currency, order.currency),
    }
    return {**shown, "_links": links(root, "orders", order.id)} if with_links else shown


def line_json(line: Line, places: int) -> Json:
    return {
        "id": line.id,
        "name": line.name,
        "product_id": line.product_id,
        "variation_id": 0,
        "quantity": line.quantity,
        "tax_class": "",
        "subtotal": money(line.subtotal, places),
        "subtotal_tax": money(line.subtotal_tax, places),
        "total": money(line.total, places),
        "total_tax": money(line.total_tax, places),
        "taxes": [],
        "meta_data": [],
        "sku": f"SKU-{line.product_id}",
        "global_unique_id": "",
        "price": php_number(line.total / line.quantity),
        "image": {"id": "", "src": ""},
        "parent_name": None,
    }


def _shipping_json(number: int, total: Decimal, tax: Decimal, places: int) -> Json:
    return {
        "id": number, "method_title": "Flat rate", "method_id": "flat_rate", "instance_id": "1",
        "total": money(total, places), "total_tax": money(tax, places), "taxes": [], "meta_data": [],
    }  # fmt: skip


def _coupon_line(line: CouponLine) -> Json:
    """Amounts are not padded here; the coupon's id stands in a JSON text within the meta data, and nowhere else."""
    amount = php_number(line.amount)
    info = json.dumps([line.coupon_id, line.code, line.discount_type, amount], separators=(",", ":"))
    meta = {"id": line.id, "key": "coupon_info", "value": info, "display_key": "coupon_info", "display_value": info}
    return {
        "id": line.id,
        "code": line.code,
        "discount": format(line.discount.normalize(), "f"),
        "discount_tax": format(line.discount_tax.normalize(), "f"),
        "meta_data": [meta],
        "discount_type": line.discount_type,
        "nominal_amount": amount,
        "free_shipping": line.free_shipping,
    }


def refund_json(store: WooStore, root: str, order: Order, refund: Refund) -> Json:
    places = store.places
    lines = []
    for part in refund.lines:
        line = order.line(part.item_id)
        if line is not None:
            shown = line_json(line, places)
            given = {"quantity": -part.quantity, "subtotal": money(-part.total, places),
                     "subtotal_tax": money(-part.total_tax, places), "total": money(-part.total, places),
                     "total_tax": money(-part.total_tax, places)}  # fmt: skip
            note = {"id": part.id, "key": "_refunded_item_id", "value": str(part.item_id),
                    "display_key": "_refunded_item_id", "display_value": str(part.item_id)}  # fmt: skip
            lines.append({**shown, **given, "id": part.id, "meta_data": [note]})
    shipping = _shipping_json(refund.id, -refund.shipping, -refund.shipping_tax, places)
    return {
        "id": refund.id,
        "date_created": local_time(refund.created_at, store.zone),
        "date_created_gmt": gmt(refund.created_at),
        "amount": money(refund.amount, places),
        "reason": refund.reason,
        "refunded_by": 1,
        "refunded_payment": False,
        "meta_data": [],
        "line_items": lines,
        "shipping_lines": [shipping] if refund.shipping or refund.shipping_tax else [],
        "tax_lines": [],
        "fee_lines": [],
        "_links": {"up": [{"href": f"{root}/wp-json/wc/v3/orders/{order.id}"}]},
    }


def webhook_json(store: WooStore, root: str, webhook: Webhook) -> Json:
    """Neither the secret nor the count of failures is ever shown."""
    return {
        "id": webhook.id,
        "name": webhook.name,
        "status": webhook.status,
        "topic": webhook.topic,
        "resource": webhook.resource,
        "event": webhook.event,
        "hooks": HOOKS.get(webhook.topic, []),
        "delivery_url": webhook.delivery_url,
        "date_created": local_time(webhook.created_at, store.zone),
        "date_created_gmt": gmt(webhook.created_at),
        "date_modified": local_time(webhook.modified_at, store.zone),
        "date_modified_gmt": gmt(webhook.modified_at),
        "_links": links(root, "webhooks", webhook.id),
    }
