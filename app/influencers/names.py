"""How people are named, sorted and found. Values in, values out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from anyascii import anyascii

UNNAMED = "Unnamed"
SORT_LENGTH = 255
SEARCH_LENGTH = 4000


def display(first: str, last: str, shown: str, handles: Iterable[Mapping[str, Any]], email: str) -> str:
    """The one name of a person, as written: what they are called, else first and last name, handle, e-mail address."""
    handle = first_handle(handles)
    return shown or " ".join(part for part in (first, last) if part) or (f"@{handle}" if handle else email) or UNNAMED


def first_handle(handles: Iterable[Mapping[str, Any]]) -> str:
    return next((str(one["handle"]) for one in handles if one.get("handle")), "")


def latin(text: str) -> str:
    """Lower case in Latin letters, pictures dropped: "🌸 Łukasz" gives "lukasz"."""
    if text.isascii():
        return " ".join(text.lower().split())
    letters = "".join(char for char in text if unicodedata.category(char) not in ("So", "Sk", "Cn", "Co", "Mn"))
    return " ".join(anyascii(letters).lower().split())


def sort_name(name: str) -> str:
    """What the table sorts by. A name without any letter sorts last, as written."""
    letters = latin(name).lstrip("@#'\"-_. ")
    return (letters or f"~{name}")[:SORT_LENGTH]


def search_text(names: Iterable[str], handles: Iterable[Mapping[str, Any]], email: str, labels: Iterable[str]) -> str:
    """Everything a person is found by, as written and in Latin letters, lower case, each word run once."""
    parts = [*names, *(str(one.get("handle", "")) for one in handles), email, *labels]
    written = [fold(part) for part in parts if part]
    return "\n".join(dict.fromkeys([*written, *(latin(part) for part in parts if part)]))[:SEARCH_LENGTH]


def words(query: str) -> list[str]:
    """A search as words that must all be found: "@Anna rossi" gives ["anna", "rossi"]."""
    return [word for word in (part.lstrip("@") for part in fold(query).split()) if word][:8]


def fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
