"""Runs bulk query operations: the whole answer as JSONL in a file, outside cost and page limits."""

import re
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    value_from_ast_untyped,
)

from sandbox.clock import now, stamp
from sandbox.shopify.connections import Connection
from sandbox.shopify.context import Context
from sandbox.shopify.gids import gid
from sandbox.shopify.operations import Operation
from sandbox.shopify.queries import QUERIES
from sandbox.shopify.schema import document, read_field
from sandbox.shopify.webhooks import emit

if TYPE_CHECKING:
    from sandbox.shopify.shops import Shop
    from sandbox.world import World


def running(shop: "Shop") -> int:
    return sum(operation.status in ("CREATED", "RUNNING") for operation in shop.operations.values())


def submit(world: "World", shop: "Shop", operation: Operation) -> None:
    shop.operations[operation.id] = operation
    world.save_operation(operation)
    _start(world, shop, operation)


def resume(world: "World", shop: "Shop") -> None:
    """Begin anew what a restart interrupted; a mutation may have acted in part, so it fails instead."""
    for operation in shop.operations.values():
        if operation.status in ("CREATED", "RUNNING") and operation.kind == "QUERY":
            _start(world, shop, operation)
        elif operation.status in ("CREATED", "RUNNING"):
            operation.status, operation.error_code = "FAILED", "INTERNAL_SERVER_ERROR"
            finish(world, shop, operation)


def _start(world: "World", shop: "Shop", operation: Operation) -> None:
    world.timers.after(world.switches.bulk_seconds, lambda: _run(world, shop, operation))


def _run(world: "World", shop: "Shop", operation: Operation) -> None:
    if operation.status == "CANCELED":
        return
    context = Context(world, shop, list(shop.facts.scopes), bulk=True)
    parsed, errors = document(operation.query)
    if parsed is None or errors or not shop.facts.installed:
        operation.status, operation.error_code = "FAILED", "ACCESS_DENIED"
    else:
        _write(world.bulk_dir, operation, context, parsed)
    finish(world, shop, operation)


def finish(world: "World", shop: "Shop", operation: Operation) -> None:
    operation.completed_at = now()
    world.save_operation(operation)
    emit(world, shop, "bulk_operations/finish", lambda: _payload(operation))


def _write(folder: Path, operation: Operation, context: Context, parsed: DocumentNode) -> None:
    projection = Projection(parsed)
    root = projection.root_field()
    arguments = {argument.name.value: value_from_ast_untyped(argument.value) for argument in root.arguments or ()}
    arguments = {_snake(name): value for name, value in arguments.items()}
    connection = QUERIES[root.name.value](context, **arguments)
    operation.file = f"bulk-{operation.id}-{secrets.token_hex(16)}.jsonl"
    path = folder / operation.file
    with path.open("wb") as out:
        for line in projection.lines(connection.nodes, root, None):
            operation.object_count += 1
            operation.root_count += "__parentId" not in line
            out.write(orjson.dumps(line) + b"\n")
    operation.file_size = path.stat().st_size
    operation.status = "COMPLETED"


class Projection:
    """Turns views into JSONL lines by a selection set, without the executor: a store has 100,000 codes and more.

    Nested connections become lines of their own that carry `__parentId`, as `groupObjects: false` gives them.
    """

    def __init__(self, parsed: DocumentNode) -> None:
        self._fragments = {
            node.name.value: node for node in parsed.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._operation = next(node for node in parsed.definitions if isinstance(node, OperationDefinitionNode))

    def root_field(self) -> FieldNode:
        return next(node for node in self._operation.selection_set.selections if isinstance(node, FieldNode))

    def lines(self, nodes: Iterable[dict[str, Any]], field: FieldNode, parent: str | None) -> Iterator[dict[str, Any]]:
        selection = self._node_selection(field)
        for view in nodes:
            children: list[tuple[FieldNode, Any]] = []
            line = self._object(view, selection, children)
            if parent is not None:
                line["__parentId"] = parent
            yield line
            for child_field, connection in children:
                yield from self.lines(connection.nodes, child_field, line["id"])

    def _object(
        self, view: dict[str, Any], selection: SelectionSetNode, children: list[tuple[FieldNode, Any]]
    ) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for field in self._fields(selection, view):
            arguments = {
                _snake(argument.name.value): value_from_ast_untyped(argument.value)
                for argument in field.arguments or ()
            }
            value = read_field(view, field.name.value, "node", arguments)
            key = field.alias.value if field.alias else field.name.value
            if isinstance(value, Connection):
                children.append((field, value))
            elif isinstance(value, dict) and field.selection_set:
                inner = self._object(value, field.selection_set, children)
                out[key] = inner
            elif isinstance(value, list) and field.selection_set:
                out[key] = [self._object(item, field.selection_set, children) for item in value]
            else:
                out[key] = value
        return out

    def _fields(self, selection: SelectionSetNode, view: dict[str, Any]) -> Iterator[FieldNode]:
        for node in selection.selections:
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                if node.type_condition is None or _fits(view, node.type_condition.name.value):
                    yield from self._fields(node.selection_set, view)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                if _fits(view, fragment.type_condition.name.value):
                    yield from self._fields(fragment.selection_set, view)

    def _node_selection(self, field: FieldNode) -> SelectionSetNode:
        """The selection of the nodes behind `edges { node { ... } }` or `nodes { ... }`."""
        assert field.selection_set is not None
        for node in field.selection_set.selections:
            if isinstance(node, FieldNode) and node.selection_set is not None:
                if node.name.value == "nodes" or node.name.value == "node":
                    return node.selection_set
                if node.name.value == "edges":
                    return self._node_selection(node)
        raise ValueError("A connection in a bulk query needs edges { node { ... } }")


def _fits(view: dict[str, Any], type_name: str) -> bool:
    return bool(view.get("__typename", type_name) == type_name)


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", lambda match: "_" + match[1].lower(), name)


def _payload(operation: Operation) -> dict[str, Any]:
    return {
        "admin_graphql_api_id": gid("BulkOperation", operation.id),
        "completed_at": stamp(operation.completed_at) if operation.completed_at else None,
        "created_at": stamp(operation.created_at),
        "error_code": operation.error_code.lower() if operation.error_code else None,
        "status": operation.status.lower(),
        "type": operation.kind.lower(),
    }
