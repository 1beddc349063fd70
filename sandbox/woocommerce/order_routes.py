"""REST routes of orders and their refunds."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox.woocommerce import order_desk
from sandbox.woocommerce.cart import CouponRefused, Item
from sandbox.woocommerce.errors import WooError, invalid_id, invalid_param
from sandbox.woocommerce.order_desk import Basket
from sandbox.woocommerce.orders import HIDDEN, Order
from sandbox.woocommerce.rest import Call, page_of, route, sorted_by
from sandbox.woocommerce.values import absint, date_of, decimal_of, zone
from sandbox.woocommerce.views import order_json, refund_json

Json = dict[str, Any]
KEYS = {
    "date": lambda order: (order.created_at, order.id),
    "modified": lambda order: (order.modified_at, order.id),
    "id": lambda order: order.id,
}
BOUNDS = ("modified_after", "modified_before", "after", "before")


def _shown(call: Call, order: Order) -> Json:
    return order_json(call.store, call.root, order)


def found(call: Call) -> Order:
    order = call.store.orders.get(call.args[0])
    if order is None:
        raise invalid_id("shop_order")
    return order


@route("GET", "wc/v3/orders", "read")
def orders(call: Call) -> Any:
    """Neither the default nor `any` has trash and checkout drafts. There is no filter by coupon: it is ignored."""
    bounds = {name: _bound(call, name) for name in BOUNDS if name in call.query}
    statuses = call.query.get("status", "any").split(",")
    text = call.query.get("search", "").lower()
    include = call.query["include"].split(",") if "include" in call.query else None
    with call.stores.lock:
        kept = [
            order
            for order in call.store.orders.values()
            if (order.status in statuses or ("any" in statuses and order.status not in HIDDEN))
            and _within(order, bounds)
            and (include is None or str(order.id) in include)
            and (not text or text in str(order.id) or any(text in line.code for line in order.coupons))
        ]
        return page_of(call, sorted_by(call, kept, KEYS), lambda order: _shown(call, order))


def _bound(call: Call, name: str) -> datetime:
    """Without a zone it is the store's own time, unless `dates_are_gmt` says otherwise."""
    moment = date_of(call.query[name], zone("UTC") if call.flag("dates_are_gmt") else call.store.zone)
    if moment is None:
        raise invalid_param(name, "Invalid date.")
    return moment


def _within(order: Order, bounds: dict[str, datetime]) -> bool:
    """Bounds are exclusive, in whole seconds."""
    for name, bound in bounds.items():
        moment = order.modified_at if name.startswith("modified") else order.created_at
        if moment <= bound if name.endswith("after") else moment >= bound:
            return False
    return True


@route("GET", "wc/v3/orders/{id}", "read")
def order(call: Call) -> Any:
    with call.stores.lock:
        return _shown(call, found(call))


@route("POST", "wc/v3/orders", "write")
def create(call: Call) -> Any:
    """`set_paid` sends goods that need no work straight to completed. A bad code leaves a draft behind."""
    body = call.body
    items = [_item(call, line) for line in body.get("line_items") or []]
    if not items:
        raise invalid_param("line_items", "line_items is empty.")
    shipping = (body.get("shipping_lines") or [{}])[0].get("total")
    basket = Basket(
        items=items,
        codes=[str(line.get("code", "")) for line in body.get("coupon_lines") or []],
        email=str((body.get("billing") or {}).get("email", "")),
        customer_id=absint(body.get("customer_id") or 0),
        shipping=None if shipping is None else decimal_of(shipping, call.store.places),
        status="completed" if body.get("set_paid") else str(body.get("status") or "pending"),
        via="rest-api",
    )
    with call.stores.lock:
        try:
            return _shown(call, order_desk.place(call.stores, call.store, basket)), 201
        except CouponRefused as refused:
            draft = max(call.store.orders)
            message = str(refused).replace('"', "&quot;")
            raise WooError("woocommerce_rest_invalid_coupon", message, 400, new_draft_order_id=draft) from refused


def _item(call: Call, line: Json) -> Item:
    quantity = max(absint(line.get("quantity") or 1), 1)
    given = line.get("subtotal", line.get("total"))
    price = Decimal("50.00") if given is None else decimal_of(given, call.store.places) / quantity
    number = absint(line.get("product_id") or 1)
    return Item(number, str(line.get("name") or f"Product {number}"), price, quantity)


@route("PUT", "wc/v3/orders/{id}", "write")
def update(call: Call) -> Any:
    with call.stores.lock:
        changed = found(call)
        if call.body.get("status") is not None:
            if changed.status == "trash":
                order_desk.restore(call.stores, call.store, changed)
            order_desk.set_status(call.stores, call.store, changed, str(call.body["status"]))
        return _shown(call, changed)


@route("DELETE", "wc/v3/orders/{id}", "write")
def delete(call: Call) -> Any:
    """Without `force` to the trash; the answer shows the order as it was."""
    with call.stores.lock:
        gone = found(call)
        shown = _shown(call, gone)
        if call.flag("force"):
            order_desk.erase(call.stores, call.store, gone)
        else:
            order_desk.trash(call.stores, call.store, gone)
        return shown


@route("POST", "wc/v3/orders/batch", "write")
def batch(call: Call) -> Any:
    """Only deletions here: each is for good, and nobody is told."""
    answers: list[Json] = []
    with call.stores.lock:
        for wanted in call.body.get("delete") or []:
            gone = call.store.orders.get(absint(wanted))
            if gone is None:
                answers.append({"id": wanted, "error": invalid_id("shop_order").body()})
                continue
            answers.append(_shown(call, gone))
            order_desk.erase(call.stores, call.store, gone)
    return {"delete": answers}


@route("GET", "wc/v3/orders/{id}/refunds", "read")
def refunds(call: Call) -> Any:
    with call.stores.lock:
        one = found(call)
        newest = list(reversed(one.refunds))
        return page_of(call, newest, lambda refund: refund_json(call.store, call.root, one, refund))


@route("GET", "wc/v3/refunds", "read")
def all_refunds(call: Call) -> Any:
    with call.stores.lock:
        rows = [(one, refund) for one in call.store.orders.values() for refund in one.refunds]
        newest = sorted(rows, key=lambda row: row[1].id, reverse=True)
        return page_of(call, newest, lambda row: {**refund_json(call.store, call.root, *row), "parent_id": row[0].id})


@route("POST", "wc/v3/orders/{id}/refunds", "write")
def refund(call: Call) -> Any:
    body, places = call.body, call.store.places
    lines = {
        absint(line["id"]): (
            absint(line.get("quantity") or 0),
            decimal_of(line.get("refund_total") or 0, places),
            sum((decimal_of(tax.get("refund_total") or 0, places) for tax in line.get("refund_tax") or []), Decimal(0)),
        )
        for line in body.get("line_items") or []
    }
    amount = None if body.get("amount") is None else decimal_of(body["amount"], places)
    with call.stores.lock:
        one = found(call)
        made = order_desk.refund(call.stores, call.store, one, amount, lines, reason=str(body.get("reason") or ""))
        return refund_json(call.store, call.root, one, made), 201


@route("DELETE", "wc/v3/orders/{id}/refunds/{id}", "write")
def delete_refund(call: Call) -> Any:
    if not call.flag("force"):
        raise WooError("woocommerce_rest_trash_not_supported", "Refunds do not support trashing.", 501)
    with call.stores.lock:
        one = found(call)
        gone = order_desk.delete_refund(call.stores, call.store, one, call.args[1])
        return refund_json(call.store, call.root, one, gone)
