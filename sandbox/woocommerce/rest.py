"""WordPress' REST API of one store, one door for all routes: worker, planned fault, key or signature, answer."""

import base64
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, request

from sandbox.edge import world
from sandbox.woocommerce import action_queue, plugin
from sandbox.woocommerce.errors import WooError, invalid_param
from sandbox.woocommerce.stores import ApiKey, WooStore, WooStores
from sandbox.woocommerce.values import php_json

blueprint = Blueprint("woo_rest", __name__, url_prefix="/woo/<handle>/wp-json")

Json = dict[str, Any]
CUTTING = ("cut_after_act", "timeout_after_act")


@dataclass
class Call:
    """One request. `args` are the numbers in its path, `body` its JSON."""

    stores: WooStores
    store: WooStore
    path: str
    query: dict[str, str]
    body: Any
    args: tuple[int, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    work_ms: float = 0.0
    """Time that the work takes WordPress: waited for before the answer."""

    @property
    def root(self) -> str:
        return self.stores.root(self.store)

    def flag(self, name: str) -> bool:
        return str(self.query.get(name, "")).lower() in ("1", "true")


Handler = Callable[[Call], Any]
"""Returns the answer's JSON, or (JSON, status)."""


@dataclass(frozen=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    needs: str
    """anybody, read, write (a REST key), app (a signature), manage (either)."""
    handler: Handler


_routes: list[Route] = []


def route(method: str, path: str, needs: str) -> Callable[[Handler], Handler]:
    """Registers a handler; `{id}` in the path is a number."""

    def register(handler: Handler) -> Handler:
        pattern = re.compile(path.replace("{id}", r"(\d+)"))
        _routes.append(Route(method, pattern, needs, handler))
        return handler

    return register


def store_or_404(handle: str) -> WooStore:
    found = world().woo.all.get(handle)
    if found is None:
        abort(Response(f"There is no WooCommerce store {handle} in this sandbox.\n", 404, mimetype="text/plain"))
    return found


@blueprint.route("/", defaults={"path": ""}, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
@blueprint.route("/<path:path>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
def rest(handle: str, path: str) -> Response:
    stores, store = world().woo, store_or_404(handle)
    with store.workers:
        name = f"{request.method} {path.removeprefix('wc/v3/').removeprefix('wc-shoutcode/v1')}"
        with stores.lock:
            store.requests[name] += 1
            fault = store.switches.take_fault(name)
        time.sleep(store.switches.latency_ms / 1000)
        if fault is not None and fault not in CUTTING and fault != "html":
            return _refusal(fault)
        call, status, answer = _answered(stores, store, path.strip("/"))
        time.sleep(call.work_ms / 1000)
        if fault == "timeout_after_act":
            time.sleep(store.switches.stall_seconds)
    action_queue.flush(stores, store)
    text = php_json(answer)
    if fault == "cut_after_act":
        return _cut(text)
    shown = Response(("<br /><b>Notice</b>: something\n" if fault == "html" else "") + text, status)
    shown.headers["Content-Type"] = "application/json; charset=UTF-8"
    shown.headers["Link"] = f'<{call.root}/wp-json/>; rel="https://api.w.org/"'
    shown.headers.update(call.headers)
    return shown


def _refusal(fault: str) -> Response:
    """What a host answers in WordPress' place."""
    answer = Response("<html><body>Not now.</body></html>", int(fault))
    if fault == "429":
        answer.headers["Retry-After"] = "7"
    if fault == "301":
        answer.headers["Location"] = "https://www.shop.example/"
    return answer


def _cut(text: str) -> Response:
    def half() -> Iterator[bytes]:
        yield text.encode()[: len(text) // 2]

    answer = Response(half(), mimetype="application/json")
    answer.headers["Content-Length"] = str(len(text))
    return answer


def _answered(stores: WooStores, store: WooStore, path: str) -> tuple[Call, int, Any]:
    query = request.args.to_dict()
    call = Call(stores, store, path, query, request.get_json(silent=True, force=True) if request.data else {})
    try:
        found = _find(request.method, path)
        if found is None:
            raise WooError("rest_no_route", "No route was found matching the URL and request method.", 404)
        chosen, call.args = found
        _admit(call, chosen)
        if call.body is None:
            raise WooError("rest_invalid_json", "Invalid JSON body passed.")
        answer = chosen.handler(call)
    except WooError as error:
        return call, error.status, error.body()
    if isinstance(answer, tuple):
        return call, answer[1], answer[0]
    return call, 200, _only_fields(answer, query.get("_fields", ""))


def _find(method: str, path: str) -> tuple[Route, tuple[int, ...]] | None:
    wanted = "PUT" if method == "PATCH" else method
    for one in _routes:
        if one.method == wanted and (found := one.pattern.fullmatch(path)):
            return one, tuple(map(int, found.groups()))
    return None


# --- Who may ---------------------------------------------------------------------------------------------------------


def _admit(call: Call, chosen: Route) -> None:
    if chosen.needs == "anybody":
        return
    is_plugin = chosen.needs in ("app", "manage")
    if is_plugin and call.store.facts.plugin is None:
        raise WooError("rest_no_route", "No route was found matching the URL and request method.", 404)
    if chosen.needs == "app" or (is_plugin and "Shoutcode-Signature" in request.headers):
        headers = {
            name: request.headers.get(f"Shoutcode-{name.title()}", "") for name in ("timestamp", "id", "signature")
        }
        plugin.check_signature(call.stores, call.store, request.method, "/" + call.path, headers, request.data)
        return
    needs = "read" if chosen.method == "GET" else "write"
    _check_key(call.store, needs)


def _check_key(store: WooStore, needs: str) -> None:
    """A key that is unknown or revoked is answered as anybody would be; a wrong secret has an error of its own."""
    key, secret = _given_key(store)
    known = store.key(key)
    if known is None:
        raise WooError("woocommerce_rest_cannot_view", "Sorry, you cannot list resources.", 401)
    if known.consumer_secret != secret:
        raise WooError("woocommerce_rest_authentication_error", "Consumer secret is invalid.", 401)
    _check_permission(known, needs)


def _given_key(store: WooStore) -> tuple[str, str]:
    if not store.switches.tls:
        return "", ""
    header = request.headers.get("Authorization", "")
    if header.startswith("Basic "):
        key, _, secret = base64.b64decode(header[6:]).decode(errors="replace").partition(":")
        return key, secret
    return request.args.get("consumer_key", ""), request.args.get("consumer_secret", "")


def _check_permission(key: ApiKey, needs: str) -> None:
    if needs not in key.permissions:
        message = f"The API key provided does not have {needs} permissions."
        raise WooError("woocommerce_rest_authentication_error", message, 401)


# --- Lists -----------------------------------------------------------------------------------------------------------


def page_of(call: Call, items: list[Any], show: Callable[[Any], Json]) -> list[Json]:
    """One page of a list with WordPress' headers; past the last page it is empty."""
    size, page = _number(call, "per_page", 10), _number(call, "page", 1)
    if not 1 <= size <= 100:
        raise invalid_param("per_page", "per_page must be between 1 (inclusive) and 100 (inclusive)")
    start = _number(call, "offset", (page - 1) * size)
    pages = -(-len(items) // size)
    call.headers["X-WP-Total"], call.headers["X-WP-TotalPages"] = str(len(items)), str(pages)
    near = [(number, name) for number, name in ((page - 1, "prev"), (page + 1, "next")) if 1 <= number <= pages]
    if near:
        base = f"{call.root}/wp-json/{call.path}"
        call.headers["Link"] = ", ".join(
            f'<{base}?{urlencode({**call.query, "page": str(number)})}>; rel="{name}"' for number, name in near
        )
    return [show(item) for item in items[start : start + size]]


def _number(call: Call, name: str, missing: int) -> int:
    given = call.query.get(name)
    if given is None:
        return missing
    if not given.isdigit():
        raise invalid_param(name, f"{name} is not of type integer.")
    return int(given)


def _only_fields(answer: Any, wanted: str) -> Any:
    """`_fields=` keeps top-level fields of lists and items."""
    names = [name.strip().partition(".")[0] for name in wanted.split(",") if name.strip()]
    if not names:
        return answer
    if isinstance(answer, list):
        return [_only_fields(entry, wanted) for entry in answer]
    return {name: answer[name] for name in answer if name in names} if isinstance(answer, dict) else answer


def sorted_by(call: Call, items: Iterable[Any], keys: dict[str, Callable[[Any], Any]]) -> list[Any]:
    """By `orderby` (date unless another is asked for) and `order`, newest first unless asked otherwise."""
    wanted = call.query.get("orderby", "date")
    if wanted not in keys:
        raise invalid_param("orderby", f"orderby is not one of {', '.join(keys)}.")
    return sorted(items, key=keys[wanted], reverse=call.query.get("order", "desc") != "asc")
