"""A unit's own file as rows: the key, code and name of each, and what its cells hold.

Plain values from the readers of ``imports``; nothing here knows what is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from activities.sentences import Sentence
from activities.sentences import noop as _
from activities.wording import say
from entry.content import FIELDS
from entry.workbook.columns import ACTIVITY, CODE, INDICATOR, KEY, Head, read_head
from imports.readers import FileLine, Raw, RawCell
from indicators.cells import from_number
from indicators.row_keys import RowKey, read_key


@dataclass(frozen=True, slots=True)
class FileCell:
    """A cell: what it says, where it stands (from 1), and why it cannot be used, "" if it can."""

    text: str
    line: int
    column: int
    problem: str = ""

    @property
    def address(self) -> str:
        return f"{letters(self.column)}{self.line}"


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row of the file; ``number`` counts the file's rows from 0, ``cells`` are by field."""

    number: int
    sheet: str
    key: RowKey | None
    code: str
    name: str
    label: FileCell
    cells: dict[str, FileCell]

    @property
    def is_empty(self) -> bool:
        return not any(cell.text or cell.problem for cell in self.cells.values())

    @property
    def place(self) -> str:
        return f"{self.sheet}:{self.label.line}" if self.sheet else str(self.label.line)


@dataclass(slots=True)
class FileTable:
    """All that was read of a file, and what of it is not taken."""

    rows: list[FileRow] = field(default_factory=list)
    other_years: set[int] = field(default_factory=set)
    sheets_left: list[str] = field(default_factory=list)
    columns_left: list[str] = field(default_factory=list)


def read_table(lines: Iterable[FileLine], year: int) -> FileTable:
    """Return the rows below every heading of the file; sheets without one are named."""
    table = FileTable()
    sheets: dict[str, list[FileLine]] = {}
    for line in lines:
        sheets.setdefault(line.sheet, []).append(line)
    for name, its_lines in sheets.items():
        if not _read_sheet(its_lines, year, table) and name:
            table.sheets_left.append(name)
    return table


def _read_sheet(lines: Sequence[FileLine], year: int, table: FileTable) -> bool:
    """Add a sheet's rows to the table; return whether it has headings at all."""
    head, activity = Head(), ""
    for line in lines:
        found = read_head(line.texts, year)
        if found.is_complete:
            head, activity = found, ""
            continue
        if found.has_rows and found.other_years:
            table.other_years |= found.other_years
            head = Head()
        if not head.is_complete:
            continue
        activity = _text(line, head.at.get(ACTIVITY)) or activity
        row = _row(line, head, activity, len(table.rows))
        if row.key is not None or row.name or (row.code and not row.is_empty):
            table.rows.append(row)
            _note_left(line, head, table)
    return bool(head.at)


def _row(line: FileLine, head: Head, activity: str, number: int) -> FileRow:
    code = _text(line, head.at.get(CODE)) or activity.partition(" ")[0]
    place = head.at.get(INDICATOR, head.at.get(CODE, head.at.get(KEY, 0)))
    return FileRow(
        number,
        line.sheet,
        read_key(_text(line, head.at.get(KEY))),
        code.rstrip("."),
        _text(line, head.at.get(INDICATOR)),
        _cell(line, place),
        {name: _cell(line, head.at[name]) for name in FIELDS if name in head.at},
    )


def _note_left(line: FileLine, head: Head, table: FileTable) -> None:
    for column, heading in head.left.items():
        if _text(line, column) and heading not in table.columns_left:
            table.columns_left.append(heading)


def _text(line: FileLine, column: int | None) -> str:
    if column is None or column >= len(line.texts):
        return ""
    return line.texts[column].strip()


def _cell(line: FileLine, column: int) -> FileCell:
    raw: RawCell = line.cells[column] if column < len(line.cells) else ""
    text, problem = _read(raw)
    return FileCell(text, line.number, column + 1, problem)


def _read(raw: RawCell) -> tuple[str, str]:
    """Return what a cell says as it would be typed, and why it cannot be used."""
    if not isinstance(raw, Raw):
        return raw.strip(), ""
    if raw.problem is not None:
        return raw.text.strip(), say(raw.problem)
    if raw.number is None:
        return raw.text.strip(), ""
    try:
        return from_number(raw.number, is_percent=raw.is_percent).text, ""
    except Sentence as error:
        return raw.text, say(error)


def letters(column: int) -> str:
    """Return a column's letters, counted from 1."""
    before, last = divmod(column - 1, 26)
    return (letters(before) if before else "") + chr(ord("A") + last)


NO_HEADINGS = _(
    "%(file)s: no row of headings with the indicator and the realization was found. Download the "
    "workbook on the entry page and fill it in, or name these columns so."
)
