"""An OpenAPI schema in words: rows of fields for people, and an example for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]
DEPTH = 3
"""Fields within fields are shown so deep; below, the type's name must do."""


@dataclass(frozen=True, slots=True)
class FieldRow:
    name: str
    type: str
    required: bool
    note: str


def resolved(schema: Schema, document: Schema) -> Schema:
    """What a reference stands for; of a choice, the part that is not null."""
    while True:
        if "$ref" in schema:
            schema = _pointed_at(schema["$ref"], document)
        elif "anyOf" in schema:
            schema = next((part for part in schema["anyOf"] if part.get("type") != "null"), {})
        elif len(schema.get("allOf", ())) == 1:
            schema = schema["allOf"][0]
        else:
            return schema


def _pointed_at(reference: str, document: Schema) -> Schema:
    """ "#/components/schemas/Money": the part of the document behind it."""
    found = document
    for name in reference.removeprefix("#/").split("/"):
        found = found[name]
    return found


def rows(schema: Schema, document: Schema, prefix: str = "") -> Iterator[FieldRow]:
    """One row a field, those of inner objects as "outer.inner" and those of lists as "outer[].inner"."""
    schema = resolved(schema, document)
    required = schema.get("required", ())
    for name, given in schema.get("properties", {}).items():
        path = f"{prefix}{name}"
        yield FieldRow(path, type_in_words(given, document), name in required, note(given, document))
        inner, mark = _inner(given, document)
        if inner.get("properties") and path.count(".") < DEPTH - 1:
            yield from rows(inner, document, f"{path}{mark}.")


def _inner(given: Schema, document: Schema) -> tuple[Schema, str]:
    """The object that a field holds: itself, each of its items, or each of its values."""
    found = resolved(given, document)
    if found.get("type") == "array":
        return resolved(found.get("items", {}), document), "[]"
    if isinstance(found.get("additionalProperties"), Mapping):
        return resolved(found["additionalProperties"], document), ".*"
    return found, ""


def type_in_words(given: Schema, document: Schema) -> str:
    found = resolved(given, document)
    may_be_null = any(part.get("type") == "null" for part in given.get("anyOf", ()))
    if "enum" in found or "const" in found:
        text = " | ".join(str(value) for value in found.get("enum", [found.get("const")]))
    elif found.get("type") == "array":
        text = f"list of {type_in_words(found.get('items', {}), document)}"
    elif found.get("format") in ("date", "date-time"):
        text = str(found["format"]).replace("date-time", "time")
    else:
        text = str(found.get("type", "any"))
    return f"{text} or null" if may_be_null else text


def note(given: Schema, document: Schema) -> str:
    """The limits and the default, in a few words."""
    found = resolved(given, document)
    limits = (("maxLength", "at most {} characters"), ("minimum", "from {}"), ("maximum", "to {}"),
              ("maxItems", "at most {} items"))  # fmt: skip
    # The largest number that a database keeps tells nobody anything.
    words = [text.format(found[name]) for name, text in limits if name in found and found[name] != 2**63 - 1]
    default = given.get("default")
    if default not in (None, "", [], {}):
        words.append(f"default {default}")
    return ", ".join(words)


def example(schema: Schema, document: Schema, depth: int = 0) -> Any:
    """A body of the right shape: the fields that are required, and some that are not."""
    found = resolved(schema, document)
    for name in ("example", "default", "const"):
        if found.get(name) not in (None, "", []):
            return found[name]
    if found.get("enum"):
        return found["enum"][0]
    match found.get("type"):
        case "object":
            names = found.get("properties", {})
            shown = [name for name in names if depth < DEPTH]
            return {name: example(names[name], document, depth + 1) for name in shown}
        case "array":
            return [example(found.get("items", {}), document, depth + 1)]
        case "integer" | "number":
            return found.get("minimum", 1)
        case "boolean":
            return True
    return "text"
