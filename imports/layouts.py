"""Which of the two forms of a plan a file has: as published, or flat."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from activities.names import fold
from imports import flat, published
from imports.headers import ColumnKind, Mapped, read_header
from imports.readers import FileLine
from imports.table import FileTable

# "Birim" may also head the unit of measure.
MEASURES = frozenset(
    ("adet", "sayi", "kisi", "yuzde", "oran", "saat", "gun", "ay", "yil", "tl", "km", "m", "m2", "")
)
SAMPLE = 50


def parse(lines: Sequence[FileLine], mapped: Mapped | None = None) -> FileTable:
    """Return the plan that the lines state; a table with a department column is a flat one.

    ``mapped`` says what headers hold that nobody knows, as in headers.Mapped.
    """
    for number, line in enumerate(lines):
        header = read_header(line.texts, mapped)
        if header is None:
            continue
        place = header.index(ColumnKind.DEPARTMENT)
        if place is None:
            break
        if not _holds_measures(lines[number + 1 :], place):
            return flat.parse(lines, mapped)
        # Unread then, and shown for mapping like every column nobody knows.
        return parse(lines, {**(mapped or {}), header.texts[place]: "unknown"})
    return published.parse(lines, mapped)


def _holds_measures(lines: Sequence[FileLine], place: int) -> bool:
    """Whether a column that seems to name departments names units of measure."""
    cells = (line.texts[place] for line in lines if len(line.texts) > place)
    filled = list(islice((fold(cell) for cell in cells if cell), SAMPLE))
    return bool(filled) and sum(cell in MEASURES for cell in filled) > len(filled) / 2
