"""Merge tags: `{{code}}`, a fallback `{{first_name|there}}`, and sections for what may be missing.

`{{#ends_on}}…{{/ends_on}}` is kept where the tag has a value, `{{^ends_on}}…{{/ends_on}}` where it has none. A tag is
only ever replaced by text: nothing in a template or in a value is run, and a value is never read as a template.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

LONGEST_FALLBACK = 200
DEEPEST = 10
_TAG = re.compile(r"\{\{([^{}\n]*)\}\}")
_STRAY = re.compile(r"\{\{|\}\}")
_NAME = re.compile(r"[a-z][a-z_]*", re.ASCII)


class Faulty(Exception):
    """A template that cannot be read; the message says where and what to change."""


@dataclass(frozen=True, slots=True)
class Tag:
    name: str
    fallback: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """`when`: whether its tag must have a value, or none."""

    name: str
    when: bool
    parts: list[Part] = field(default_factory=list)


Part = str | Tag | Section


@dataclass(frozen=True, slots=True)
class Template:
    parts: list[Part]

    def fill(self, values: Mapping[str, str], show: Callable[[str, str], str] = lambda name, value: value) -> str:
        """The text for one person. `show(tag, value)` writes a value down, escaped or marked as the caller needs."""
        return "".join(
            part if isinstance(part, str) else show(part.name, values.get(part.name) or part.fallback or "")
            for part in _kept(self.parts, values)
        )

    def printed(self, values: Mapping[str, str]) -> set[str]:
        """The tags whose values this person's text tells."""
        return {part.name for part in _kept(self.parts, values) if isinstance(part, Tag) and values.get(part.name)}

    def blanks(self, values: Mapping[str, str]) -> list[str]:
        """The tags that would print nothing, in the order of the text."""
        found = [
            part.name
            for part in _kept(self.parts, values)
            if isinstance(part, Tag) and part.fallback is None and not values.get(part.name)
        ]
        return list(dict.fromkeys(found))


def _kept(parts: list[Part], values: Mapping[str, str]) -> Iterator[str | Tag]:
    for part in parts:
        if not isinstance(part, Section):
            yield part
        elif bool(values.get(part.name)) is part.when:
            yield from _kept(part.parts, values)


def parse(text: str, known: Collection[str]) -> Template:
    """Raises Faulty at an unknown tag, and at braces and sections that do not fit together."""
    top: list[Part] = []
    open_sections: list[tuple[Section, int]] = []
    at = 0
    for found in _TAG.finditer(text):
        _add_text(open_sections[-1][0].parts if open_sections else top, text, at, found.start())
        at = found.end()
        inside = found[1].strip()
        parts = open_sections[-1][0].parts if open_sections else top
        if inside[:1] in ("#", "^"):
            if len(open_sections) == DEEPEST:
                raise Faulty(_where(text, found.start(), f"Sections stand in one another at most {DEEPEST} deep."))
            section = Section(_name(text, found.start(), inside[1:], known), inside[0] == "#")
            parts.append(section)
            open_sections.append((section, found.start()))
        elif inside[:1] == "/":
            _close(text, found.start(), inside[1:].strip(), open_sections)
        else:
            parts.append(_tag(text, found.start(), inside, known))
    if open_sections:
        section, start = open_sections[-1]
        raise Faulty(_where(text, start, f"The section {{{{#{section.name}}}}} has no {{{{/{section.name}}}}}."))
    _add_text(top, text, at, len(text))
    return Template(top)


def _add_text(parts: list[Part], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    if stray := _STRAY.search(piece):
        raise Faulty(_where(text, start + stray.start(), "A tag is written {{name}}, on one line: braces are missing."))
    if piece:
        parts.append(piece)


def _close(text: str, at: int, name: str, open_sections: list[tuple[Section, int]]) -> None:
    if not open_sections:
        raise Faulty(_where(text, at, f"{{{{/{name}}}}} ends a section that was never opened."))
    expected = open_sections.pop()[0].name
    if name != expected:
        raise Faulty(_where(text, at, f"{{{{/{expected}}}}} must come before {{{{/{name}}}}}."))


def _tag(text: str, at: int, inside: str, known: Collection[str]) -> Tag:
    name, bar, fallback = inside.partition("|")
    tag = Tag(_name(text, at, name, known), fallback.strip() if bar else None)
    if tag.fallback == "":
        raise Faulty(_where(text, at, f"Write after the bar what stands in for {{{{{tag.name}}}}}."))
    if len(tag.fallback or "") > LONGEST_FALLBACK:
        raise Faulty(_where(text, at, f"A fallback has at most {LONGEST_FALLBACK} characters."))
    return tag


def _name(text: str, at: int, name: str, known: Collection[str]) -> str:
    name = name.strip()
    if not _NAME.fullmatch(name):
        raise Faulty(_where(text, at, "A tag is written {{name}} with small letters, for example {{first_name}}."))
    if name not in known:
        near = get_close_matches(name, known, 1)
        hint = f" Use {{{{{near[0]}}}}}." if near else ""
        raise Faulty(_where(text, at, f"{{{{{name}}}}} is not a tag.{hint}"))
    return name


def _where(text: str, at: int, message: str) -> str:
    line = text.count("\n", 0, at) + 1
    return f"Line {line}: {message}" if "\n" in text else message
