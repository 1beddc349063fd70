"""Install, the token endpoint and the redirect flow of a store."""

import secrets
import time
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson
from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox.clock import now
from sandbox.edge import Refused, shop_or_404, world
from sandbox.shopify import tokens
from sandbox.shopify.shops import Shop
from sandbox.shopify.signing import host_param, query_hmac, user_of_id_token
from sandbox.shopify.webhooks import emit, scopes_payload, shop_payload
from sandbox.world import World

blueprint = Blueprint("oauth", __name__)

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"
ONLINE = "urn:shopify:params:oauth:token-type:online-access-token"
ONLINE_SECONDS = 86_400

USERS: dict[int, dict[str, Any]] = {
    1: {"first_name": "Robin", "last_name": "Okafor", "email": "robin@example.com", "account_owner": True},
    2: {"first_name": "Sam", "last_name": "Lindqvist", "email": "sam@example.com", "account_owner": False},
}


SCOPE_MEANINGS = {
    "write_discounts": "See, make and change discounts and their codes",
    "read_orders": "See orders of the last 60 days",
    "read_products": "See products and collections",
}


class TokenRefused(Exception):
    """Answered with 400 and this OAuth error."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error, self.description = error, description


@blueprint.post("/shops/<domain>/admin/oauth/access_token")
def access_token(domain: str) -> Response:
    sandbox, shop = world(), shop_or_404(domain)
    asked = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    try:
        with sandbox.lock:
            body = _granted(sandbox, shop, asked if isinstance(asked, dict) else {})
    except TokenRefused as refusal:
        body = {"error": refusal.error, "error_description": refusal.description}
        return Response(orjson.dumps(body), 400, mimetype="application/json")
    time.sleep(sandbox.switches.token_stall_seconds)
    return Response(orjson.dumps(body), mimetype="application/json")


def _granted(sandbox: World, shop: Shop, asked: dict[str, Any]) -> dict[str, Any]:
    settings = sandbox.settings
    grant = asked.get("grant_type") or ("authorization_code" if "code" in asked else "")
    sandbox.stats.token_requests[grant.rpartition(":")[2]] += 1
    right_app = asked.get("client_id") == settings.api_key
    if not right_app or not secrets.compare_digest(
        str(asked.get("client_secret", "")).encode(), settings.api_secret.encode()
    ):
        raise TokenRefused("invalid_client", "The client id or the client secret is wrong.")
    if grant == "authorization_code":
        return _by_code(sandbox, shop, asked)
    if not shop.facts.installed:
        raise TokenRefused("invalid_client", "The app is not installed on this shop.")
    if grant == EXCHANGE:
        return _by_exchange(sandbox, shop, asked)
    if grant == "refresh_token":
        return _by_refresh(sandbox, shop, asked)
    raise TokenRefused("unsupported_grant_type", f"The grant type {grant!r} is not supported.")


def _by_code(sandbox: World, shop: Shop, asked: dict[str, Any]) -> dict[str, Any]:
    if sandbox.grants.pop(str(asked.get("code")), None) != shop.domain:
        raise TokenRefused("invalid_request", "The authorization code was not found or was already used.")
    _require_expiring(asked)
    return _new_pair(sandbox, shop, None)


def _by_exchange(sandbox: World, shop: Shop, asked: dict[str, Any]) -> dict[str, Any]:
    settings = sandbox.settings
    if asked.get("subject_token_type") != ID_TOKEN:
        raise TokenRefused("invalid_request", "subject_token_type has to be an ID token.")
    user = user_of_id_token(str(asked.get("subject_token", "")), settings.api_secret, settings.api_key, shop.domain)
    if user is None:
        raise TokenRefused("invalid_subject_token", "The ID token is stale, badly signed or of another shop.")
    if asked.get("requested_token_type") == ONLINE:
        return _online(shop, user)
    if asked.get("requested_token_type") != OFFLINE:
        raise TokenRefused("invalid_request", "requested_token_type has to be an offline or an online access token.")
    _require_expiring(asked)
    return _new_pair(sandbox, shop, None)


def _by_refresh(sandbox: World, shop: Shop, asked: dict[str, Any]) -> dict[str, Any]:
    moment = now()
    pair = tokens.refreshable(shop.tokens, str(asked.get("refresh_token", "")), moment)
    if pair is None:
        raise TokenRefused("invalid_grant", "The refresh token is dead; the shop has to open the app again.")
    tokens.note_use(shop.tokens, pair)
    pair.used_at = pair.used_at or moment
    return _new_pair(sandbox, shop, pair.refresh_token)


def _require_expiring(asked: dict[str, Any]) -> None:
    if str(asked.get("expiring", "0")) not in ("1", "true", "True"):
        raise TokenRefused(
            "invalid_request", "Public apps created since 2026-04-01 must ask for expiring tokens (expiring=1)."
        )


def _new_pair(sandbox: World, shop: Shop, replaces: str | None) -> dict[str, Any]:
    switches = sandbox.switches
    pair = tokens.issue(
        shop.tokens,
        shop.domain,
        shop.facts.scopes,
        now(),
        switches.access_token_seconds,
        switches.refresh_token_seconds,
        replaces,
    )
    sandbox.save_tokens(shop)
    return {
        "access_token": pair.access_token,
        "scope": ",".join(pair.scopes),
        "expires_in": switches.access_token_seconds,
        "refresh_token": pair.refresh_token,
        "refresh_token_expires_in": switches.refresh_token_seconds,
    }


def _online(shop: Shop, user: int) -> dict[str, Any]:
    """Tells who the user is. The sandbox's Admin API does not take this token: the app acts for the shop."""
    known = USERS.get(
        user, {"first_name": "User", "last_name": str(user), "email": f"user{user}@example.com", "account_owner": False}
    )
    scope = ",".join(shop.facts.scopes)
    return {
        "access_token": "shpua_" + secrets.token_hex(16),
        "scope": scope,
        "expires_in": ONLINE_SECONDS,
        "associated_user_scope": scope,
        "associated_user": {"id": user, **known, "email_verified": True, "locale": "en", "collaborator": False},
    }


def install(sandbox: World, shop: Shop) -> None:
    """Managed installation: the scopes of the app's toml are granted, the app is not called."""
    if shop.facts.installed:
        return
    shop.facts.installed = True
    shop.facts.installation_id = sandbox.next_id("AppInstallation")
    shop.facts.scopes = list(sandbox.settings.app.scopes)
    sandbox.save_shop(shop)


def uninstall(sandbox: World, shop: Shop) -> None:
    """All tokens die at once; discounts and codes stay."""
    if not shop.facts.installed:
        return
    shop.facts.installed = False
    shop.tokens.clear()
    for number in list(shop.subscriptions):
        sandbox.drop_subscription(shop.domain, number)
    sandbox.save_tokens(shop)
    sandbox.save_shop(shop)
    emit(sandbox, shop, "app/uninstalled", lambda: shop_payload(shop))


def change_scopes(sandbox: World, shop: Shop, scopes: list[str]) -> None:
    previous, shop.facts.scopes = shop.facts.scopes, scopes
    sandbox.save_shop(shop)
    emit(sandbox, shop, "app/scopes_update", lambda: scopes_payload(shop, previous))


@blueprint.get("/shops/<domain>/admin/oauth/authorize")
def authorize(domain: str) -> AnyResponse | str:
    """The permission page of the redirect flow; a shop that has the app already is sent straight back."""
    sandbox, shop = world(), shop_or_404(domain)
    _checked_redirect(sandbox)
    if shop.facts.installed:
        return _back_to_app(sandbox, shop)
    return render_template(
        "permission.html",
        shop=shop.facts,
        app=sandbox.settings.app,
        scopes=sandbox.settings.app.scopes,
        meanings=SCOPE_MEANINGS,
    )


@blueprint.post("/shops/<domain>/admin/oauth/authorize")
def grant(domain: str) -> AnyResponse:
    sandbox, shop = world(), shop_or_404(domain)
    _checked_redirect(sandbox)
    with sandbox.lock:
        install(sandbox, shop)
    return _back_to_app(sandbox, shop)


def _checked_redirect(sandbox: World) -> str:
    if request.args.get("client_id") != sandbox.settings.api_key:
        raise Refused("This client_id belongs to no app.", 400, "invalid_client")
    wanted = request.args.get("redirect_uri", "")
    if wanted not in sandbox.settings.app.redirect_urls:
        raise Refused(
            f"The redirect_uri {wanted!r} is not whitelisted in the app's redirect_urls.", 400, "invalid_request"
        )
    return wanted


def _back_to_app(sandbox: World, shop: Shop) -> AnyResponse:
    code = secrets.token_hex(16)
    with sandbox.lock:
        sandbox.grants[code] = shop.domain
    params = {
        "code": code,
        "host": host_param(shop.facts.handle),
        "shop": shop.domain,
        "state": request.args.get("state", ""),
        "timestamp": str(int(time.time())),
    }
    params["hmac"] = query_hmac(sandbox.settings.api_secret, params)
    target = urlsplit(_checked_redirect(sandbox))
    return redirect(target._replace(query=urlencode(params)).geturl())
