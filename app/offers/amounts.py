"""Reading numbers that somebody typed. Pure."""

from __future__ import annotations

import re
from decimal import Decimal

from app.errors import FieldError

LARGEST = Decimal(10_000_000)
_NUMBER = re.compile(r"\d{1,9}(\.\d{1,6})?", re.ASCII)


def number(text: str) -> Decimal | None:
    """A point for the decimals: "12,50" is refused here rather than read as 1250 elsewhere."""
    return Decimal(text.strip()) if _NUMBER.fullmatch(text.strip()) else None


def decimals_of(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def amount(field: str, text: str, currency: str, decimals: int, faults: list[FieldError]) -> Decimal | None:
    value = number(text)
    if value is None or not 0 < value <= LARGEST:
        example = f"{Decimal('12.5'):.{decimals}f}"
        faults.append(FieldError(field, f"Enter an amount in {currency} above 0, for example {example}."))
    elif decimals_of(value) > decimals:
        words = "no decimals" if decimals == 0 else f"at most {decimals} decimals"
        faults.append(FieldError(field, f"Amounts in {currency} have {words}."))
    return value


def percentage(text: str, decimals: int, faults: list[FieldError]) -> Decimal | None:
    """A store that keeps fewer decimals would round the percentage in silence."""
    value = number(text)
    if value is None or not Decimal("0.01") <= value <= 100 or decimals_of(value) > 2:
        faults.append(FieldError("value", "Enter a percentage from 0.01 to 100."))
    elif decimals_of(value) > decimals:
        words = "no decimals" if decimals == 0 else f"{decimals} decimals"
        faults.append(FieldError("value", f"This store keeps {words}: enter a percentage that fits."))
    return value
