"""Shopify's user errors (the `userErrors` of a mutation) as failures of the port."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.platforms.port import Failure, PlatformError

TAKEN = ("TAKEN", "DUPLICATE", "IMPLICIT_DUPLICATE")
PASSING = ("INTERNAL_ERROR", "LIMIT_REACHED", "OPERATION_IN_PROGRESS")


def failure_of(code: str | None) -> Failure:
    """A `DiscountErrorCode`; everything that is neither taken nor passing is the terms' or the code's own fault."""
    if code in TAKEN:
        return Failure.TAKEN
    return Failure.THROTTLED if code in PASSING else Failure.INVALID


def refuse_user_errors(answer: Mapping[str, Any]) -> None:
    """Raises PlatformError for the first user error. `field` may be null; the message is for the merchant."""
    errors: Sequence[Mapping[str, Any]] = answer.get("userErrors") or ()
    if not errors:
        return
    first = errors[0]
    failure = failure_of(first.get("code"))
    # A discount that is gone comes as INVALID on its id.
    if failure is Failure.INVALID and list(first.get("field") or ())[-1:] in (["id"], ["discountId"]):
        failure = Failure.NOT_FOUND
    messages = dict.fromkeys(str(error.get("message", "")) for error in errors)
    raise PlatformError(failure, " ".join(messages), can_retry=failure is Failure.THROTTLED)
