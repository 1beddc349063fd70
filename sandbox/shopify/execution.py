"""Runs a document that is parsed and valid: the sandbox's resolvers, and errors as Shopify words them."""

import logging
import re
import uuid
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLResolveInfo,
    OperationDefinitionNode,
    OperationType,
    execute_sync,
)

from sandbox.shopify.context import Context
from sandbox.shopify.listing import not_served
from sandbox.shopify.mutations import MUTATIONS
from sandbox.shopify.queries import QUERIES
from sandbox.shopify.schema import admin_schema, read_field

log = logging.getLogger(__name__)

Body = dict[str, Any]
Fields = Mapping[str, Callable[..., Any]]


def execute(
    context: Context,
    parsed: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Body,
    mutations: Fields = MUTATIONS,
) -> Body:
    """Data and errors of one operation. A document that cannot start (a bad variable) gives errors alone."""
    result = execute_sync(
        admin_schema(),
        parsed,
        context_value=context,
        variable_values=variables,
        operation_name=operation.name.value if operation.name else None,
        field_resolver=_resolver(mutations),
        type_resolver=_type_name,
    )
    if result.errors and result.data is None and not any(error.path for error in result.errors):
        return {"errors": [_shown_variable(error, operation) for error in result.errors]}
    body: Body = {"data": result.data}
    if result.errors:
        body["errors"] = [error_json(error) for error in result.errors]
    return body


def _resolver(mutations: Fields) -> Callable[..., Any]:
    def resolve(source: Any, info: GraphQLResolveInfo[Context], **arguments: Any) -> Any:
        given = {_snake(name): value for name, value in arguments.items()}
        if source is not None:
            return read_field(source, info.field_name, info.parent_type.name, given)
        fields = mutations if info.operation.operation is OperationType.MUTATION else QUERIES
        resolver = fields.get(info.field_name)
        if resolver is None:
            raise not_served(f"{info.parent_type.name}.{info.field_name}")
        return resolver(info.context, **given)

    return resolve


def _type_name(value: Any, *_: Any) -> str:
    return str(value["__typename"])


@lru_cache(maxsize=1024)
def _snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", lambda match: "_" + match[1].lower(), name)


def error_json(error: GraphQLError) -> Body:
    """An error as Shopify words it, with a code to branch on."""
    unknown = re.match(r"Cannot query field '(\w+)' on type '(\w+)'", error.message)
    shown: Body = {"message": error.message}
    if unknown:
        shown["message"] = f"Field '{unknown[1]}' doesn't exist on type '{unknown[2]}'"
        shown["extensions"] = {"code": "undefinedField", "typeName": unknown[2], "fieldName": unknown[1]}
    elif error.extensions:
        shown["extensions"] = error.extensions
    elif error.original_error is not None and not isinstance(error.original_error, GraphQLError):
        log.error("A resolver failed", exc_info=error.original_error)
        shown["extensions"] = {"code": "INTERNAL_SERVER_ERROR", "requestId": str(uuid.uuid4())}
    else:
        shown["extensions"] = {"code": "BAD_REQUEST"}
    if error.locations:
        shown["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if error.path:
        shown["path"] = list(error.path)
    return shown


def _shown_variable(error: GraphQLError, operation: OperationDefinitionNode) -> Body:
    shown = error_json(error)
    match = re.match(r"Variable '\$(\w+)' (?:got|has) invalid value(.*)", error.message, re.DOTALL)
    if match:
        shown["message"] = f"Variable ${match[1]} was provided invalid value{match[2]}"
        shown["extensions"] = {"code": "INVALID_VARIABLE", "problems": [{"path": [], "explanation": error.message}]}
    return shown
