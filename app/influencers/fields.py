"""What may be said about a person: one set of field rules for the API, the roster and files.

Control characters never get in; a message says what to enter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, NoReturn
from urllib.parse import urlsplit

from babel import Locale
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
COUNTRIES = frozenset(str(code) for code in Locale("en").territories if re.fullmatch("[A-Z]{2}", str(code)))


def clean(text: str, keep: str = "") -> str:
    """Without control characters, NUL and broken surrogates (no database stores those); ends trimmed."""
    if text.isascii() and text.isprintable():
        return text.strip()
    spaced = re.sub(r"\s", lambda match: match[0] if match[0] in keep else " ", text)
    return "".join(c for c in spaced if c in keep or unicodedata.category(c) not in ("Cc", "Cs")).strip()


def refuse(message: str) -> NoReturn:
    # A `{` in the message would be read as a placeholder.
    raise PydanticCustomError("refused", "{message}", {"message": message})


def line(limit: int, keep: str = "") -> BeforeValidator:
    """Cleans a text and refuses a long one; null is empty. `keep`: control characters that may stay."""

    def check(value: Any) -> Any:
        if value is None:
            return ""
        if not isinstance(value, str):
            return value
        text = clean(value, keep)
        if len(text) > limit:
            refuse(f"Use at most {limit} characters.")
        return text

    return BeforeValidator(check, json_schema_input_type=str | None)


def _shaped(limit: int, shape: Callable[[str], str]) -> BeforeValidator:
    """A short text whose form is checked (and put right) by `shape`; empty is always fine."""

    def check(value: Any) -> Any:
        if value is None:
            return ""
        if not isinstance(value, str):
            return value
        text = clean(value)
        if len(text) > limit:
            refuse(f"Use at most {limit} characters.")
        return shape(text) if text else ""

    return BeforeValidator(check, json_schema_input_type=str | None)


def _email(text: str) -> str:
    return text if EMAIL.fullmatch(text) else refuse("Enter an e-mail address such as ana@example.com.")


def _country(text: str) -> str:
    return text.upper() if text.upper() in COUNTRIES else refuse("Enter a two-letter country code such as DE.")


def _currency(text: str) -> str:
    return text.upper() if re.fullmatch("[A-Za-z]{3}", text) else refuse("Enter a three-letter currency such as EUR.")


def _locale(text: str) -> str:
    return text if re.fullmatch("[A-Za-z0-9_-]+", text) else refuse("Enter a language such as de or pt-BR.")


def _handle(text: str) -> str:
    bare = text.lstrip("@")
    return bare if bare and " " not in bare else refuse("Enter a handle without spaces, such as ana.rossi.")


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
    except ValueError:
        refuse("Enter an address that starts with https://.")
    return (
        text
        if parts.scheme in ("http", "https") and parts.netloc
        else refuse("Enter an address that starts with https://.")
    )


def _labels(value: Any) -> Any:
    """Each label once, ignoring case, in the order given."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return value
    labels = [text for text in (clean(one) for one in value) if text]
    if any(len(one) > 100 for one in labels):
        refuse("Use at most 100 characters for each label.")
    if len(labels) > 100:
        refuse("Use at most 100 labels.")
    return list({one.casefold(): one for one in reversed(labels)}.values())[::-1]


def _rate(value: Any) -> Any:
    return None if value == "" else value


Line = Annotated[str, line(255), WithJsonSchema({"type": "string", "maxLength": 255})]
ShortLine = Annotated[str, line(60), WithJsonSchema({"type": "string", "maxLength": 60})]
CodeText = Annotated[str, line(64), WithJsonSchema({"type": "string", "maxLength": 64})]
Notes = Annotated[str, line(10_000, keep="\n\t"), WithJsonSchema({"type": "string", "maxLength": 10_000})]
Email = Annotated[str, _shaped(320, _email), WithJsonSchema({"type": "string", "maxLength": 320})]
Country = Annotated[str, _shaped(2, _country), WithJsonSchema({"type": "string", "maxLength": 2})]
Currency = Annotated[str, _shaped(3, _currency), WithJsonSchema({"type": "string", "maxLength": 3})]
Language = Annotated[str, _shaped(20, _locale), WithJsonSchema({"type": "string", "maxLength": 20})]
Labels = Annotated[list[str], BeforeValidator(_labels)]
Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=7, decimal_places=4)]
Rate = Annotated[
    Percent | None,
    BeforeValidator(_rate),
    PlainSerializer(lambda rate: None if rate is None else f"{rate.normalize():f}", return_type=str | None),
]


class Handle(BaseModel):
    """One account of the person: the platform's name, the handle without @."""

    model_config = ConfigDict(extra="ignore")

    platform: Annotated[str, line(40)] = ""
    handle: Annotated[str, _shaped(100, _handle)]
    url: Annotated[str, _shaped(500, _url)] = ""
    followers: Annotated[int | None, Field(ge=0, le=100_000_000_000)] = None


Handles = Annotated[list[Handle], BeforeValidator(lambda value: [] if value is None else value), Field(max_length=50)]


class Consent(BaseModel):
    """Whether the person may be written to, since when, and who says so."""

    model_config = ConfigDict(extra="ignore")

    email: bool | None = None
    at: Annotated[str, line(40)] = ""
    source: Annotated[str, line(255)] = ""


class Identity(BaseModel):
    """The fields that a roster may own. A field that is not sent stays as it is."""

    first_name: Line = ""
    last_name: Line = ""
    display_name: Line = ""
    email: Email = ""
    handles: Handles = []
    tags: Labels = []
    groups: Labels = []
    stage: ShortLine = ""
    country: Country = ""
    locale: Language = ""
    currency: Currency = ""
    preferred_code: CodeText = ""
    commission_rate: Rate = None


class RosterRecord(Identity):
    """One person as a roster or a file sends them; what we do not know is left out."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    external_id: Annotated[str, line(255), Field(min_length=1)]
    source: ShortLine = ""
    active: bool | None = None
    consent: Consent | None = None
    updated_at: AwareDatetime | None = None
    version: ShortLine = ""


class InfluencerIn(Identity):
    """A person typed in, or an edit of one: only the fields sent are changed. `local_tags`: our own tags alone."""

    model_config = ConfigDict(extra="forbid")

    local_tags: Labels = []
    notes: Notes = ""


IDENTITY = tuple(Identity.model_fields)
