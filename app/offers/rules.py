"""What an offer may be, and what state it is in. Pure: no database, clock or network."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.errors import FieldError, InvalidInput
from app.offers import amounts
from app.offers.conditions import Conditions, check_conditions
from app.offers.given import Checked, Given
from app.platforms.port import Capabilities, DiscountType

NAME_LENGTH = 120
MOST_USES = 1_000_000
END_OF_DAY = time(23, 59, 59)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?", re.ASCII)


class State(StrEnum):
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"
    ARCHIVED = "archived"


def state(
    at: datetime,
    *,
    starts_at: datetime,
    ends_at: datetime | None,
    published_at: datetime | None,
    ended_at: datetime | None,
    archived_at: datetime | None,
    paused_at: datetime | None = None,
) -> State:
    if archived_at is not None:
        return State.ARCHIVED
    if published_at is None:
        return State.DRAFT
    if ended_at is not None or (ends_at is not None and ends_at <= at):
        return State.ENDED
    if paused_at is not None:
        return State.PAUSED
    return State.SCHEDULED if starts_at > at else State.ACTIVE


def check(given: Given, *, currency: str, zone: ZoneInfo, now: datetime, able: Capabilities) -> Checked:
    """Raises InvalidInput with every fault, each at its field."""
    faults: list[FieldError] = []
    name = " ".join(given.name.split())
    title = " ".join(given.title.split()) or name
    if not name:
        faults.append(FieldError("name", "Enter a name for the offer."))
    for field, text in (("name", name), ("title", title)):
        if len(text) > NAME_LENGTH:
            faults.append(FieldError(field, f"Use at most {NAME_LENGTH} characters; there are {len(text)}."))
    type = _type(given.type, able, faults)
    value = _value(type, given.value, currency, able, faults)
    conditions = check_conditions(given, type, value, able, currency, faults)
    starts_at = _moment("starts_at", given.starts_at, zone, time(0), faults) or now
    ends_at = _moment("ends_at", given.ends_at, zone, END_OF_DAY, faults)
    if ends_at is not None and ends_at <= starts_at and not _named(faults, "starts_at"):
        faults.append(FieldError("ends_at", "Enter an end that is after the start."))
    elif ends_at is not None and ends_at <= now:
        faults.append(FieldError("ends_at", "This end has passed. Enter a later one."))
    if starts_at > now and not able.start_dates:
        faults.append(FieldError("starts_at", able.missing.get("start_dates", "This store has no start dates.")))
    if given.uses_per_code is not None and not 1 <= given.uses_per_code <= MOST_USES:
        faults.append(FieldError("uses_per_code", f"Enter a whole number from 1 to {MOST_USES:,}, or leave it empty."))
    if faults or type is None:
        raise InvalidInput.at(*faults)
    return Checked(
        name=name, name_key=name.casefold(), title=title, type=type, value=value, starts_at=starts_at, ends_at=ends_at,
        once_per_customer=given.once_per_customer, **{name: getattr(conditions, name) for name in Conditions.__slots__},
    )  # fmt: skip


def _named(faults: list[FieldError], field: str) -> bool:
    return any(fault.field == field for fault in faults)


def _type(text: str, able: Capabilities, faults: list[FieldError]) -> DiscountType | None:
    choices = ", ".join(type.value for type in able.discount_types)
    try:
        found = DiscountType(text)
    except ValueError:
        faults.append(FieldError("type", f"Choose a discount type: {choices}."))
        return None
    if found not in able.discount_types:
        faults.append(FieldError("type", f"This store cannot do this type. Choose one of {choices}."))
    return found


def _value(
    type: DiscountType | None, text: str, currency: str, able: Capabilities, faults: list[FieldError]
) -> Decimal | None:
    if type is DiscountType.PERCENTAGE:
        return amounts.percentage(text, able.percentage_decimals, faults)
    if type is DiscountType.FIXED_AMOUNT:
        return amounts.amount("value", text, currency, able.amount_decimals, faults)
    return None


def _moment(field: str, text: str, zone: ZoneInfo, at_day: time, faults: list[FieldError]) -> datetime | None:
    """Local time to UTC. An hour that comes twice means the first; one that the clocks skip is refused."""
    text = text.strip()
    if not text:
        return None
    try:
        if _DAY.fullmatch(text):
            local = datetime.combine(date.fromisoformat(text), at_day)
        elif _MOMENT.fullmatch(text):
            local = datetime.fromisoformat(text)
        else:
            raise ValueError(text)
        found = local.replace(tzinfo=zone).astimezone(UTC)
        back = found.astimezone(zone).replace(tzinfo=None)
    except (ValueError, OverflowError):
        faults.append(FieldError(field, "Enter a date such as 2026-11-21, or with a time: 2026-11-21T09:00."))
        return None
    if not 2000 <= local.year <= 2200:
        faults.append(FieldError(field, "Enter a year from 2000 to 2200."))
        return None
    if back != local:
        words = f"{local:%H:%M} does not exist on {local:%Y-%m-%d} in {zone.key}: the clocks go forward."
        faults.append(FieldError(field, f"{words} Enter another time."))
        return None
    return found
