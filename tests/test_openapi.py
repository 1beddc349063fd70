"""The API's document is complete and true: made from the code, valid, and no request drawn from it breaks the app."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
import schemathesis
from apiflask import APIFlask
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema_rs import ValidationError
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)  # fmt: skip

from app.db import transaction
from tests.support.fake_platform import FakePlatform
from tests.support.shopify import id_token
from tests.support.workspaces import Workspace, add_workspace

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def document(app: APIFlask) -> dict[str, Any]:
    return app.test_client().get("/openapi.json").json


@pytest.fixture
def schema(app: APIFlask) -> BaseSchema:
    return schemathesis.openapi.from_wsgi("/openapi.json", app)


@pytest.fixture
def mine(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace with something to find, whose store answers from memory."""
    platform = FakePlatform()
    monkeypatch.setattr("app.assignments.preview_routes.platform_for", lambda _store_id, **_: platform)
    monkeypatch.setattr("app.assignments.import_routes.platform_for", lambda _store_id, **_: platform)
    monkeypatch.setattr("app.offers.routes.platform_for", lambda _store_id, **_: platform)
    with transaction() as session:
        return add_workspace(session, "own.myshopify.com", "OWNMARK")


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method in METHODS:
                yield method, path, operation


def test_the_document_is_openapi_3_1(document: dict[str, Any], schema: BaseSchema) -> None:
    assert document["openapi"].startswith("3.1")
    schema.validate()


def test_a_broken_document_would_be_seen(document: dict[str, Any]) -> None:
    """The twin: the validator knows the rules."""
    path = next(iter(document["paths"]))
    document["paths"][path] = {"get": {"responses": {"two hundred": {}}}}
    with pytest.raises(ValidationError):
        schemathesis.openapi.from_dict(document).validate()


def test_every_api_route_is_in_the_document(app: APIFlask, document: dict[str, Any]) -> None:
    told = {(method.upper(), path) for method, path, _ in operations(document)}
    served = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }  # fmt: skip
    assert told == served
    assert len(told) > 30


def test_every_operation_says_what_a_caller_needs(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    tags = {tag["name"] for tag in document["tags"]}
    for method, path, operation in operations(document):
        told = f"{method} {path}"
        assert len(operation["summary"].split()) > 1, told
        assert operation["summary"][0].isupper(), told
        assert set(operation["tags"]) <= tags, told
        assert {"idToken": []} in operation["security"], told
        problem = operation["responses"]["default"]["content"]["application/problem+json"]["schema"]
        assert problem["$ref"].endswith("/Problem"), told
        good = [status for status in operation["responses"] if status.startswith("2")]
        assert len(good) == 1, told
        if good != ["204"]:
            ((kind, content),) = operation["responses"][good[0]]["content"].items()
            assert kind != "application/json" or content["schema"]["$ref"], told


def draw(app: APIFlask, schema: BaseSchema, mine: Workspace, examples: int) -> list[str]:
    """Sends that many requests to each operation; the operations that answered them wrongly, with the request."""
    wrong = []
    for found in schema.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy())
        @settings(
            max_examples=examples, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        def try_it(case: schemathesis.Case) -> None:
            for name, value in (case.path_parameters or {}).items():
                # Half the requests find a row.
                case.path_parameters[name] = getattr(mine, name) if isinstance(value, int) and value % 2 else value
            response = case.call(headers={"Authorization": f"Bearer {id_token(mine.domain)}"})
            case.validate_response(response, checks=CHECKS)

        try:
            try_it()
        except FailureGroup as group:
            wrong.append(f"{operation.label}: {group}")
    return wrong


def test_no_request_breaks_the_app(app: APIFlask, schema: BaseSchema, mine: Workspace) -> None:
    assert draw(app, schema, mine, 12) == []


@pytest.mark.long
def test_no_request_of_many_breaks_the_app(app: APIFlask, schema: BaseSchema, mine: Workspace) -> None:
    assert draw(app, schema, mine, 150) == []


def test_the_run_sees_a_route_that_breaks(
    app: APIFlask, schema: BaseSchema, mine: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: a route that fails is reported."""

    def broken(**_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(app.view_functions, "views.show_home", broken)
    assert any("/api/home" in line for line in draw(app, schema, mine, 1))


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.ids |= {given["id"] or ""} if "id" in given else set()
        if tag == "a":
            self.links.add(given["href"] or "")
        if tag in ("script", "link", "img", "iframe") or "src" in given:
            self.loaded.append(tag)


def test_the_reference_shows_every_operation_and_loads_nothing(app: APIFlask, document: dict[str, Any]) -> None:
    answer = app.test_client().get("/docs")
    page = Page()
    page.feed(answer.text)
    assert answer.status_code == 200
    assert not page.loaded
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert {link.removeprefix("#") for link in page.links if link.startswith("#")} <= page.ids
    for method, path, operation in operations(document):
        assert f"<code>{path}</code>" in answer.text
        assert f"curl -X {method.upper()}" in answer.text
        assert operation["operationId"]
