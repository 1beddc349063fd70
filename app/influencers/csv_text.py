"""CSV as spreadsheets make it: which letters, which separator, which rows. Nothing of people here."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

SEPARATORS = ",;\t|"
LONGEST_CELL_LINES = 200
"""A quote that stays open for longer is a slip: only its own row is lost, not the rest of the file."""
_DIRECTIVE = re.compile(r'"?sep=(.)"?[\r\n]', re.IGNORECASE)
"""A first line by which a spreadsheet is told the separator."""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)

csv.field_size_limit(2**31 - 1)  # long cells are refused by the rules of their field, not by the reader


@dataclass(frozen=True, slots=True)
class Row:
    """`number` as a spreadsheet counts, the head being 1. `fault`: why the row cannot be read."""

    number: int
    cells: list[str]
    fault: str = ""


def decode(content: bytes) -> tuple[str, str]:
    """(text, the encoding's name). Never fails: what is no Unicode is read as Windows-1252."""
    for mark, codec, name in _BOMS:
        if content.startswith(mark):
            return _plain(content.decode(codec, errors="replace")), name
    start = content[:4_000]
    for codec, zeros in (("utf-16-le", start[1::2]), ("utf-16-be", start[::2])):
        # Every second byte of plain letters is zero there, and none is in any other encoding.
        if len(zeros) > 1 and zeros.count(0) > len(zeros) * 0.4 and start.count(0) < len(start) * 0.7:
            return _plain(content.decode(codec, errors="replace")), "UTF-16"
    try:
        return _plain(content.decode("utf-8")), "UTF-8"
    except UnicodeDecodeError:
        return _plain(content.decode("cp1252", errors="replace")), "Windows-1252"


def _plain(text: str) -> str:
    return text.replace("\0", "").lstrip("\ufeff")


def separator_of(text: str, known: Callable[[list[str]], int]) -> str:
    """The separator by which the head names most of the columns that `known` counts; else the one that parts most."""
    if directive := _DIRECTIVE.match(text):
        return directive[1]

    def fit(separator: str) -> tuple[int, int]:
        head = next(rows(text[:100_000], separator), Row(1, []))
        return known(head.cells), len(head.cells)

    return max(SEPARATORS, key=fit)


def rows(text: str, separator: str) -> Iterator[Row]:
    """Every row that has something in it, the head first. A row that cannot be read says so; the next ones follow."""
    if _DIRECTIVE.match(text):
        text = text[text.index("\n") + 1 :] if "\n" in text else ""
    source = io.StringIO(text, newline="")
    waiting: deque[str] = deque()
    number = 0
    while True:
        line = waiting.popleft() if waiting else source.readline()
        if not line:
            return
        number += 1
        if line.count('"') % 2 == 0:
            row = Row(number, _cells([line], separator))
        else:
            row, unused = _quoted(number, [line, *_following(waiting, source)], separator)
            waiting.extendleft(reversed(unused))
        if row.fault or any(cell.strip() for cell in row.cells):
            yield row


def _following(waiting: deque[str], source: io.StringIO) -> Iterable[str]:
    taken = [waiting.popleft() for _ in range(min(len(waiting), LONGEST_CELL_LINES))]
    return [*taken, *islice(source, LONGEST_CELL_LINES - len(taken))]


def _quoted(number: int, lines: list[str], separator: str) -> tuple[Row, list[str]]:
    """A row with a quote that its line does not close: it may go over several lines. Returns the lines not used."""
    reader = csv.reader(lines, delimiter=separator, strict=True)
    try:
        return Row(number, next(reader)), lines[reader.line_num :]
    except csv.Error:
        alone = reader.line_num == 1
    fault = "" if alone else "A quotation mark is opened here and never closed."
    return Row(number, _cells([lines[0]], separator), fault), lines[1:]


def _cells(lines: list[str], separator: str) -> list[str]:
    return next(csv.reader(lines, delimiter=separator), [])
