"""WooCommerce's own key screen (wc-auth): the merchant grants an app a key of its own.

Whoever looks at these pages is signed in as somebody who may grant.
"""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import requests
from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox.edge import world
from sandbox.woocommerce.action_queue import is_allowed
from sandbox.woocommerce.rest import store_or_404
from sandbox.woocommerce.stores import WooStore
from sandbox.woocommerce.values import php_json

blueprint = Blueprint("woo_auth", __name__, url_prefix="/woo/<handle>/wc-auth/v1")
NEEDED = ("app_name", "scope", "user_id", "return_url", "callback_url")
SCOPES = ("read", "write", "read_write")
FAILED = "An error occurred in the request and at the time were unable to send the consumer data"


@blueprint.get("/authorize")
def authorize(handle: str) -> AnyResponse | tuple[str, int]:
    store = store_or_404(handle)
    fault = _fault(store)
    if fault:
        return _error(store, fault)
    asked = request.args
    page = render_template(
        "woo/grant.html", store=store.facts, app_name=asked["app_name"], scope=asked["scope"],
        host=urlsplit(asked["callback_url"]).netloc,
        approve=f"{world().woo.root(store)}/wc-auth/v1/access_granted/?{urlencode(asked)}",
        deny=_with(asked["return_url"], success="0", user_id=asked["user_id"]),
    )  # fmt: skip
    return page, 200


@blueprint.get("/access_granted/")
def granted(handle: str) -> AnyResponse | tuple[str, int]:
    """A key is made, and posted to the callback by the store's server. Only an answer of exactly 200 keeps it; loading
    this address again makes another key.
    """
    store = store_or_404(handle)
    fault = _fault(store)
    if fault:
        return _error(store, fault)
    asked, stores = request.args, world().woo
    with stores.lock:
        key = stores.make_key(store, asked["app_name"], asked["scope"])  # type: ignore[arg-type]
    body = {
        "key_id": key.id, "user_id": asked["user_id"], "consumer_key": key.consumer_key,
        "consumer_secret": key.consumer_secret, "key_permissions": key.permissions,
    }  # fmt: skip
    if _post(store, asked["callback_url"], php_json(body)) != 200:
        with stores.lock:
            stores.drop_key(store, key.id)
        return _error(store, FAILED)
    return redirect(_with(asked["return_url"], success="1", user_id=asked["user_id"]))


def _fault(store: WooStore) -> str:
    for name in NEEDED:
        if not request.args.get(name):
            return f"Missing parameter {name}"
    if request.args["scope"] not in SCOPES:
        return f"Invalid scope {request.args['scope']}"
    callback = request.args["callback_url"]
    is_here = callback.startswith(world().woo.app_url + "/") and not store.switches.safe_ports
    if not callback.startswith("https://") and not is_here:
        return "The callback_url needs to be over SSL"
    return ""


def _post(store: WooStore, url: str, body: str) -> int | None:
    if not is_allowed(world().woo, store, url):
        return None
    try:
        answer = requests.post(
            url, data=body.encode(), headers={"Content-Type": "application/json;charset=UTF-8"}, timeout=60,
            allow_redirects=False,
        )  # fmt: skip
    except requests.RequestException:
        return None
    return answer.status_code


def _error(store: WooStore, message: str) -> tuple[str, int]:
    return render_template("woo/grant.html", store=store.facts, error=message), 401


def _with(url: str, **extra: str) -> str:
    """The address with parameters more; those it has are kept."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=urlencode([*parse_qsl(parts.query), *extra.items()])))
