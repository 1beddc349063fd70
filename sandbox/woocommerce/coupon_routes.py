"""REST routes of coupons: one, list, batch."""

from typing import Any

from sandbox.woocommerce import coupon_desk
from sandbox.woocommerce.coupon_desk import COUNTS, FLAGS
from sandbox.woocommerce.coupons import Coupon
from sandbox.woocommerce.errors import WooError, invalid_param
from sandbox.woocommerce.rest import Call, page_of, route, sorted_by
from sandbox.woocommerce.values import absint, code_of, is_integer
from sandbox.woocommerce.views import coupon_json

Json = dict[str, Any]
MOST_IN_BATCH = 100
KEYS = {
    "date": lambda coupon: (coupon.created_at, coupon.id),
    "modified": lambda coupon: (coupon.modified_at, coupon.id),
    "id": lambda coupon: coupon.id,
    "title": lambda coupon: coupon.code,
    "slug": lambda coupon: coupon.code,
}


def _shown(call: Call, coupon: Coupon) -> Json:
    return coupon_json(call.store, call.root, coupon)


@route("GET", "wc/v3/coupons", "read")
def coupons(call: Call) -> Any:
    """Published ones unless a status is asked for. `code` is exact, and gives one hit even where there are several."""
    with call.stores.lock:
        if "code" in call.query:
            live = call.store.coupons.live(code_of(call.query["code"]))
            found = [live] if live else []
        else:
            found = [coupon for coupon in call.store.coupons if _wanted(call, coupon)]
        return page_of(call, sorted_by(call, found, KEYS), lambda coupon: _shown(call, coupon))


def _wanted(call: Call, coupon: Coupon) -> bool:
    statuses = call.query.get("status", "publish").split(",")
    if not ("any" in statuses and coupon.status != "trash") and coupon.status not in statuses:
        return False
    if "include" in call.query and str(coupon.id) not in call.query["include"].split(","):
        return False
    text = call.query.get("search", "").lower()
    return text in coupon.code or text in coupon.description.lower()


@route("GET", "wc/v3/coupons/{id}", "read")
def coupon(call: Call) -> Any:
    with call.stores.lock:
        return _shown(call, coupon_desk.found(call.store, call.args[0]))


@route("POST", "wc/v3/coupons", "write")
def create(call: Call) -> Any:
    _check_types(call.body)
    call.work_ms = call.store.switches.create_ms
    with call.stores.lock:
        return _shown(call, coupon_desk.make(call.stores, call.store, call.body)), 201


@route("PUT", "wc/v3/coupons/{id}", "write")
def update(call: Call) -> Any:
    _check_types(call.body)
    call.work_ms = call.store.switches.update_ms
    with call.stores.lock:
        return _shown(call, coupon_desk.change(call.stores, call.store, call.args[0], call.body))


@route("DELETE", "wc/v3/coupons/{id}", "write")
def delete(call: Call) -> Any:
    call.work_ms = call.store.switches.delete_ms
    with call.stores.lock:
        return _shown(call, coupon_desk.delete(call.stores, call.store, call.args[0], force=call.flag("force")))


def _check_types(fields: Json) -> None:
    """A single request is checked for types; a batch is not."""
    for name in COUNTS:
        if fields.get(name) is not None and not is_integer(fields[name]):
            raise invalid_param(name, f"{name} is not of type integer.")
    for name in FLAGS:
        if fields.get(name) is not None and not isinstance(fields[name], bool):
            raise invalid_param(name, f"{name} is not of type boolean.")


@route("POST", "wc/v3/coupons/batch", "write")
def batch(call: Call) -> Any:
    """200 even where every item failed; results in order; no transaction. Deletions are for good."""
    wanted = {kind: list(call.body.get(kind) or []) for kind in ("create", "update", "delete")}
    if sum(map(len, wanted.values())) > MOST_IN_BATCH:
        message = f"Unable to accept more than {MOST_IN_BATCH} items for this request."
        raise WooError("woocommerce_rest_request_entity_too_large", message, 413)
    switches = call.store.switches
    call.work_ms = (
        len(wanted["create"]) * switches.create_ms
        + len(wanted["update"]) * switches.update_ms
        + len(wanted["delete"]) * switches.delete_ms
    )
    answer: Json = {}
    with call.stores.lock:
        for kind, items in wanted.items():
            if items:
                answer[kind] = [_one(call, kind, item) for item in items]
    return answer


def _one(call: Call, kind: str, item: Any) -> Json:
    number = 0 if kind == "create" else absint(item if kind == "delete" else item.get("id", 0))
    try:
        if kind == "create":
            made = coupon_desk.make(call.stores, call.store, item)
        elif kind == "update":
            made = coupon_desk.change(call.stores, call.store, number, item)
        else:
            made = coupon_desk.delete(call.stores, call.store, number, force=True)
    except WooError as error:
        return {"id": number, "error": error.body()}
    return _shown(call, made)
