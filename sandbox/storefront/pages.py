"""The storefront: goods, a field for codes, an order. A share link applies its code and goes on to a page."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote, unquote

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox.edge import Refused, shop_or_404, world
from sandbox.money import text
from sandbox.shopify import order_desk, order_money, products
from sandbox.shopify.checkout import CodeRefused
from sandbox.shopify.order_desk import Basket, Wanted
from sandbox.shopify.orders import Order
from sandbox.shopify.shops import Shop

blueprint = Blueprint("storefront", __name__)

CODE_COOKIE = "discount_code"
TAX_RATE = Decimal("0.19")
SHIPPING = Decimal("4.90")


@blueprint.get("/shops/<domain>/discount/<path:code>")
def apply_code(domain: str, code: str) -> AnyResponse:
    """The link that an influencer shares. Only a path of this storefront is followed."""
    shop = shop_or_404(domain)
    target = request.args.get("redirect", "/")
    local = target if target.startswith("/") and not target.startswith("//") else "/"
    answer = redirect(f"/shops/{shop.domain}{local}")
    answer.set_cookie(CODE_COOKIE, quote(code), max_age=86_400, samesite="Lax")
    return answer


@blueprint.get("/shops/<domain>/")
@blueprint.get("/shops/<domain>/products/<handle>")
@blueprint.get("/shops/<domain>/collections/<handle>")
@blueprint.get("/shops/<domain>/pages/<handle>")
def show(domain: str, handle: str | None = None) -> str:
    codes = request.args.get("discount") or unquote(request.cookies.get(CODE_COOKIE, ""))
    first = next((product for product in products.PRODUCTS if product.handle == handle), products.PRODUCTS[0])
    return _page(
        shop_or_404(domain),
        {first.variants[0].id: 1},
        codes,
        heading=first.title if handle == first.handle else "Our goods",
    )


@blueprint.post("/shops/<domain>/")
def buy(domain: str) -> str:
    sandbox, shop = world(), shop_or_404(domain)
    quantities = {number: _whole(request.form.get(f"variant-{number}")) or 0 for number in products.VARIANTS}
    codes, customer_id = request.form.get("codes", ""), _whole(request.form.get("customer_id"))
    shown: dict[str, Any] = {"customer_id": customer_id}
    basket = _basket(quantities, codes, customer_id)
    try:
        with sandbox.lock:
            if not basket.lines:
                raise CodeRefused("The cart is empty: choose how many of something.")
            if request.form.get("act") == "order":
                shown["placed"] = order_desk.place(sandbox, shop, basket)
            else:
                shown["draft"] = order_desk.draft(sandbox, shop, basket)[0]
    except CodeRefused as refusal:
        shown["error"] = str(refusal)
    return _page(shop, quantities, codes, **shown)


def _basket(quantities: Mapping[int, int], codes: str, customer_id: int | None) -> Basket:
    lines = [
        Wanted(products.VARIANTS[number].price, count, variant_id=number)
        for number, count in quantities.items()
        if count
    ]
    return Basket(
        lines=lines,
        codes=[code.strip() for code in codes.split(",") if code.strip()],
        tax_rate=TAX_RATE,
        shipping=SHIPPING,
        customer_id=customer_id,
    )


def _whole(given: str | None) -> int | None:
    if not given or not given.strip():
        return None
    if not given.strip().isdigit():
        raise Refused(f"{given!r} is not a whole number.")
    return int(given)


def _page(
    shop: Shop,
    quantities: Mapping[int, int],
    codes: str,
    *,
    heading: str = "Our goods",
    placed: Order | None = None,
    draft: Order | None = None,
    error: str | None = None,
    customer_id: int | None = None,
) -> str:
    currency = shop.facts.currency
    return render_template(
        "storefront.html",
        shop=shop.facts,
        products=products.PRODUCTS,
        quantities=quantities,
        codes=codes,
        heading=heading,
        placed=placed,
        draft=draft,
        error=error,
        customer_id=customer_id,
        sums=order_money,
        money=lambda amount: f"{text(amount, currency)} {currency}",
    )
