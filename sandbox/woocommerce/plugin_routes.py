"""The routes that the companion plugin adds under wc-shoutcode/v1. Needs: `app` is a signature, `manage` a key too."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from sandbox.woocommerce import plugin
from sandbox.woocommerce.errors import WooError
from sandbox.woocommerce.plugin_rules import MOST_CODES, is_mark, terms_fault
from sandbox.woocommerce.rest import Call, route

SPACE = "wc-shoutcode/v1"
_STORE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_SECRET = re.compile(r"[0-9a-f]{64}", re.ASCII)


def _bad(detail: str) -> WooError:
    return WooError("shoutcode_bad_request", detail, 400)


def _body(call: Call) -> dict[str, Any]:
    call.headers["Cache-Control"] = "no-store"
    return call.body if isinstance(call.body, dict) else {}


@route("POST", f"{SPACE}/pair", "anybody")
def pair(call: Call) -> Any:
    body = _body(call)
    code, store_id = body.get("code"), body.get("store_id")
    if not isinstance(code, str) or not isinstance(store_id, str) or not _STORE_ID.fullmatch(store_id):
        raise _bad("code and store_id are needed")
    with call.stores.lock:
        return plugin.pair(call.stores, call.store, code, store_id)


@route("POST", f"{SPACE}/secret", "app")
def secret(call: Call) -> Any:
    following = _body(call).get("next")
    if not isinstance(following, str) or not _SECRET.fullmatch(following):
        raise _bad("next must be 64 hex digits")
    with call.stores.lock:
        plugin.rotate(call.stores, call.store, following)
    return {"rotated": True}


@route("POST", f"{SPACE}/disconnect", "app")
def disconnect(call: Call) -> Any:
    with call.stores.lock:
        plugin.disconnect(call.stores, call.store)
    return {"disconnected": True}


@route("GET", f"{SPACE}/health", "manage")
def health(call: Call) -> Any:
    with call.stores.lock:
        return plugin.health(call.stores, call.store)


@route("POST", f"{SPACE}/coupons", "manage")
def create(call: Call) -> Any:
    body = _body(call)
    _check(call, body, with_terms=True)
    codes = body.get("codes")
    if not isinstance(codes, list) or not 1 <= len(codes) <= MOST_CODES:
        raise _bad(f"codes must be a list of 1 to {MOST_CODES}")
    call.work_ms = len(codes) * call.store.switches.plugin_ms
    with call.store.blocks, call.stores.lock:
        return {"results": plugin.create(call.stores, call.store, body["mark"], body["terms"], codes)}


@route("GET", f"{SPACE}/coupons", "manage")
def page(call: Call) -> Any:
    mark = call.query.get("mark")
    if not is_mark(mark):
        raise _bad("mark is needed")
    limit = min(max(_whole(call.query.get("limit")), 1), MOST_CODES)
    after = _whole(call.query.get("after"))
    with call.stores.lock:
        rows = [
            one for one in plugin.marked(call.store, str(mark)) if one.id > after and one.status in ("publish", "draft")
        ]
    items = [
        {"id": one.id, "code": one.code, "status": one.status, "usage_count": one.usage_count} for one in rows[:limit]
    ]
    return {"items": items}


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


@route("POST", f"{SPACE}/coupons/find", "manage")
def find(call: Call) -> Any:
    codes = _body(call).get("codes")
    if not isinstance(codes, list) or len(codes) > MOST_CODES or not all(isinstance(code, str) for code in codes):
        raise _bad("codes must be a list of texts")
    with call.stores.lock:
        return {"held": plugin.held(call.store, codes)}


@route("POST", f"{SPACE}/coupons/update", "manage")
def update(call: Call) -> Any:
    body = _body(call)
    _check(call, body, with_terms=True)
    with call.store.blocks, call.stores.lock:
        return {"count": plugin.update(call.stores, call.store, body["mark"], body["terms"])}


@route("POST", f"{SPACE}/coupons/disable", "manage")
def disable(call: Call) -> Any:
    return _changed(call, lambda mark, ids: plugin.set_status(call.stores, call.store, mark, "draft", ids))


@route("POST", f"{SPACE}/coupons/enable", "manage")
def enable(call: Call) -> Any:
    return _changed(call, lambda mark, ids: plugin.set_status(call.stores, call.store, mark, "publish", ids))


@route("POST", f"{SPACE}/coupons/delete", "manage")
def delete(call: Call) -> Any:
    return _changed(call, lambda mark, ids: plugin.delete(call.stores, call.store, mark, ids))


def _changed(call: Call, work: Callable[[str, Sequence[int] | None], int]) -> Any:
    """`ids` null means every coupon of the mark; it has to be written."""
    body = _body(call)
    _check(call, body, with_terms=False)
    if "ids" not in body:
        raise _bad("ids must be a list, or null for all")
    ids = body["ids"]
    if ids is not None and not (isinstance(ids, list) and all(type(number) is int for number in ids)):
        raise _bad("ids must be whole numbers")
    with call.store.blocks, call.stores.lock:
        return {"count": work(body["mark"], ids)}


def _check(call: Call, body: dict[str, Any], *, with_terms: bool) -> None:
    if not is_mark(body.get("mark")):
        raise _bad("mark must be shoutcode: and 8 to 40 letters or digits")
    fault = terms_fault(body.get("terms"), call.store.places) if with_terms else ""
    if fault:
        raise _bad(fault)
