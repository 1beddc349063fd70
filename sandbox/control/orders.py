"""Control of orders and the store's books."""

from typing import Any

from flask import Blueprint, jsonify, request

from sandbox.control.bodies import Cancellation, LineUnits, NewOrder, NewRefund, OrderEdit
from sandbox.edge import Refused, shop_or_404, world
from sandbox.shopify import order_desk
from sandbox.shopify.books import books
from sandbox.shopify.orders import Order
from sandbox.shopify.rest import order_json, refund_json
from sandbox.shopify.shops import Shop

blueprint = Blueprint("control_orders", __name__, url_prefix="/_sandbox/shops/<domain>")


def find_order(shop: Shop, reference: str) -> Order:
    """An order by id, by number (1001) or by name (#1001)."""
    wanted = reference.rpartition("/")[2].lstrip("#")
    number = int(wanted) if wanted.isdigit() else 0
    found = shop.orders.get(number) or next((order for order in shop.orders.values() if order.number == number), None)
    if found is None:
        raise Refused(f"The store has no order {reference}.", 404, "not_found")
    return found


def units(order: Order, wanted: list[LineUnits]) -> dict[int, int]:
    return {line.line_id or order.lines[0].id: line.quantity for line in wanted}


@blueprint.get("/orders")
def orders(domain: str) -> Any:
    shop = shop_or_404(domain)
    with world().lock:
        return jsonify([order_json(order) for order in shop.orders.values()])


@blueprint.post("/orders")
def place(domain: str) -> Any:
    sandbox, shop = world(), shop_or_404(domain)
    asked = NewOrder.model_validate(request.get_json())
    with sandbox.lock:
        return jsonify(order_json(order_desk.place(sandbox, shop, asked.basket()))), 201


@blueprint.get("/orders/<path:reference>")
def one(domain: str, reference: str) -> Any:
    with world().lock:
        return jsonify(order_json(find_order(shop_or_404(domain), reference)))


@blueprint.post("/orders/<reference>/refund")
def refund(domain: str, reference: str) -> Any:
    sandbox, shop = world(), shop_or_404(domain)
    asked = NewRefund.model_validate(request.get_json(silent=True) or {})
    with sandbox.lock:
        order = find_order(shop, reference)
        made = order_desk.refund(sandbox, shop, order, asked.amount, units(order, asked.lines), asked.shipping)
        return jsonify({"refund": refund_json(order, made), "order": order_json(order)}), 201


@blueprint.post("/orders/<reference>/cancel")
def cancel(domain: str, reference: str) -> Any:
    sandbox, shop = world(), shop_or_404(domain)
    asked = Cancellation.model_validate(request.get_json(silent=True) or {})
    with sandbox.lock:
        return jsonify(
            order_json(order_desk.cancel(sandbox, shop, find_order(shop, reference), asked.refund, asked.reason))
        )


@blueprint.post("/orders/<reference>/reopen")
def reopen(domain: str, reference: str) -> Any:
    sandbox, shop = world(), shop_or_404(domain)
    with sandbox.lock:
        return jsonify(order_json(order_desk.reopen(sandbox, shop, find_order(shop, reference))))


@blueprint.post("/orders/<reference>/edit")
def edit(domain: str, reference: str) -> Any:
    sandbox, shop = world(), shop_or_404(domain)
    asked = OrderEdit.model_validate(request.get_json())
    with sandbox.lock:
        order = find_order(shop, reference)
        added = [line.wanted() for line in asked.add]
        return jsonify(order_json(order_desk.edit(sandbox, shop, order, units(order, asked.remove), added)))


@blueprint.delete("/orders/<reference>")
def delete(domain: str, reference: str) -> Any:
    sandbox, shop = world(), shop_or_404(domain)
    with sandbox.lock:
        order_desk.delete(sandbox, shop, find_order(shop, reference))
    return "", 204


@blueprint.get("/books")
def the_books(domain: str) -> Any:
    shop = shop_or_404(domain)
    with world().lock:
        return jsonify(books(shop))
