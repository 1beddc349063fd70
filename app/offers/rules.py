"""What an offer may be, and what state it is in. Pure: no database, clock or network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_precision

from app.errors import FieldError, InvalidInput
from app.platforms.port import DiscountType

NAME_LENGTH = 120
MOST_USES = 1_000_000
LARGEST_AMOUNT = Decimal(10_000_000)
END_OF_DAY = time(23, 59, 59)
_NUMBER = re.compile(r"\d{1,9}(\.\d{1,6})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?", re.ASCII)


class State(StrEnum):
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    ACTIVE = "active"
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
) -> State:
    if archived_at is not None:
        return State.ARCHIVED
    if published_at is None:
        return State.DRAFT
    if ended_at is not None or (ends_at is not None and ends_at <= at):
        return State.ENDED
    return State.SCHEDULED if starts_at > at else State.ACTIVE


@dataclass(frozen=True, slots=True)
class Given:
    """Terms as somebody typed them; times in the store's zone."""

    name: str
    title: str
    type: str
    value: str
    starts_at: str
    """Empty: at once."""
    ends_at: str
    """Empty: no end. A day alone means its last second."""
    uses_per_code: int | None
    once_per_customer: bool
    minimum_subtotal: str


@dataclass(frozen=True, slots=True)
class Checked:
    """Terms that hold together; times in UTC."""

    name: str
    name_key: str
    title: str
    type: DiscountType
    value: Decimal | None
    starts_at: datetime
    ends_at: datetime | None
    uses_per_code: int | None
    once_per_customer: bool
    minimum_subtotal: Decimal | None


def check(given: Given, *, currency: str, zone: ZoneInfo, now: datetime, types: tuple[DiscountType, ...]) -> Checked:
    """Raises InvalidInput with every fault, each at its field."""
    faults: list[FieldError] = []
    name = " ".join(given.name.split())
    title = " ".join(given.title.split()) or name
    if not name:
        faults.append(FieldError("name", "Enter a name for the offer."))
    for field, text in (("name", name), ("title", title)):
        if len(text) > NAME_LENGTH:
            faults.append(FieldError(field, f"Use at most {NAME_LENGTH} characters; there are {len(text)}."))
    type = _type(given.type, types, faults)
    value = _value(type, given.value, currency, faults)
    minimum = _minimum(given.minimum_subtotal, currency, faults)
    starts_at = _moment("starts_at", given.starts_at, zone, time(0), faults) or now
    ends_at = _moment("ends_at", given.ends_at, zone, END_OF_DAY, faults)
    if ends_at is not None and ends_at <= starts_at and not _named(faults, "starts_at"):
        faults.append(FieldError("ends_at", "Enter an end that is after the start."))
    elif ends_at is not None and ends_at <= now:
        faults.append(FieldError("ends_at", "This end has passed. Enter a later one."))
    if given.uses_per_code is not None and not 1 <= given.uses_per_code <= MOST_USES:
        faults.append(FieldError("uses_per_code", f"Enter a whole number from 1 to {MOST_USES:,}, or leave it empty."))
    if faults or type is None:
        raise InvalidInput.at(*faults)
    return Checked(
        name=name, name_key=name.casefold(), title=title, type=type, value=value, starts_at=starts_at, ends_at=ends_at,
        uses_per_code=given.uses_per_code, once_per_customer=given.once_per_customer, minimum_subtotal=minimum,
    )  # fmt: skip


def _named(faults: list[FieldError], field: str) -> bool:
    return any(fault.field == field for fault in faults)


def _type(text: str, types: tuple[DiscountType, ...], faults: list[FieldError]) -> DiscountType | None:
    try:
        found = DiscountType(text)
    except ValueError:
        faults.append(FieldError("type", "Choose a discount type: percentage or fixed_amount."))
        return None
    if found not in types:
        faults.append(FieldError("type", "This store cannot do this type yet. Choose percentage or fixed amount."))
    return found


def _value(type: DiscountType | None, text: str, currency: str, faults: list[FieldError]) -> Decimal | None:
    if type is DiscountType.PERCENTAGE:
        value = _number(text)
        if value is None or not Decimal("0.01") <= value <= 100 or _decimals(value) > 2:
            faults.append(FieldError("value", "Enter a percentage from 0.01 to 100."))
        return value
    if type is DiscountType.FIXED_AMOUNT:
        return _amount("value", text, currency, faults)
    return None


def _minimum(text: str, currency: str, faults: list[FieldError]) -> Decimal | None:
    return _amount("minimum_subtotal", text, currency, faults) if text.strip() else None


def _amount(field: str, text: str, currency: str, faults: list[FieldError]) -> Decimal | None:
    value = _number(text)
    decimals = get_currency_precision(currency)
    if value is None or not 0 < value <= LARGEST_AMOUNT:
        example = f"{Decimal('12.5'):.{decimals}f}"
        faults.append(FieldError(field, f"Enter an amount in {currency} above 0, for example {example}."))
    elif _decimals(value) > decimals:
        words = "no decimals" if decimals == 0 else f"at most {decimals} decimals"
        faults.append(FieldError(field, f"Amounts in {currency} have {words}."))
    return value


def _number(text: str) -> Decimal | None:
    """A point for the decimals: "12,50" is refused here rather than read as 1250 elsewhere."""
    return Decimal(text.strip()) if _NUMBER.fullmatch(text.strip()) else None


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


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
