"""Control of the WooCommerce stores: create, orders, coupons of others, queue, switches, keys, plugin, books."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.edge import Refused, world
from sandbox.shopify.products import BY_ID, PRODUCTS
from sandbox.woocommerce import action_queue, coupon_desk, order_desk, plugin
from sandbox.woocommerce.bodies import NewCoupons, NewKey, NewWooOrder, NewWooRefund, NewWooStore, WooStatus
from sandbox.woocommerce.books import books
from sandbox.woocommerce.cart import CouponRefused, Item
from sandbox.woocommerce.errors import WooError
from sandbox.woocommerce.order_desk import Basket
from sandbox.woocommerce.orders import Order
from sandbox.woocommerce.rest import store_or_404
from sandbox.woocommerce.stores import Plugin, WooStore
from sandbox.woocommerce.switches import WooSwitches
from sandbox.woocommerce.views import coupon_json, order_json, refund_json, webhook_json

blueprint = Blueprint("woo_control", __name__, url_prefix="/_sandbox/woo")
KEPT_SENT = 500


@blueprint.after_request
def push_changes(answer: Response) -> Response:
    """The request is over: what it changed goes out."""
    handle = (request.view_args or {}).get("handle")
    if handle in world().woo.all:
        action_queue.flush(world().woo, world().woo.all[handle])
    return answer


@blueprint.errorhandler(WooError)
def refused(error: WooError) -> Any:
    return jsonify(error.body()), error.status


@blueprint.errorhandler(CouponRefused)
def coupon_refused(error: CouponRefused) -> Any:
    return jsonify({"error": "code_refused", "message": str(error)}), 422


@blueprint.get("")
def stores() -> Any:
    return jsonify([store_json(store) for store in world().woo.all.values()])


@blueprint.post("")
def create() -> Any:
    sandbox, asked = world(), NewWooStore.model_validate(request.get_json())
    with sandbox.lock:
        if asked.handle in sandbox.woo.all:
            raise Refused(f"The store {asked.handle} exists already.", 409, "exists")
        facts = {**asked.model_dump(), "name": asked.name or asked.handle.replace("-", " ").title()}
        return jsonify(store_json(sandbox.woo.create(**facts))), 201


def store_json(store: WooStore) -> dict[str, Any]:
    facts, root = store.facts, world().woo.root(store)
    return {
        "handle": facts.handle,
        "name": facts.name,
        "url": root,
        "rest": f"{root}/wp-json",
        "currency": facts.currency,
        "decimals": facts.decimals,
        "time_zone": facts.time_zone,
        "hpos": facts.hpos,
        "plugin": facts.plugin is not None,
        "connected": facts.plugin is not None and facts.plugin.is_connected,
        "store_id": facts.plugin.store_id if facts.plugin else "",
        "keys": len(facts.keys),
        "coupons": len(store.coupons),
        "orders": len(store.orders),
    }


@blueprint.get("/<handle>")
def one(handle: str) -> Any:
    return jsonify(store_json(store_or_404(handle)))


# --- Orders ----------------------------------------------------------------------------------------------------------


def find_order(store: WooStore, reference: str) -> Order:
    number = reference.lstrip("#")
    order = store.orders.get(int(number)) if number.isdigit() else None
    if order is None:
        raise Refused(f"The store has no order {reference}.", 404, "not_found")
    return order


def _order_answer(store: WooStore, order: Order) -> Any:
    return jsonify(order_json(store, world().woo.root(store), order, with_links=False))


@blueprint.get("/<handle>/orders")
def orders(handle: str) -> Any:
    store = store_or_404(handle)
    root = world().woo.root(store)
    with world().lock:
        return jsonify([order_json(store, root, order, with_links=False) for order in store.orders.values()])


@blueprint.post("/<handle>/orders")
def place(handle: str) -> Any:
    store, asked = store_or_404(handle), NewWooOrder.model_validate(request.get_json())
    lines = asked.lines or [asked.as_line()]
    basket = Basket(
        items=[_item(line.product_id, line.price, line.quantity) for line in lines],
        **asked.model_dump(exclude={"lines", "amount"}),
    )
    with world().lock:
        return _order_answer(store, order_desk.place(world().woo, store, basket)), 201


def _item(product_id: int, price: Any, quantity: int) -> Item:
    return Item(product_id, BY_ID.get(product_id, PRODUCTS[0]).title, price, quantity)


@blueprint.get("/<handle>/orders/<reference>")
def order(handle: str, reference: str) -> Any:
    store = store_or_404(handle)
    with world().lock:
        return _order_answer(store, find_order(store, reference))


@blueprint.post("/<handle>/orders/<reference>/refund")
def refund(handle: str, reference: str) -> Any:
    """An amount; units of lines (of the first one where no id is named), with the shipping if wished; or all of it."""
    store, asked = store_or_404(handle), NewWooRefund.model_validate(request.get_json(silent=True) or {})
    with world().lock:
        found = find_order(store, reference)
        if asked.amount is not None or not asked.lines:
            amount = found.left if asked.amount is None else asked.amount
            made = order_desk.refund(world().woo, store, found, amount, {})
        else:
            units = {line.line_id or found.lines[0].id: line.quantity for line in asked.lines}
            made = order_desk.refund_units(world().woo, store, found, units, asked.shipping)
        return jsonify(refund_json(store, world().woo.root(store), found, made)), 201


@blueprint.delete("/<handle>/orders/<reference>/refunds/<int:refund_id>")
def delete_refund(handle: str, reference: str, refund_id: int) -> Any:
    store = store_or_404(handle)
    with world().lock:
        order_desk.delete_refund(world().woo, store, find_order(store, reference), refund_id)
    return "", 204


@blueprint.post("/<handle>/orders/<reference>/status")
def status(handle: str, reference: str) -> Any:
    store, asked = store_or_404(handle), WooStatus.model_validate(request.get_json())
    with world().lock:
        found = find_order(store, reference)
        order_desk.set_status(world().woo, store, found, asked.status)
        return _order_answer(store, found)


@blueprint.post("/<handle>/orders/<reference>/trash")
def trash(handle: str, reference: str) -> Any:
    store = store_or_404(handle)
    with world().lock:
        found = find_order(store, reference)
        order_desk.trash(world().woo, store, found)
        return _order_answer(store, found)


@blueprint.post("/<handle>/orders/<reference>/restore")
def restore(handle: str, reference: str) -> Any:
    store = store_or_404(handle)
    with world().lock:
        found = find_order(store, reference)
        order_desk.restore(world().woo, store, found)
        return _order_answer(store, found)


@blueprint.delete("/<handle>/orders/<reference>")
def erase(handle: str, reference: str) -> Any:
    store = store_or_404(handle)
    with world().lock:
        order_desk.erase(world().woo, store, find_order(store, reference))
    return "", 204


@blueprint.get("/<handle>/books")
def the_books(handle: str) -> Any:
    with world().lock:
        return jsonify(books(store_or_404(handle)))


# --- Coupons ---------------------------------------------------------------------------------------------------------


@blueprint.get("/<handle>/coupons")
def coupons(handle: str) -> Any:
    store = store_or_404(handle)
    root = world().woo.root(store)
    with world().lock:
        return jsonify([coupon_json(store, root, coupon, with_links=False) for coupon in store.coupons])


@blueprint.post("/<handle>/coupons")
def plant(handle: str) -> Any:
    """Coupons of somebody else, to clash with."""
    store, asked = store_or_404(handle), NewCoupons.model_validate(request.get_json())
    with world().lock:
        made = [coupon_desk.make(world().woo, store, {**asked.fields, "code": code}).id for code in asked.codes]
    return jsonify({"ids": made}), 201


@blueprint.delete("/<handle>/coupons/<int:coupon_id>")
def delete_coupon(handle: str, coupon_id: int) -> Any:
    store = store_or_404(handle)
    with world().lock:
        coupon_desk.delete(world().woo, store, coupon_id, force="force" in request.args)
    return "", 204


# --- The rig ---------------------------------------------------------------------------------------------------------


@blueprint.get("/<handle>/switches")
def switches(handle: str) -> Any:
    return jsonify(store_or_404(handle).switches.model_dump())


@blueprint.put("/<handle>/switches")
def turn(handle: str) -> Any:
    store = store_or_404(handle)
    with world().lock:
        store.switches = store.switches.changed(request.get_json())
    return jsonify(store.switches.model_dump())


@blueprint.post("/<handle>/switches/reset")
def reset(handle: str) -> Any:
    store = store_or_404(handle)
    store.switches = WooSwitches()
    return jsonify(store.switches.model_dump())


@blueprint.post("/<handle>/queue/run")
def run_queue(handle: str) -> Any:
    """As wp-cron does, and back when all of it is out."""
    return jsonify({"done": action_queue.run(world().woo, store_or_404(handle))})


@blueprint.get("/<handle>/queue")
def queue(handle: str) -> Any:
    store = store_or_404(handle)
    with world().lock:
        return jsonify({"waiting": len(store.facts.queue), "pushing": store.pushing, "running": store.running.locked()})


@blueprint.get("/<handle>/deliveries")
def deliveries(handle: str) -> Any:
    """What went out, oldest first: pings, webhooks and pushes."""
    with world().lock:
        rows = store_or_404(handle).sent[-KEPT_SENT:]
        return jsonify([vars(row) for row in rows])


@blueprint.get("/<handle>/webhooks")
def webhooks(handle: str) -> Any:
    """With the count of failures, which REST never shows."""
    store = store_or_404(handle)
    root = world().woo.root(store)
    with world().lock:
        rows = [{**webhook_json(store, root, row), "failures": row.failures} for row in store.facts.webhooks]
    return jsonify(rows)


@blueprint.get("/<handle>/requests")
def requests_made(handle: str) -> Any:
    """How often each REST route was asked."""
    return jsonify(dict(store_or_404(handle).requests))


@blueprint.post("/<handle>/requests/reset")
def forget_requests(handle: str) -> Any:
    store_or_404(handle).requests.clear()
    return "", 204


@blueprint.post("/<handle>/keys")
def make_key(handle: str) -> Any:
    store, asked = store_or_404(handle), NewKey.model_validate(request.get_json(silent=True) or {})
    with world().lock:
        return jsonify(vars(world().woo.make_key(store, "Made by hand", asked.permissions))), 201


@blueprint.delete("/<handle>/keys")
def revoke_keys(handle: str) -> Any:
    """As a merchant does on WooCommerce's REST page."""
    store = store_or_404(handle)
    with world().lock:
        for key in list(store.facts.keys):
            world().woo.drop_key(store, key.id)
    return "", 204


@blueprint.post("/<handle>/plugin")
def install_plugin(handle: str) -> Any:
    store = store_or_404(handle)
    with world().lock:
        store.facts.plugin = store.facts.plugin or Plugin()
        world().woo.save(store)
    return jsonify(store_json(store))


@blueprint.delete("/<handle>/plugin")
def remove_plugin(handle: str) -> Any:
    """Deleted from the site: its key and options go, the coupons stay."""
    store = store_or_404(handle)
    with world().lock:
        if store.facts.plugin is not None:
            plugin.disconnect(world().woo, store)
            store.facts.plugin = None
            world().woo.save(store)
    return jsonify(store_json(store))


@blueprint.post("/<handle>/connect")
def connect(handle: str) -> Any:
    """Where the browser goes when Connect is pressed on the plugin's page."""
    store = store_or_404(handle)
    with world().lock:
        return jsonify({"location": plugin.begin(world().woo, store)})


@blueprint.post("/<handle>/disconnect")
def disconnect(handle: str) -> Any:
    return jsonify({"told": plugin.leave(world().woo, store_or_404(handle))})


@blueprint.get("/<handle>/id_token")
def id_token(handle: str) -> Any:
    """A token of the framed page."""
    store = store_or_404(handle)
    with world().lock:
        return jsonify({"id_token": plugin.token(world().woo, store, int(request.args.get("user", "1")))})
