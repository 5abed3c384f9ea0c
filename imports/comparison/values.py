"""A row's targets and realizations beside the stored ones, year by year."""

from __future__ import annotations

from collections.abc import Iterator

from activities.sentences import Sentence
from activities.sentences import noop as _
from imports.comparison.beside import said_beside, would_say
from imports.comparison.fields import as_told, same_value
from imports.comparison.replacement import replace_realization
from imports.comparison.settled import SettledCells
from imports.comparison.stored import StoredPlan
from imports.difference import Difference, PlanChange, RowPlace
from imports.table import FileProblem, IndicatorRow
from indicators import steps
from indicators.cells import Cell, CellKind
from indicators.models import Indicator, Realization, Target


class ValueComparison:
    """Adds what is not stored yet, and sets what a file changes in the loaded values.

    What is settled (sent, approved, or of a closed year) changes only where ``settled`` lets it.
    """

    def __init__(self, difference: Difference, stored: StoredPlan, settled: SettledCells) -> None:
        self._difference = difference
        self._stored = stored
        self._settled = settled

    def new(self, indicator: Indicator, row: IndicatorRow) -> None:
        """Add the values of an indicator that is new itself."""
        for year, cell in row.targets.items():
            if cell.kind is not CellKind.EMPTY and self._may_write(row, year, str(year), cell):
                self._add_target(indicator, year, cell)
        for year, cell in self._realized(row):
            if self._may_report(None, row, year, cell):
                self._add_realization(indicator, year, cell, row)

    def compare(self, indicator: Indicator, row: IndicatorRow, place: RowPlace) -> list[PlanChange]:
        """Set what the row says otherwise and return it as changes."""
        return [
            *self._compare_targets(indicator, row, place),
            *self._compare_realizations(indicator, row, place),
        ]

    # --- targets ---

    def _compare_targets(
        self, indicator: Indicator, row: IndicatorRow, place: RowPlace
    ) -> Iterator[PlanChange]:
        for year, cell in row.targets.items():
            target = self._stored.targets.get((indicator.pk, year))
            if target is None and cell.kind is not CellKind.EMPTY:
                if not self._may_write(row, year, str(year), cell):
                    continue
                self._add_target(indicator, year, cell)
                yield place.changed(f"target {year}", "", cell.text)
            elif target is not None and self._may_change_target(target, row, cell):
                before = as_told(target.value, target.text, indicator)
                yield place.changed(f"target {year}", before, cell.text)
                target.value, target.text = cell.value, cell.text
                self._difference.changed_targets.append(target)

    def _may_change_target(self, target: Target, row: IndicatorRow, cell: Cell) -> bool:
        """Whether a cell says something else than the target, and may."""
        if same_value(cell, target.value, target.text):
            return False
        return self._may_write(row, target.year, str(target.year), cell)

    def _add_target(self, indicator: Indicator, year: int, cell: Cell) -> None:
        target = Target(indicator=indicator, year=year, value=cell.value, text=cell.text)
        self._difference.new_targets.append(target)

    # --- realizations ---

    def _compare_realizations(
        self, indicator: Indicator, row: IndicatorRow, place: RowPlace
    ) -> Iterator[PlanChange]:
        for year, cell in self._realized(row):
            stored = self._stored.realizations.get((indicator.pk, year))
            if not self._may_report(stored, row, year, cell):
                if stored is not None and same_value(cell, stored.value, stored.text):
                    yield from self._compare_beside(stored, row, year, place)
                continue
            before = as_told(stored.value, stored.text, indicator) if stored else ""
            yield place.changed(f"realization {year}", before, cell.text)
            if stored is None:
                self._add_realization(indicator, year, cell, row)
                continue
            self._difference.changed_realizations.append(stored)
            wiped = replace_realization(stored, cell)
            beside = {name: after for name, _before, after in said_beside(stored, row, year)}
            for name, gone in wiped.items():
                if name not in beside:
                    yield place.changed(f"{name} {year}", gone, "")
            for name, after in beside.items():
                yield place.changed(f"{name} {year}", wiped.get(name, ""), after)

    def _compare_beside(
        self, stored: Realization, row: IndicatorRow, year: int, place: RowPlace
    ) -> Iterator[PlanChange]:
        """Set women and men, reason and measure where the file says others of the same number."""
        if not would_say(stored, row, year):
            return
        cell = row.realizations.get(year) or row.realization
        if not self._may_write(row, year, f"realization {year}", cell, stored.state):
            return
        for name, before, after in said_beside(stored, row, year):
            yield place.changed(f"{name} {year}", before, after)
        stored.version += 1
        self._difference.changed_realizations.append(stored)

    def _realized(self, row: IndicatorRow) -> Iterator[tuple[int, Cell]]:
        """Yield the row's realizations by year; a column without a year is the import's.

        An empty cell says nothing of a realization that somebody entered.
        """
        for year, cell in (row.realizations or {None: row.realization}).items():
            if cell.kind is not CellKind.EMPTY:
                yield year or self._difference.year, cell

    def _may_report(
        self, stored: Realization | None, row: IndicatorRow, year: int, cell: Cell
    ) -> bool:
        """Whether a cell says something else than the realization, and may."""
        if stored is not None and same_value(cell, stored.value, stored.text):
            return False
        column = "realization" if year == self._difference.year else f"realization {year}"
        return self._may_write(row, year, column, cell, stored.state if stored is not None else "")

    def _add_realization(
        self, indicator: Indicator, year: int, cell: Cell, row: IndicatorRow
    ) -> None:
        realization = Realization(
            indicator=indicator,
            year=year,
            value=cell.value,
            text=cell.text,
        )
        said_beside(realization, row, year)
        steps.handed_over(realization, None)
        self._difference.new_realizations.append(realization)

    # --- what is settled ---

    def _may_write(
        self, row: IndicatorRow, year: int, column: str, cell: Cell, state: str = ""
    ) -> bool:
        """Whether a value may be written; ``state`` is that of a realization which is stored."""
        is_approved = state == Realization.State.APPROVED
        if is_approved:
            message = _("The value is verified; an import does not change it to “%(value)s”.")
        elif state in steps.SENT and not self._stored.is_over(year):
            message = _("The value was sent; an import does not change it to “%(value)s”.")
        else:
            message = _("The year is closed; an import does not write “%(value)s” into it.")
        problem = FileProblem(row.where, column, cell.text, Sentence(message, value=cell.text))
        return self._settled.lets_value(year, state, problem)
