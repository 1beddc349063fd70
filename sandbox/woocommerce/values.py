"""How WooCommerce takes and writes values: decimals, whole numbers, dates, codes, JSON as PHP writes it. Pure.

Much is accepted that nobody meant: "12,50" becomes 1250.00, -3 uses become 3, a date that cannot be read becomes none.
"""

import json
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

ZERO = Decimal(0)
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(Z|[+-]\d\d:\d\d)?")
_NOT_A_NUMBER = re.compile(r"\.(?![^.]+$)|[^0-9.-]")
_TAG = re.compile(r"<[^>]*>")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def rounded(amount: Decimal, places: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def money(amount: Decimal, places: int) -> str:
    """As REST writes amounts: padded to the store's decimals."""
    return str(rounded(amount, places))


def decimal_of(value: object, places: int) -> Decimal:
    """wc_format_decimal(): what is no digit falls out, so "12,50" is 1250 and "abc" is 0; rounded to the store's."""
    text = str(value).strip()
    try:
        number = Decimal(text)
    except InvalidOperation:
        text = _NOT_A_NUMBER.sub("", text)
        try:
            number = Decimal(text or "0")
        except InvalidOperation:
            number = ZERO
    return rounded(number, places) if number.is_finite() else ZERO


def absint(value: object) -> int:
    """The leading number without its sign: -3 is 3, "abc" is 0."""
    found = re.match(r"\s*[+-]?(\d+)", str(int(value)) if isinstance(value, int | float) else str(value))
    return int(found[1]) if found else 0


def is_integer(value: object) -> bool:
    """What the type check of a single request lets pass as a whole number."""
    if isinstance(value, str):
        return re.fullmatch(r"-?\d+(\.0+)?", value) is not None
    return isinstance(value, int | float) and not isinstance(value, bool) and value == int(value)


def zone(name: str) -> tzinfo:
    """WordPress keeps a zone's name or a bare offset ("UTC+5.5")."""
    if name.startswith(("UTC+", "UTC-")):
        return timezone(timedelta(hours=float(name[3:])))
    return ZoneInfo(name or "UTC")


def date_of(value: object, local: tzinfo) -> datetime | None:
    """A moment from what was sent. Without a zone it is the store's own time; a bare date is 00:00; rubbish is None."""
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    text = str(value).strip()
    if found := _ISO.fullmatch(text):
        moment = datetime.fromisoformat(text.replace("Z", "+00:00") if found[7] else text)
    else:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=local)).astimezone(UTC).replace(microsecond=0)


def gmt(moment: datetime | None) -> str | None:
    """`_gmt` fields carry no zone."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") if moment else None


def local_time(moment: datetime | None, local: tzinfo) -> str | None:
    return moment.astimezone(local).strftime("%Y-%m-%dT%H:%M:%S") if moment else None


def code_of(text: str) -> str:
    """The code as it is stored: lower case, trimmed, tags and backslashes gone, & as an entity."""
    return _TAG.sub("", text.lower()).replace("\\", "").replace("&", "&amp;").strip()


def emails_of(values: object) -> list[str]:
    """Addresses and patterns (*@x.test); what is neither vanishes without a word."""
    return [text for text in map(str, values if isinstance(values, list) else []) if _EMAIL.fullmatch(text)]


def ids_of(values: object) -> list[int]:
    return [absint(value) for value in values] if isinstance(values, list) else []


def php_number(amount: Decimal) -> int | float:
    """A float as json_encode() writes it: without a fraction where there is none."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def php_json(content: Any) -> str:
    """json_encode(): slashes escaped, nothing but ASCII."""
    return json.dumps(content, separators=(",", ":")).replace("/", "\\/")
