"""The admin's pages of orders."""

from decimal import Decimal

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox.control.orders import find_order
from sandbox.edge import Refused, world
from sandbox.shell.pages import amount_field, back, common, number_field, shop_of
from sandbox.shopify import order_desk
from sandbox.shopify.order_desk import Basket, Wanted

blueprint = Blueprint("order_pages", __name__, url_prefix="/store/<handle>/orders")

SHOWN = 100


@blueprint.get("")
def orders(handle: str) -> str:
    shop = shop_of(handle)
    with world().lock:
        newest = sorted(shop.orders.values(), key=lambda order: order.id, reverse=True)
        return render_template(
            "admin/orders.html", **common(shop), here="Orders", orders=newest[:SHOWN], total=len(newest)
        )


@blueprint.post("")
def place(handle: str) -> AnyResponse:
    sandbox, shop = world(), shop_of(handle)
    amount = amount_field("amount")
    if not amount:
        raise Refused("Say for how much goods are ordered.")
    basket = Basket(
        lines=[Wanted(amount)],
        codes=[code.strip() for code in request.form.get("codes", "").split(",") if code.strip()],
        taxes_included="taxes_included" in request.form,
        tax_rate=amount_field("tax_rate") or Decimal(0),
        shipping=amount_field("shipping"),
        test="test" in request.form,
        customer_id=number_field("customer_id"),
    )
    with sandbox.lock:
        order = order_desk.place(sandbox, shop, basket)
    return back(shop, "/orders", f"Order {order.name} is placed.")


@blueprint.get("/<reference>")
def order_page(handle: str, reference: str) -> str:
    shop = shop_of(handle)
    with world().lock:
        return render_template("admin/order.html", **common(shop), order=find_order(shop, reference))


@blueprint.post("/<reference>/<act>")
def change(handle: str, reference: str, act: str) -> AnyResponse:
    sandbox, shop = world(), shop_of(handle)
    line_id = number_field("line_id")
    with sandbox.lock:
        order = find_order(shop, reference)
        units = {line_id: 1} if line_id else {}
        if act == "refund":
            order_desk.refund(sandbox, shop, order, amount_field("amount"), units)
        elif act == "edit":
            price = amount_field("price")
            order_desk.edit(sandbox, shop, order, units, [Wanted(price)] if price else [])
        elif act == "cancel":
            order_desk.cancel(sandbox, shop, order, "refund" in request.form)
        elif act == "reopen":
            order_desk.reopen(sandbox, shop, order)
        elif act == "delete":
            order_desk.delete(sandbox, shop, order)
            return back(shop, "/orders", f"Order {order.name} is deleted.")
        else:
            raise Refused(f"An order cannot be {act!r}.", 404, "not_found")
    return back(shop, f"/orders/{order.id}", f"Done: {act}.")
