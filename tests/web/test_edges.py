"""The edge of the app: headers on every answer, one shape for refusals, nothing secret in the logs."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from apiflask import APIFlask
from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app import create_app
from app.config import Settings, current_settings
from app.errors import Conflict, FieldError, InvalidInput
from app.platforms.port import Failure, PlatformError
from app.stores.models import Store
from app.stores.service import directory
from tests.support.actors import Merchant
from tests.support.shopify import API_SECRET, OLD_SECRET, SHOP, id_token

NONE = "frame-ancestors 'none'"
CANARY = "canary4711"
SECRET_PATHS = ("/c/", "/lost/", "/u/")
"""Of people's own pages: the address is all that guards them, so the pages tell nobody where a click came from."""


@pytest.fixture
def app(settings: Settings) -> APIFlask:
    """Of each test's own: it adds routes, and reads figures that begin with nothing."""
    directory.forget()
    return create_app(settings)


@pytest.fixture
def broken(app: APIFlask) -> APIFlask:
    """With routes that fail in each way there is."""

    def raising(error: Exception) -> None:
        raise error

    failures: dict[str, Exception] = {
        "surprise": RuntimeError(f"shpat_{CANARY} at https://user:{CANARY}@db/x\r\nforged line"),
        "refusal": Conflict("The name is taken: choose another.", code="name_taken"),
        "input": InvalidInput.at(FieldError("value", "Enter a number above 0.")),
        "store": PlatformError(Failure.THROTTLED, "Shopify asks us to slow down.", can_retry=True, retry_after=3),
        "database": OperationalError(f"SELECT '{CANARY}'", {"p": CANARY}, Exception("gone"), hide_parameters=True),
    }
    for name, error in failures.items():
        app.add_url_rule(f"/broken/{name}", name, lambda error=error: raising(error))
    return app


def _paths(app: Flask) -> Iterator[tuple[str, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted(set(rule.methods or ()) - {"HEAD"}):
            yield method, _filled(rule)


def _filled(rule: Rule) -> str:
    with_values = rule.build(dict.fromkeys(rule.arguments, 1) | ({"path": "x"} if "path" in rule.arguments else {}))
    assert with_values is not None
    return with_values[1]


def _framing(answer: TestResponse) -> str:
    """The part of the policy that says who may frame the answer; a page may add more parts."""
    parts = [part.strip() for part in answer.headers["Content-Security-Policy"].split(";")]
    [framing] = [part for part in parts if part.startswith("frame-ancestors")]
    return framing


def test_every_route_says_who_may_frame_it(app: APIFlask) -> None:
    client = app.test_client()
    seen = 0
    for method, path in _paths(app):
        answer = client.open(path, method=method)
        assert _framing(answer) == NONE, (method, path)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        referrer = answer.headers["Referrer-Policy"]
        assert referrer == "strict-origin" or (referrer == "no-referrer" and path.startswith(SECRET_PATHS)), path
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Request-Id"]
        assert answer.status_code < 500 or path in ("/readyz",), (method, path, answer.status_code)
        seen += 1
    assert seen > 20


def test_only_pages_with_a_shop_may_be_framed_and_by_it_alone(app: APIFlask) -> None:
    query = {"shop": SHOP, "shopify-reload": "/", "id_token": id_token(), "embedded": "1"}
    for method, path in _paths(app):
        policy = _framing(app.test_client().open(path, method=method, query_string=query))
        assert policy in (NONE, f"frame-ancestors https://{SHOP} https://admin.shopify.com"), (method, path)


@pytest.mark.parametrize(
    "path", ["/nothing", "/api/nothing", "/webhooks/nothing", "/auth/nothing", "/assets/nothing.js"]
)
def test_nothing_there_is_a_problem_too(app: APIFlask, path: str) -> None:
    answer = app.test_client().get(path)

    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.headers["Content-Security-Policy"] == NONE
    assert set(answer.json) == {"type", "title", "status", "detail", "code", "request_id"}


def test_a_wrong_method_tells_the_right_ones(app: APIFlask) -> None:
    answer = app.test_client().delete("/api/session")

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_surprise_tells_the_caller_nothing(broken: APIFlask) -> None:
    answer = broken.test_client().get("/broken/surprise", headers={"X-Request-Id": "request-17"})

    assert (answer.status_code, answer.headers["Content-Security-Policy"]) == (500, NONE)
    assert answer.json["request_id"] == "request-17"
    assert CANARY not in answer.text
    assert "RuntimeError" not in answer.text


def test_a_surprise_is_logged_once_with_its_request(capfd: pytest.CaptureFixture[str], broken: APIFlask) -> None:
    broken.test_client().get("/broken/surprise", headers={"X-Request-Id": "request-17"})

    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    [told] = [line for line in lines if line["level"] == "error"]
    assert (told["event"], told["request_id"], told["error"]) == ("unexpected_error", "request-17", "RuntimeError")
    assert "test_edges.py" in told["exception"]
    assert CANARY not in json.dumps(lines)


def test_a_refusal_keeps_its_code_and_sentence(broken: APIFlask) -> None:
    answer = broken.test_client().get("/broken/refusal")

    assert answer.status_code == 409
    assert (answer.json["code"], answer.json["detail"]) == ("name_taken", "The name is taken: choose another.")


def test_a_wrong_input_names_the_field(broken: APIFlask) -> None:
    answer = broken.test_client().get("/broken/input")

    assert answer.status_code == 422
    assert answer.json["errors"] == [{"field": "value", "message": "Enter a number above 0."}]


def test_a_platforms_refusal_tells_when_to_come_again(broken: APIFlask) -> None:
    answer = broken.test_client().get("/broken/store")

    assert (answer.status_code, answer.json["code"], answer.headers["Retry-After"]) == (503, "store_throttled", "3")


def test_a_database_that_is_away_is_503(capfd: pytest.CaptureFixture[str], broken: APIFlask) -> None:
    answer = broken.test_client().get("/broken/database")

    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert CANARY not in answer.text
    assert capfd.readouterr().err.count('"level": "error"') == 1


def test_an_over_long_body_is_413(merchant: Merchant) -> None:
    answer = merchant.post("/api/offers", data=b"{" + b" " * (2 * 1024 * 1024), content_type="application/json")

    assert answer.status_code in (404, 405, 413)
    big = merchant.http.post("/auth/callback", data=b"x" * (3 * 1024 * 1024))
    assert big.status_code in (405, 413)


@pytest.mark.parametrize("given", ["", "a b", "x" * 100, "é", "a\tb", "../../etc"])
def test_a_strange_request_id_is_replaced(app: APIFlask, given: str) -> None:
    answer = app.test_client().get("/healthz", headers={"X-Request-Id": given})

    assert answer.headers["X-Request-Id"] != given
    assert len(answer.headers["X-Request-Id"]) == 32


def test_no_secret_reaches_the_logs(capfd: pytest.CaptureFixture[str], app: APIFlask, merchant: Merchant) -> None:
    token = id_token(sub=CANARY)
    secrets = [API_SECRET, OLD_SECRET, *current_settings().keys, token, "shpat_test", "shprt_test", CANARY]
    for method, path in _paths(app):
        for query in ({}, {"id_token": token, "hmac": CANARY, "code": CANARY, "state": CANARY, "embedded": "1"}):
            merchant.http.open(
                path,
                method=method,
                query_string=query,
                json={"api_key": CANARY, "signing_secret": CANARY},
                headers={"Authorization": f"Bearer {token}", "X-Shopify-Hmac-Sha256": CANARY, "Cookie": f"a={CANARY}"},
            )

    logged = capfd.readouterr().err
    assert logged.count("\n") > 40
    for secret in secrets:
        assert secret not in logged


def test_nobody_can_forge_a_line(capfd: pytest.CaptureFixture[str], app: APIFlask) -> None:
    client = app.test_client()
    forged = '\r\n{"event": "forged", "level": "error"}\r\n'
    for path in ("/api/session", "/offers", "/auth/callback", "/nothing"):
        client.get(path + "/%0d%0aforged", query_string={"shop": forged, "id_token": forged})
        client.get(path, headers={"Authorization": "Bearer \udcff", "User-Agent": forged.replace("\r\n", " ")})

    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert lines
    assert "forged" not in {line["event"] for line in lines}


def test_health_tells_whether_requests_can_be_answered(app: APIFlask, settings: Settings) -> None:
    client = app.test_client()

    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ok", "queue": "away"}


def test_without_a_database_it_is_alive_but_not_ready(settings: Settings, store: Store) -> None:
    from dataclasses import replace

    lost = create_app(replace(settings, database_url="postgresql+psycopg://nobody@127.0.0.1:9/none")).test_client()

    assert lost.get("/healthz").status_code == 200
    assert lost.get("/readyz").status_code == 503
    assert lost.get("/api/session", headers={"Authorization": f"Bearer {id_token()}"}).status_code == 503


def test_metrics_tell_the_backlog_and_no_names(merchant: Merchant) -> None:
    merchant.get("/api/session")
    answer = merchant.http.get("/metrics")

    assert "shoutcode_inbox_waiting 0.0" in answer.text
    assert 'shoutcode_request_seconds_count{method="GET",route="/api/session",status="200"} 1.0' in answer.text
    assert SHOP not in answer.text


def test_the_description_of_the_api_is_served(app: APIFlask) -> None:
    described = app.test_client().get("/openapi.json").json

    assert described["openapi"].startswith("3.1")
    assert "/api/session" in described["paths"]
    assert not [path for path in described["paths"] if not path.startswith("/api/")]
    for path, operations in described["paths"].items():
        for operation in operations.values():
            if "responses" not in operation:
                continue
            assert "application/problem+json" in operation["responses"]["default"]["content"], path
            assert operation["security"] == [{"idToken": []}, {"apiKey": []}]
