"""Words for what became of codes and runs. Pure."""

from __future__ import annotations

from app.platforms.port import Failure

FAILED = {
    Failure.TAKEN: "already exist in the store",
    Failure.INVALID: "were refused by the store",
    Failure.NOT_FOUND: "lost their discount, which was deleted in the store",
    Failure.UNREACHABLE: "got no answer",
    Failure.UNEXPECTED: "got an answer we could not read",
}
WAITING = {
    Failure.UNREACHABLE: "The store does not answer. The run goes on by itself when it does.",
    Failure.THROTTLED: "The store asks us to slow down. The run goes on by itself.",
    Failure.UNAUTHORIZED: "Open Shoutcode in the store's admin again. The run then goes on.",
    Failure.STORE_CLOSED: "The store is closed, or Shoutcode was removed from it. The run waits.",
    Failure.ACCESS_DENIED: "Shoutcode may not make discounts here. Open it in the store's admin and allow it.",
}
# Seconds until a waiting run asks the store again.
PAUSE = {Failure.UNREACHABLE: 10, Failure.THROTTLED: 5}
LONG_PAUSE = 60


def failed_in_words(reason: str, count: int) -> str:
    """ "41 already exist in the store": the count is part of the sentence."""
    known = FAILED.get(Failure(reason)) if reason in list(Failure) else None
    return f"{count:,} {known or 'could not be made'}"


def waiting_in_words(failure: Failure, message: str) -> str:
    return WAITING.get(failure, message)


def masked(code: str) -> str:
    """A pooled code at every door: its first two characters and its length."""
    return f"{code[:2]}•••• ({len(code)})"


def shown_code(code: str, *, is_pooled: bool) -> str:
    """`is_pooled`: nobody holds it yet."""
    return masked(code) if is_pooled else code


def seconds_left(missing: int, rate: float) -> int | None:
    """Rounded as people say it: to 5 s below two minutes, then to minutes."""
    if rate <= 0 or missing <= 0:
        return None
    seconds = missing / rate
    step = 5 if seconds < 120 else 60
    return max(step, round(seconds / step) * step)
