"""The shop: goods, a cart that takes codes, a checkout. With the plugin, a link brings its code along."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox.clock import now
from sandbox.edge import world
from sandbox.shopify.products import BY_ID, PRODUCTS
from sandbox.storefront.pages import SHIPPING, TAX_RATE
from sandbox.woocommerce import order_desk
from sandbox.woocommerce.cart import CouponRefused, Item
from sandbox.woocommerce.control import push_changes
from sandbox.woocommerce.order_desk import Basket
from sandbox.woocommerce.rest import store_or_404
from sandbox.woocommerce.stores import WooStore
from sandbox.woocommerce.values import code_of, money

blueprint = Blueprint("woo_storefront", __name__, url_prefix="/woo/<handle>")
blueprint.after_request(push_changes)

COOKIE = "woo_session"
MOST_CODE = 150


@dataclass
class Cart:
    """Of one visitor. `waiting`: the code of a link, until the cart can take it."""

    quantities: dict[int, int] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    waiting: str = ""


_carts: dict[str, Cart] = {}


@blueprint.get("/")
@blueprint.get("/product/<slug>/")
@blueprint.get("/shop/")
@blueprint.get("/cart/")
def show(handle: str, slug: str = "") -> AnyResponse | str:
    store = store_or_404(handle)
    if "shoutcode" in request.args and store.facts.plugin is not None:
        return _open_link(store, request.args["shoutcode"])
    cart = _cart()
    _apply_waiting(store, cart)
    return _page(store, cart, slug)


def _open_link(store: WooStore, text: str) -> AnyResponse:
    """The code waits in the visitor's session; a bad one is silent. The address behind it is clean."""
    code = code_of(text)
    answer = redirect(_target(request.args.get("to", "")))
    answer.headers["Cache-Control"] = "no-store"
    if code and len(code) <= MOST_CODE and store.coupons.live(code):
        session = request.cookies.get(COOKIE, "")
        if session not in _carts:
            session = secrets.token_urlsafe(16)
            _carts[session] = Cart()
            answer.set_cookie(COOKIE, session, samesite="Lax", path=f"/woo/{store.handle}")
        _carts[session].waiting = code
        _apply_waiting(store, _carts[session])
    return answer


def _target(to: str) -> str:
    """Only a path of this host; campaign values stay."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in ("shoutcode", "to")]
    path = to if to.startswith("/") and not to.startswith(("//", "/\\")) else request.path
    base, _, query = path.partition("?")
    return base + (f"?{urlencode([*parse_qsl(query), *kept])}" if query or kept else "")


def _cart() -> Cart:
    return _carts.get(request.cookies.get(COOKIE, "")) or Cart()


def _apply_waiting(store: WooStore, cart: Cart) -> None:
    """As soon as it is valid there; until then it waits and says nothing."""
    if not cart.waiting or not cart.quantities:
        return
    if cart.waiting not in cart.codes:
        try:
            _draft(store, cart, [*cart.codes, cart.waiting])
        except CouponRefused:
            return
        cart.codes.append(cart.waiting)
    cart.waiting = ""


def _draft(store: WooStore, cart: Cart, codes: list[str], email: str = "") -> tuple[Basket, Any]:
    basket = _basket(cart.quantities, codes, email)
    with world().lock:
        return basket, order_desk.draft(store, basket, now())[0]


def _basket(quantities: Mapping[int, int], codes: list[str], email: str) -> Basket:
    items = [
        Item(number, BY_ID[number].title, BY_ID[number].variants[0].price, count)
        for number, count in quantities.items()
    ]
    return Basket(items, codes, email, tax_rate=TAX_RATE, prices_include_tax=True, shipping=SHIPPING)


@blueprint.post("/cart/<act>")
def change(handle: str, act: str) -> AnyResponse:
    store = store_or_404(handle)
    session = request.cookies.get(COOKIE, "") or secrets.token_urlsafe(16)
    cart = _carts.setdefault(session, Cart())
    try:
        _act(store, cart, act)
    except CouponRefused as refusal:
        flash(str(refusal), "bad")
    answer = redirect(f"/woo/{handle}/cart/")
    answer.set_cookie(COOKIE, session, samesite="Lax", path=f"/woo/{handle}")
    return answer


def _act(store: WooStore, cart: Cart, act: str) -> None:
    given = request.form.get("product", "")
    number = int(given) if given.isdigit() and int(given) in BY_ID else PRODUCTS[0].id
    code = code_of(request.form.get("code", ""))
    if act == "add":
        cart.quantities[number] = cart.quantities.get(number, 0) + 1
        _apply_waiting(store, cart)
    elif act == "remove":
        cart.quantities.pop(number, None)
    elif act == "apply" and code not in cart.codes:
        _draft(store, cart, [*cart.codes, code])
        cart.codes.append(code)
    elif act == "take-off" and code in cart.codes:
        cart.codes.remove(code)
    elif act == "checkout" and cart.quantities:
        email = request.form.get("email", "").strip() or "guest@example.test"
        with world().lock:
            order = order_desk.place(world().woo, store, _basket(cart.quantities, cart.codes, email))
        cart.quantities, cart.codes = {}, []
        flash(f"Thank you! Order #{order.id} is placed: {money(order.total, store.places)} {order.currency}.", "good")


def _page(store: WooStore, cart: Cart, slug: str) -> str:
    draft, fault = None, ""
    if cart.quantities:
        try:
            draft = _draft(store, cart, cart.codes)[1]
        except CouponRefused as refusal:
            fault = str(refusal)
            draft = _draft(store, cart, [])[1]
    heading = next((product.title for product in PRODUCTS if product.handle == slug), "Our goods")
    return render_template(
        "woo/storefront.html", store=store.facts, base=f"/woo/{store.handle}", products=PRODUCTS, cart=cart,
        draft=draft, fault=fault, heading=heading,
        money=lambda amount: f"{money(amount, store.places)} {store.facts.currency}",
    )  # fmt: skip
