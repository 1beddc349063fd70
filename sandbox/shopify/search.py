"""The small part of Shopify's search language that lists of orders and discounts need. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.clock import parse

_TERM = re.compile(r"""(?P<not>-|NOT\s+)?(?P<field>\w+):(?P<op>>=|<=|>|<)?(?P<value>'[^']*'|"[^"]*"|[^\s()]+)""")


@dataclass(frozen=True)
class Term:
    field: str
    op: str
    value: str
    negated: bool


def terms(query: str | None) -> list[Term]:
    """`a:1 AND b:>='x'` as terms that must all hold. OR is not served. Raises ValueError."""
    text = (query or "").strip()
    if re.search(r"\bOR\b", text):
        raise ValueError("The sandbox's search knows no OR")
    rest = _TERM.sub("", text)
    if re.sub(r"\bAND\b|[()\s]", "", rest):
        raise ValueError(f"The sandbox's search does not know {rest.strip()!r}")
    return [
        Term(match["field"], match["op"] or "", match["value"].strip("'\""), match["not"] is not None)
        for match in _TERM.finditer(text)
    ]


def matches(term: Term, value: Any) -> bool:
    """Whether a row's value passes one term: times and numbers by order, text ignoring case."""
    return _holds(term, value) != term.negated


def _holds(term: Term, value: Any) -> bool:
    if value is None:
        return False
    if isinstance(value, datetime):
        return _ordered(term.op, value, parse(term.value))
    if isinstance(value, bool):
        return value == (term.value.lower() == "true")
    if isinstance(value, int):
        return _ordered(term.op, value, int(term.value))
    if term.value.endswith("*"):
        return str(value).lower().startswith(term.value[:-1].lower())
    return str(value).lower() == term.value.lower()


def _ordered(op: str, left: Any, right: Any) -> bool:
    return bool({">": left > right, ">=": left >= right, "<": left < right, "<=": left <= right}.get(op, left == right))


def predicate(query: str | None, fields: Mapping[str, Callable[[Any], Any]]) -> tuple[Callable[[Any], bool], list[str]]:
    """A filter for rows, and the names of fields it does not know: Shopify ignores those and warns."""
    known = [term for term in terms(query) if term.field in fields]
    unknown = [term.field for term in terms(query) if term.field not in fields]
    return (lambda row: all(matches(term, fields[term.field](row)) for term in known)), unknown
