"""What the companion plugin tells the app at once: changed orders, deletions, and its goodbye; signed."""

import secrets
import time
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import requests

from sandbox.clock import now, stamp
from sandbox.woocommerce.orders import Line, Order, Refund
from sandbox.woocommerce.plugin_rules import erased, erasure, sign
from sandbox.woocommerce.stores import Plugin, Sent, WooStore, WooStores
from sandbox.woocommerce.values import gmt, php_json

Json = dict[str, Any]


def send(stores: WooStores, store: WooStore, changes: Mapping[int, str], seconds: float) -> bool:
    """Whether the app has them. Called without the world's lock."""
    with stores.lock:
        plugin = store.facts.plugin
        if plugin is None or not plugin.is_connected:
            return True
        described = [describe(store, order_id, event) for order_id, event in changes.items()]
    return _post(stores, store, plugin, {"changes": described}, seconds)


def say_goodbye(stores: WooStores, store: WooStore, plugin: Plugin) -> bool:
    return plugin.is_connected and _post(stores, store, plugin, {"disconnected": True}, 10)


def ask_to_erase(stores: WooStores, store: WooStore, plugin: Plugin, email: str) -> Json:
    """WordPress' eraser of personal data, as far as it is the plugin's. Called without the world's lock."""
    is_told = _post(stores, store, plugin, erasure(email), 10) if plugin.is_connected else None
    return erased(is_told)


def describe(store: WooStore, order_id: int, event: str) -> Json:
    """One change with the order as it stands now; an order that is gone is a deletion, whatever happened before."""
    order = None if event == "order.deleted" else store.orders.get(order_id)
    head = {"event": event if order else "order.deleted", "id": order_id, "at": stamp(now())}
    return {**head, "order": order_body(order)} if order else head


def order_body(order: Order) -> Json:
    """WooCommerce's REST order, shortened, with the lines of its refunds."""
    shipping = _lines_of_shipping(order.shipping_id, order.shipping, order.shipping_tax) if order.shipping_id else []
    return {
        "id": order.id,
        "number": str(order.id),
        "status": order.status,
        "currency": order.currency,
        "created_via": order.created_via,
        "customer_id": order.customer_id,
        "billing": {"email": order.email},
        "date_created_gmt": gmt(order.created_at),
        "date_modified_gmt": gmt(order.modified_at),
        "prices_include_tax": order.prices_include_tax,
        "total": text(order.total),
        "total_tax": text(sum((line.total_tax for line in order.lines), order.shipping_tax)),
        "shipping_total": text(order.shipping),
        "shipping_tax": text(order.shipping_tax),
        "line_items": [_line(line.id, line.product_id, line.quantity, line) for line in order.lines],
        "shipping_lines": shipping,
        "fee_lines": [],
        "coupon_lines": [
            {"code": line.code, "discount": text(line.discount), "discount_tax": text(line.discount_tax)}
            for line in order.coupons
        ],
        "refunds": [_refund(order, refund) for refund in reversed(order.refunds)],
    }


def _line(number: int, product_id: int, quantity: int, money: Line) -> Json:
    return {
        "id": number, "product_id": product_id, "quantity": quantity,
        "total": text(money.total), "total_tax": text(money.total_tax),
    }  # fmt: skip


def _lines_of_shipping(number: int, total: Decimal, tax: Decimal) -> list[Json]:
    return [{"id": number, "product_id": 0, "quantity": 1, "total": text(total), "total_tax": text(tax)}]


def _refund(order: Order, refund: Refund) -> Json:
    lines = [
        {"id": part.id, "product_id": (line.product_id if (line := order.line(part.item_id)) else 0),
         "quantity": -part.quantity, "total": text(-part.total), "total_tax": text(-part.total_tax)}
        for part in refund.lines
    ]  # fmt: skip
    has_shipping = bool(refund.shipping or refund.shipping_tax)
    return {
        "id": refund.id,
        "total": "-" + text(refund.amount),
        "line_items": lines,
        "shipping_lines": _lines_of_shipping(refund.id, -refund.shipping, -refund.shipping_tax) if has_shipping else [],
        "fee_lines": [],
    }


def text(amount: Decimal) -> str:
    return format(amount.normalize(), "f")


def _post(stores: WooStores, store: WooStore, plugin: Plugin, content: Json, seconds: float) -> bool:
    body = php_json(content)
    path = "/webhooks/woocommerce/plugin/" + quote(plugin.store_id, safe="")
    timestamp, request_id = str(int(time.time())), secrets.token_urlsafe(18)
    headers = {
        "Content-Type": "application/json",
        "Shoutcode-Timestamp": timestamp,
        "Shoutcode-Id": request_id,
        "Shoutcode-Signature": sign(plugin.secret, "POST", path, timestamp, request_id, body.encode()),
    }
    status, error = None, ""
    try:
        answer = requests.post(
            stores.app_url + path, data=body.encode(), headers=headers, timeout=seconds, allow_redirects=False
        )
        status = answer.status_code
    except requests.RequestException as failure:
        error = type(failure).__name__
    is_good = status is not None and 200 <= status < 300
    with stores.lock:
        if is_good:
            plugin.sent_at, plugin.error = int(time.time()), ""
        else:
            plugin.failed_at, plugin.error = int(time.time()), error or f"HTTP {status}"
        store.sent.append(Sent("push", "push", stores.app_url + path, request_id, body, status))
        stores.save(store)
    return is_good
