"""One shape for every refusal: problem details (RFC 9457). Surprises are logged once and told to nobody."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import structlog
from apiflask import APIFlask, HTTPError
from flask import Response, g, json
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from app.errors import AppError, FieldError
from app.platforms.port import Failure, PlatformError

log = structlog.get_logger()

_PLATFORM_STATUS = {
    Failure.UNREACHABLE: 502, Failure.THROTTLED: 503, Failure.UNAUTHORIZED: 403, Failure.STORE_CLOSED: 403,
    Failure.ACCESS_DENIED: 403, Failure.NOT_FOUND: 404, Failure.INVALID: 422, Failure.TAKEN: 409,
    Failure.UNEXPECTED: 502,
}  # fmt: skip
_BODY_PARTS = ("json", "query", "form", "files", "path", "headers")


def init_app(app: APIFlask) -> None:
    app.error_processor(_of_http_error)
    app.register_error_handler(AppError, _of_app_error)
    app.register_error_handler(PlatformError, _of_platform_error)
    app.register_error_handler(DBAPIError, _of_database_error)
    app.register_error_handler(Exception, _of_surprise)


def problem(status: int, code: str, detail: str, errors: list[FieldError] | None = None) -> Response:
    body: dict[str, Any] = {
        "type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, "code": code,
        "request_id": g.get("request_id", ""),
    }  # fmt: skip
    if errors:
        body["errors"] = [{"field": error.field, "message": error.message} for error in errors]
    return Response(json.dumps(body), status, mimetype="application/problem+json")


def _of_app_error(error: AppError) -> Response:
    response = problem(error.status, error.code, error.message, error.errors)
    response.headers.update(error.headers)
    return response


def _of_platform_error(error: PlatformError) -> Response:
    log.warning("platform_refused", code=error.code, detail=error.message, platform_request_id=error.request_id)
    response = problem(_PLATFORM_STATUS[error.code], f"store_{error.code}", error.message)
    if error.retry_after:
        response.headers["Retry-After"] = str(max(1, round(error.retry_after)))
    return response


def _of_http_error(error: HTTPError) -> Response:
    """APIFlask's own: a wrong input (422), and every refusal of werkzeug (404, 405, 413 …)."""
    status = error.status_code
    errors = _field_errors(error.detail)
    if errors:
        count = len(errors)
        return problem(status, "invalid_input", f"{count} field{'s need' if count > 1 else ' needs'} a change.", errors)
    response = problem(status, HTTPStatus(status).name.lower(), _SENTENCES.get(status, f"{error.message}."))
    for name, value in dict(error.headers or {}).items():
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


_SENTENCES = {
    400: "The request could not be read.",
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
    413: "The request is too large.",
    429: "Too many requests: wait a moment and try again.",
}


def _field_errors(detail: Any) -> list[FieldError]:
    """Flattens {"json": {"value": ["..."]}} to fields; nested names are joined with dots."""
    found: list[FieldError] = []

    def walk(path: str, value: Any) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(f"{path}.{key}" if path else str(key), inner)
        elif isinstance(value, list | tuple):
            found.extend(FieldError(path, str(message)) for message in value)

    if isinstance(detail, dict):
        for part, fields in detail.items():
            walk("" if part in _BODY_PARTS else part, fields)
    return found


def _of_database_error(error: DBAPIError) -> Response:
    """A database that is away is not the caller's fault, and the same request may work later."""
    log.error("database_error", store_id=_store_id(), error=type(error.orig).__name__, exc_info=error)
    if _is_away(error):
        return problem(503, "unavailable", "Shoutcode is busy for a moment. Try again.")
    return _unexpected()


def _is_away(error: DBAPIError) -> bool:
    return error.connection_invalidated or type(error).__name__ == "OperationalError"


def _of_surprise(error: Exception) -> Response:
    if isinstance(error, HTTPException):
        return _of_http_error(HTTPError(error.code or 500, message=error.name, headers=dict(error.get_headers())))
    log.error("unexpected_error", store_id=_store_id(), error=type(error).__name__, exc_info=error)
    return _unexpected()


def _unexpected() -> Response:
    return problem(500, "unexpected", "Something went wrong on our side. It has been noted; try again in a moment.")


def _store_id() -> int | None:
    context = g.get("context")
    return context.store_id if context else None


class ProblemField(BaseModel):
    field: str
    """JSON path of the input."""
    message: str


class Problem(BaseModel):
    """Every refusal (RFC 9457). `code` is stable, for programs; `detail` is a sentence for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[ProblemField] | None = None


IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[\x21-\x7e]+$"},
    "description": "A name of your own for this write. Repeated within a day it is answered as the first time "
    "(`Idempotency-Replayed: true`) and acts once; with another body it is refused.",
}


def describe(spec: dict[Any, Any] | str) -> dict[Any, Any] | str:
    """The refusals and the way in, for the description of the API: the same for every operation."""
    if isinstance(spec, str):  # as YAML, which is not served
        return spec
    schemas = spec.setdefault("components", {}).setdefault("schemas", {})
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update({"Problem": schema, **schema.pop("$defs")})
    for name in ("HTTPError", "ValidationError"):
        schemas.pop(name, None)
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in spec["paths"].values():
        for method, operation in operations.items():
            if not isinstance(operation, dict) or "responses" not in operation:
                continue
            for status in [status for status in operation["responses"] if status >= "400"]:
                del operation["responses"][status]
            operation["responses"]["default"] = {
                "description": "Refused: the problem, in one shape.",
                "content": content,
            }
            operation["security"] = [{"idToken": []}, {"apiKey": []}]
            if method in ("post", "put", "patch", "delete"):
                operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/IdempotencyKey"})
    spec["components"].setdefault("parameters", {})["IdempotencyKey"] = IDEMPOTENCY_KEY
    spec["components"]["securitySchemes"] = {
        "idToken": {"type": "http", "scheme": "bearer", "description": "Shopify's ID token, valid for a minute."},
        "apiKey": {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key of the workspace (sck_…), made under Settings. `RateLimit-*` says what is left.",
        },
    }
    return spec
