"""What the plan's dashboard shows, taken from the one roll-up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from activities import names, revisions
from activities.models import Objective
from indicators.achievement import EMPTY_SUMMARY, EXCEEDED_ABOVE, Status, Summary
from indicators.figures import Figure, Figures, Level, Unit
from indicators.plan_year import PlanYear

LIST_LENGTH = 8

# What units are sorted by; None is last either way.
SORTS: dict[str, Callable[[UnitLine], Any]] = {
    "name": lambda line: names.sort_key(line.unit.name),
    "score": lambda line: line.summary.mean,
    "reported": lambda line: line.summary.reporting_rate,
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


@dataclass(frozen=True, slots=True)
class Overview:
    """One year of a plan, rolled up: all that a dashboard needs of its indicators."""

    summary: Summary
    units: tuple[Unit, ...]
    by_unit: Mapping[str, Summary]
    by_objective: Mapping[str, Summary]
    activities: Mapping[str, int]
    not_reported: ShortList
    furthest_behind: ShortList
    exceeded: ShortList


def overview(figures: Figures) -> Overview:
    """Return a year's overview, kept until the plan's revision grows."""
    # Read before any number, so that what is kept is never newer than its mark.
    revision = revisions.current(figures.plan)
    which = (figures.year, figures.reading, figures.method, figures.unreported, revision)
    key = ":".join(str(part) for part in ("overview", figures.plan.pk, *which))
    return revisions.kept(key, lambda: _overview(figures))


def _overview(figures: Figures) -> Overview:
    rows = figures.rows
    low = [row for row in rows if row.achievement.status is Status.LOW]
    over = [row for row in rows if (row.achievement.value or 0) > EXCEEDED_ABOVE]
    return Overview(
        figures.summary,
        tuple(figures.units.values()),
        {**figures.by(Level.DEPARTMENT), **figures.by(Level.BRANCH)},
        figures.by(Level.OBJECTIVE),
        Counter(code for code, _id in {(row.objective_code, row.activity_id) for row in rows}),
        _shorten([row for row in rows if row.achievement.status is Status.NOT_REPORTED]),
        _shorten(sorted(low, key=_achieved)),
        _shorten(sorted(over, key=_achieved, reverse=True)),
    )


def _achieved(row: Figure) -> Decimal:
    return row.achievement.value or Decimal(0)


def _shorten(rows: list[Figure]) -> ShortList:
    return ShortList(rows[:LIST_LENGTH], len(rows))


def unit_lines(here: PlanYear, year: Overview, sort: str) -> list[UnitLine]:
    """Return the departments with their branches, sorted; unknown sorts are plan order."""
    lines = {
        unit.id: UnitLine(unit, year.by_unit.get(unit.number, EMPTY_SUMMARY), here.unit_url(unit))
        for unit in year.units
    }
    top: list[UnitLine] = []
    for line in lines.values():
        above = lines.get(line.unit.parent_id or 0)
        (above.branches if above else top).append(line)
    key = SORTS.get(sort.removeprefix("-"))
    if key is None:
        return top
    known = [line for line in top if key(line) is not None]
    unknown = [line for line in top if key(line) is None]
    return sorted(known, key=key, reverse=sort.startswith("-")) + unknown


def heat_rows(here: PlanYear, year: Overview) -> tuple[list[HeatRow], list[HeatCell]]:
    """Return departments by years, and the plan's own row."""
    years = {
        each: year if each == here.year else overview(here.figures.of_year(each))
        for each in here.plan.years
    }
    ids = {unit.id for unit in year.units}
    rows = [
        HeatRow(
            unit.short,
            here.unit_url(unit),
            [
                _heat_cell(here, each, found.by_unit.get(unit.number, EMPTY_SUMMARY))
                for each, found in years.items()
            ],
        )
        for unit in year.units
        if unit.parent_id not in ids
    ]
    return rows, [_heat_cell(here, each, found.summary) for each, found in years.items()]


def _heat_cell(here: PlanYear, year: int, summary: Summary) -> HeatCell:
    is_awaited = here.is_early(year) and summary.due > 0 and summary.reported == 0
    return HeatCell(summary, is_awaited)


def objective_lines(here: PlanYear, year: Overview) -> list[ObjectiveLine]:
    """Return the strategic objectives by code; one query for their titles."""
    titled = {
        objective.code: objective
        for objective in Objective.objects.filter(plan=here.plan, parent=None)
    }
    return [
        ObjectiveLine(
            titled.get(code), code, year.activities[code], summary, here.url("objective", code)
        )
        for code, summary in year.by_objective.items()
    ]
