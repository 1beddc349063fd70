"""The sandbox as one web application: the only wiring."""

import multiprocessing.util
import os
import secrets
import threading
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, render_template, request, send_from_directory
from pydantic import ValidationError

from sandbox.config import Settings, read_settings
from sandbox.control import orders as control_orders
from sandbox.control import rig, shops
from sandbox.edge import Refused, world
from sandbox.mail import routes as mail
from sandbox.roster import routes as roster
from sandbox.shell import discount_pages, frame, order_pages
from sandbox.shell import pages as shell
from sandbox.shopify import bulk_mutation, graphql, oauth
from sandbox.shopify.checkout import CodeRefused
from sandbox.shopify.schema import admin_schema
from sandbox.start import blueprint as start
from sandbox.storefront import pages as storefront
from sandbox.woocommerce.wiring import BLUEPRINTS as WOO_BLUEPRINTS
from sandbox.world import World

files = Blueprint("files", __name__)


def create_app(settings: Settings | None = None) -> Flask:
    """The application with its state loaded and its threads running. Without settings they are read from the
    environment.
    """
    app = Flask("sandbox", static_url_path="/static")
    sandbox = World(settings or read_settings(os.environ))
    app.secret_key = secrets.token_hex(32)  # for notices between two pages; nothing lasting is signed with it
    app.extensions["world"] = sandbox
    threading.Thread(target=admin_schema, name="schema").start()  # ready by the time someone asks
    sandbox.start()
    # A granian worker ends without atexit; multiprocessing runs its finalizers there.
    multiprocessing.util.Finalize(None, sandbox.close, exitpriority=10)
    for blueprint in (
        start,
        files,
        graphql.blueprint,
        oauth.blueprint,
        bulk_mutation.blueprint,
        shops.blueprint,
        control_orders.blueprint,
        rig.blueprint,
        roster.blueprint,
        mail.blueprint,
        shell.blueprint,
        frame.blueprint,
        order_pages.blueprint,
        discount_pages.blueprint,
        storefront.blueprint,
        *WOO_BLUEPRINTS,
    ):
        app.register_blueprint(blueprint)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CodeRefused, _code_refused)
    app.register_error_handler(ValidationError, _bad_body)
    app.before_request(_loopback_only)
    return app


def _loopback_only() -> tuple[str, int] | None:
    """The control API has no password."""
    if request.path.startswith("/_sandbox") and request.remote_addr not in ("127.0.0.1", "::1"):
        return "The control API answers callers on this machine only.\n", 403
    return None


def _refused(error: Refused) -> Any:
    if _wants_page():
        return render_template("refused.html", message=error.message), error.status
    return error.as_json()


def _code_refused(error: CodeRefused) -> Any:
    return _refused(Refused(str(error), 422, "code_refused"))


def _bad_body(error: ValidationError) -> Any:
    faults = [
        {"field": ".".join(str(step) for step in fault["loc"]), "message": fault["msg"]} for fault in error.errors()
    ]
    message = "; ".join(f"{fault['field']}: {fault['message']}" for fault in faults)
    return jsonify({"error": "invalid", "message": message, "errors": faults}), 400


def _wants_page() -> bool:
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"


@files.get("/healthz")
def healthz() -> dict[str, Any]:
    return {"ok": True}


@files.get("/bulk/<name>")
def bulk_file(name: str) -> Response:
    """The result of a bulk operation; its long random name is the permission to read it."""
    return send_from_directory(world().bulk_dir.resolve(), name, mimetype="application/jsonl")
