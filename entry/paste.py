"""A block copied from a spreadsheet: which value goes into which line.

Plain functions on plain values. Cells of a row are separated by tabs, as every spreadsheet
copies them.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from activities import names

MOST_LINES, LONGEST_BLOCK = 1_000, 200_000


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the page that a value can go to."""

    pk: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """One line of the block: its value, what stands before it, and the place found for it.

    ``at`` counts the page's rows from 0, on beyond the last one; None where no name was found.
    """

    value: str
    label: str
    place: Place | None
    at: int | None = None


def lines(block: str) -> list[list[str]]:
    """Return the block's lines as cells, the empty lines at its end left out.

    >>> lines("a\\t1\\r\\nb\\t2\\r\\n")
    [['a', '1'], ['b', '2']]
    """
    text = block[:LONGEST_BLOCK].replace("\x00", "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t")
    try:
        found = [[" ".join(cell.split()) for cell in line] for line in reader]
    except csv.Error:
        found = [line.split("\t") for line in text.splitlines()]
    while found and not any(found[-1]):
        found.pop()
    return found[:MOST_LINES]


def match(block: str, places: Sequence[Place], start: int | None = None) -> list[Pasted]:
    """Return each line with its place: by name or code where any is known, else in order.

    The value is the last cell of a line. ``start`` is the line where pasting begins.
    """
    cells = [line or [""] for line in lines(block)]
    named = [_by_name(line[:-1], places) for line in cells]
    rows = {place.pk: at for at, place in enumerate(places)}
    if any(named):
        seen: set[int] = set()
        found = []
        for line, place in zip(cells, named, strict=True):
            # The second line of one name has no place of its own.
            free = place if place is not None and place.pk not in seen else None
            seen.update([free.pk] if free else [])
            at = rows[free.pk] if free is not None else None
            found.append(Pasted(line[-1], _label(line), free, at))
        return found
    first = rows.get(start, 0) if start is not None else 0
    return [
        Pasted(line[-1], _label(line), places[at] if at < len(places) else None, at)
        for at, line in enumerate(cells, start=first)
    ]


def shifted(
    found: Sequence[Pasted], places: Sequence[Place], by: int, first: int | None = None
) -> list[Pasted]:
    """Return the lines with their places moved by rows of the page, down if ``by`` is positive.

    With ``first`` only from that place on: what would move before it has no place any more, as
    has what moves beyond either end of the page.
    """
    lowest = next((at for at, place in enumerate(places) if place.pk == first), 0)
    moved = []
    for line in found:
        if line.at is None or line.at < lowest:
            moved.append(line)
            continue
        at = line.at + by
        place = places[at] if lowest <= at < len(places) else None
        moved.append(Pasted(line.value, line.label, place, at if at >= lowest else None))
    return moved


def _label(line: list[str]) -> str:
    return " · ".join(cell for cell in line[:-1] if cell)


def _by_name(cells: list[str], places: Sequence[Place]) -> Place | None:
    """Return the one place that the cells name; a name that occurs twice needs its code."""
    folded = {names.fold(cell) for cell in cells if cell.strip()}
    codes = {cell.strip().rstrip(".") for cell in cells}
    by_name = [place for place in places if names.fold(place.name) in folded]
    if len(by_name) > 1:
        by_name = [place for place in by_name if place.code in codes]
    if by_name:
        return by_name[0] if len(by_name) == 1 else None
    by_code: defaultdict[str, list[Place]] = defaultdict(list)
    for place in places:
        by_code[place.code].append(place)
    found = [by_code[code] for code in codes if code in by_code]
    return found[0][0] if len(found) == 1 and len(found[0]) == 1 else None
