"""The API's readable reference, made of the OpenAPI document: no script, nothing from elsewhere."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

from apiflask import APIBlueprint, APIFlask
from flask import Response, current_app, make_response, render_template, url_for

from app.views.schema_words import FieldRow, example, resolved, rows, type_in_words
from app.views.schema_words import note as note_of

blueprint = APIBlueprint("reference", __name__, template_folder="templates", enable_openapi=False)

DESCRIPTION = (
    "Everything the Shoutcode page does. Requests carry an API key (made under Settings) or the ID token of the "
    "store's admin as a bearer token; it says whose data is meant. Amounts are decimal strings with their currency, "
    "times ISO 8601 in UTC. Lists go on at `next_cursor`. A refusal is a problem document (RFC 9457) whose `errors` "
    "name the fields."
)
TAGS = [
    {"name": "Home", "description": "What waits for somebody, and the numbers."},
    {"name": "Influencers", "description": "The people: the table, one person's page, adding, editing, archiving."},
    {"name": "Offers", "description": "The terms that all codes of an offer share, and the codes themselves."},
    {"name": "Codes", "description": "Codes after they are made: off and on, replaced, brought in, shared."},
    {"name": "Runs", "description": "The making of codes: progress, stop, resume, retry."},
    {"name": "Messages", "description": "Templates with merge tags, sending to many, the mail server they leave by."},
    {"name": "Own pages", "description": "The influencers' own pages: what they show, their links, codes asked for."},
    {"name": "Campaigns", "description": "Who takes part, at which stage, and the incentives whose codes they get."},
    {"name": "Redemptions", "description": "Orders that used a code, and every change of their money."},
    {"name": "Roster", "description": "The list of people you keep elsewhere: connection, pull, events sent back."},
    {"name": "Stores", "description": "The connected stores, their health, and who is asking."},
    {"name": "Trust", "description": "Who may do what, keys for programs, and the log of every change."},
]
METHODS = ("get", "post", "put", "patch", "delete")
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    anchor: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[FieldRow]
    body: list[FieldRow]
    status: str
    answer: list[FieldRow]
    curl: str


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    description: str
    operations: list[Operation]


@blueprint.get("/docs")
def reference() -> Response:
    app = cast(APIFlask, current_app)
    document = cast(Document, app.spec)
    nonce = secrets.token_urlsafe(16)
    page = render_template(
        "reference.html", title=document["info"]["title"], description=DESCRIPTION, groups=groups(document),
        problem=list(rows(document["components"]["schemas"]["Problem"], document)), nonce=nonce,
        document_url=url_for("openapi.spec"),
    )  # fmt: skip
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return answer


def arranged(document: dict[Any, Any] | str) -> dict[Any, Any] | str:
    """The document with its introduction, and each tag once, described, in the reference's order."""
    if isinstance(document, str):  # as YAML, which is not served
        return document
    document["info"]["description"] = DESCRIPTION
    document["tags"] = TAGS
    return document


def groups(document: Document) -> list[Group]:
    """The operations by tag, in the document's order of tags; in each the paths that belong together stand together."""
    by_tag: dict[str, list[Operation]] = {}
    for path in sorted(document["paths"]):
        for method in METHODS:
            if method in document["paths"][path]:
                given = document["paths"][path][method]
                by_tag.setdefault(given["tags"][0], []).append(_operation(method, path, given, document))
    return [Group(tag["name"], tag.get("description", ""), by_tag.get(tag["name"], [])) for tag in document["tags"]]


def _operation(method: str, path: str, given: Document, document: Document) -> Operation:
    status, answer = next((one for one in given["responses"].items() if one[0].startswith("2")), ("200", {}))
    body = _json_schema(given.get("requestBody", {}))
    return Operation(
        anchor=f"{method}-{path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}",
        method=method.upper(),
        path=path,
        summary=given.get("summary", ""),
        description=given.get("description", ""),
        parameters=[_parameter(resolved(one, document), document) for one in given.get("parameters", ())],
        body=list(rows(body, document)),
        status=f"{status} {HTTPStatus(int(status)).phrase}",
        answer=list(rows(_json_schema(answer), document)),
        curl=_curl(method, path, body, document),
    )


def _parameter(given: Document, document: Document) -> FieldRow:
    schema = given.get("schema", {})
    words = ", ".join(filter(None, (f"in the {given['in']}", note_of(schema, document))))
    note = f"{words}. {given['description']}" if "description" in given else words
    return FieldRow(given["name"], type_in_words(schema, document), given.get("required", False), note)


def _json_schema(holder: Document) -> Document:
    return cast(Document, holder.get("content", {}).get("application/json", {}).get("schema", {}))


def _curl(method: str, path: str, body: Document, document: Document) -> str:
    shown = path
    while "{" in shown:
        before, _, rest = shown.partition("{")
        shown = before + "1" + rest.partition("}")[2]
    lines = [f"curl -X {method.upper()} $SHOUTCODE_URL{shown}", '-H "Authorization: Bearer $TOKEN"']
    if resolved(body, document).get("properties"):
        text = json.dumps(example(body, document), ensure_ascii=False, indent=2).replace("'", "'\\''")
        lines += ["-H 'Content-Type: application/json'", f"-d '{text}'"]
    return " \\\n  ".join(lines)
