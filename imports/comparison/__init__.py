"""Comparing a file's table with the stored plan; the database is read and not written.

Builds the rows that are missing and sets new values on the loaded ones, both kept in a
Difference for ``imports.actions`` to write. Numbers are compared as numbers ("50" and "50,0" are
the same), everything else as it was written.

``stored`` loads, ``matching`` finds a row's stored one, ``owners`` and ``named_units`` the units
that are named; ``years``, ``activities``, ``indicators``, ``values`` and ``missing`` tell what
differs.
"""

from __future__ import annotations

from collections.abc import Iterator

from activities import revisions
from activities.models import Activity, Plan
from activities.sentences import noop as _
from imports.comparison.activities import ActivityComparison
from imports.comparison.indicators import IndicatorComparison
from imports.comparison.matching import FileKeys, find_activity, keys_in_file, pair_indicators
from imports.comparison.missing import note_missing
from imports.comparison.named_units import CellUnits, UnitBook, new_aliases
from imports.comparison.owners import Owners
from imports.comparison.settled import SettledCells
from imports.comparison.stored import StoredPlan, StoredUnits
from imports.comparison.values import ValueComparison
from imports.comparison.years import check_years
from imports.difference import NO_CHOICES, Difference, ImportChoices, Owner, PlanChange, RowPlace
from imports.table import ActivityRow, FileTable, IndicatorRow
from indicators.models import Indicator


def compare(
    table: FileTable, plan: Plan, year: int, *, choices: ImportChoices = NO_CHOICES
) -> Difference:
    """Return what applying the table to the plan would change; the plan may be unsaved.

    Queries do not grow with the rows.
    """
    difference = Difference(plan, year, table, revision=revisions.current(plan))
    return _Comparison(difference, choices).run()


class _Comparison:
    """Walks through a table beside the stored plan and counts what it meets."""

    def __init__(self, difference: Difference, choices: ImportChoices) -> None:
        self.difference = difference
        self.choices = choices
        self.stored = StoredPlan(difference.plan)
        self.units = units = StoredUnits(difference.plan)
        self.book = UnitBook(units, choices.aliases)
        may_add = choices.create_departments or difference.plan.pk is None
        self.owners = Owners(difference, units, self.book, may_add=may_add)
        cells = CellUnits(difference, self.book)
        self.activities = ActivityComparison(difference, self.stored, cells)
        self.settled = SettledCells(difference, self.stored, choices)
        self.indicators = IndicatorComparison(difference, self.stored, cells, self.settled)
        self.values = ValueComparison(difference, self.stored, self.settled)
        self.taken: set[tuple[int, str]] = set()
        self.seen: set[int] = set()

    def run(self) -> Difference:
        difference, table = self.difference, self.difference.table
        difference.new_aliases.extend(new_aliases(self.choices.aliases, self.units))
        check_years(difference, self.stored.periods)
        # Looks up every heading, so that cells may name what the file itself brings.
        file = keys_in_file(self._rows_of_stored_units(), self.stored)
        self.book.add(difference.new_departments)
        for row in table.activities:
            self._take(row, file)
        note_missing(
            difference,
            self.stored,
            self.owners.in_file,
            seen=self.seen,
            to_retire=self.choices.retire,
            settled=self.settled,
        )
        difference.errors = [*table.errors, *difference.errors]
        difference.warnings = [*table.warnings, *difference.warnings]
        return difference

    def _rows_of_stored_units(self) -> Iterator[tuple[int, ActivityRow]]:
        for row in self.difference.table.activities:
            owner = self.owners.of(row)
            if owner is not None and owner.department.pk is not None:
                yield owner.department.pk, row

    def _take(self, row: ActivityRow, file: FileKeys) -> None:
        owner = self.owners.of(row)
        if owner is None:
            return
        if row.is_code_proposed:
            self._settle_code(row, owner, file)
        if self._is_repeated(row, owner):
            return
        activity, changes = self._take_activity(row, owner, file)
        pairs = pair_indicators(row.indicators, self.stored.indicators_of(activity))
        if not pairs:
            self._take_bare(activity, RowPlace(owner, row.code), changes)
        for number, (indicator_row, indicator) in enumerate(pairs):
            place = RowPlace(owner, row.code, indicator_row.name)
            # A change of the activity is counted and told once, with its first row.
            told = changes if number == 0 else []
            if indicator is None:
                indicator = self._add(activity, indicator_row, row)
                self._count_new(place, told)
            else:
                own = self._compare(indicator, indicator_row, row, place)
                self._count(place, [*told, *own])
            self.difference.places.append((indicator, indicator_row.where))

    def _take_bare(self, activity: Activity, place: RowPlace, changes: list[PlanChange]) -> None:
        """Count an activity without any indicator by itself."""
        if activity.pk is None:
            self._count_new(place, [])
        elif changes:
            self._count(place, changes)

    def _settle_code(self, row: ActivityRow, owner: Owner, file: FileKeys) -> None:
        """Give an activity without a code the one it is stored under, else one that is free."""
        unit = owner.department.pk
        stored = None if unit is None else find_activity(row, unit, self.stored, file)
        if stored is not None:
            row.code = stored.code
            return
        above, _dot, number = row.code.rpartition(".")
        while (unit, row.code) in self.stored.activities or (id(owner), row.code) in self.taken:
            number = str(int(number) + 1)
            row.code = f"{above}.{number}"

    def _is_repeated(self, row: ActivityRow, owner: Owner) -> bool:
        """Whether the unit had this code before, under another heading; an error then."""
        key = (id(owner), row.code)
        if key in self.taken:
            message = _("Another activity of this unit already has this code.")
            self.difference.fail(row.where, "activity", message, row.code)
            return True
        self.taken.add(key)
        return False

    def _take_activity(
        self, row: ActivityRow, owner: Owner, file: FileKeys
    ) -> tuple[Activity, list[PlanChange]]:
        unit = owner.department.pk
        stored = None if unit is None else find_activity(row, unit, self.stored, file)
        if stored is None:
            return self.activities.new(row, owner), []
        return stored, self.activities.compare(stored, row, owner)

    def _add(self, activity: Activity, row: IndicatorRow, above: ActivityRow) -> Indicator:
        indicator = self.indicators.new(activity, row, above)
        self.values.new(indicator, row)
        return indicator

    def _compare(
        self, indicator: Indicator, row: IndicatorRow, above: ActivityRow, place: RowPlace
    ) -> list[PlanChange]:
        self.seen.add(indicator.pk)
        return [
            *self.indicators.compare(indicator, row, above, place),
            *self.values.compare(indicator, row, place),
        ]

    def _count_new(self, place: RowPlace, of_activity: list[PlanChange]) -> None:
        self.difference.new += 1
        self.difference.changes += [place.new(), *of_activity]

    def _count(self, place: RowPlace, changes: list[PlanChange]) -> None:
        self.difference.changes += changes
        if changes:
            self.difference.changed += 1
            self.difference.changed_by[place.owner.number] += 1
        else:
            self.difference.unchanged += 1
            self.difference.unchanged_by[place.owner.number] += 1
