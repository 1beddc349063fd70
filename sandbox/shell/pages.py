"""The admin's own pages: home, install, orders, discounts, products, settings."""

from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox.edge import Refused, shop_or_404, world
from sandbox.money import text
from sandbox.shopify import merchant, oauth, order_money, products
from sandbox.shopify.oauth import USERS
from sandbox.shopify.shops import RESTORE_RATES, Shop

blueprint = Blueprint("shell", __name__, url_prefix="/store/<handle>")

USER_COOKIE = "sandbox_user"
SHOWN_DELIVERIES = 30


def shop_of(handle: str) -> Shop:
    return shop_or_404(f"{handle}.myshopify.com")


def current_user() -> int:
    """Who is signed in to the admin: the owner unless another was chosen."""
    given = request.cookies.get(USER_COOKIE, "1")
    return int(given) if given.isdigit() and int(given) in USERS else 1


def common(shop: Shop) -> dict[str, Any]:
    """What every page of the admin shows."""
    app, currency = world().settings.app, shop.facts.currency
    return {
        "shop": shop.facts,
        "app": app,
        "app_path": f"/store/{shop.facts.handle}/apps/{app.handle}",
        "users": USERS,
        "user": current_user(),
        "money": lambda amount: f"{text(amount, currency)} {currency}",
        "sums": order_money,
    }


def back(shop: Shop, path: str, message: str | None = None) -> AnyResponse:
    if message:
        flash(message, "good")
    return redirect(f"/store/{shop.facts.handle}{path}")


def amount_field(name: str) -> Decimal | None:
    given = request.form.get(name, "").strip().replace(",", ".")
    if not given:
        return None
    try:
        amount = Decimal(given)
    except InvalidOperation:
        raise Refused(f"{given!r} is not an amount.") from None
    if not amount.is_finite() or amount < 0:
        raise Refused(f"{given!r} is not an amount.")
    return amount


def number_field(name: str) -> int | None:
    given = request.form.get(name, "").strip()
    if not given:
        return None
    if not given.isdigit():
        raise Refused(f"{given!r} is not a whole number.")
    return int(given)


@blueprint.get("")
def home(handle: str) -> str:
    shop = shop_of(handle)
    with world().lock:
        counts = {"orders": len(shop.orders), "discounts": len(shop.discounts), "codes": len(shop.codes)}
    return render_template("admin/home.html", **common(shop), here="Home", counts=counts)


@blueprint.post("/user")
def choose_user(handle: str) -> AnyResponse:
    answer = redirect(request.referrer or f"/store/{handle}")
    answer.set_cookie(USER_COOKIE, request.form.get("user", "1"), samesite="Lax")
    return answer


@blueprint.get("/install")
def ask_install(handle: str) -> AnyResponse | str:
    settings, shop = world().settings, shop_of(handle)
    if shop.facts.installed:
        return redirect(f"/store/{handle}/apps/{settings.app.handle}")
    return render_template(
        "permission.html", shop=shop.facts, app=settings.app, scopes=settings.app.scopes, meanings=oauth.SCOPE_MEANINGS
    )


@blueprint.post("/install")
def install(handle: str) -> AnyResponse:
    sandbox, shop = world(), shop_of(handle)
    with sandbox.lock:
        oauth.install(sandbox, shop)
    return redirect(f"/store/{handle}/apps/{sandbox.settings.app.handle}")


@blueprint.post("/uninstall")
def uninstall(handle: str) -> AnyResponse:
    sandbox, shop = world(), shop_of(handle)
    with sandbox.lock:
        oauth.uninstall(sandbox, shop)
    return back(shop, "", "The app is uninstalled.")


@blueprint.get("/products")
def product_list(handle: str) -> str:
    return render_template(
        "admin/products.html",
        **common(shop_of(handle)),
        here="Products",
        products=products.PRODUCTS,
        collections=products.COLLECTIONS_BY_ID,
    )


@blueprint.get("/settings")
def settings(handle: str) -> str:
    sandbox, shop = world(), shop_of(handle)
    with sandbox.lock:
        mine = [row for row in sandbox.deliveries.all.values() if row.shop == shop.domain]
    deliveries = list(reversed(mine[-SHOWN_DELIVERIES:]))
    return render_template(
        "admin/settings.html", **common(shop), here="Settings", rates=RESTORE_RATES, deliveries=deliveries
    )


@blueprint.post("/plan")
def plan(handle: str) -> AnyResponse:
    sandbox, shop = world(), shop_of(handle)
    wanted = request.form.get("plan", "")
    if wanted not in RESTORE_RATES:
        raise Refused(f"There is no plan {wanted!r}.")
    with sandbox.lock:
        shop.facts.plan = wanted
        sandbox.save_shop(shop)
    return back(shop, "/settings", f"The store is on the {wanted} plan.")


@blueprint.post("/privacy")
def privacy(handle: str) -> AnyResponse:
    sandbox, shop = world(), shop_of(handle)
    topic = request.form.get("topic", "")
    with sandbox.lock:
        merchant.ask_privacy(sandbox, shop, topic, number_field("customer_id"), [])
    return back(shop, "/settings", f"{topic} is on its way to the app.")


@blueprint.post("/redeliver/<delivery_id>")
def redeliver(handle: str, delivery_id: str) -> AnyResponse:
    world().deliveries.redeliver(delivery_id)
    return back(shop_of(handle), "/settings", "The webhook is sent again.")
