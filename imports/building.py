"""Building a table row by row: the columns in force, the activities known, and the problems.

The published and the flat form use it. Nothing here imports Django.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from activities import names
from activities.sentences import Sentence
from activities.sentences import noop as _
from imports.headers import ColumnKind, FileColumn, Header
from imports.proofs import TOTALS, Proofs
from imports.readers import FileLine, Raw, RawCell, text_of
from imports.table import (
    BASELINE,
    CODED,
    EXAMPLES,
    REQUIRED,
    ActivityRow,
    FileProblem,
    FileTable,
    IgnoredRow,
    IndicatorRow,
    PrintedUnit,
    UnreadColumn,
)
from imports.totals import TOTAL_ROW, Sums, is_total_row
from imports.value_cells import PLAIN, Style, ValueCells
from indicators.cells import EMPTY, Cell


class Builder:
    """Fills a table: takes header rows, activities and indicators, and keeps the problems."""

    def __init__(self, form: str, style: Style = PLAIN) -> None:
        self.table = FileTable(form=form)
        self.values = ValueCells(self.table, style)
        self.silent = ValueCells(FileTable(), style)
        self.header: Header | None = None
        self.is_dense = False
        # Where the columns of the header in force stand; of the kinds with years, all of them.
        self.places: dict[ColumnKind, int] = {}
        self.targets: list[tuple[FileColumn, int]] = []
        self.realizations: list[tuple[FileColumn, int]] = []
        self.known: dict[tuple[PrintedUnit, str], ActivityRow] = {}
        self.units_above: dict[int, dict[ColumnKind, str]] = {}
        self.indicator_keys: dict[int, set[str]] = {}
        self.sums = Sums()
        self.proofs = Proofs(self.table)
        self.unread: dict[int, UnreadColumn] = {}
        self.unread_by_header: dict[str, UnreadColumn] = {}

    # --- header rows ---

    def take_header(
        self, header: Header, line: FileLine, required: Iterable[ColumnKind] = REQUIRED
    ) -> None:
        """Let a header row rule the rows below it; one that cannot is a problem of the table."""
        self.table.headers = self.table.headers or header.texts
        self._note_unread(header, line)
        for text in header.repeated:
            self.fail(line, "", text, _("Two columns say the same: “%(text)s”."), text=text)
        if not header.kinds.issuperset(required):
            self.header = None
            missing = (str(kind) for kind in required if kind not in header.kinds)
            message = _("The header has no column for: %(missing)s. Its headings: %(headings)s.")
            headings = ", ".join(filter(None, header.texts))
            self.fail(
                line,
                "",
                " ".join(header.texts),
                message,
                missing=", ".join(missing),
                headings=headings,
            )
            return
        self.header = header
        self.sums = Sums()
        self.table.kinds |= {str(kind) for kind in header.kinds}
        self.is_dense = list(header.columns) == list(range(len(header.texts)))
        columns = [(column, index) for index, column in header.columns.items()]
        self.places = {column.kind: index for column, index in reversed(columns)}
        self.targets = [entry for entry in columns if entry[0].kind is ColumnKind.TARGET]
        self.realizations = [entry for entry in columns if entry[0].kind is ColumnKind.REALIZATION]
        self._note_years()

    def _note_unread(self, header: Header, line: FileLine) -> None:
        self.unread = {}
        for index, text in header.unread.items():
            key = names.fold(text)
            if key not in self.unread_by_header:
                self.unread_by_header[key] = UnreadColumn(text, line.place)
                self.table.unread_columns.append(self.unread_by_header[key])
            self.unread[index] = self.unread_by_header[key]

    def _note_years(self) -> None:
        table = self.table
        for column, _index in self.targets:
            if column.year is not None and column.year not in table.years:
                table.years.append(column.year)
        for column, _index in self.realizations:
            if column.year not in table.realization_years:
                table.realization_years.append(column.year)
        table.has_realization = bool(table.realization_years)

    # --- cells ---

    def raw(self, line: FileLine, kind: ColumnKind) -> RawCell:
        """Return the cell of a column; "" where the row or the table has none."""
        index = self.places.get(kind)
        return line.cells[index] if index is not None and index < len(line.cells) else ""

    def text(self, line: FileLine, kind: ColumnKind) -> str:
        """Return a text cell on one line, keeping its problem; "" where it has one."""
        cell = self.raw(line, kind)
        if isinstance(cell, str):
            return names.repair(cell) if cell else ""
        self._note_cell(line, str(kind), cell)
        return "" if cell.problem else names.repair(cell.text)

    def _note_cell(self, line: FileLine, column: str, cell: Raw) -> None:
        if cell.problem is not None:
            self.table.errors.append(FileProblem(line.place, column, cell.text, cell.problem))
        elif cell.note is not None:
            self.table.warnings.append(FileProblem(line.place, column, cell.text, cell.note))

    def value(self, line: FileLine, column: FileColumn, index: int) -> Cell:
        """Return a value cell; one that cannot be read is empty and an error."""
        raw = line.cells[index] if index < len(line.cells) else ""
        return self.values.read(line, str(column), raw)

    # --- rows ---

    def take_notes(self, line: FileLine) -> None:
        for sentence in line.notes:
            self.table.warnings.append(FileProblem(line.place, "", "", sentence))

    def check_strays(self, line: FileLine) -> None:
        """Keep cells that stand under no header; give examples of unread columns."""
        assert self.header is not None
        if self.is_dense and len(line.cells) <= len(self.header.texts):
            return
        for index, cell in enumerate(line.cells):
            if index in self.header.columns or not (text := text_of(cell)):
                continue
            column = self.unread.get(index)
            if column is not None:
                if len(column.examples) < EXAMPLES and text not in column.examples:
                    column.examples.append(text)
            elif index >= len(self.header.texts) or not self.header.texts[index]:
                self.fail(line, "", text, _("This cell stands under no column header."))
                return

    def activity(
        self,
        line: FileLine,
        department: PrintedUnit,
        branch: PrintedUnit | None,
        code: str,
        title: str,
    ) -> ActivityRow | None:
        """Return the unit's activity of this code, made if it is new; None if titles clash."""
        owner = branch or department
        known = self.known.get((owner, code))
        if known is None:
            return self._new_activity(line, department, branch, code, title)
        if title and names.fold(known.title) != names.fold(title):
            message = _("Another activity of this unit already has this code.")
            self.fail(line, ColumnKind.ACTIVITY, f"{code} {title}", message)
            return None
        return known

    def _new_activity(
        self,
        line: FileLine,
        department: PrintedUnit,
        branch: PrintedUnit | None,
        code: str,
        title: str,
    ) -> ActivityRow:
        responsible, supporting = (
            names.repair(text_of(self.raw(line, kind)))
            for kind in (ColumnKind.RESPONSIBLE, ColumnKind.SUPPORTING)
        )
        row = ActivityRow(department, branch, code, title, responsible, supporting, line.place)
        self.known[row.owner, code] = row
        self.table.activities.append(row)
        return row

    def indicator(self, activity: ActivityRow, line: FileLine) -> None:
        """Add the indicator of a row to its activity."""
        units = self._units(activity, line)
        name = self.text(line, ColumnKind.INDICATOR)
        if not name:
            self.fail(line, ColumnKind.INDICATOR, "", _("The indicator has no name."))
            return
        keys = self.indicator_keys.setdefault(id(activity), set())
        key = names.fold(name)
        if key in keys:
            message = _("This activity already has an indicator of this name.")
            self.fail(line, ColumnKind.INDICATOR, name, message)
            return
        keys.add(key)
        realizations = self._values(line, self.realizations)
        baseline = self.places.get(ColumnKind.BASELINE)
        activity.indicators.append(
            row := IndicatorRow(
                name,
                units[ColumnKind.RESPONSIBLE],
                units[ColumnKind.SUPPORTING],
                EMPTY if baseline is None else self.value(line, BASELINE, baseline),
                cast("dict[int, Cell]", self._values(line, self.targets)),
                realizations.get(None, EMPTY),
                line.place,
                realizations,
            )
        )
        self.sums.add(_summed(row))

    def _values(
        self, line: FileLine, columns: list[tuple[FileColumn, int]]
    ) -> dict[int | None, Cell]:
        return {column.year: self.value(line, column, index) for column, index in columns}

    def _units(self, activity: ActivityRow, line: FileLine) -> Mapping[ColumnKind, str]:
        """Return the units of a row: where a merged cell is blank, what stands above it holds."""
        above = self.units_above.setdefault(id(activity), {})
        for kind in (ColumnKind.RESPONSIBLE, ColumnKind.SUPPORTING):
            above[kind] = self.text(line, kind) or above.get(kind, "")
        return above

    def is_total(self, line: FileLine) -> bool:
        """Whether a row sums up those above it, by the word in it."""
        return is_total_row(line.texts, self._value_places())

    def take_total(self, line: FileLine) -> None:
        """Compare a total row with the sums of the rows above it; it is no indicator."""
        cells = [
            (str(column), self.silent.read(line, "", line.cells[index]))
            for column, index in [*self.targets, *self.realizations, *self._baseline()]
            if index < len(line.cells)
        ]
        self.sums.compare(cells, line.place, self.proofs.check(TOTALS))
        text = " · ".join(filter(None, line.texts))[:200]
        self.table.ignored.append(IgnoredRow(line.place, text, Sentence(TOTAL_ROW)))

    def _baseline(self) -> list[tuple[FileColumn, int]]:
        place = self.places.get(ColumnKind.BASELINE)
        return [] if place is None else [(BASELINE, place)]

    def _value_places(self) -> set[int]:
        columns = [*self.targets, *self.realizations, *self._baseline()]
        return {index for _column, index in columns}

    def split_activity(self, line: FileLine) -> tuple[str, str] | None:
        """Return the code and the title of a row's activity, from one column or two.

        Both are "" in a row that continues the one above; None where a cell cannot be used.
        """
        code, title = self._code(line), self.text(line, ColumnKind.ACTIVITY)
        if self._is_spoilt(line, ColumnKind.CODE) or self._is_spoilt(line, ColumnKind.ACTIVITY):
            return None
        found = CODED.fullmatch(title)
        if found is not None and code in ("", found["code"]):
            return found["code"], found["title"]
        return code, title

    def _is_spoilt(self, line: FileLine, kind: ColumnKind) -> bool:
        cell = self.raw(line, kind)
        return not isinstance(cell, str) and cell.problem is not None

    def _code(self, line: FileLine) -> str:
        cell = self.raw(line, ColumnKind.CODE)
        if isinstance(cell, Raw) and cell.number is not None:
            code = str(cell.number)
            message = _("The code %(code)s is a number in Excel; is it %(code)s or %(code)s0?")
            self.warn(line, ColumnKind.CODE, cell.text, message, code=code)
            return code
        return self.text(line, ColumnKind.CODE).strip(" .)")

    # --- problems ---

    def fail(
        self, line: FileLine, column: object, value: str, message: str, /, **values: object
    ) -> None:
        problem = FileProblem(line.place, str(column), value, Sentence(message, **values))
        self.table.errors.append(problem)

    def warn(
        self, line: FileLine, column: object, value: str, message: str, /, **values: object
    ) -> None:
        problem = FileProblem(line.place, str(column), value, Sentence(message, **values))
        self.table.warnings.append(problem)


def _summed(row: IndicatorRow) -> Iterator[tuple[str, Cell]]:
    """Yield what a row adds to the sums of its table, by column."""
    yield str(BASELINE), row.baseline
    for year, cell in row.targets.items():
        yield str(FileColumn(ColumnKind.TARGET, year)), cell
    for told, cell in row.realizations.items():
        yield str(FileColumn(ColumnKind.REALIZATION, told)), cell
