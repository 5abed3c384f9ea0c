"""Several indicators in one cell, parted where the values beside them fit.

Nothing here imports Django.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from activities import names
from imports.headers import ColumnKind
from imports.layout import Head
from imports.readers import FileLine, Raw, RawCell, text_of

BULLET = re.compile(r"^\s*(?:[-–•*▪●]|\d{1,2}[.)]|[a-z][.)])\s+")
VALUES = {ColumnKind.BASELINE, ColumnKind.TARGET, ColumnKind.REALIZATION}
SHORTEST = 4


@dataclass(frozen=True, slots=True)
class IndicatorCell:
    """One indicator of a row, with the row as its values stand for it alone."""

    name: str
    line: FileLine
    is_one_of_several: bool = False


def split(line: FileLine, head: Head, name: str) -> Iterator[IndicatorCell]:
    """Yield the indicators of a row; one, unless its cell surely holds several."""
    at = head.index(ColumnKind.INDICATOR)
    cell = line.cells[at] if at is not None and at < len(line.cells) else ""
    values = _values(line, head)
    found = _parts(text_of(cell), values)
    if len(found) < 2:
        yield IndicatorCell(name, line)
        return
    for number, part in enumerate(found):
        yield IndicatorCell(part, _line_of(line, values, number, len(found)), True)


def _values(line: FileLine, head: Head) -> dict[int, RawCell]:
    """Return the filled value cells of a row by their place."""
    return {
        at: line.cells[at]
        for at, column in head.columns.items()
        if column.kind in VALUES and at < len(line.cells) and text_of(line.cells[at])
    }


def _parts(text: str, values: dict[int, RawCell]) -> list[str]:
    rows = [row for row in text.split("\n") if row.strip()]
    if len(rows) > 1 and _fit(values, len(rows), needs_values=not _are_bullets(rows)):
        return [names.repair(BULLET.sub("", row)) for row in rows]
    pieces = [names.repair(piece) for piece in text.split(";")]
    if (
        len(pieces) > 1
        and all(len(piece) >= SHORTEST for piece in pieces)
        and _fit(values, len(pieces), needs_values=False)
    ):
        return pieces
    return []


def _are_bullets(rows: list[str]) -> bool:
    return all(BULLET.match(row) for row in rows)


def _fit(values: dict[int, RawCell], count: int, *, needs_values: bool) -> bool:
    """Whether the values of a row can be parted as its indicators are."""
    if not values:
        return not needs_values
    return all(
        not (isinstance(cell, Raw) and cell.number is not None)
        and len([row for row in text_of(cell).split("\n") if row.strip()]) == count
        for cell in values.values()
    )


def _line_of(line: FileLine, values: dict[int, RawCell], number: int, count: int) -> FileLine:
    cells = list(line.cells)
    for at, cell in values.items():
        rows = [row.strip() for row in text_of(cell).split("\n") if row.strip()]
        if len(rows) == count:
            cells[at] = rows[number]
    return replace(line, cells=tuple(cells))
