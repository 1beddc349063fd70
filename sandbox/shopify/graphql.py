"""The Admin GraphQL endpoint: token, validation by the real schema, cost and throttling, execution, planned faults."""

import time
import uuid
from collections.abc import Iterator

import orjson
from flask import Blueprint, Response, request
from graphql import (
    DocumentNode,
    OperationDefinitionNode,
)

from sandbox.clock import now
from sandbox.edge import world
from sandbox.shopify import tokens
from sandbox.shopify.bulk_mutation import BULK_MUTATIONS
from sandbox.shopify.context import Context
from sandbox.shopify.cost import MAX_REQUESTED, Cost
from sandbox.shopify.execution import Body, error_json, execute
from sandbox.shopify.mutations import MUTATIONS
from sandbox.shopify.schema import API_VERSION, document
from sandbox.shopify.shops import RESTORE_RATES, Shop
from sandbox.world import World

blueprint = Blueprint("graphql", __name__)

ALL_MUTATIONS = {**MUTATIONS, **BULK_MUTATIONS}
BAD_TOKEN = {"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"}


@blueprint.post("/shops/<domain>/admin/api/<version>/graphql.json")
def admin_api(domain: str, version: str) -> Response:
    sandbox = world()
    time.sleep(sandbox.switches.latency_ms / 1000)
    shop = sandbox.shops.get(domain)
    if shop is None or version != API_VERSION:
        return _answer({"errors": "Not Found"}, 404)
    with sandbox.lock:
        scopes = _scopes_of_caller(sandbox, shop)
    if scopes is None:
        return _answer(BAD_TOKEN, 401)
    asked = request.get_json(silent=True, force=True)
    if not isinstance(asked, dict) or not isinstance(asked.get("query"), str):
        return _answer({"errors": {"query": "Required parameter missing or invalid"}}, 400)
    return _run(sandbox, shop, scopes, asked)


def _scopes_of_caller(sandbox: World, shop: Shop) -> list[str] | None:
    given = request.headers.get("X-Shopify-Access-Token", "")
    moment = now()
    for pair in shop.tokens:
        if pair.access_token == given and pair.opens(moment) and shop.facts.installed:
            if tokens.note_use(shop.tokens, pair):
                sandbox.save_tokens(shop)
            return list(shop.facts.scopes)
    return None


def _run(sandbox: World, shop: Shop, scopes: list[str], asked: Body) -> Response:
    parsed, errors = document(asked["query"])
    if parsed is None or errors:
        return _answer({"errors": [error_json(error) for error in errors]})
    operation = _operation(parsed, asked.get("operationName"))
    if operation is None:
        return _answer({"errors": [{"message": "No operation named " + repr(asked.get("operationName"))}]})
    name = operation.name.value if operation.name else "anonymous"
    with sandbox.lock:
        sandbox.stats.operations[name] += 1
        fault = sandbox.switches.take_fault(name)
    if fault == "500":
        return _answer({"errors": "Internal Server Error"}, 500)
    if fault == "429":
        return _answer({"errors": "Exceeded 2 calls per second for api client."}, 429, {"Retry-After": "1.0"})
    body = _charged(sandbox, Context(sandbox, shop, scopes), parsed, operation, asked)
    if fault == "timeout_after_act":
        time.sleep(sandbox.switches.graphql_stall_seconds)
    if fault == "cut_after_act":
        return _cut(body)
    return _answer(body)


def _operation(parsed: DocumentNode, name: str | None) -> OperationDefinitionNode | None:
    operations = [node for node in parsed.definitions if isinstance(node, OperationDefinitionNode)]
    if name is None:
        return operations[0] if len(operations) == 1 else None
    return next((node for node in operations if node.name and node.name.value == name), None)


def _charged(
    sandbox: World, context: Context, parsed: DocumentNode, operation: OperationDefinitionNode, asked: Body
) -> Body:
    """Reserve the requested cost, execute, give back what was not needed."""
    variables = asked.get("variables") or {}
    cost = Cost(parsed, operation, variables)
    requested = cost.requested()
    if requested > MAX_REQUESTED:
        return _too_dear(requested)
    with sandbox.lock:
        rate, size = bucket_terms(sandbox, context.shop)
        bucket = context.shop.bucket
        available = bucket.available(size, rate)
        if available < requested:
            sandbox.stats.throttled += 1
            sandbox.stats.throttled_seconds += (requested - available) / rate
            errors = [
                {
                    "message": "Throttled",
                    "extensions": {"code": "THROTTLED", "documentation": "https://shopify.dev/api/usage/rate-limits"},
                }
            ]
            return {"errors": errors, "extensions": _cost_shown(requested, None, size, available, rate)}
        bucket.take(requested)
        body = execute(context, parsed, operation, variables, ALL_MUTATIONS)
        actual = cost.actual(body.get("data")) if body.get("data") is not None else 0
        actual = min(actual, requested)
        bucket.take(actual - requested)
        sandbox.stats.points_spent += actual
        body["extensions"] = _cost_shown(requested, actual, size, bucket.available(size, rate), rate)
        return body


def bucket_terms(sandbox: World, shop: Shop) -> tuple[float, float]:
    """Restore rate in points a second, and size of the bucket."""
    rate = sandbox.switches.restore_rate or RESTORE_RATES[shop.facts.plan]
    return rate, sandbox.switches.bucket or 20 * rate


def _too_dear(requested: int) -> Body:
    message = f"Query cost is {requested}, which exceeds the single query max cost limit ({MAX_REQUESTED})."
    return {
        "errors": [
            {
                "message": message,
                "extensions": {"code": "MAX_COST_EXCEEDED", "cost": requested, "maxCost": MAX_REQUESTED},
            }
        ]
    }


def _cost_shown(requested: int, actual: int | None, size: float, available: float, rate: float) -> Body:
    throttle = {"maximumAvailable": size, "currentlyAvailable": int(available), "restoreRate": rate}
    return {"cost": {"requestedQueryCost": requested, "actualQueryCost": actual, "throttleStatus": throttle}}


def _answer(body: Body, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    answer = Response(orjson.dumps(body), status, mimetype="application/json")
    answer.headers["X-Request-Id"] = str(uuid.uuid4())
    answer.headers["X-Shopify-API-Version"] = API_VERSION
    answer.headers.update(headers or {})
    return answer


def _cut(body: Body) -> Response:
    """Begin an answer and end the connection in the midst of it."""
    whole = orjson.dumps(body)

    def half() -> Iterator[bytes]:
        yield whole[: len(whole) // 2]

    answer = Response(half(), mimetype="application/json")
    answer.headers["Content-Length"] = str(len(whole))
    return answer
