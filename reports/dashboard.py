"""What the plan's dashboard shows, taken from the one roll-up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from activities import names, revisions
from activities.models import Objective
from indicators.achievement import EMPTY_SUMMARY, Status, Summary, is_exceeded
from indicators.cumulative import CumulativeFigures
from indicators.figures import Figure, Figures, Level, Unit
from indicators.progress import NOTHING
from indicators.results import may_stand
from pages.plan_page import PlanPage
from reports import jobs
from reports.sheet import UnitScore

LIST_LENGTH = 8

# What units are sorted by; None is last either way.
SORTS: dict[str, Callable[[UnitLine], Any]] = {
    "name": lambda line: names.sort_key(line.unit.name),
    "score": lambda line: line.summary.mean if line.score.shows_score else None,
    "reported": lambda line: line.summary.reporting_rate,
    "low": lambda line: line.summary.count(Status.LOW),
}


@dataclass(slots=True)
class UnitLine:
    """A department (or branch) in the table, with its branches below it.

    ``score`` is what the year alone says of it beside the summary.
    """

    unit: Unit
    summary: Summary
    score: UnitScore
    url: str
    branches: list[UnitLine] = field(default_factory=list)

    @property
    def rows_url(self) -> str:
        """Return where the unit's indicators are listed; "" for one without a page of its own."""
        return self.url if self.unit.number else ""


@dataclass(frozen=True, slots=True)
class ObjectiveLine:
    objective: Objective | None
    code: str
    activities: int
    summary: Summary
    is_early: bool
    url: str

    @property
    def scored(self) -> int:
        return self.summary.scored

    @property
    def shows_score(self) -> bool:
        return may_stand(self.summary.reporting_rate, is_early=self.is_early)


@dataclass(frozen=True, slots=True)
class ShortList:
    """The first rows of a list, and how many there are in all."""

    rows: list[Figure]
    total: int


@dataclass(frozen=True, slots=True)
class YearOverview:
    """One year of a plan, rolled up: all that a dashboard needs of its indicators."""

    summary: Summary
    units: tuple[Unit, ...]
    by_unit: Mapping[str, Summary]
    by_objective: Mapping[str, Summary]
    activities: Mapping[str, int]
    not_reported: ShortList
    furthest_behind: ShortList
    exceeded: ShortList
    reported_years: tuple[int, ...]


def overview(figures: Figures) -> YearOverview:
    """Return a year's overview, kept until the plan's revision grows."""
    # Read before any number, so that what is kept is never newer than its mark.
    revision = revisions.counted(figures.plan)
    settings = (figures.reading, figures.method, figures.unreported, figures.tag)
    which = (figures.year, *settings, revision)
    name = "sums" if isinstance(figures, CumulativeFigures) else "overview"
    key = ":".join(str(part) for part in (name, figures.plan.pk, *which))
    return revisions.kept(key, lambda: _overview(figures))


def key_of(here: PlanPage, sort: str) -> str:
    """Return what the written dashboard is kept under: all that it depends on."""
    parts = (
        here.plan.pk,
        here.year,
        here.reading,
        here.view,
        here.figures.tag,
        sort,
        jobs.may_do(here),
        get_language(),
        here.prefix,
        timezone.localdate(),
        revisions.counted(here.plan),
    )
    return ":".join(str(part) for part in ("dashboard", *parts))


def _overview(figures: Figures) -> YearOverview:
    rows = figures.rows
    low = [row for row in rows if row.achievement.status is Status.LOW]
    over = [row for row in rows if is_exceeded(_achieved(row))]
    return YearOverview(
        figures.summary,
        tuple(figures.units.values()),
        {**figures.by(Level.DEPARTMENT), **figures.by(Level.BRANCH)},
        figures.by(Level.OBJECTIVE),
        Counter(code for code, _id in {(row.objective_code, row.activity_id) for row in rows}),
        _shorten([row for row in rows if row.achievement.status is Status.NOT_REPORTED]),
        _shorten(sorted(low, key=_achieved)),
        _shorten(sorted(over, key=_achieved, reverse=True)),
        _reported_years(figures),
    )


def _reported_years(figures: Figures) -> tuple[int, ...]:
    if isinstance(figures, CumulativeFigures):
        return tuple(figures.reported_years)
    return (figures.year,) if figures.summary.reported else ()


def _achieved(row: Figure) -> Decimal:
    return row.achievement.value or Decimal(0)


def _shorten(rows: list[Figure]) -> ShortList:
    return ShortList(rows[:LIST_LENGTH], len(rows))


def unit_lines(
    here: PlanPage, year: YearOverview, scores: Mapping[str, UnitScore], sort: str
) -> list[UnitLine]:
    """Return the departments with their branches, sorted; unknown sorts are plan order."""
    early = here.is_early(here.year)
    lines = {
        unit.id: UnitLine(
            unit,
            summary := year.by_unit.get(unit.number, EMPTY_SUMMARY),
            scores.get(unit.number) or UnitScore(summary, NOTHING, None, None, early),
            here.unit_url(unit),
        )
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


def objective_lines(here: PlanPage, year: YearOverview) -> list[ObjectiveLine]:
    """Return the strategic objectives by code; one query for their titles."""
    titled = {
        objective.code: objective
        for objective in Objective.objects.filter(plan=here.plan, parent=None)
    }
    return [
        ObjectiveLine(
            titled.get(code),
            code,
            year.activities[code],
            summary,
            here.is_early(here.year) and not here.is_cumulative,
            here.url("objective", code),
        )
        for code, summary in year.by_objective.items()
    ]
