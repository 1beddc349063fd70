"""Where Shopify delivers: size, signature, headers, store, then stored and answered. What it means is worked later.

Nothing is written for a delivery that is refused, and every answer of 2xx means that it is committed:
413 too large · 401 not signed with our secret · 400 a header is missing, or the body is no JSON object ·
422 a topic that we do not take here · 404 a shop that never had the app · 410 the app is gone from it · 503 not stored.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

import orjson
from apiflask import APIBlueprint
from flask import Response, request
from werkzeug.datastructures import Headers

from app.auth.signing import is_signed_base64
from app.clock import now
from app.config import current_settings
from app.errors import AppError, NotFound, TooLarge, Unauthorized
from app.stores.service import KnownStore, store_for_domain
from webhooks import intake
from webhooks.sealing import Sealer
from webhooks.topics import COMPLIANCE, MAIN, WITHOUT_INSTALL

blueprint = APIBlueprint("webhooks", __name__, enable_openapi=False)

MAX_BODY = 2 * 1024 * 1024
MAX_ID = 100


class UnknownTopic(AppError):
    status = 422
    code = "unknown_topic"


class AppGone(AppError):
    status = 410
    code = "store_uninstalled"


@blueprint.post("/shopify")
def receive() -> Response:
    return _take(MAIN)


@blueprint.post("/shopify/compliance")
def receive_compliance() -> Response:
    return _take(COMPLIANCE)


def _take(topics: frozenset[str]) -> Response:
    body = raw_body()
    headers = request.headers
    if not is_signed_base64(body, _header(headers, "Hmac-Sha256"), current_settings().shopify_api_secrets):
        raise Unauthorized("The signature does not match the body.", code="bad_signature")
    topic, delivery_id = _required(headers, "Topic"), _required(headers, "Webhook-Id")
    if topic not in topics:
        raise UnknownTopic("This topic is not taken at this address.")
    if len(delivery_id) > MAX_ID or not (delivery_id.isascii() and delivery_id.isprintable()):
        raise AppError("The webhook id is not one of Shopify's.", code="bad_webhook_id")
    store = _store(_required(headers, "Shop-Domain"), topic)
    check_json(body)
    at = now()
    happened = _triggered_at(headers, at)
    intake.store(intake.Received(store.id, topic, delivery_id, at, happened, sealer().seal(body, store.id)))
    return Response(status=200)


def _triggered_at(headers: Headers, received_at: datetime) -> datetime:
    """Not signed, so never believed beyond the present: it can only make a delivery older than it is."""
    try:
        stated = datetime.fromisoformat(_header(headers, "Triggered-At"))
    except ValueError:
        return received_at
    return min(stated, received_at) if stated.tzinfo else received_at


def raw_body() -> bytes:
    """The raw bytes. A body without a stated length (chunked) is read no further than the limit."""
    if (request.content_length or 0) > MAX_BODY:
        raise TooLarge("A delivery may have at most 2 MB.")
    body: bytes = request.environ["wsgi.input"].read(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        raise TooLarge("A delivery may have at most 2 MB.")
    return body


def _header(headers: Headers, name: str) -> str:
    """Of the classic family, or of the newer one without `X-`."""
    return headers.get(f"X-Shopify-{name}") or headers.get(f"Shopify-{name}") or ""


def _required(headers: Headers, name: str) -> str:
    value = _header(headers, name)
    if not value:
        raise AppError(f"The header X-Shopify-{name} is missing.", code="missing_header")
    return value


def _store(shop: str, topic: str) -> KnownStore:
    """The shop's name is not covered by the signature: a store must be known before anything is kept for it."""
    store = store_for_domain("shopify", shop.lower())
    if store is None:
        raise NotFound("Shoutcode was never installed in this shop.", code="unknown_shop")
    if store.state == "uninstalled" and topic not in WITHOUT_INSTALL:
        raise AppGone("Shoutcode is not installed in this shop any more.")
    return store


def check_json(body: bytes) -> None:
    """Costs some 30 µs a delivery, and keeps out of the inbox what nobody could ever work."""
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise AppError("The body is not JSON.", code="broken_json") from error
    if not isinstance(payload, dict):
        raise AppError("The body is not a JSON object.", code="broken_json")


@lru_cache(maxsize=1)
def _sealer_of(keys: tuple[str, ...]) -> Sealer:
    return Sealer.from_settings()


def sealer() -> Sealer:
    return _sealer_of(current_settings().keys)
