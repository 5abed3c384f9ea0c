"""Percentages whose format an old Excel file does not tell: 0,71 in a row called a ratio.

Nothing here imports Django.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from activities.names import fold
from activities.sentences import Sentence
from activities.sentences import noop as _
from imports.headers import ColumnKind
from imports.heads import PlacedHead
from imports.layout import Head
from imports.questions import Questions
from imports.readers import FileLine, Raw, text_of
from imports.row_values import says_percent
from indicators.cells import number_text

VALUES = {ColumnKind.BASELINE, ColumnKind.TARGET, ColumnKind.REALIZATION}
_WORDS = "oran orani oranlari yuzde yuzdesi ratio rate share percent taux part anteil tasso quota"
RATIO_WORDS = frozenset(_WORDS.split())
MOST = 2


def mended(
    lines: Sequence[FileLine], placed: Sequence[PlacedHead], questions: Questions
) -> list[FileLine]:
    """Return the lines with such fractions as percentages, each asked about."""
    if not any(isinstance(c, Raw) and c.hides_format for line in lines[:50] for c in line.cells):
        return list(lines)
    heads = {each.at: each.head for each in placed}
    head: Head | None = None
    found = []
    for at, line in enumerate(lines):
        head = heads.get(at, head)
        is_row = head is not None and at not in heads
        found.append(_mended(line, head, questions) if is_row and head else line)
    return found


def _mended(line: FileLine, head: Head, questions: Questions) -> FileLine:
    places = [
        at for at, column in head.columns.items() if column.kind in VALUES and at < len(line.cells)
    ]
    numbers = [
        cell.number
        for at in places
        if isinstance(cell := line.cells[at], Raw) and cell.number is not None
    ]
    if not _are_fractions(numbers) or not _is_ratio(line, head):
        return line
    cells = list(line.cells)
    for at in places:
        cell = cells[at]
        if isinstance(cell, Raw) and cell.number is not None:
            number = cell.number * 100
            text = number_text(number, is_percent=True)
            cells[at] = replace(cell, text=text, number=number, is_percent=True)
            questions.ask(
                "percent format",
                "",
                Sentence(_("The file does not tell whether these fractions are percentages.")),
                proposal=Sentence(_("Read 0,71 as 71 percent, since the row is called a ratio.")),
                answers=(Sentence(_("Percentages")), Sentence(_("As they stand"))),
                where=line.place,
                text=text_of(line.cells[at]),
            )
    return replace(line, cells=tuple(cells))


def _are_fractions(numbers: Sequence[Decimal]) -> bool:
    return (
        bool(numbers)
        and all(0 <= number <= MOST for number in numbers)
        and any(number != number.to_integral_value() for number in numbers)
    )


def _is_ratio(line: FileLine, head: Head) -> bool:
    name, unit = (
        text_of(line.cells[at])
        if (at := head.index(kind)) is not None and at < len(line.cells)
        else ""
        for kind in (ColumnKind.INDICATOR, ColumnKind.UNIT)
    )
    return says_percent(unit, name) or not RATIO_WORDS.isdisjoint(fold(name).split())
