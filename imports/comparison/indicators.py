"""An indicator's row beside the stored indicator, or as a new one; its values are elsewhere."""

from __future__ import annotations

from copy import copy

from activities.models import Activity
from activities.names import fold
from activities.sentences import Sentence
from imports.comparison.fields import as_told, names_units, said, same_value, set_texts
from imports.comparison.missing import may_leave
from imports.comparison.named_units import CellUnits
from imports.comparison.settled import SettledCells
from imports.comparison.stored import StoredPlan
from imports.difference import Difference, PlanChange, RowPlace
from imports.table import ActivityRow, FileProblem, IndicatorRow
from indicators import kinds
from indicators.achievement import Kind
from indicators.models import Indicator, IndicatorUnit


class IndicatorComparison:
    """Makes new indicators, and sets what a file changes in the loaded ones."""

    def __init__(
        self, difference: Difference, stored: StoredPlan, cells: CellUnits, settled: SettledCells
    ) -> None:
        self._settled = settled
        self._states = {year: period.state for year, period in stored.periods.items()}
        self._difference = difference
        self._stored = stored
        self._cells = cells

    def new(self, activity: Activity, row: IndicatorRow, above: ActivityRow) -> Indicator:
        indicator = Indicator(
            activity=activity,
            position=self._stored.next_indicator(activity),
            baseline=row.baseline.value,
            baseline_text=row.baseline.text,
            unit=_unit(row),
            **({} if row.weight is None else {"weight": row.weight}),
            **_stated(row, above),
            **_measured(row),
        )
        self._difference.new_indicators.append(indicator)
        self._add_own_roles(indicator, row)
        return indicator

    def compare(
        self, indicator: Indicator, row: IndicatorRow, above: ActivityRow, place: RowPlace
    ) -> list[PlanChange]:
        """Set what the row says otherwise, its values apart, and return it as changes."""
        columns = self._difference.table.kinds
        stated = said(_stated(row, above), columns)
        if "unit" in columns and row.unit and not row.is_percent:
            stated["unit"] = _unit(row)
        changes = [
            *set_texts(indicator, stated, place),
            *self._compare_weight(indicator, row, place),
            *self._compare_baseline(indicator, row, place),
            *self._bring_back(indicator, row, place),
        ]
        if changes:
            self._difference.changed_indicators.append(indicator)
        if names_units(changes):
            self._difference.replaced_own_roles.append(indicator)
            self._add_own_roles(indicator, row)
        return changes

    def _compare_baseline(
        self, indicator: Indicator, row: IndicatorRow, place: RowPlace
    ) -> list[PlanChange]:
        is_said = "baseline" in self._difference.table.kinds
        cell, before = row.baseline, indicator.baseline_text
        if not is_said or same_value(cell, indicator.baseline, before):
            return []
        if not self._may_rebase(indicator, row):
            return []
        before = as_told(indicator.baseline, before, indicator)
        indicator.baseline, indicator.baseline_text = cell.value, cell.text
        return [place.changed("baseline", before, cell.text)]

    def _compare_weight(
        self, indicator: Indicator, row: IndicatorRow, place: RowPlace
    ) -> list[PlanChange]:
        """Set another weight; figures of settled years rest on it, so it opens for a reason."""
        if row.weight is None or row.weight == indicator.weight:
            return []
        years = self._stored.settled_years(indicator)
        why = Sentence(kinds.WHY_COUNTED, years=", ".join(map(str, years)))
        problem = FileProblem(row.where, "weight", str(row.weight), why)
        if not self._settled.lets_row(years, problem):
            return []
        before, indicator.weight = indicator.weight, row.weight
        return [place.changed("weight", f"{before:f}", f"{row.weight:f}")]

    def _may_rebase(self, indicator: Indicator, row: IndicatorRow) -> bool:
        """Whether a baseline may change; what settled years rest on opens for a reason only."""
        after = copy(indicator)
        after.baseline, after.baseline_text = row.baseline.value, row.baseline.text
        plan = self._difference.plan
        targets, values = self._stored.targets, self._stored.realizations
        keys = [(year, (indicator.pk, year)) for year in plan.years]
        found = kinds.effects_among(
            indicator,
            after,
            plan,
            targets={year: targets[key].value for year, key in keys if key in targets},
            values={year: values[key] for year, key in keys if key in values},
            states=self._states,
        )
        rests = [each.year for each in kinds.resting(indicator, after, found)]
        why = Sentence(kinds.WHY_BASELINE, years=", ".join(map(str, rests)))
        problem = FileProblem(row.where, "baseline", row.baseline.text, why)
        return self._settled.lets_row(rests, problem)

    def _bring_back(
        self, indicator: Indicator, row: IndicatorRow, place: RowPlace
    ) -> list[PlanChange]:
        """Take a retired indicator that the file has back into use."""
        if indicator.retired_on is None or not may_leave(
            self._settled, self._stored, indicator, where=row.where
        ):
            return []
        before, indicator.retired_on = indicator.retired_on.isoformat(), None
        return [place.changed("retired", before, "")]

    def _add_own_roles(self, indicator: Indicator, row: IndicatorRow) -> None:
        texts = indicator.own_responsible_text, indicator.own_supporting_text
        self._difference.new_own_roles.extend(
            IndicatorUnit(indicator=indicator, **role)
            for role in self._cells.roles(*texts, row.where)
        )


def _stated(row: IndicatorRow, above: ActivityRow) -> dict[str, str]:
    return {
        "name": row.name,
        "own_responsible_text": _own(row.responsible, above.responsible),
        "own_supporting_text": _own(row.supporting, above.supporting),
    }


def _own(text: str, above: str) -> str:
    """Return a row's unit cell where it says something else than its activity's."""
    return text if text != above else ""


def _measured(row: IndicatorRow) -> dict[str, str]:
    """Return measure and kind: a ratio where the row has a % cell, else a yearly count."""
    if row.is_deliverable:
        return {"measure": Indicator.Measure.COUNT, "kind": Kind.DELIVERABLE}
    if row.is_percent:
        return {"measure": Indicator.Measure.PERCENT, "kind": Kind.RATIO}
    is_count = not row.unit or not COUNTED.isdisjoint(fold(row.unit).split())
    measure = Indicator.Measure.COUNT if is_count else Indicator.Measure.OTHER
    return {"measure": measure, "kind": Kind.COUNT}


# Units of measure that only say that something is counted.
_COUNTED = "adet sayi kisi number count anzahl nombre numero people persons evet hayir yes no"
COUNTED = frozenset(_COUNTED.split())


def _unit(row: IndicatorRow) -> str:
    """Return the unit of measure of a row; that of a percent is said by its measure."""
    return "" if row.is_percent else row.unit
