"""The web application: blueprints, headers, health, static files. create_app() calls build()."""

from __future__ import annotations

import re
import time
import uuid
from importlib import import_module

import structlog
from apiflask import APIFlask
from flask import Response, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map
from whitenoise import WhiteNoise
from whitenoise.responders import StaticFile

from app import limits, problems, queue
from app.config import Settings
from app.db import reading
from app.metrics import Metrics
from app.stores import idempotency
from app.stores.document import DIST
from app.views.reference import arranged

log = structlog.get_logger()

API = (
    "app.stores.routes", "app.influencers.routes", "app.influencers.import_routes", "app.people.routes",
    "app.offers.routes", "app.codes.routes", "app.assignments.routes", "app.assignments.preview_routes",
    "app.redemptions.routes", "app.roster.routes", "app.views.routes", "app.views.offer_routes",
    "app.views.saved_view_routes", "app.influencers.change_routes",
    "app.views.store_health", "app.views.audit_routes", "app.views.export_routes", "app.stores.user_routes",
    "app.stores.key_routes",
    "app.assignments.code_routes", "app.assignments.import_routes", "app.assignments.share_routes",
    "app.assignments.drift_routes", "app.views.code_routes", "app.assignments.approval_routes",
    "app.stores.link_routes", "app.stores.woo_routes",
    "app.messages.template_routes", "app.messages.routes", "app.messages.portal_routes",
    "app.campaigns.routes", "app.campaigns.member_routes", "app.campaigns.incentive_routes",
    "app.views.campaign_routes",
)  # fmt: skip
PAGES = (
    "app.stores.document", "app.stores.oauth", "app.stores.woo_pages", "app.views.reference", "app.messages.public",
)  # fmt: skip
MAX_BODY = 2 * 1024 * 1024
HEADERS = {
    # Whoever may frame a page is told by the page's own route, from the verified token; everything else by nobody.
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin",
    "Cache-Control": "no-store",
}
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)
_QUIET = ("/webhooks/", "/healthz", "/readyz", "/metrics")


class RowId(IntegerConverter):
    """A number that a database can keep; any other is no address."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, min=1, max=2**63 - 1)


def build(settings: Settings) -> APIFlask:
    app = APIFlask(
        "app",
        title="Shoutcode API",
        version="1",
        spec_path="/openapi.json",
        docs_path=None,
        static_folder=None,  # type: ignore[arg-type]  # APIFlask's hint leaves out Flask's None
    )
    app.url_map.converters["int"] = RowId
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        AUTO_OPERATION_ID=True,
        MAX_CONTENT_LENGTH=MAX_BODY,
        RATELIMIT_STORAGE_URI=limits.storage_url(settings.redis_url),
        RATELIMIT_STORAGE_OPTIONS={"socket_timeout": 1, "socket_connect_timeout": 0.5},
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of the default provider, which this app keeps
    problems.init_app(app)
    app.spec_processor(lambda document: arranged(problems.describe(document)))
    limits.init_app(app)
    app.after_request(idempotency.keep)
    _add_edges(app)
    _add_health(app)
    for name in API:
        _register(app, name, "/api")
    _register(app, "webhooks.routes", "/webhooks")
    _register(app, "webhooks.woocommerce", "/webhooks/woocommerce")
    for name in PAGES:
        _register(app, name, "")
    _add_assets(app)
    if not settings.is_demo:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1)  # type: ignore[method-assign]
    return app


def _register(app: APIFlask, name: str, prefix: str) -> None:
    app.register_blueprint(import_module(name).blueprint, url_prefix=prefix or None)


def _add_edges(app: APIFlask) -> None:
    """What every request gets: an id, a line in the log, a figure, headers."""
    metrics = Metrics()
    app.extensions["metrics"] = metrics

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        g.began = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        said = {name.lower() for name, _ in response.headers}  # setdefault would look through them four times
        response.headers.extend((name, value) for name, value in HEADERS.items() if name.lower() not in said)
        response.headers["X-Request-Id"] = g.get("request_id", "")
        seconds = time.perf_counter() - g.get("began", time.perf_counter())
        route = request.url_rule.rule if request.url_rule else "none"
        metrics.seconds.labels(route, request.method, response.status_code).observe(seconds)
        if not request.path.startswith(_QUIET):
            # The rule, not the path with its query: an ID token stands there.
            log.info(
                "request", method=request.method, route=route, status=response.status_code, ms=round(seconds * 1000)
            )
        return response


def _add_health(app: APIFlask) -> None:
    @app.get("/healthz")
    @app.doc(hide=True)
    def alive() -> Response:
        return jsonify(status="ok")

    @app.get("/readyz")
    @app.doc(hide=True)
    def ready() -> tuple[Response, int]:
        """The queue may be away: work waits for it. Without the database nothing can be answered."""
        try:
            with reading() as session:
                session.execute(text("SELECT 1"))
        except DBAPIError:
            return jsonify(status="no database"), 503
        return jsonify(status="ok", queue=_queue_state()), 200

    @app.get("/metrics")
    @app.doc(hide=True)
    def metrics() -> Response:
        return Response(generate_latest(app.extensions["metrics"].registry), content_type=CONTENT_TYPE_LATEST)


def _queue_state() -> str:
    try:
        queue.redis().ping()
    except (RedisError, OSError):
        return "away"
    return "ok"


def _add_assets(app: APIFlask) -> None:
    """The page's scripts and styles: hashed names, so they may be kept for good; compressed when they were built."""
    assets = DIST / "assets"
    if not assets.is_dir():
        return

    def headers(headers: StaticFile, _path: str, _url: str) -> None:
        headers["Content-Security-Policy"] = HEADERS["Content-Security-Policy"]
        headers["X-Content-Type-Options"] = HEADERS["X-Content-Type-Options"]

    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=assets,
        prefix="assets/",
        immutable_file_test=lambda _path, _url: True,
        add_headers_function=headers,
    )
