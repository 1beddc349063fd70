"""Code patterns: reading them and turning a person into a code. Pure: no database, clock or network.

Made codes use A-Z, 0-9, - and _ only and have at most MAX_CODE characters. A pattern's own code stops at MAX_BASE, so
that a -2, -3 … always fits behind it without cutting a random part.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

from app.codes.words import rude_spans
from app.errors import FieldError, InvalidInput

MAX_CODE = 64
MAX_BASE = 57
MAX_RANDOM = 20
MAX_PATTERN = 200
POOL_RANDOM = 8
NEUTRAL_NAME = "CREATOR"

PERSON_TOKENS = ("first_name", "last_name", "name", "handle")
PLAIN_TOKENS = (*PERSON_TOKENS, "value", "offer", "year", "seq")
RANDOM_TOKENS = ("random", "number", "letters")
# Without the look-alikes 0/O and 1/I/L.
LETTERS = b"ABCDEFGHJKMNPQRSTUVWXYZ"
DIGITS = b"23456789"
ALPHABETS = {"random": LETTERS + DIGITS, "number": DIGITS, "letters": LETTERS}
KNOWN = ", ".join(f"{{{name}}}" for name in PLAIN_TOKENS) + ", {random:6}, {number:4} and {letters:4}"

_TOKEN = re.compile(r"\{([^{}]*)\}")
_OUTSIDE = re.compile(r"[^A-Z0-9_-]")
_LITERAL = re.compile(r"[A-Za-z0-9_-]*")
_SEPARATORS = re.compile(r"[-_]{2,}")


@dataclass(frozen=True, slots=True)
class Person:
    """What a code may be made from. `id` is the influencer's; 0 stands for nobody (a pooled code)."""

    id: int
    first_name: str = ""
    last_name: str = ""
    display_name: str = ""
    handle: str = ""
    preferred_code: str = ""


NOBODY = Person(0)


@dataclass(frozen=True, slots=True)
class Part:
    """Literal text (`kind` "text") or a token; `length` is that of a random token."""

    kind: str
    text: str = ""
    length: int = 0


@dataclass(frozen=True, slots=True)
class Pattern:
    parts: tuple[Part, ...]

    @property
    def has_random(self) -> bool:
        return any(part.kind in RANDOM_TOKENS for part in self.parts)

    @property
    def names_people(self) -> bool:
        return any(part.kind in PERSON_TOKENS for part in self.parts)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is the same for every code of an offer. `value`: the offer's number ("15", "12.5"), "" for none."""

    offer: str
    value: str
    year: int


def parse(pattern: str, field: str = "pattern") -> Pattern:
    """Raises InvalidInput at `field`, naming the character (counted from 1) where the pattern stops making sense."""
    text = pattern.strip()
    if not text:
        raise _wrong(field, "Enter a pattern, for example {first_name}{value}.")
    if len(text) > MAX_PATTERN:
        raise _wrong(field, f"Shorten the pattern to at most {MAX_PATTERN} characters; it has {len(text)}.")
    parts: list[Part] = []
    at = 0
    for match in _TOKEN.finditer(text):
        parts += _literal(text[at : match.start()], at, field)
        parts.append(_token(match, field))
        at = match.end()
    parts += _literal(text[at:], at, field)
    return _checked(Pattern(tuple(parts)), field)


def _literal(text: str, at: int, field: str) -> list[Part]:
    for offset, sign in enumerate(text):
        if sign in "{}":
            other = "}" if sign == "{" else "{"
            raise _wrong(field, f"The {sign} at character {at + offset + 1} has no {other}. Known parts: {KNOWN}.")
        if not _LITERAL.fullmatch(sign):
            shown = "A space" if sign.isspace() else f"“{sign}”"
            raise _wrong(
                field,
                f"{shown} at character {at + offset + 1} cannot be in a code: use letters A to Z, digits, - and _.",
            )
    return [Part("text", text.upper())] if text else []


def _token(match: re.Match[str], field: str) -> Part:
    name, colon, argument = match[1].strip().lower().partition(":")
    place = f"at character {match.start() + 1}"
    if name in RANDOM_TOKENS:
        # isdecimal also takes other scripts' digits, which int() reads; the length is what counts.
        length = int(argument) if argument.isdecimal() and len(argument) <= 3 else 0
        if not 1 <= length <= MAX_RANDOM:
            raise _wrong(field, f"{{{name}}} {place} needs a length from 1 to {MAX_RANDOM}, for example {{{name}:6}}.")
        return Part(name, length=length)
    if name in PLAIN_TOKENS and not colon:
        return Part(name)
    if name in PLAIN_TOKENS:
        raise _wrong(field, f"{{{name}}} {place} takes no number: write {{{name}}}.")
    raise _wrong(field, f"{match[0]} {place} is not a part we know. Known parts: {KNOWN}.")


def _checked(pattern: Pattern, field: str) -> Pattern:
    widths = {"year": 4, "seq": 7, "value": 10}
    fixed = sum(part.length or len(part.text) or widths.get(part.kind, 1) for part in pattern.parts)
    if fixed > MAX_BASE:
        raise _wrong(
            field, f"Codes from this pattern would have {fixed} characters or more; {MAX_BASE} fit. Shorten its text."
        )
    if not any(part.kind != "text" or part.text.strip("-_") for part in pattern.parts):
        raise _wrong(field, "Add at least one letter, digit or part such as {first_name}.")
    return pattern


def for_pool(pattern: Pattern, field: str = "pattern") -> Pattern:
    """The same pattern for codes that nobody holds yet: the first name part becomes random, the others go.

    Raises InvalidInput where nothing in the pattern would differ from code to code: pooled codes must not be guessed.
    """
    parts: list[Part] = []
    named = False
    for part in pattern.parts:
        if part.kind not in PERSON_TOKENS:
            parts.append(part)
        elif not named:
            named = True
            parts.append(Part("random", length=POOL_RANDOM))
    if not named and not pattern.has_random:
        raise _wrong(field, "Pooled codes need a random part: add {random:6} to the pattern.")
    return _checked(Pattern(tuple(parts)), field)


def render(pattern: Pattern, person: Person, facts: Facts, sequence: int, randoms: Randoms) -> str:
    """The person's code before any clash: never empty, at most MAX_BASE long; names are cut, random parts never."""
    texts = _texts(pattern, person, facts, sequence)
    _shorten(pattern, texts)
    if not pattern.has_random:
        return _tidy("".join(texts)) or NEUTRAL_NAME
    for _ in range(200):
        spans, code = _with_randoms(pattern, texts, randoms)
        if not any(start < b and a < end for start, end in rude_spans(code) for a, b in spans):
            return code
    raise RuntimeError("no polite code in 200 draws: the list of rude words is too long for this pattern")


def candidate(base: str, attempt: int) -> str:
    """The n-th try: the pattern's own, then -2, -3 …, within MAX_CODE characters."""
    if attempt <= 1:
        return base[:MAX_CODE]
    suffix = f"-{attempt}"
    return base[: MAX_CODE - len(suffix)] + suffix


def key(code: str) -> str:
    """What makes two codes the same in a store."""
    return code.upper()


def clean_code(text: str) -> str:
    """A code typed by hand or preferred by a person, upper case; "" where it is not one (then `why_not` tells)."""
    code = text.strip().upper()
    return code if 0 < len(code) <= MAX_CODE and not _OUTSIDE.search(code) and code.strip("-_") else ""


def why_not(text: str) -> str:
    """What is wrong with a code typed by hand; "" where nothing is."""
    code = text.strip().upper()
    if not code.strip("-_"):
        return "Enter a code."
    if len(code) > MAX_CODE:
        return f"Shorten the code to at most {MAX_CODE} characters; it has {len(code)}."
    wrong = _OUTSIDE.search(code)
    if wrong:
        shown = "A space" if wrong[0].isspace() else f"“{wrong[0]}”"
        return f"{shown} at character {wrong.start() + 1} cannot be in a code: use letters A to Z, digits, - and _."
    return ""


@lru_cache(maxsize=4096)
def latin(text: str) -> str:
    """Letters and digits of any script in A-Z, 0-9, - and _; symbols and emoji are dropped."""
    if not text.isascii():
        kept = "".join(sign for sign in text if unicodedata.category(sign)[0] not in "SC")
        text = anyascii(unicodedata.normalize("NFC", kept))
    return _OUTSIDE.sub("", text.upper()).strip("-_")


class Randoms:
    """Random signs drawn in bulk: urandom bytes through a table; bytes that would favour some signs are thrown away."""

    def __init__(self, source: Callable[[int], bytes] = os.urandom) -> None:
        self._source = source
        self._left: dict[str, str] = {}

    def take(self, kind: str, length: int) -> str:
        left = self._left.get(kind, "")
        while len(left) < length:
            left += self._draw(ALPHABETS[kind])
        self._left[kind] = left[length:]
        return left[:length]

    def _draw(self, alphabet: bytes) -> str:
        even = 256 - 256 % len(alphabet)
        table = bytes(alphabet[byte % len(alphabet)] for byte in range(256))
        # 1 KiB at a time: take() copies what is left.
        return self._source(1024).translate(table, bytes(range(even, 256))).decode()


def _texts(pattern: Pattern, person: Person, facts: Facts, sequence: int) -> list[str]:
    """One text a part; random parts are filled with blanks of their length."""
    texts = [part.text or " " * part.length or _value(part.kind, person, facts, sequence) for part in pattern.parts]
    nameable = [i for i, part in enumerate(pattern.parts) if part.kind in PERSON_TOKENS]
    if nameable and not any(texts[i] for i in nameable):
        texts[nameable[0]] = latin(_whole(person)) or latin(person.handle) or NEUTRAL_NAME
    return texts


def _value(kind: str, person: Person, facts: Facts, sequence: int) -> str:
    match kind:
        case "first_name":
            return latin(person.first_name) or latin((_whole(person).split() or [""])[0])
        case "last_name":
            rest = "" if person.first_name.strip() else "".join(_whole(person).split()[1:])
            return latin(person.last_name) or latin(rest)
        case "name":
            return latin(_whole(person))
        case "handle":
            return latin(person.handle)
        case "value":
            return facts.value.replace(".", "-")
        case "offer":
            return latin(facts.offer)
        case "year":
            return str(facts.year)
        case _:
            return str(sequence)


def _whole(person: Person) -> str:
    return person.display_name.strip() or f"{person.first_name} {person.last_name}".strip()


def _shorten(pattern: Pattern, texts: list[str]) -> None:
    """Cuts names, the longest first, then the offer's name, until the code fits."""
    over = sum(map(len, texts)) - MAX_BASE
    if over <= 0:
        return
    for kinds in (PERSON_TOKENS, ("offer",), ("value", "seq")):
        cuttable = [i for i, part in enumerate(pattern.parts) if part.kind in kinds]
        while over > 0 and any(len(texts[i]) > 1 for i in cuttable):
            longest = max(cuttable, key=lambda i: len(texts[i]))
            second = max((len(texts[i]) for i in cuttable if i != longest), default=0)
            cut = min(over, max(1, len(texts[longest]) - max(second, 1)))
            texts[longest] = texts[longest][:-cut]
            over -= cut


def _with_randoms(pattern: Pattern, texts: list[str], randoms: Randoms) -> tuple[list[tuple[int, int]], str]:
    """The code, and where its random parts stand in it."""
    code = ""
    spans = []
    for part, text in zip(pattern.parts, texts, strict=True):
        if part.kind in RANDOM_TOKENS:
            spans.append((len(code), len(code) + part.length))
            text = randoms.take(part.kind, part.length)
        elif not text or code == "" or code[-1] in "-_":
            # A part that came out empty leaves no doubled or leading separator behind.
            text = text.lstrip("-_")
        code += text
    return spans, code.rstrip("-_")


def _tidy(code: str) -> str:
    return _SEPARATORS.sub(lambda run: run[0][0], code).strip("-_")


def _wrong(field: str, message: str) -> InvalidInput:
    return InvalidInput.at(FieldError(field, message))
