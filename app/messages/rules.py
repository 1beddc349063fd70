"""Whether a message may go out, when it is tried again, and how fast. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.messages.tags import OF_CODE

MAX_ATTEMPTS = 6
"""A server that says "later" so often is not asked again: 12 hours after the first time."""
_WAITS = (60, 300, 900, 3_600, 14_400, 28_800)
_SERVER_WAITS = (10, 30, 60, 300, 900)
BURST = timedelta(seconds=3)
"""What was not sent in so long a time may be made up for, so that a sender that looks every 2 s keeps its rate."""
HELD_WAIT = timedelta(seconds=60)

PENDING = ("queued", "held", "sending")
REASONS = {
    "erased": "This person was erased.",
    "archived": "This person is archived. Restore them to send it.",
    "no_address": "There is no e-mail address.",
    "bad_address": "The e-mail address cannot be written to. Correct it.",
    "no_consent": "Your roster says that this person does not want e-mail.",
    "unsubscribed": "This person unsubscribed from your messages.",
    "bounced": "An earlier message to this address came back.",
    "no_code": "There is no code for this person yet.",
    "not_released": "The incentive's code is not released to this person yet.",
    "not_live": "The code is not live in the store.",
    "off": "The code was taken off the store.",
    "offer_draft": "The offer is not published.",
    "offer_ended": "The offer has ended.",
    "offer_paused": "The offer is paused.",
    "not_started": "The offer has not started, and the text does not tell when it does ({{starts_on}}).",
    "used_up": "The code has been used as often as it may be.",
    "template_gone": "The template was archived.",
}


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a message does not go out: held for now, or for good."""

    reason: str
    detail: str

    @property
    def state(self) -> str:
        if self.reason in ("unsubscribed", "no_consent"):
            return "unsubscribed"
        return "failed" if self.reason in ("erased", "bounced") else "held"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the decision needs to know of person and code, at this moment."""

    erased: bool = False
    archived: bool = False
    address: str = ""
    address_fault: bool = False
    suppressed: str = ""
    """unsubscribed, bounced or empty."""
    consent: bool | None = None
    has_code: bool = False
    awaits_release: bool = False
    code_state: str = ""
    offer_state: str = ""
    """draft, scheduled, active, paused, ended or archived; empty for a code without terms of ours."""
    used_up: bool = False


def hold(printed: Collection[str], blanks: Sequence[str], standing: Standing) -> Hold | None:
    """`printed`: the tags that the text tells this person; `blanks`: those that would come out empty."""
    reason = _of_person(standing)
    if reason is None and (OF_CODE & set(printed) or OF_CODE & set(blanks)):
        reason = _of_code(standing, tells_start="starts_on" in printed)
    if reason is not None:
        return Hold(reason, REASONS[reason])
    if blanks:
        named = ", ".join(f"{{{{{name}}}}}" for name in blanks)
        return Hold("empty", f"{named} would be empty. Give it a fallback, {{{{{blanks[0]}|…}}}}, or fill it in.")
    return None


def _of_person(standing: Standing) -> str | None:
    checks = (
        (standing.erased, "erased"), (standing.archived, "archived"), (not standing.address, "no_address"),
        (standing.address_fault, "bad_address"), (standing.suppressed == "unsubscribed", "unsubscribed"),
        (standing.consent is False, "no_consent"), (standing.suppressed == "bounced", "bounced"),
    )  # fmt: skip
    return next((reason for is_so, reason in checks if is_so), None)


def _of_code(standing: Standing, *, tells_start: bool) -> str | None:
    offer, code = standing.offer_state, standing.code_state
    checks = (
        (not standing.has_code and standing.awaits_release, "not_released"), (not standing.has_code, "no_code"),
        (code in ("disabled", "retired"), "off"), (code != "live", "not_live"), (offer == "draft", "offer_draft"),
        (offer in ("ended", "archived"), "offer_ended"), (offer == "paused", "offer_paused"),
        (offer == "scheduled" and not tells_start, "not_started"), (standing.used_up, "used_up"),
    )  # fmt: skip
    return next((reason for is_so, reason in checks if is_so), None)


def retry_after(attempts: int) -> timedelta | None:
    """How long a message waits that the server put off `attempts` times; None: it is given up."""
    return None if attempts >= MAX_ATTEMPTS else timedelta(seconds=_WAITS[attempts - 1])


def server_pause(failures: int) -> timedelta:
    """How long a server is left alone that took nothing `failures` times in a row."""
    return timedelta(seconds=_SERVER_WAITS[min(failures, len(_SERVER_WAITS)) - 1])


def held_pause(age: timedelta) -> timedelta:
    """Until a held message is looked at again: often at first, then hourly."""
    if age < timedelta(hours=1):
        return HELD_WAIT
    return timedelta(minutes=15) if age < timedelta(days=2) else timedelta(hours=1)


def next_slot(slot: datetime | None, now: datetime, per_minute: int) -> datetime:
    """When the message after the one sent `now` may go; `slot` is when this one could have gone."""
    gap = timedelta(seconds=60 / per_minute)
    return max(slot or now, now - BURST) + gap
