"""Laying out a department's part of the plan in the printed form, as a sheet of a workbook.

Title, department, header row, then the activities: their cell and the units' reach down over
the rows of their indicators. A branch has a heading of its own between the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from math import ceil

from reports.exports.columns import Column
from reports.exports.rows import Part, Value, decimals, heading, is_turkish
from reports.exports.workbook import Cell, Sheet, SheetRow, Style, address
from reports.tables import Block, TableRow

LINE_HEIGHT, TITLE_HEIGHT, HEADING_HEIGHT = 12.0, 18.0, 16.0
RESPONSIBLE, SUPPORTING, INDICATOR = 1, 2, 3
"""Columns from 0; the activity is the first."""

TITLE = Style(size=12, is_bold=True, has_border=False, is_wrapped=False)
NOTE = Style(has_border=False, is_wrapped=False)
LINE = Style(has_border=False)
HEADING = Style(size=11, is_bold=True, fill="DDE7EE", has_border=False, is_wrapped=False)
HEADER = Style(is_bold=True, fill="E9E9E9", align="center", vertical="center")
TEXT = Style()
WRITTEN = Style(align="right", indent=1)

Tail = Callable[[TableRow], list[Cell]]
"""Returns a row's cells to the right of the indicator's name."""


class PartSheet:
    """One department's sheet. ``lines`` stand above the table, the first as its title."""

    def __init__(
        self, part: Part, columns: Sequence[Column], tail: Tail, lines: Sequence[str]
    ) -> None:
        self.part = part
        self.columns = columns
        self.tail = tail
        self.lines = lines
        self.header_row = len(lines) + 2
        self.merged: list[str] = []

    @property
    def last_row(self) -> int:
        headings = sum(self._is_branch(unit.unit.id) for unit in self.part.units)
        blocks = (block for unit in self.part.units for block in unit.blocks)
        return self.header_row + headings + sum(len(block.rows) for block in blocks)

    def sheet(self) -> Sheet:
        department = self.part.department
        return Sheet(
            title=f"{department.number} {department.short}".strip(),
            widths=[column.width for column in self.columns],
            rows=self._rows(),
            header_row=self.header_row,
            footer=f"{self.lines[0]} · {heading(department)}",
            merged=self.merged,
        )

    def _rows(self) -> Iterator[SheetRow]:
        for number, line in enumerate(self.lines):
            yield SheetRow([Cell(line, NOTE)]) if number else title_row(line)
        yield self._heading(heading(self.part.department))
        yield header_row(self.columns)
        number = self.header_row + 1
        for unit in self.part.units:
            if self._is_branch(unit.unit.id):
                yield self._heading(heading(unit.unit))
                number += 1
            for block in unit.blocks:
                yield from self._block(block, number)
                number += len(block.rows)

    def _is_branch(self, unit_id: int) -> bool:
        return unit_id != self.part.department.id

    def _heading(self, text: str) -> SheetRow:
        blank = Cell(None, HEADING)
        return SheetRow([Cell(text, HEADING), *[blank] * (len(self.columns) - 1)], HEADING_HEIGHT)

    def _block(self, block: Block, first: int) -> Iterator[SheetRow]:
        activity = f"{block.code}. {block.title}"
        own = [[Cell(row.figure.name, TEXT), *self.tail(row)] for row in block.rows]
        heights = self._heights(block, activity, own)
        self._merge(0, first, len(block.rows))
        for place, row in enumerate(block.rows):
            units = []
            for column, span in ((RESPONSIBLE, row.responsible), (SUPPORTING, row.supporting)):
                units.append(Cell(span.text if span else None, TEXT))
                self._merge(column, first + place, span.rows if span else 1)
            title = Cell(None if place else activity, TEXT)
            yield SheetRow([title, *units, *own[place]], heights[place])

    def _merge(self, column: int, first: int, rows: int) -> None:
        if rows > 1:
            top, bottom = address(first, column + 1), address(first + rows - 1, column + 1)
            self.merged.append(f"{top}:{bottom}")

    def _heights(self, block: Block, activity: str, own: list[list[Cell]]) -> list[float]:
        """Return the rows' heights; programs do not fit rows to the text of merged cells."""
        lines = [self._own_lines(cells) for cells in own]
        self._stretch(lines, 0, len(lines), _lines(activity, self.columns[0].width))
        for place, row in enumerate(block.rows):
            for column, span in ((RESPONSIBLE, row.responsible), (SUPPORTING, row.supporting)):
                if span:
                    self._stretch(
                        lines, place, span.rows, _lines(span.text, self.columns[column].width)
                    )
        return [count * LINE_HEIGHT + 3 for count in lines]

    def _own_lines(self, cells: list[Cell]) -> int:
        """Return how many lines the texts take that a row has for itself."""
        texts = enumerate((cell.content for cell in cells), start=INDICATOR)
        return max(
            _lines(text, self.columns[column].width)
            for column, text in texts
            if isinstance(text, str)
        )

    def _stretch(self, lines: list[int], first: int, count: int, needed: int) -> None:
        """Make rows together high enough for a merged cell's text."""
        short = needed - sum(lines[first : first + count])
        if short > 0:
            for place in range(first, first + count):
                lines[place] += ceil(short / count)


def _lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a column, roughly, with room for whole words."""
    return sum(max(1, ceil(len(line) / width)) for line in text.split("\n"))


def title_row(text: str) -> SheetRow:
    return SheetRow([Cell(text, TITLE)], TITLE_HEIGHT)


def header_row(columns: Sequence[Column]) -> SheetRow:
    lines = max(_lines(str(column.header), column.width) for column in columns)
    return SheetRow([Cell(column.header, HEADER) for column in columns], LINE_HEIGHT * lines + 6)


def value_cell(value: Value) -> Cell:
    """Return a number as a number, a percentage as Excel keeps it; the rest as written."""
    if value.number is None:
        return Cell(value.text, WRITTEN)
    places = decimals(value.number)
    if value.is_percent:
        return Cell(value.number / 100, percent_style(places))
    return Cell(value.number, number_style(places))


def ratio_cell(ratio: Decimal | None) -> Cell:
    return Cell(ratio, percent_style(1))


@lru_cache
def number_style(places: int) -> Style:
    # "#,##0.####" would show whole numbers with a comma behind them.
    return Style(number_format=_number_format(places), align="right", indent=1, is_wrapped=False)


def percent_style(places: int) -> Style:
    return _percent_style(places, is_turkish())


@lru_cache
def _percent_style(places: int, turkish: bool) -> Style:
    number = _number_format(places)
    shown = f"%{number}" if turkish else f"{number}%"
    return Style(number_format=shown, align="right", indent=1, is_wrapped=False)


def _number_format(places: int) -> str:
    return f"#,##0.{'0' * places}" if places else "#,##0"
