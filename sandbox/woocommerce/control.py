"""Control of the WooCommerce stores: create, orders, coupons of others, queue, switches, keys, plugin, books."""

from collections.abc import Callable
from contextlib import nullcontext
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
from sandbox.woocommerce.stores import Plugin, WooStore, WooStores
from sandbox.woocommerce.switches import WooSwitches
from sandbox.woocommerce.views import coupon_json, order_json, refund_json, webhook_json

blueprint = Blueprint("woo_control", __name__, url_prefix="/_sandbox/woo")
KEPT_SENT = 500
Json = dict[str, Any]
Work = Callable[..., Any]


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


def act(method: str, path: str, status: int = 200, *, locked: bool = True) -> Callable[[Work], Work]:
    """Registers what is done to one store: called with all stores, this one, and what its path names (an order's number
    as the order), under the world's lock. What it returns is the answer's JSON; None is 204.
    """

    def register(work: Work) -> Work:
        def view(handle: str, **named: Any) -> Any:
            store = store_or_404(handle)
            with world().lock if locked else nullcontext():
                if "reference" in named:
                    named["order"] = find_order(store, named.pop("reference"))
                found = work(world().woo, store, **named)
                return ("", 204) if found is None else (jsonify(found), status)

        blueprint.add_url_rule(f"/<handle>{path}", work.__name__, view, methods=[method])
        return work

    return register


def find_order(store: WooStore, reference: str) -> Order:
    number = reference.lstrip("#")
    order = store.orders.get(int(number)) if number.isdigit() else None
    if order is None:
        raise Refused(f"The store has no order {reference}.", 404, "not_found")
    return order


def body() -> Any:
    return request.get_json(silent=True) or {}


def store_json(store: WooStore) -> Json:
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


@act("GET", "")
def one(stores: WooStores, store: WooStore) -> Json:
    return store_json(store)


# --- Orders ----------------------------------------------------------------------------------------------------------


def shown(stores: WooStores, store: WooStore, order: Order) -> Json:
    return order_json(store, stores.root(store), order, with_links=False)


@act("GET", "/orders")
def orders(stores: WooStores, store: WooStore) -> list[Json]:
    return [shown(stores, store, order) for order in store.orders.values()]


@act("POST", "/orders", 201)
def place(stores: WooStores, store: WooStore) -> Json:
    asked = NewWooOrder.model_validate(request.get_json())
    items = [
        Item(line.product_id, BY_ID.get(line.product_id, PRODUCTS[0]).title, line.price, line.quantity)
        for line in asked.lines or [asked.as_line()]
    ]
    basket = Basket(items=items, **asked.model_dump(exclude={"lines", "amount"}))
    return shown(stores, store, order_desk.place(stores, store, basket))


@act("GET", "/orders/<reference>")
def order(stores: WooStores, store: WooStore, order: Order) -> Json:
    return shown(stores, store, order)


@act("POST", "/orders/<reference>/refund", 201)
def refund(stores: WooStores, store: WooStore, order: Order) -> Json:
    """An amount; units of lines (of the first one where no id is named), with the shipping if wished; or all of it."""
    asked = NewWooRefund.model_validate(body())
    if asked.amount is not None or not asked.lines:
        amount = order.left if asked.amount is None else asked.amount
        made = order_desk.refund(stores, store, order, amount, {})
    else:
        units = {line.line_id or order.lines[0].id: line.quantity for line in asked.lines}
        made = order_desk.refund_units(stores, store, order, units, asked.shipping)
    return refund_json(store, stores.root(store), order, made)


@act("DELETE", "/orders/<reference>/refunds/<int:refund_id>")
def delete_refund(stores: WooStores, store: WooStore, refund_id: int, order: Order) -> None:
    order_desk.delete_refund(stores, store, order, refund_id)


@act("POST", "/orders/<reference>/status")
def status(stores: WooStores, store: WooStore, order: Order) -> Json:
    order_desk.set_status(stores, store, order, WooStatus.model_validate(request.get_json()).status)
    return shown(stores, store, order)


@act("POST", "/orders/<reference>/trash")
def trash(stores: WooStores, store: WooStore, order: Order) -> Json:
    order_desk.trash(stores, store, order)
    return shown(stores, store, order)


@act("POST", "/orders/<reference>/restore")
def restore(stores: WooStores, store: WooStore, order: Order) -> Json:
    order_desk.restore(stores, store, order)
    return shown(stores, store, order)


@act("DELETE", "/orders/<reference>")
def erase(stores: WooStores, store: WooStore, order: Order) -> None:
    order_desk.erase(stores, store, order)


@act("GET", "/books")
def the_books(stores: WooStores, store: WooStore) -> Json:
    return books(store)


# --- Coupons ---------------------------------------------------------------------------------------------------------


@act("GET", "/coupons")
def coupons(stores: WooStores, store: WooStore) -> list[Json]:
    root = stores.root(store)
    return [coupon_json(store, root, coupon, with_links=False) for coupon in store.coupons]


@act("POST", "/coupons", 201)
def plant(stores: WooStores, store: WooStore) -> Json:
    """Coupons of somebody else, to clash with."""
    asked = NewCoupons.model_validate(request.get_json())
    return {"ids": [coupon_desk.make(stores, store, {**asked.fields, "code": code}).id for code in asked.codes]}


@act("DELETE", "/coupons/<int:coupon_id>")
def delete_coupon(stores: WooStores, store: WooStore, coupon_id: int) -> None:
    coupon_desk.delete(stores, store, coupon_id, force="force" in request.args)


# --- The rig ---------------------------------------------------------------------------------------------------------


@act("GET", "/switches")
def switches(stores: WooStores, store: WooStore) -> Json:
    return store.switches.model_dump()


@act("PUT", "/switches")
def turn(stores: WooStores, store: WooStore) -> Json:
    store.switches = store.switches.changed(request.get_json())
    return store.switches.model_dump()


@act("POST", "/switches/reset")
def reset(stores: WooStores, store: WooStore) -> Json:
    store.switches = WooSwitches()
    return store.switches.model_dump()


@act("POST", "/queue/run", locked=False)
def run_queue(stores: WooStores, store: WooStore) -> Json:
    """As wp-cron does, and back when all of it is out."""
    return {"done": action_queue.run(stores, store)}


@act("GET", "/queue")
def queue(stores: WooStores, store: WooStore) -> Json:
    return {"waiting": len(store.facts.queue), "pushing": store.pushing, "running": store.running.locked()}


@act("GET", "/deliveries")
def deliveries(stores: WooStores, store: WooStore) -> list[Json]:
    """What went out, oldest first: pings, webhooks and pushes."""
    return [vars(row) for row in store.sent[-KEPT_SENT:]]


@act("GET", "/webhooks")
def webhooks(stores: WooStores, store: WooStore) -> list[Json]:
    """With the count of failures, which REST never shows."""
    root = stores.root(store)
    return [{**webhook_json(store, root, row), "failures": row.failures} for row in store.facts.webhooks]


@act("GET", "/requests")
def requests_made(stores: WooStores, store: WooStore) -> Json:
    """How often each REST route was asked."""
    return dict(store.requests)


@act("POST", "/requests/reset")
def forget_requests(stores: WooStores, store: WooStore) -> None:
    store.requests.clear()


@act("POST", "/keys", 201)
def make_key(stores: WooStores, store: WooStore) -> Json:
    return vars(stores.make_key(store, "Made by hand", NewKey.model_validate(body()).permissions))


@act("DELETE", "/keys")
def revoke_keys(stores: WooStores, store: WooStore) -> None:
    """As a merchant does on WooCommerce's REST page."""
    for key in list(store.facts.keys):
        stores.drop_key(store, key.id)


@act("POST", "/plugin")
def install_plugin(stores: WooStores, store: WooStore) -> Json:
    store.facts.plugin = store.facts.plugin or Plugin()
    stores.save(store)
    return store_json(store)


@act("DELETE", "/plugin")
def remove_plugin(stores: WooStores, store: WooStore) -> Json:
    """Deleted from the site: its key and options go, the coupons stay."""
    if store.facts.plugin is not None:
        plugin.disconnect(stores, store)
        store.facts.plugin = None
        stores.save(store)
    return store_json(store)


@act("POST", "/connect")
def connect(stores: WooStores, store: WooStore) -> Json:
    """Where the browser goes when Connect is pressed on the plugin's page."""
    return {"location": plugin.begin(stores, store)}


@act("POST", "/disconnect", locked=False)
def disconnect(stores: WooStores, store: WooStore) -> Json:
    return {"told": plugin.leave(stores, store)}


@act("GET", "/id_token")
def id_token(stores: WooStores, store: WooStore) -> Json:
    """A token of the framed page."""
    return {"id_token": plugin.token(stores, store, int(request.args.get("user", "1")))}
