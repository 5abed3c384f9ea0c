"""The values of a row: baseline, targets, realizations, and what stands beside them.

Nothing here imports Django.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from activities import names
from activities.names import fold
from activities.sentences import Sentence
from activities.sentences import noop as _
from imports.headers import YEAR, ColumnKind
from imports.layout import Column, Head, Layout
from imports.proofs import RATIOS, Proofs
from imports.questions import Questions
from imports.readers import FileLine, Raw, RawCell, text_of
from imports.table import FileProblem, FileTable, IndicatorRow, Parts
from imports.value_cells import ValueCells
from imports.written import PERCENT_WORDS
from indicators.cells import DASHES, EMPTY, Cell, CellKind, number_text

IN_PERCENT = re.compile(r"\(\s*%\s*\)|%\s*\)?$|^%")
LONGEST_UNIT = 40
PARTS = (ColumnKind.WOMEN, ColumnKind.MEN, ColumnKind.OTHERS)
_RATIO_UNITS = frozenset(("oran", "orani", "ratio", "rate", "taux", "anteil", "tasso"))


@dataclass(slots=True)
class _Places:
    """Where the value columns of the head in force stand, with their years."""

    baseline: int | None = None
    year: int | None = None
    """Of a table with a row for each year."""
    targets: list[tuple[int, int | None]] = field(default_factory=list)
    realizations: list[tuple[int, int | None]] = field(default_factory=list)
    parts: dict[int | None, dict[str, int]] = field(default_factory=dict)
    ratios: list[int] = field(default_factory=list)
    progress: list[int] = field(default_factory=list)
    """Those of the ratios that say how far the work is, not how far the target."""
    reasons: list[tuple[int, int | None]] = field(default_factory=list)
    measures: list[tuple[int, int | None]] = field(default_factory=list)
    weight: int | None = None
    unit: int | None = None
    status: int | None = None


class RowValues:
    """Reads the value cells of rows below a head."""

    def __init__(
        self,
        table: FileTable,
        layout: Layout,
        cells: ValueCells,
        proofs: Proofs,
        year: int | None,
    ) -> None:
        self.table, self.cells, self.proofs = table, cells, proofs
        self.layout = replace(layout, year=year or layout.year)
        self.questions = Questions(table.questions)
        self.at = _Places()
        self.head: Head | None = None
        self.unresolved: dict[str, tuple[str, str]] = {}
        self.silent = ValueCells(FileTable(), cells.style)

    # --- heads ---

    def start_head(self, head: Head) -> None:
        self.head = head
        self.at = at = _Places(
            baseline=head.index(ColumnKind.BASELINE),
            ratios=head.all(ColumnKind.RATIO),
            progress=[at for at, column in head.columns.items() if column.looks_like == "progress"],
            weight=head.index(ColumnKind.WEIGHT),
            unit=head.index(ColumnKind.UNIT),
            status=head.index(ColumnKind.STATUS),
            year=head.index(ColumnKind.YEAR),
        )
        for place, column in sorted(head.columns.items()):
            self._take_column(at, place, column)
        for _place, year in at.targets:
            self._know_target(year)
        for _place, told in at.realizations:
            if at.year is None or told is not None:
                self._know_realization(told)

    def _know_target(self, year: int | None) -> None:
        if year is not None and year not in self.table.years:
            self.table.years.append(year)

    def _know_realization(self, year: int | None) -> None:
        if year not in self.table.realization_years:
            self.table.realization_years.append(year)
        self.table.has_realization = True

    def _take_column(self, at: _Places, place: int, column: Column) -> None:
        # The year of a row holds for the columns that name none.
        is_of_row = at.year is not None and not (column.year or column.ordinal)
        year = None if is_of_row else self.layout.year_of(column)
        if column.kind is ColumnKind.TARGET:
            if year is None and not is_of_row:
                text = self.head.texts[place] if self.head else ""
                self.unresolved.setdefault(text, ("1", text))
            else:
                at.targets.append((place, year))
        elif column.kind is ColumnKind.REALIZATION:
            at.realizations.append((place, year))
        elif column.kind in PARTS:
            at.parts.setdefault(year, {})[str(column.kind)] = place
        elif column.kind is ColumnKind.REASON:
            at.reasons.append((place, column.year))
        elif column.kind is ColumnKind.MEASURE:
            at.measures.append((place, column.year))

    @property
    def keeps_status(self) -> bool:
        """Whether status words are kept as the realization, because there is no other."""
        return not self.at.realizations and self.at.status is not None

    @property
    def realization_year(self) -> int | None:
        """Return whose year reasons and measures without one are: the last reported one."""
        years = [year for _place, year in self.at.realizations]
        known = [year for year in years if year is not None]
        if None in years or not known:
            return self.layout.year
        return self.layout.year if self.layout.year in known else max(known)

    def finish(self) -> None:
        """Say which columns have no year, once each."""
        for where, text in self.unresolved.values():
            message = Sentence(
                _("“%(text)s” names no year, and the file tells none; say it with --year."),
                text=text,
            )
            problem = FileProblem(where, "target", text, message, stops=True)
            self.table.errors.append(problem)

    # --- one row ---

    def row(
        self, line: FileLine, name: str, responsible: str, supporting: str, printed: FileLine
    ) -> IndicatorRow:
        """Return the indicator of a line; ``printed`` is the line as the file has it."""
        own = self._year_of(line)
        unit = self._text(line, self.at.unit)
        is_percent = says_percent(unit, name)
        baseline = self._value(line, self.at.baseline, "baseline", is_percent)
        targets = {
            year: self._value(line, place, str(year), is_percent)
            for place, told in self.at.targets
            if (year := told or own) is not None
        }
        realizations = {
            told or own: self._value(line, place, _column("realization", told or own), is_percent)
            for place, told in self.at.realizations
        }
        if own is not None:
            self._know_row(own)
        if not self.at.realizations:
            status = self._status(line)
            if status is not None:
                realizations[own or self.layout.year] = status
                self._know_realization(own or self.layout.year)
        row = IndicatorRow(
            name,
            responsible,
            supporting,
            baseline,
            targets,
            realizations.get(None, EMPTY),
            printed.place,
            realizations,
            unit=self._unit_of(unit, (baseline, *targets.values(), *realizations.values())),
            says_percent=is_percent,
            weight=self._weight(line),
        )
        self._take_beside(line, row)
        return row

    def _take_beside(self, line: FileLine, row: IndicatorRow) -> None:
        """Take what stands beside the values: parts, reasons, measures, typed ratios."""
        own = self._year_of(line)
        for told_of, places in self.at.parts.items():
            year = told_of or own
            cells = {
                kind: self._value(line, place, _column(kind, year), False)
                for kind, place in places.items()
            }
            found = self._parts(row, year, cells)
            if found is not None:
                row.parts[year] = found
        for places_, said in ((self.at.reasons, row.reasons), (self.at.measures, row.measures)):
            for place, told in places_:
                text = self._text(line, place)
                if text and text not in DASHES:
                    year = told or own or self.realization_year
                    said[year] = f"{said[year]}\n{text}" if year in said else text
        if self.at.realizations:
            self._prove_ratios(line, row)

    def _parts(self, row: IndicatorRow, year: int | None, cells: dict[str, Cell]) -> Parts | None:
        total = row.realizations.get(year)
        if total is None or total.kind is CellKind.EMPTY:
            total = self._summed(cells) if "women" in cells and "men" in cells else None
            if total is None:
                return self.proofs.parts(row.where, EMPTY, cells)
            row.realizations[year] = total
            self._know_realization(year)
        return self.proofs.parts(row.where, total, cells)

    def _summed(self, cells: dict[str, Cell]) -> Cell | None:
        """Return women and men together where the file has no total of its own."""
        values = [cell.value for cell in cells.values() if cell.value is not None]
        if len(values) < 2:
            return None
        total = sum(values, Decimal(0))
        return Cell(CellKind.NUMBER, number_text(total, is_percent=False), total)

    def _prove_ratios(self, line: FileLine, row: IndicatorRow) -> None:
        year = self._year_of(line) or self.realization_year
        known = row.realizations.get(year) or row.realizations.get(None) or EMPTY
        target = row.targets.get(year) if year is not None else None
        if target is None and len(row.targets) == 1:
            target = next(iter(row.targets.values()))
        for place in self.at.ratios:
            if place in self.at.progress:
                continue
            typed = self.silent.read(line, "typed ratio", _cell(line, place))
            self.proofs.ratio(row.where, typed, row.baseline, target or EMPTY, known)

    def _year_of(self, line: FileLine) -> int | None:
        """Return the year of a row; None where rows have none, or this one has another text."""
        text = self._text(line, self.at.year)
        return int(text) if YEAR.fullmatch(text) else None

    def _know_row(self, year: int) -> None:
        if any(told is None for _place, told in self.at.targets):
            self._know_target(year)
        if any(told is None for _place, told in self.at.realizations):
            self._know_realization(year)

    @property
    def has_rows_of_years(self) -> bool:
        return self.at.year is not None

    def merge(self, row: IndicatorRow, further: IndicatorRow) -> bool:
        """Add another year's row to an indicator; False where it says what is known already."""
        if further.targets.keys() & row.targets.keys() or (
            further.realizations.keys() & row.realizations.keys()
        ):
            return False
        row.targets.update(further.targets)
        row.realizations.update(further.realizations)
        row.parts.update(further.parts)
        row.reasons.update(further.reasons)
        row.measures.update(further.measures)
        row.says_percent = row.says_percent or further.says_percent
        if row.baseline.kind is CellKind.EMPTY:
            row.baseline = further.baseline
        return True

    def _status(self, line: FileLine) -> Cell | None:
        """Return the words of a status, and the percent typed beside them, as a realization."""
        words = self._text(line, self.at.status)
        told = [text for place in self.at.ratios if (text := self._text(line, place))]
        typed = told[0] if told else ""
        if len(told) > 1:
            apart = self.proofs.check(RATIOS).apart
            apart += [(line.place, text) for text in told[1:]]
        if not words:
            place = next((at for at in self.at.ratios if self._text(line, at)), None)
            return self._value(line, place, "realization", True) if typed else None
        text = " / ".join(filter(None, (words, typed.strip("%"))))
        self.questions.ask(
            "status",
            str(ColumnKind.STATUS),
            Sentence(_("A status stands where a realization is looked for.")),
            proposal=Sentence(_("Keep it as a text, with the percent that was typed beside it.")),
            where=line.place,
            text=text,
        )
        return Cell(CellKind.TEXT, text)

    # --- cells ---

    def _value(self, line: FileLine, place: int | None, column: str, is_percent: bool) -> Cell:
        if place is None:
            return EMPTY
        raw = _cell(line, place)
        cell = self.cells.read(line, column, raw)
        if is_percent and cell.value is not None and not cell.is_percent:
            is_ours = isinstance(raw, Raw) and raw.number is not None
            text = number_text(cell.value, is_percent=True) if is_ours else cell.text
            return replace(cell, is_percent=True, text=text)
        return cell

    def _text(self, line: FileLine, place: int | None) -> str:
        cell = _cell(line, place)
        text = text_of(cell)
        return names.repair(text) if text else ""

    def _weight(self, line: FileLine) -> Decimal | None:
        if self.at.weight is None:
            return None
        cell = self.cells.read(line, "weight", _cell(line, self.at.weight))
        is_kept = cell.value is not None and 0 <= cell.value < 10_000
        return round(cell.value, 2) if is_kept and cell.value is not None else None

    def _unit_of(self, told: str, cells: Iterable[Cell]) -> str:
        """Return the unit of measure: what the column says, else the word beside the numbers."""
        if told and told not in DASHES:
            return names.lower(told)[:LONGEST_UNIT]
        words = [_word_beside(cell) for cell in cells if cell.kind is CellKind.NUMBER]
        found = {fold(word): word for word in words if word}
        return next(iter(found.values()))[:LONGEST_UNIT] if len(found) == 1 else ""

    def has_numbers(self, line: FileLine) -> bool:
        """Whether any value column of a line holds a number."""
        return any(
            cell.kind is CellKind.NUMBER
            for column, cell in self.cells_of(line)
            if column != "typed ratio"
        )

    def cells_of(self, line: FileLine) -> Iterator[tuple[str, Cell]]:
        """Yield the value cells of a line by their column, without a word about them."""
        if self.at.baseline is not None:
            yield "baseline", self.silent.read(line, "", _cell(line, self.at.baseline))
        own = self._year_of(line)
        for place, year in self.at.targets:
            yield str(year or own), self.silent.read(line, "", _cell(line, place))
        for place, told in self.at.realizations:
            column = _column("realization", told or own)
            yield column, self.silent.read(line, "", _cell(line, place))

    def summed(self, row: IndicatorRow) -> Iterator[tuple[str, Cell]]:
        """Yield what a row adds to the sums of its table, by column."""
        yield "baseline", row.baseline
        for year, cell in row.targets.items():
            yield str(year), cell
        for told, cell in row.realizations.items():
            yield _column("realization", told), cell


def says_percent(unit: str, name: str) -> bool:
    """Whether a unit of measure or an indicator's name says that its numbers are percents."""
    words = fold(unit).split()
    if "%" in unit or not PERCENT_WORDS.isdisjoint(words) or not _RATIO_UNITS.isdisjoint(words):
        return True
    return IN_PERCENT.search(name) is not None


def _word_beside(cell: Cell) -> str:
    letters = [word for word in cell.text.split() if word.isalpha() and len(word) > 1]
    return letters[-1] if len(letters) == 1 and cell.text.endswith(letters[0]) else ""


def _cell(line: FileLine, place: int | None) -> RawCell:
    return line.cells[place] if place is not None and place < len(line.cells) else ""


def _column(word: str, year: int | None) -> str:
    return f"{word} {year}" if year else word
