"""The unit that a cell, a sheet or a label names: the first of several, cut names made whole.

Nothing here imports Django.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from activities.names import fold, repair
from imports.contents import UNIT_ENDS, names_unit
from imports.headings import read_heading
from imports.table import PrintedUnit

SHEET_NAME_LENGTH = 31
NEARLY = 28
SURE = re.compile(r"\s*[;/|•·]\s*|\n\s*[-–•*]\s*")
MAYBE = re.compile(r"\s*(?:,|\n)\s*|\s+(?:ve|and|et|und|e|y)\s+")
WHOLE_ENDS = (
    "Müdürlüğü",
    "Başkanlığı",
    "Daire Başkanlığı",
    "Dairesi",
    "Şube Müdürlüğü",
    "Hizmetleri",
)
UPPER_ENDS = tuple(end.replace("i", "İ").upper() for end in WHOLE_ENDS)


def pieces(text: str, known: Collection[str] = ()) -> list[str]:
    """Return the units that a cell names one after another.

    A comma parts them only where a whole name ends before it, for a name may hold one:
    "Basın, Yayın ve Halkla İlişkiler Müdürlüğü". ``known`` are folded names that stand alone
    elsewhere.
    """
    found: list[str] = []
    for part in SURE.split(text):
        found += _parted(part, known)
    return [piece for piece in (repair(piece).strip(" .-–") for piece in found) if piece]


def _parted(text: str, known: Collection[str]) -> list[str]:
    start = 0
    found = []
    for separator in MAYBE.finditer(text):
        before = text[start : separator.start()]
        if _is_whole(before, known) and not _only_goes_on(text[separator.end() :]):
            found.append(before)
            start = separator.end()
    return [*found, text[start:]]


def _is_whole(text: str, known: Collection[str]) -> bool:
    words = fold(text).split()
    return bool(words) and (words[-1] in UNIT_ENDS or fold(text) in known) and len(words) > 1


def _only_goes_on(rest: str) -> bool:
    """Whether what follows is no name of its own but the end of one."""
    words = fold(rest).split()
    return not words or words[0] in UNIT_ENDS


def unit_of(text: str, known: Collection[str] = ()) -> PrintedUnit | None:
    """Return the first unit that a text names; None where it names none."""
    named = pieces(text, known)
    return read_heading(named[0]).unit if named else None


def is_sheet_of_unit(title: str) -> bool:
    """Whether a sheet's own title names a unit, be it cut short by the program."""
    return names_unit(title) or _cut_end(title) is not None


def whole_sheet_name(title: str, texts: Iterable[str]) -> str:
    """Return a sheet's title made whole where the program cut it, from the file's own texts."""
    if len(title) < NEARLY:
        return title
    key = fold(title)
    for text in texts:
        if len(text) > len(title) and fold(text).startswith(key) and names_unit(text):
            return repair(text)
    return _cut_end(title) or title


def _cut_end(title: str) -> str | None:
    """Return a cut title with its last word made whole; None where it is none or is whole."""
    if len(title) < NEARLY:
        return None
    start, _blank, last = title.rpartition(" ")
    for end in UPPER_ENDS if title.isupper() else WHOLE_ENDS:
        if len(last) >= 2 and fold(end).startswith(fold(last)) and fold(end) != fold(last):
            return f"{start} {end}".strip()
    return None
