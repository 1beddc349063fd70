"""Where WooCommerce stores deliver: the companion plugin's signed pushes, and WooCommerce's own webhooks.

The store is named by the address, the body proved by the store's own secret. Answers as in webhooks.routes; a ping,
which WooCommerce sends unsigned when a webhook is made, is answered 200 and kept nowhere.
"""

from __future__ import annotations

import hashlib

from apiflask import APIBlueprint
from flask import Response, request

from app.auth.signing import is_signed_base64
from app.clock import now
from app.errors import NotFound, Unauthorized
from app.platforms.woocommerce.signing import HEADERS, fault
from app.stores import woo
from app.stores.woo import Door
from webhooks import intake
from webhooks.routes import AppGone, UnknownTopic, check_json, raw_body, sealer
from webhooks.topics import WOO_PUSH, WOO_TOPICS

blueprint = APIBlueprint("woocommerce_webhooks", __name__, enable_openapi=False)

PING = b"webhook_id="
LONGEST_PING = 40


@blueprint.post("/plugin/<public_id>")
def receive_push(public_id: str) -> Response:
    body = raw_body()
    door = _open(woo.door_of_plugin(public_id))
    headers = {name: request.headers.get(name, "") for name in HEADERS}
    if fault(door.signing_secrets, "POST", request.path, headers, body, int(now().timestamp())):
        raise Unauthorized("The signature does not match the request.", code="bad_signature")
    # The id is signed and new for every push: a replay is a delivery that is here already.
    return _keep(door, WOO_PUSH, f"push:{headers['Shoutcode-Id']}", body)


@blueprint.post("/<token>/<topic>")
def receive(token: str, topic: str) -> Response:
    body = raw_body()
    door = _open(woo.door_of_token(token))
    if topic not in WOO_TOPICS:
        raise UnknownTopic("This topic is not taken at this address.")
    signature = request.headers.get("X-WC-Webhook-Signature", "")
    if not signature and body.startswith(PING) and len(body) <= LONGEST_PING:
        return Response(status=200)
    if not is_signed_base64(body, signature, [door.webhook_secret]):
        raise Unauthorized("The signature does not match the body.", code="bad_signature")
    return _keep(door, topic, _name(topic, body), body)


def _name(topic: str, body: bytes) -> str:
    """WooCommerce's delivery ids are shared by all deliveries of one second, so the body itself is the name. Only a
    deletion says the same each time: there the id tells one from the next."""
    told = request.headers.get("X-WC-Webhook-Delivery-ID", "") if topic == "order.deleted" else ""
    return "body:" + hashlib.sha256(b"\n".join((topic.encode(), told.encode(), body))).hexdigest()


def _open(door: Door | None) -> Door:
    if door is None:
        raise NotFound("No connected shop delivers here.", code="unknown_shop")
    if door.state == "uninstalled":
        raise AppGone("Shoutcode is not connected to this shop any more.")
    return door


def _keep(door: Door, topic: str, delivery_id: str, body: bytes) -> Response:
    check_json(body)
    at = now()
    intake.store(intake.Received(door.store_id, topic, delivery_id, at, at, sealer().seal(body, door.store_id)))
    return Response(status=200)
