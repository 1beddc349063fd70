"""Bulk mutations: one mutation, run once for each line of an uploaded JSONL file.

Within a bulk mutation no other bulk operation can be started.
"""

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from flask import Blueprint, Response, request
from graphql import OperationDefinitionNode, OperationType

from sandbox.clock import now
from sandbox.edge import Refused, world
from sandbox.shopify.bulk_query import finish, running
from sandbox.shopify.connections import View
from sandbox.shopify.context import Context
from sandbox.shopify.discount_input import Input
from sandbox.shopify.execution import execute
from sandbox.shopify.operations import MAX_RUNNING, Operation
from sandbox.shopify.schema import document
from sandbox.shopify.views import operation_view

if TYPE_CHECKING:
    from sandbox.world import World

blueprint = Blueprint("staged", __name__)

RESOURCE = "BULK_MUTATION_VARIABLES"


@blueprint.post("/staged")
def upload() -> Response:
    """A multipart form with the `key` that was handed out, and the file."""
    path = _staged(world(), request.form.get("key", ""))
    if path is None or "file" not in request.files:
        raise Refused("Send the key of a staged upload and a file.")
    request.files["file"].save(path)
    return Response(status=201)


def _staged(sandbox: "World", key: str) -> Path | None:
    """Where the upload of a key lies; the key was made here, so it holds no path."""
    token = key.removeprefix("tmp/")
    return sandbox.bulk_dir / f"upload-{token}.jsonl" if token.isalnum() and key.startswith("tmp/") else None


def staged_uploads_create(context: Context, input: Sequence[Input]) -> View:
    wrong = [entry["resource"] for entry in input if entry["resource"] != RESOURCE]
    if wrong:
        message = f"The sandbox takes uploads of {RESOURCE} only"
        return {"stagedTargets": None, "userErrors": [{"field": ["input"], "message": message}]}
    url = f"{context.world.settings.base_url}/staged"
    targets = [
        {"url": url, "resourceUrl": None, "parameters": [{"name": "key", "value": f"tmp/{secrets.token_hex(16)}"}]}
        for _ in input
    ]
    return {"stagedTargets": targets, "userErrors": []}


def bulk_operation_run_mutation(
    context: Context,
    mutation: str,
    staged_upload_path: str,
    client_identifier: str | None = None,
    group_objects: bool = True,
) -> View:
    path = _staged(context.world, staged_upload_path)
    problem = _problem(context, mutation, path)
    if problem is not None:
        return {"bulkOperation": None, "userErrors": [problem]}
    number = context.world.next_id("BulkOperation")
    operation = Operation(number, context.shop.domain, mutation, now(), kind="MUTATION")
    context.shop.operations[number] = operation
    context.world.save_operation(operation)
    context.world.timers.after(context.world.switches.bulk_seconds, lambda: _run(context, operation, path))
    return {"bulkOperation": operation_view(context, operation), "userErrors": []}


def _problem(context: Context, mutation: str, path: Path | None) -> View | None:
    if running(context.shop) >= MAX_RUNNING:
        message = "A bulk mutation operation for this app and shop is already in progress."
        return {"field": None, "code": "OPERATION_IN_PROGRESS", "message": message}
    if path is None or not path.exists():
        message = "The JSONL file could not be found. Try uploading the file again."
        return {"field": ["stagedUploadPath"], "code": "NO_SUCH_FILE", "message": message}
    parsed, errors = document(mutation)
    if parsed is None or errors or _operation(mutation).operation is not OperationType.MUTATION:
        return {"field": ["mutation"], "code": "INVALID_MUTATION", "message": "Invalid bulk mutation"}
    return None


def _operation(text: str) -> OperationDefinitionNode:
    parsed, _ = document(text)
    assert parsed is not None
    return next(node for node in parsed.definitions if isinstance(node, OperationDefinitionNode))


def _run(context: Context, operation: Operation, path: Path | None) -> None:
    parsed, _ = document(operation.query)
    assert parsed is not None
    assert path is not None
    operation.file = f"bulk-{operation.id}-{secrets.token_hex(16)}.jsonl"
    result = context.world.bulk_dir / operation.file
    with path.open("rb") as lines, result.open("wb") as out:
        for number, line in enumerate(lines):
            body = execute(context, parsed, _operation(operation.query), orjson.loads(line))
            out.write(orjson.dumps({**body, "__lineNumber": number}) + b"\n")
            operation.object_count += 1
    operation.root_count = operation.object_count
    operation.file_size = result.stat().st_size
    operation.status = "COMPLETED"
    finish(context.world, context.shop, operation)


BULK_MUTATIONS: dict[str, Callable[..., Any]] = {
    "bulkOperationRunMutation": bulk_operation_run_mutation,
    "stagedUploadsCreate": staged_uploads_create,
}
