"""What the plan's dashboard shows, taken from the one roll-up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from activities.models import Objective
from indicators.achievement import EMPTY_SUMMARY, EXCEEDED_ABOVE, Status, Summary
from indicators.figures import Figure, Level, Unit
from reports.plan_year import PlanYear

LIST_LENGTH = 8

SORTS: dict[str, Callable[[UnitLine], Any]] = {
    "plan": lambda line: 0,
    "name": lambda line: line.unit.name,
    "score": lambda line: -1 if line.summary.mean is None else line.summary.mean,
    "reported": lambda line: (
        -1 if line.summary.reporting_rate is None else line.summary.reporting_rate
    ),
    "low": lambda line: line.summary.count(Status.LOW),
}


@dataclass(slots=True)
class UnitLine:
    """A department (or branch) in the table, with its branches below it."""

    unit: Unit
    summary: Summary
    url: str
    branches: list[UnitLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A unit's year: a score, or how many targets wait for their realization."""

    summary: Summary
    is_awaited: bool

    @property
    def is_partial(self) -> bool:
        return 0 < self.summary.reported < self.summary.due


@dataclass(frozen=True, slots=True)
class HeatRow:
    name: str
    url: str
    cells: list[HeatCell]


@dataclass(frozen=True, slots=True)
class ObjectiveLine:
    objective: Objective | None
    code: str
    activities: int
    summary: Summary
    url: str


@dataclass(frozen=True, slots=True)
class ShortList:
    """The first rows of a list, and how many there are in all."""

    rows: list[Figure]
    total: int


def unit_lines(here: PlanYear, sort: str) -> list[UnitLine]:
    """Return the departments with their branches, sorted; unknown sorts are plan order."""
    summaries = {
        **here.figures.by(Level.DEPARTMENT),
        **here.figures.by(Level.BRANCH),
    }
    lines = {
        unit.id: UnitLine(
            unit,
            summaries.get(unit.number, EMPTY_SUMMARY),
            here.url("department", unit.number),
        )
        for unit in here.figures.units.values()
    }
    top: list[UnitLine] = []
    for line in lines.values():
        above = lines.get(line.unit.parent_id or 0)
        (above.branches if above else top).append(line)
    key = SORTS.get(sort.removeprefix("-"), SORTS["plan"])
    return sorted(top, key=key, reverse=sort.startswith("-"))


def heat_rows(here: PlanYear) -> tuple[list[HeatRow], list[HeatCell]]:
    """Return departments by years, and the plan's own row; one load a year."""
    years = [here.in_year(year) for year in here.plan.years]
    by_year = [figures.by(Level.DEPARTMENT) for figures in years]
    rows = [
        HeatRow(
            unit.short,
            here.url("department", unit.number),
            [
                _heat_cell(here, figures.year, summaries.get(unit.number, EMPTY_SUMMARY))
                for figures, summaries in zip(years, by_year, strict=True)
            ],
        )
        for unit in here.figures.units.values()
        if unit.parent_id not in here.figures.units
    ]
    return rows, [_heat_cell(here, figures.year, figures.summary) for figures in years]


def _heat_cell(here: PlanYear, year: int, summary: Summary) -> HeatCell:
    is_awaited = here.is_early(year) and summary.due > 0 and summary.reported == 0
    return HeatCell(summary, is_awaited)


def objective_lines(here: PlanYear) -> list[ObjectiveLine]:
    """Return the strategic objectives by code; one query for their titles."""
    titled = {
        objective.code: objective
        for objective in Objective.objects.filter(plan=here.plan, parent=None)
    }
    activities = Counter(
        code for code, _id in {(row.objective_code, row.activity_id) for row in here.figures.rows}
    )
    return [
        ObjectiveLine(
            titled.get(code), code, activities[code], summary, here.url("objective", code)
        )
        for code, summary in here.figures.by(Level.OBJECTIVE).items()
    ]


def not_reported(rows: list[Figure]) -> ShortList:
    return _shorten([row for row in rows if row.achievement.status is Status.NOT_REPORTED])


def furthest_behind(rows: list[Figure]) -> ShortList:
    low = [row for row in rows if row.achievement.status is Status.LOW]
    return _shorten(sorted(low, key=lambda row: row.achievement.value or 0))


def exceeded(rows: list[Figure]) -> ShortList:
    over = [row for row in rows if (row.achievement.value or 0) > EXCEEDED_ABOVE]
    return _shorten(sorted(over, key=lambda row: row.achievement.value or 0, reverse=True))


def _shorten(rows: list[Figure]) -> ShortList:
    return ShortList(rows[:LIST_LENGTH], len(rows))
