"""The real Admin API schema, the custom scalars' rules, and documents that are parsed and validated once."""

import gc
import gzip
import re
import threading
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLSyntaxError,
    build_schema,
    parse,
    validate,
)

from sandbox.clock import stamp
from sandbox.shopify.connections import Connection

API_VERSION = "2026-10"
_FILE = Path(__file__).parent.parent / "schema" / "admin_schema_2026-10.graphql.gz"


_building = threading.Lock()


def admin_schema() -> GraphQLSchema:
    """The first caller builds it, which takes a second or two; others wait for it."""
    with _building:
        return _built_schema()


@cache
def _built_schema() -> GraphQLSchema:
    gc.disable()  # half a million objects that all stay: looking through them again and again takes a third of the time
    try:
        text = gzip.decompress(_FILE.read_bytes()).decode()
        schema = build_schema(text, assume_valid=True, assume_valid_sdl=True, no_location=True)
        _read_scalars(schema)
        gc.freeze()
    finally:
        gc.enable()
    return schema


def _read_scalars(schema: GraphQLSchema) -> None:
    parsers = {"DateTime": _datetime, "Decimal": _decimal, "Money": _decimal, "UnsignedInt64": _unsigned, "URL": _url}
    for name, parser in parsers.items():
        scalar = schema.type_map[name]
        assert isinstance(scalar, GraphQLScalarType)
        scalar.coerce_input_value = parser


@lru_cache(maxsize=512)
def document(text: str) -> tuple[DocumentNode | None, list[GraphQLError]]:
    """The parsed document and what is wrong with it; None when it does not even parse."""
    try:
        parsed = parse(text, max_tokens=20_000)
    except GraphQLSyntaxError as error:
        return None, [error]
    return parsed, validate(admin_schema(), parsed)


def read_field(source: Any, name: str, parent: str, arguments: Mapping[str, Any]) -> Any:
    """One field of a view: a connection's part, a value, or a function that makes the value."""
    if isinstance(source, Connection):
        return source.field(name)
    if name not in source:
        raise GraphQLError(f"The sandbox does not serve {parent}.{name}.", extensions={"code": "NOT_IN_SANDBOX"})
    value = source[name]
    if callable(value):
        value = value(**arguments)
    return stamp(value) if isinstance(value, datetime) else value


def _datetime(value: Any) -> datetime:
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d", value):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            pass
        else:
            if moment.tzinfo is not None:
                return moment
    raise GraphQLError(f"invalid DateTime {value!r}: use ISO 8601 with a time zone")


def _decimal(value: Any) -> Decimal:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            pass
        else:
            if number.is_finite():
                return number
    raise GraphQLError(f"invalid decimal {value!r}")


def _unsigned(value: Any) -> int:
    if (isinstance(value, str) and value.isascii() and value.isdigit()) or (
        isinstance(value, int) and not isinstance(value, bool) and value >= 0
    ):
        return int(value)
    raise GraphQLError(f"invalid UnsignedInt64 {value!r}: use a string of digits")


def _url(value: Any) -> str:
    if isinstance(value, str) and re.match(r"https?://\S+$", value):
        return value
    raise GraphQLError(f"invalid URL {value!r}")
