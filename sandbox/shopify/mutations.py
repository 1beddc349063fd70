"""The mutation fields that the sandbox serves. Each takes the context and the field's arguments in snake case."""

import copy
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from sandbox.clock import now
from sandbox.shopify import discount_views, views
from sandbox.shopify.bulk import (
    MAX_CODES,
    MESSAGES,
    Creation,
    Job,
    add_code,
    code_error,
    remove_code,
    submit_creation,
    submit_deletion,
)
from sandbox.shopify.bulk_query import running, submit
from sandbox.shopify.codes import RedeemCode
from sandbox.shopify.connections import View
from sandbox.shopify.context import Context
from sandbox.shopify.discount_input import Input, Problem, read_discount
from sandbox.shopify.discounts import Discount, Kind
from sandbox.shopify.gids import number_of
from sandbox.shopify.merchant import delete_discount
from sandbox.shopify.operations import MAX_RUNNING, Operation
from sandbox.shopify.schema import document
from sandbox.shopify.shops import ApiSubscription
from sandbox.shopify.webhooks import discount_payload, emit

ARGUMENTS: dict[Kind, str] = {
    "basic": "basicCodeDiscount",
    "free_shipping": "freeShippingCodeDiscount",
    "bxgy": "bxgyCodeDiscount",
}
SCOPE = "write_discounts"


def _taken(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """The one input of a mutation, as the store takes it."""
    (body,) = arguments.values()
    return {**body, **{name: value for name, value in context.world.switches.keep_otherwise.items() if name in body}}


def _create(kind: Kind, mutation: str) -> Callable[..., View]:
    def create(context: Context, **arguments: Any) -> View:
        context.require(SCOPE, mutation)
        body = _taken(context, arguments)
        moment = now()
        discount = Discount(0, context.shop.domain, kind, "", moment, moment, moment)
        problems = read_discount(discount, body, creating=True)
        text = (body.get("code") or "").strip()
        error = code_error(context.shop, text)
        if error is not None:
            problems.append(Problem(["code"], error, MESSAGES[error]))
        if problems:
            return {"codeDiscountNode": None, "userErrors": _errors(ARGUMENTS[kind], problems)}
        discount.id = context.world.next_id("DiscountCodeNode")
        context.shop.discounts[discount.id] = discount
        context.world.save_discount(discount)
        add_code(context.world, context.shop, discount.id, text)
        emit(context.world, context.shop, "discounts/create", lambda: discount_payload(discount))
        return {"codeDiscountNode": discount_views.code_node_view(context, discount), "userErrors": []}

    return create


def _update(kind: Kind, mutation: str) -> Callable[..., View]:
    def update(context: Context, id: str, **arguments: Any) -> View:
        context.require(SCOPE, mutation)
        body = _taken(context, arguments)
        current = _discount(context, id)
        if current is None or current.kind != kind:
            return {"codeDiscountNode": None, "userErrors": [_missing(["id"], "Discount does not exist")]}
        changed = copy.deepcopy(current)
        problems = read_discount(changed, body, creating=False)
        only = _only_code(context, current, body, problems)
        if problems:
            return {"codeDiscountNode": None, "userErrors": _errors(ARGUMENTS[kind], problems)}
        if only is not None:
            remove_code(context.world, context.shop, only)
            add_code(context.world, context.shop, current.id, body["code"].strip())
        store_changed(context, changed)
        return {"codeDiscountNode": discount_views.code_node_view(context, changed), "userErrors": []}

    return update


def _only_code(context: Context, discount: Discount, body: Input, problems: list[Problem]) -> RedeemCode | None:
    """The one code to be replaced when an update names another; a discount with many codes keeps them."""
    wanted = (body.get("code") or "").strip()
    codes = context.shop.codes
    if not wanted:
        return None
    known = codes.find(wanted)
    if known is not None and known.discount_id == discount.id:
        return None
    if codes.count(discount.id) > 1:
        problems.append(Problem(["code"], "INVALID", "Code can't be changed on a discount with more than one code"))
        return None
    error = code_error(context.shop, wanted)
    if error is not None:
        problems.append(Problem(["code"], error, MESSAGES[error]))
    return next(codes.of(discount.id), None)


def store_changed(context: Context, discount: Discount) -> None:
    discount.updated_at = now()
    context.shop.discounts[discount.id] = discount
    context.world.save_discount(discount)
    emit(context.world, context.shop, "discounts/update", lambda: discount_payload(discount))


def discount_code_activate(context: Context, id: str) -> View:
    return _switch(context, id, "discountCodeActivate", Discount.activate)


def discount_code_deactivate(context: Context, id: str) -> View:
    return _switch(context, id, "discountCodeDeactivate", Discount.deactivate)


def _switch(context: Context, id: str, mutation: str, act: Callable[..., None]) -> View:
    context.require(SCOPE, mutation)
    discount = _discount(context, id)
    if discount is None:
        return {"codeDiscountNode": None, "userErrors": [_missing(["id"], "Code discount does not exist.")]}
    act(discount, now())
    store_changed(context, discount)
    return {"codeDiscountNode": discount_views.code_node_view(context, discount), "userErrors": []}


def discount_code_delete(context: Context, id: str) -> View:
    context.require(SCOPE, "discountCodeDelete")
    discount = _discount(context, id)
    if discount is None:
        return {"deletedCodeDiscountId": None, "userErrors": [_missing(["id"], "Code discount does not exist.")]}
    delete_discount(context.world, context.shop, discount)
    return {"deletedCodeDiscountId": id, "userErrors": []}


def discount_redeem_code_bulk_add(context: Context, discount_id: str, codes: Sequence[Input]) -> View:
    context.require(SCOPE, "discountRedeemCodeBulkAdd")
    discount = _discount(context, discount_id)
    if discount is None:
        return {"bulkCreation": None, "userErrors": [_missing(["discountId"], "Code discount does not exist.")]}
    if not codes or len(codes) > MAX_CODES:
        code = "BLANK" if not codes else "EXCEEDED_MAX"
        message = "Codes can't be blank" if not codes else f"Maximum number of codes is {MAX_CODES}"
        return {"bulkCreation": None, "userErrors": [discount_views.user_error(["codes"], code, message)]}
    creation = Creation(
        id=context.world.next_id("DiscountRedeemCodeBulkCreation"),
        shop=context.shop.domain,
        discount_id=discount.id,
        codes=[entry["code"] for entry in codes],
        created_at=now(),
    )
    submit_creation(context.world, context.shop, creation)
    return {"bulkCreation": discount_views.creation_view(context, creation), "userErrors": []}


def discount_code_redeem_code_bulk_delete(
    context: Context,
    discount_id: str,
    ids: Sequence[str] | None = None,
    search: str | None = None,
    saved_search_id: str | None = None,
) -> View:
    context.require(SCOPE, "discountCodeRedeemCodeBulkDelete")
    discount = _discount(context, discount_id)
    if discount is None:
        return {"job": None, "userErrors": [_missing(["discountId"], "Code discount does not exist.")]}
    if search is not None or saved_search_id is not None:
        return {
            "job": None,
            "userErrors": [discount_views.user_error(["search"], "INVALID", "The sandbox deletes codes by ids only.")],
        }
    if not ids or len(ids) > MAX_CODES:
        message = "Missing expected argument key: 'ids'" if not ids else f"Maximum number of ids is {MAX_CODES}"
        return {
            "job": None,
            "userErrors": [discount_views.user_error(["ids"], "EXCEEDED_MAX" if ids else "MISSING_ARGUMENT", message)],
        }
    numbers = [number_of(value, "DiscountRedeemCode") or 0 for value in ids]
    job = Job(str(uuid.uuid4()), context.shop.domain, False, discount.id, numbers)
    submit_deletion(context.world, context.shop, job)
    return {"job": views.job_view(job), "userErrors": []}


def bulk_operation_run_query(context: Context, query: str, group_objects: bool = False) -> View:
    problem = _bulk_problem(context, query)
    if problem is not None:
        return {"bulkOperation": None, "userErrors": [problem]}
    operation = Operation(context.world.next_id("BulkOperation"), context.shop.domain, query, now())
    submit(context.world, context.shop, operation)
    return {"bulkOperation": views.operation_view(context, operation), "userErrors": []}


def _bulk_problem(context: Context, query: str) -> View | None:
    if running(context.shop) >= MAX_RUNNING:
        return {
            "field": None,
            "code": "LIMIT_REACHED",
            "message": "A bulk query operation for this app and shop is already in progress.",
        }
    parsed, errors = document(query)
    if parsed is None or errors:
        return {"field": ["query"], "code": "INVALID", "message": f"Invalid bulk query: {errors[0].message}"}
    if "edges" not in query and "nodes" not in query:
        return {"field": ["query"], "code": "INVALID", "message": "Bulk queries must contain at least one connection."}
    return None


def bulk_operation_cancel(context: Context, id: str) -> View:
    operation = context.shop.operations.get(number_of(id, "BulkOperation") or 0)
    if operation is None:
        return {"bulkOperation": None, "userErrors": [{"field": ["id"], "message": "Bulk operation does not exist"}]}
    if operation.status in ("CREATED", "RUNNING"):
        operation.status = "CANCELED"
        context.world.save_operation(operation)
    return {"bulkOperation": views.operation_view(context, operation), "userErrors": []}


def webhook_subscription_create(context: Context, topic: str, webhook_subscription: Input) -> View:
    uri = webhook_subscription.get("uri") or webhook_subscription.get("callbackUrl") or ""
    header_topic = topic.lower().replace("_", "/", 1)
    if not uri.startswith(("http://", "https://")):
        return _refused_subscription(["webhookSubscription", "uri"], "Address is not an allowed URL")
    if any(row.topic == header_topic and row.uri == uri for row in context.shop.subscriptions.values()):
        return _refused_subscription(["webhookSubscription", "uri"], "Address for this topic has already been taken")
    subscription = ApiSubscription(
        id=context.world.next_id("WebhookSubscription"),
        shop=context.shop.domain,
        topic=header_topic,
        uri=uri,
        created_at=now(),
        updated_at=now(),
        filter=webhook_subscription.get("filter"),
        include_fields=list(webhook_subscription.get("includeFields") or []),
    )
    context.shop.subscriptions[subscription.id] = subscription
    context.world.save_subscription(subscription)
    return {"webhookSubscription": views.subscription_view(context, subscription), "userErrors": []}


def _refused_subscription(field: list[str], message: str) -> View:
    return {"webhookSubscription": None, "userErrors": [{"field": field, "message": message}]}


def webhook_subscription_delete(context: Context, id: str) -> View:
    number = number_of(id, "WebhookSubscription") or 0
    if number not in context.shop.subscriptions:
        return {
            "deletedWebhookSubscriptionId": None,
            "userErrors": [{"field": ["id"], "message": "Webhook subscription does not exist"}],
        }
    context.world.drop_subscription(context.shop.domain, number)
    return {"deletedWebhookSubscriptionId": id, "userErrors": []}


def _discount(context: Context, value: str) -> Discount | None:
    return context.shop.discounts.get(number_of(value, "DiscountCodeNode") or 0)


def _errors(argument: str, problems: list[Problem]) -> list[View]:
    return [
        discount_views.user_error([argument, *problem.field], problem.code, problem.message) for problem in problems
    ]


def _missing(field: list[str], message: str) -> View:
    return discount_views.user_error(field, "INVALID", message)


MUTATIONS: dict[str, Callable[..., Any]] = {
    "bulkOperationCancel": bulk_operation_cancel,
    "bulkOperationRunQuery": bulk_operation_run_query,
    "discountCodeActivate": discount_code_activate,
    "discountCodeBasicCreate": _create("basic", "discountCodeBasicCreate"),
    "discountCodeBasicUpdate": _update("basic", "discountCodeBasicUpdate"),
    "discountCodeBxgyCreate": _create("bxgy", "discountCodeBxgyCreate"),
    "discountCodeBxgyUpdate": _update("bxgy", "discountCodeBxgyUpdate"),
    "discountCodeDeactivate": discount_code_deactivate,
    "discountCodeDelete": discount_code_delete,
    "discountCodeFreeShippingCreate": _create("free_shipping", "discountCodeFreeShippingCreate"),
    "discountCodeFreeShippingUpdate": _update("free_shipping", "discountCodeFreeShippingUpdate"),
    "discountCodeRedeemCodeBulkDelete": discount_code_redeem_code_bulk_delete,
    "discountRedeemCodeBulkAdd": discount_redeem_code_bulk_add,
    "webhookSubscriptionCreate": webhook_subscription_create,
    "webhookSubscriptionDelete": webhook_subscription_delete,
}
