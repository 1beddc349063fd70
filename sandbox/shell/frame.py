"""The page that frames the app, and the answers that the App Bridge stand-in gets from the admin."""

import time
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, current_app, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox.edge import Refused, world
from sandbox.shell.pages import common, current_user, shop_of
from sandbox.shopify import oauth, products
from sandbox.shopify.gids import gid
from sandbox.shopify.shops import Shop
from sandbox.shopify.signing import host_param, id_token, query_hmac, session_id

blueprint = Blueprint("frame", __name__)

LAUNCH_PARAMS = ("embedded", "hmac", "host", "id_token", "locale", "session", "shop", "timestamp")


@blueprint.get("/app-bridge.js")
def app_bridge() -> AnyResponse:
    return current_app.send_static_file("app-bridge.js")


@blueprint.get("/store/<handle>/apps/<app>")
@blueprint.get("/store/<handle>/apps/<app>/<path:inner>")
def app_page(handle: str, app: str, inner: str = "") -> AnyResponse | str:
    settings, shop = world().settings, shop_of(handle)
    if app not in (settings.api_key, settings.app.handle):
        raise Refused(f"This store has no app {app}.", 404, "not_found")
    if not shop.facts.installed:
        return redirect(f"/store/{handle}/install")
    app_url = urlsplit(settings.app_url)
    return render_template(
        "admin/app.html",
        **common(shop),
        app_origin=f"{app_url.scheme}://{app_url.netloc}",
        host=host_param(handle),
        frame_url=launch_url(
            shop, "/" + inner, {name: value for name, value in request.args.items() if name not in LAUNCH_PARAMS}
        ),
    )


def launch_url(shop: Shop, path: str, extra: dict[str, str]) -> str:
    """The app's page with what Shopify adds when it opens it in the admin: signed, with an ID token of one minute."""
    settings = world().settings
    user = current_user()
    params = {
        **extra,
        "embedded": "1",
        "host": host_param(shop.facts.handle),
        "id_token": id_token(settings.api_secret, settings.api_key, shop.domain, user),
        "locale": "en",
        "session": session_id(settings.api_key, shop.domain, user),
        "shop": shop.domain,
        "timestamp": str(int(time.time())),
    }
    params["hmac"] = query_hmac(settings.api_secret, params)
    return f"{settings.app_url}{path}?{urlencode(sorted(params.items()))}"


@blueprint.get("/store/<handle>/bridge/id-token")
def bridge_id_token(handle: str) -> Any:
    settings, shop = world().settings, shop_of(handle)
    return jsonify({"id_token": id_token(settings.api_secret, settings.api_key, shop.domain, current_user())})


@blueprint.get("/store/<handle>/bridge/scopes")
def bridge_scopes(handle: str) -> Any:
    return jsonify(_scopes(shop_of(handle)))


@blueprint.post("/store/<handle>/bridge/scopes/<act>")
def bridge_change_scopes(handle: str, act: str) -> Any:
    """Optional scopes of the app's toml may be granted and taken back."""
    sandbox, shop = world(), shop_of(handle)
    asked = list((request.get_json() or {}).get("scopes", []))
    unknown = set(asked) - set(sandbox.settings.app.optional_scopes)
    if unknown:
        raise Refused(f"{', '.join(sorted(unknown))}: not among the app's optional scopes.")
    with sandbox.lock:
        granted = [scope for scope in shop.facts.scopes if scope not in asked] + (asked if act == "request" else [])
        oauth.change_scopes(sandbox, shop, granted)
    return jsonify(_scopes(shop))


def _scopes(shop: Shop) -> dict[str, list[str]]:
    app = world().settings.app
    return {"granted": list(shop.facts.scopes), "required": list(app.scopes), "optional": list(app.optional_scopes)}


@blueprint.get("/store/<handle>/bridge/resources/<kind>")
def bridge_resources(handle: str, kind: str) -> Any:
    """What the resource picker offers."""
    shop_of(handle)
    if kind == "product":
        return jsonify([_product(product) for product in products.PRODUCTS])
    if kind == "variant":
        return jsonify([_variant(variant) for variant in products.VARIANTS.values()])
    if kind == "collection":
        rows = [
            {"id": gid("Collection", row.id), "title": row.title, "handle": row.handle} for row in products.COLLECTIONS
        ]
        return jsonify(rows)
    raise Refused(f"The resource picker knows no {kind}.", 404, "not_found")


def _product(product: products.Product) -> dict[str, Any]:
    return {
        "id": gid("Product", product.id),
        "title": product.title,
        "handle": product.handle,
        "status": "ACTIVE",
        "images": [],
        "totalVariants": len(product.variants),
        "variants": [_variant(variant) for variant in product.variants],
    }


def _variant(variant: products.Variant) -> dict[str, Any]:
    product = products.BY_VARIANT[variant.id]
    return {
        "id": gid("ProductVariant", variant.id),
        "title": variant.title if len(product.variants) > 1 else product.title,
        "displayName": f"{product.title} - {variant.title}",
        "price": str(variant.price),
        "product": {"id": gid("Product", product.id)},
    }
