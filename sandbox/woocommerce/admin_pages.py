"""WordPress' admin of a store: orders, coupons, what is scheduled, and the plugin's own page, which frames the app."""

import re
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, send_from_directory
from werkzeug.wrappers import Response as AnyResponse

from sandbox.edge import Refused, world
from sandbox.shell.pages import amount_field, number_field
from sandbox.shopify.products import PRODUCTS
from sandbox.woocommerce import action_queue, order_desk, plugin, pushes
from sandbox.woocommerce.cart import CouponRefused, Item
from sandbox.woocommerce.control import find_order, push_changes
from sandbox.woocommerce.errors import WooError
from sandbox.woocommerce.order_desk import PLACED, Basket
from sandbox.woocommerce.orders import Order
from sandbox.woocommerce.rest import store_or_404
from sandbox.woocommerce.stores import Plugin, WooStore
from sandbox.woocommerce.values import money

blueprint = Blueprint("woo_admin", __name__, url_prefix="/woo/<handle>")
blueprint.after_request(push_changes)

PLUGIN_FILES = Path(__file__).parent.parent.parent / "woocommerce_plugin" / "shoutcode" / "assets"
"""The plugin's own script and style: what is framed here is framed by what ships."""
USER_COOKIE = "woo_user"
SHOWN = 100


@blueprint.errorhandler(WooError)
@blueprint.errorhandler(CouponRefused)
def refused(error: WooError | CouponRefused) -> AnyResponse:
    flash(str(error), "bad")
    return redirect(request.referrer or "/")


def current_user() -> int:
    given = request.cookies.get(USER_COOKIE, "1")
    return int(given) if given.isdigit() and int(given) in plugin.USERS else 1


def common(store: WooStore, here: str) -> dict[str, Any]:
    """What every page of the admin shows."""
    return {
        "store": store.facts,
        "base": f"/woo/{store.handle}",
        "here": here,
        "menu": plugin.MENU | {plugin.CONNECTION: ("Connection", "")},
        "slug": request.args.get("page", ""),
        "users": plugin.USERS,
        "user": current_user(),
        "money": lambda amount: f"{money(amount, store.places)} {store.facts.currency}",
    }


def back(store: WooStore, path: str, message: str) -> AnyResponse:
    flash(message, "good")
    return redirect(f"/woo/{store.handle}/wp-admin/{path}")


@blueprint.get("/wp-admin/")
def home(handle: str) -> str:
    store = store_or_404(handle)
    return render_template(
        "woo/home.html", **common(store, "Dashboard"), coupons=len(store.coupons), orders=len(store.orders)
    )


@blueprint.post("/wp-admin/user")
def choose_user(handle: str) -> AnyResponse:
    answer = redirect(request.referrer or f"/woo/{handle}/wp-admin/")
    answer.set_cookie(USER_COOKIE, request.form.get("user", "1"), samesite="Lax")
    return answer


# --- The plugin's page -----------------------------------------------------------------------------------------------


@blueprint.get("/wp-admin/admin.php")
def plugin_page(handle: str) -> AnyResponse | str:
    """Connect; or the app in its frame, at the entry's page or a deeper `path`; or the way out."""
    store, stores, slug = store_or_404(handle), world().woo, request.args.get("page", "")
    if slug not in (*plugin.MENU, plugin.CONNECTION) or store.facts.plugin is None:
        raise Refused("Sorry, you are not allowed to access this page.", 403, "not_allowed")
    shown = common(store, "Influencer codes")
    bond, view = store.facts.plugin, request.args.get("view", "")
    if not bond.is_connected:
        return render_template("woo/connect.html", **shown, view=view)
    if view == "connection" or slug == plugin.CONNECTION:
        return render_template("woo/connection.html", **shown, bond=bond)
    with stores.lock:
        frame_url = plugin.frame_url(stores, store, current_user(), _path(slug))
    admin = f"/woo/{handle}/wp-admin"
    settings = {
        "origin": stores.app_url, "ajax": f"{admin}/admin-ajax.php", "nonce": _nonce(store),
        "page": f"{admin}/admin.php", "paths": {slug: path for slug, (_, path) in plugin.MENU.items()},
    }  # fmt: skip
    return render_template("woo/frame.html", **shown, frame_url=frame_url, settings=settings)


def _path(slug: str) -> str:
    deeper = request.args.get("path", "")
    return deeper if re.fullmatch(r"(/[A-Za-z0-9_-]+)+", deeper) else plugin.MENU[slug][1]


def _nonce(store: WooStore) -> str:
    return plugin.nonce(store, current_user())


@blueprint.get("/wp-content/plugins/shoutcode/assets/<name>")
def plugin_file(handle: str, name: str) -> Response:
    return send_from_directory(PLUGIN_FILES, name)


@blueprint.post("/wp-admin/admin-ajax.php")
def ajax(handle: str) -> Any:
    """A fresh token for the page that is open."""
    store, stores = store_or_404(handle), world().woo
    if request.form.get("_ajax_nonce") != _nonce(store):
        return "-1", 403
    bond = store.facts.plugin
    if request.form.get("action") != "shoutcode_token" or bond is None or not bond.is_connected:
        return jsonify({"success": False}), 403
    with stores.lock:
        return jsonify({"success": True, "data": {"token": plugin.token(stores, store, current_user())}})


@blueprint.post("/wp-admin/admin-post.php")
def post(handle: str) -> AnyResponse:
    store, stores = store_or_404(handle), world().woo
    if request.form.get("action") == "shoutcode_connect":
        with stores.lock:
            return redirect(plugin.begin(stores, store, current_user()))
    if request.form.get("action") == "shoutcode_disconnect":
        is_told = plugin.leave(stores, store)
        return redirect(plugin.admin_url(stores, store, "disconnected" if is_told else "disconnected-alone"))
    raise Refused("WordPress knows no such action.", 400)


# --- WooCommerce -----------------------------------------------------------------------------------------------------


@blueprint.get("/wp-admin/orders")
def orders(handle: str) -> str:
    store = store_or_404(handle)
    with world().lock:
        newest = sorted(store.orders.values(), key=lambda order: order.id, reverse=True)
        return render_template("woo/orders.html", **common(store, "Orders"), orders=newest[:SHOWN], total=len(newest))


@blueprint.post("/wp-admin/orders")
def place(handle: str) -> AnyResponse:
    store = store_or_404(handle)
    price = amount_field("amount")
    if not price:
        raise Refused("Say for how much goods are ordered.")
    basket = Basket(
        items=[Item(PRODUCTS[0].id, PRODUCTS[0].title, price)],
        codes=[code.strip() for code in request.form.get("codes", "").split(",") if code.strip()],
        email=request.form.get("email", ""),
        tax_rate=amount_field("tax_rate") or order_desk.ZERO,
        prices_include_tax="prices_include_tax" in request.form,
        shipping=amount_field("shipping"),
    )
    with world().lock:
        order = order_desk.place(world().woo, store, basket)
    return back(store, "orders", f"Order #{order.id} is placed.")


@blueprint.get("/wp-admin/orders/<reference>")
def order_page(handle: str, reference: str) -> str:
    store = store_or_404(handle)
    with world().lock:
        return render_template(
            "woo/order.html", **common(store, "Orders"), order=find_order(store, reference), statuses=PLACED
        )


@blueprint.post("/wp-admin/orders/<reference>/<act>")
def change(handle: str, reference: str, act: str) -> AnyResponse:
    store = store_or_404(handle)
    with world().lock:
        order = find_order(store, reference)
        _change(store, order, act)
    gone = order.id not in store.orders
    return back(store, "orders" if gone else f"orders/{order.id}", f"Done: {act.replace('-', ' ')}.")


def _change(store: WooStore, order: Order, act: str) -> None:
    stores = world().woo
    if act == "refund":
        amount, line_id = amount_field("amount"), number_field("line_id")
        if line_id:
            order_desk.refund_units(stores, store, order, {line_id: 1})
        else:
            order_desk.refund(stores, store, order, amount or order.left, {})
    elif act == "delete-refund":
        order_desk.delete_refund(stores, store, order, number_field("refund_id") or 0)
    elif act == "status":
        order_desk.set_status(stores, store, order, request.form.get("status", ""))
    elif act == "trash":
        order_desk.trash(stores, store, order)
    elif act == "restore":
        order_desk.restore(stores, store, order)
    elif act == "erase":
        order_desk.erase(stores, store, order)
    else:
        raise Refused(f"An order cannot be {act!r}.", 404, "not_found")


@blueprint.get("/wp-admin/coupons")
def coupons(handle: str) -> str:
    store = store_or_404(handle)
    with world().lock:
        newest = sorted(store.coupons, key=lambda coupon: coupon.id, reverse=True)
        return render_template(
            "woo/coupons.html", **common(store, "Coupons"), coupons=newest[:SHOWN], total=len(newest)
        )


@blueprint.get("/wp-admin/tools")
def tools(handle: str) -> str:
    store = store_or_404(handle)
    with world().lock:
        return render_template("woo/tools.html", **common(store, "Tools"), sent=store.sent[-30:][::-1])


@blueprint.post("/wp-admin/tools/<act>")
def use_tool(handle: str, act: str) -> AnyResponse:
    store, stores = store_or_404(handle), world().woo
    if act == "run":
        return back(store, "tools", f"{action_queue.run(stores, store)} scheduled actions are done.")
    if act == "erase-buyer":
        answer = pushes.ask_to_erase(stores, store, plugin.installed(store), request.form.get("email", ""))
        return back(store, "tools", " ".join(answer["messages"]) or "The plugin's part of the erasure is done.")
    with stores.lock:
        if act == "activate":
            store.facts.plugin = store.facts.plugin or Plugin()
        elif act == "delete-plugin" and store.facts.plugin:
            plugin.disconnect(stores, store)
            store.facts.plugin = None
        elif act == "revoke":
            stores.drop_key(store, number_field("key_id") or 0)
        else:
            raise Refused("WordPress knows no such action.", 400)
        stores.save(store)
    return back(store, "tools", "Done.")
