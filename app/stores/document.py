"""The embedded page: one HTML document for every path of the page, only with a verified ID token in the address."""

from __future__ import annotations

import base64
import binascii
import re
from functools import lru_cache
from html import escape
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import structlog
from apiflask import APIBlueprint
from flask import Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from app.auth import plugin_tokens, session_tokens
from app.auth.identity import is_shop_domain
from app.auth.session_tokens import BadToken
from app.config import Settings, current_settings
from app.errors import Forbidden
from app.platforms.woocommerce.addresses import origin_of
from app.stores import visits
from app.stores.install import StaleIdToken, open_store

log = structlog.get_logger()
blueprint = APIBlueprint("document", __name__, enable_openapi=False)

BOUNCE = "/auth/patch-id-token"
PAGES = ("/", "/influencers", "/offers", "/campaigns", "/messages", "/redemptions", "/settings", "/stores")
DIST = Path(__file__).parents[2] / "embedded_ui" / "dist"
HEAD = "<!--shoutcode:head-->"
WORDPRESS = "wordpress"
NOT_BUILT = "The page is not built yet: run `make setup`."
_HOST = re.compile(r'\s*data-host="[^"]*"')
_ADMIN = re.compile(r"admin\.shopify\.com/store/[a-z0-9][a-z0-9-]*|[a-z0-9][a-z0-9-]*\.myshopify\.com/admin", re.ASCII)


def page(path: str = "") -> BaseResponse:
    """Outside the admin: to the admin. Without a good token: to the bounce page, which fetches one and comes back."""
    settings = current_settings()
    query = request.args.to_dict()
    if query.get("host") == WORDPRESS:
        return _page_in_wordpress(query)
    if query.get("embedded") != "1" and "id_token" not in query:
        admin = admin_address(query.get("host", ""), settings)
        if admin:
            return redirect(admin)
    try:
        # App Bridge puts it into the address of a page it loads, or into the header of a link it follows.
        token = query.get("id_token") or request.headers.get("Authorization", "").removeprefix("Bearer ")
        identity = session_tokens.verify(
            token, client_id=settings.shopify_api_key, secrets=settings.shopify_api_secrets
        )
        open_store(identity, token)
    except (BadToken, StaleIdToken) as error:
        log.info("page_bounced", reason=str(error) or type(error).__name__)
        return _to_bounce()
    html = _document('data-host="shopify"', _head(settings))
    if html is None:
        return _plain(NOT_BUILT, 503)
    return framed(html, identity.domain, settings)


def _page_in_wordpress(query: dict[str, str]) -> BaseResponse:
    """The plugin's token stands in the address of the first load; what follows, the page asks its parent for."""
    try:
        identity = visits.verify(query.get("id_token", ""))
        visits.open_store(identity, "")
    except (BadToken, Forbidden) as error:
        log.info("page_refused", reason=str(error))
        return _framed_by(_plain("Load this page in WordPress again.", 400), visits.admin_of(query.get("store", "")))
    admin = visits.admin_of(plugin_tokens.claimed_store(query["id_token"]) or "")
    html = _document(f'data-host="{WORDPRESS}" data-admin="{escape(origin_of(admin))}"', "")
    if html is None:
        return _plain(NOT_BUILT, 503)
    return _framed_by(Response(html, mimetype="text/html"), admin)


def _framed_by(response: Response, admin: str) -> Response:
    origin = origin_of(admin)
    if origin:
        response.headers["Content-Security-Policy"] = f"frame-ancestors {origin};"
    return response


for _page in PAGES:
    blueprint.add_url_rule(_page, "page", page)
    if _page != "/":
        blueprint.add_url_rule(f"{_page}/<path:path>", "page", page)


@blueprint.get(BOUNCE)
def patch_id_token() -> BaseResponse:
    """Holds App Bridge only, which fetches an ID token and loads the address in `shopify-reload` with it."""
    settings = current_settings()
    shop = request.args.get("shop", "")
    target = request.args.get("shopify-reload", "")
    if not is_shop_domain(shop):
        return _plain("Open Shoutcode from your store's admin.", 400)
    if not _is_ours(target, settings):
        return _plain("This address cannot be opened.", 400)
    html = f"<!doctype html><html><head>{_head(settings)}</head><body></body></html>"
    return framed(html, shop, settings)


def _to_bounce() -> BaseResponse:
    query = {key: value for key, value in request.args.to_dict().items() if key not in ("id_token", "shopify-reload")}
    path = request.path + (f"?{urlencode(query)}" if query else "")
    # No shop in the query (a plain link inside the page): there is nobody to bounce for.
    if not is_shop_domain(query.get("shop", "")):
        return _plain("Open Shoutcode from your store's admin.", 400)
    reload = current_settings().url + path
    return redirect(f"{BOUNCE}?{urlencode(query | {'shopify-reload': reload}, quote_via=quote)}")


def _is_ours(target: str, settings: Settings) -> bool:
    """Whether a browser can only read this as an address of our own origin: a path, or our address and a path."""
    path = target.removeprefix(settings.url)
    odd = any(ord(letter) <= 32 or letter == "\\" for letter in target)
    return path.startswith("/") and not path.startswith("//") and not odd


def admin_address(host: str, settings: Settings) -> str | None:
    """The app's page in the admin; `host`, base64 of the admin's own address, comes from the query, so is checked."""
    try:
        admin = base64.b64decode(host + "=" * (-len(host) % 4), validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    if not _ADMIN.fullmatch(admin):
        return None
    path = admin.removeprefix("admin.shopify.com")
    base = settings.shopify_admin_origin if path != admin else "https://"
    return f"{base}{path}/apps/{settings.shopify_api_key}"


def framed(html: str, shop: str, settings: Settings) -> Response:
    """`shop` comes from a verified token, or (bounce page) has passed the domain check: it stands in a header."""
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = f"frame-ancestors https://{shop} {settings.shopify_admin_origin};"
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(settings.app_bridge_url))
    response.headers["Link"] = f"<{origin}>; rel=preconnect, <{settings.app_bridge_url}>; rel=preload; as=script"
    return response


def _head(settings: Settings) -> str:
    return (
        f'<meta name="shopify-api-key" content="{escape(settings.shopify_api_key)}">'
        f'<script src="{escape(settings.app_bridge_url)}"></script>'
    )


def _document(attributes: str, head: str) -> str | None:
    index = DIST / "index.html"
    try:
        html = _built(index, index.stat().st_mtime_ns)
    except FileNotFoundError:
        return None
    return _HOST.sub("", html, count=1).replace("<html", f"<html {attributes}", 1).replace(HEAD, head, 1)


@lru_cache(maxsize=2)
def _built(path: Path, _changed_at: int) -> str:
    return path.read_text()


def _plain(text: str, status: int) -> Response:
    return Response(f"<!doctype html><title>Shoutcode</title><p>{escape(text)}</p>", status, mimetype="text/html")
