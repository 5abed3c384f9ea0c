"""Comma-separated values and their relatives: semicolon, comma or tab, quoted or not."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from activities.sentences import noop as _
from imports import headers
from imports.readers import File, FileLine
from imports.readers.decoding import decode

DELIMITERS = ";\t,|"
SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
GUARDED = frozenset("=+@-\t\r\n")
"""What a text begins with that an export guards with an apostrophe."""
SAMPLE = 60
"""How many rows are looked at to tell the delimiter."""


def read(file: File) -> list[FileLine]:
    """Return the rows, each with the number of the line of the file it begins on."""
    text = decode(file)
    stated = SEPARATOR_LINE.match(text)
    delimiter = stated[1] if stated else _delimiter(text)
    try:
        return list(_lines(text, delimiter, skip=1 if stated else 0))
    except csv.Error as error:
        raise file.refused(
            _("%(file)s: quotation marks do not match. Save it again as CSV UTF-8.")
        ) from error


def is_csv(file: File) -> bool:
    """Whether a text file is no plain tab-separated table: other delimiters, or quoted cells."""
    text = decode(file)
    quoted = text.startswith('"') or '\t"' in text or '\n"' in text
    if _delimiter(text) != "\t":
        return True
    return quoted and text.count('"') % 2 == 0 and _is_sound(text)


def _lines(text: str, delimiter: str, skip: int) -> Iterator[FileLine]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 1
    for row in reader:
        if number > skip and any(row):
            yield FileLine(number, tuple(_unguarded(cell.strip()) for cell in row))
        number = reader.line_num + 1


def _unguarded(cell: str) -> str:
    """Return a cell without the apostrophe that keeps a spreadsheet from calculating it."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in GUARDED else cell


def _is_sound(text: str) -> bool:
    """Whether the tab-separated text obeys the rules of quoting."""
    try:
        for _line in _lines(text, "\t", skip=0):
            pass
    except csv.Error:
        return False
    return True


def _delimiter(text: str) -> str:
    """Return the delimiter that shows a table's header, else the one that is most regular."""
    return max(DELIMITERS, key=lambda delimiter: _fitness(text, delimiter))


def _fitness(text: str, delimiter: str) -> tuple[int, int]:
    """Return how many headers a delimiter shows in one row, and how many rows it divides."""
    start = io.StringIO(text[:100_000], newline="")
    reader = csv.reader(start, delimiter=delimiter)
    most, divided = 0, 0
    try:
        for _number, row in zip(range(SAMPLE), reader, strict=False):
            most = max(most, sum(headers.recognise(cell) is not None for cell in row))
            divided += len(row) > 1
    except csv.Error:
        pass
    return most, divided
