"""Lists of codes that exist already: read from what was pasted or a file, each checked. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.codes.patterns import key

LONGEST = 150
MOST = 50_000
TWICE = "It is in this list twice."
_SEPARATORS = re.compile(r"[,\r\n\t]+")
_CODE_HEADS = ("code", "codes", "coupon", "couponcode", "discountcode", "promocode", "voucher", "vouchercode")
_PERSON_HEADS = (
    ("externalid", "id", "influencerid", "creatorid", "rosterid"),
    ("email", "emailaddress", "mail"),
    ("handle", "username", "instagram", "tiktok", "youtube"),
)


@dataclass(frozen=True, slots=True)
class Given:
    """One code as it was given, spelling kept; `person`: whose it is, by external id, e-mail or handle."""

    code: str
    person: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a file keeps them; `people` in the order in which they are tried."""

    code: int
    people: tuple[int, ...] = ()


def split(text: str) -> list[Given]:
    """What was pasted: codes between commas, tabs or on lines of their own."""
    return [Given(part.strip()) for part in _SEPARATORS.split(text) if part.strip()]


def columns_of(head: Sequence[str]) -> Columns | None:
    """None where no column is called code."""
    names = [re.sub(r"[^a-z]", "", cell.lower()) for cell in head]
    code = next((at for at, name in enumerate(names) if name in _CODE_HEADS), None)
    if code is None:
        return None
    people = [at for heads in _PERSON_HEADS for at, name in enumerate(names) if name in heads]
    return Columns(code, tuple(people))


def from_cells(cells: Sequence[str], columns: Columns) -> Given:
    """The first person column that says something counts. Spreadsheets' text marks (') are taken away."""

    def cell(at: int) -> str:
        text = cells[at].strip() if at < len(cells) else ""
        return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@" else text

    return Given(cell(columns.code), next((text for at in columns.people if (text := cell(at))), ""))


def faults(given: Iterable[Given]) -> list[str]:
    """What is wrong with each, "" where nothing is."""
    seen: set[str] = set()
    found = []
    for one in given:
        found.append(_fault(one.code, seen))
        seen.add(key(one.code))
    return found


def _fault(code: str, seen: set[str]) -> str:
    if not code:
        return "There is no code in this row."
    if len(code) > LONGEST:
        return f"It has {len(code)} characters; at most {LONGEST} are possible."
    if not code.isprintable():
        return "It has a character that cannot be typed."
    if key(code) in seen:
        return TWICE
    return ""
