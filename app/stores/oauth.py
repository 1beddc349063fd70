"""The authorization-code route: for installs that do not come by Shopify's managed installation."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from urllib.parse import urlencode

import structlog
from apiflask import APIBlueprint
from flask import Request, Response, json, redirect, request
from itsdangerous import BadSignature, TimestampSigner
from shopify import ApiAccess
from sqlalchemy import delete
from werkzeug.wrappers import Response as BaseResponse

from app.auth.identity import StoreIdentity, is_shop_domain
from app.auth.query_hmac import is_genuine
from app.clock import now
from app.config import SHOPIFY_SCOPES, Settings, current_settings
from app.db import transaction
from app.errors import AppError, Forbidden
from app.limits import limiter
from app.stores.document import admin_address, framed
from app.stores.install import connect
from app.stores.models import OAuthState, Store

log = structlog.get_logger()
blueprint = APIBlueprint("oauth", __name__, enable_openapi=False)

CALLBACK = "/auth/callback"
COOKIE = "shoutcode_state"
STATE_LIFE = timedelta(minutes=10)
RATE = "60 per minute"


class BadRequest(AppError):
    """This visit does not come from Shopify, or not from the browser that started it."""

    code = "bad_request"

    def __init__(self) -> None:
        super().__init__("Open Shoutcode from your store's admin.")


@blueprint.get("/auth/install")
@blueprint.get("/auth/install/top", endpoint="install_top")
@limiter.limit(RATE)
def install() -> BaseResponse:
    settings = current_settings()
    shop = _checked_shop(request, settings)
    if request.args.get("embedded") == "1" and not request.path.endswith("/top"):
        return _leave_frame(shop, settings)
    state = secrets.token_hex(32)
    with transaction() as session:
        session.add(OAuthState(digest=_digest(state), shop=shop, expires_at=now() + STATE_LIFE))
    response = redirect(authorize_address(shop, state, settings))
    response.set_cookie(
        COOKIE, _signer(settings).sign(state).decode(), max_age=int(STATE_LIFE.total_seconds()), path=CALLBACK,
        secure=settings.url.startswith("https:"), httponly=True, samesite="Lax",
    )  # fmt: skip
    return response


@blueprint.get(CALLBACK)
@limiter.limit(RATE)
def callback() -> BaseResponse:
    settings = current_settings()
    shop = _checked_shop(request, settings)
    _use_state(request, shop, settings)
    store = connect(StoreIdentity("shopify", shop, ""), lambda endpoint: endpoint.by_code(request.args.get("code", "")))
    _check_scopes(store)
    home = admin_address(request.args.get("host", ""), settings)
    response = redirect(
        home or f"{settings.shopify_admin_origin}/store/{shop.split('.')[0]}/apps/{settings.shopify_api_key}"
    )
    response.delete_cookie(COOKIE, path=CALLBACK)
    return response


def authorize_address(shop: str, state: str, settings: Settings) -> str:
    query = {
        "client_id": settings.shopify_api_key,
        "scope": ",".join(SHOPIFY_SCOPES),
        "redirect_uri": settings.url + CALLBACK,
        "state": state,
    }
    return f"{settings.shopify_base(shop)}/admin/oauth/authorize?{urlencode(query)}"


def _checked_shop(request: Request, settings: Settings) -> str:
    """The shop of a query that Shopify signed; a key that came twice could mean two things, so is refused."""
    query = request.args.to_dict(flat=False)
    if any(len(values) > 1 for values in query.values()):
        raise BadRequest
    flat = {key: values[0] for key, values in query.items()}
    shop = flat.get("shop", "")
    if not is_shop_domain(shop) or not is_genuine(flat, settings.shopify_api_secrets):
        raise BadRequest
    return shop


def _use_state(request: Request, shop: str, settings: Settings) -> None:
    """The state must be the browser's own (cookie), made for this shop, and never used before."""
    state = request.args.get("state", "")
    try:
        ours = _signer(settings).unsign(request.cookies.get(COOKIE, ""), max_age=int(STATE_LIFE.total_seconds()))
    except BadSignature as error:
        raise BadRequest from error
    with transaction() as session:
        used = session.execute(
            delete(OAuthState)
            .where(OAuthState.digest == _digest(state), OAuthState.shop == shop, OAuthState.expires_at > now())
            .returning(OAuthState.digest)
        ).first()
    if used is None or not secrets.compare_digest(ours, state.encode(errors="surrogatepass")):
        raise BadRequest


def _check_scopes(store: Store) -> None:
    wanted, granted = ApiAccess(list(SHOPIFY_SCOPES)), ApiAccess(store.scopes)
    if not granted.covers(wanted):
        log.warning("scopes_missing", store_id=store.id, granted=store.scopes)
        raise Forbidden(
            "Shoutcode needs access to discounts, orders and products. Install it again and allow them.",
            code="scopes_missing",
        )


def _leave_frame(shop: str, settings: Settings) -> Response:
    """Shopify's permission page refuses to be framed; the query stays as it is, since it is signed."""
    address = json.dumps(f"{settings.url}/auth/install/top?{request.query_string.decode('latin-1')}")
    # "<" would end the script element whatever stands around it.
    script = f"window.open({address}, '_top')".replace("<", "\\u003c")
    return framed(f"<!doctype html><script>{script}</script>", shop, settings)


def _signer(settings: Settings) -> TimestampSigner:
    # Never the client secret: what it signs could be played back as a webhook's signature.
    return TimestampSigner(list(reversed(settings.keys)), salt="oauth-state")


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode(errors="surrogatepass")).hexdigest()
