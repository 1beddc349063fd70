"""Expected refusals. Each is raised where it is found and turned into problem details (RFC 9457) by one handler."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """`field` is the JSON path of the input ("value", "limits.uses_per_code"); `message` says what to enter."""

    field: str
    message: str


class AppError(Exception):
    """A refusal that the caller can act on. `code` is stable, for programs; `message` is a sentence for people."""

    status = 400
    code = "bad_request"
    headers: ClassVar[Mapping[str, str]] = {}

    def __init__(self, message: str, *, code: str | None = None, errors: list[FieldError] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.errors = errors or []


class InvalidInput(AppError):
    status = 422
    code = "invalid_input"

    @classmethod
    def at(cls, *errors: FieldError) -> InvalidInput:
        count = len(errors)
        return cls(
            f"{count} field{'s' if count > 1 else ''} need{'' if count > 1 else 's'} a change.", errors=list(errors)
        )


class Unauthorized(AppError):
    status = 401
    code = "unauthorized"


class Forbidden(AppError):
    status = 403
    code = "forbidden"


class NotFound(AppError):
    status = 404
    code = "not_found"


class Conflict(AppError):
    status = 409
    code = "conflict"


class TooLarge(AppError):
    status = 413
    code = "too_large"


class Unavailable(AppError):
    """Something we depend on is away; the same request may work later."""

    status = 503
    code = "unavailable"
