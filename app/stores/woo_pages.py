"""Pages and addresses that a WordPress site sends somebody to, or calls itself, while it is being connected."""

from __future__ import annotations

from html import escape

import structlog
from apiflask import APIBlueprint
from flask import Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from app.db import transaction
from app.errors import AppError
from app.limits import limiter
from app.platforms.port import PlatformError
from app.stores import key_screen, pairing

log = structlog.get_logger()
blueprint = APIBlueprint("woocommerce", __name__, enable_openapi=False)

RATE = "60 per minute"
LONGEST = 500


@blueprint.get("/woocommerce/connect")
@limiter.limit(RATE)
def connect() -> BaseResponse:
    """Where the plugin sends the merchant's browser with its one-time code; then back to its page in WordPress."""
    asked = [request.args.get(name, "")[:LONGEST] for name in ("store", "rest", "code")]
    if request.method == "HEAD":  # a look ahead must not use the code up
        return Response(status=204)
    try:
        return redirect(pairing.pair(*asked))
    except (AppError, PlatformError) as error:
        log.info("pairing_refused", reason=error.message)
        return _said("This shop is not connected yet", error.message, 400)


@blueprint.post(key_screen.CALLBACK)
@limiter.limit(RATE)
def receive_keys() -> Response:
    """Exactly 200: WooCommerce takes any other answer for a refusal and deletes the key again."""
    with transaction() as session:
        key_screen.receive(session, request.get_json(force=True, silent=True))
    return Response(status=200)


@blueprint.get(key_screen.RETURN)
def done() -> Response:
    """The browser comes back here. It carries no proof, so nothing is done: the page that began it knows."""
    if request.args.get("success") == "1":
        return _said("The shop said yes", "You can close this tab and go on in Shoutcode.", 200)
    return _said("The shop was not connected", "You can close this tab. In Shoutcode you can start again.", 200)


def _said(title: str, text: str, status: int) -> Response:
    html = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>body{{font:16px/1.5 system-ui,sans-serif;max-width:34em;"
        "margin:20vh auto 0;padding:0 1.5em;color:#1e1e1e}h1{font-size:1.3em}</style>"
        f"<h1>{escape(title)}</h1><p>{escape(text)}</p>"
    )
    return Response(html, status, mimetype="text/html")
