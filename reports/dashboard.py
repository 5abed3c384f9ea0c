"""What the plan's dashboard shows, taken from the one roll-up."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from activities import names, revisions
from activities.models import Objective, Period
from findings.confidence import NOTHING_REPORTED, Confidence, Mark, YearConfidence
from indicators.achievement import EMPTY_SUMMARY, Status, Summary, is_exceeded
from indicators.cumulative import CumulativeFigures
from indicators.figures import Figure, Figures, Level, Unit
from pages.plan_page import PlanPage
from reports import charts

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

    @property
    def rows_url(self) -> str:
        """Return where the unit's indicators are listed; "" for one without a page of its own."""
        return self.url if self.unit.number else ""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A unit's year: a score, or how many targets wait for their realization."""

    summary: Summary
    is_awaited: bool
    url: str = ""

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


@dataclass(frozen=True, slots=True)
class YearLine:
    """A year of the plan (in the cumulative view: the years up to it) with its counts."""

    label: str
    period: Period | None
    cell: HeatCell
    list_url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How many due indicators were sent by which day, against the deadline.

    ``days`` holds each day with what was sent on it and the total so far; ``days_left`` is
    negative once the deadline is past and None without one.
    """

    reported: int
    due: int
    closes_on: datetime.date | None
    is_open: bool
    days_left: int | None
    days: list[tuple[datetime.date, int, int]]
    undated: int
    picture: charts.StepPicture | None


@dataclass(frozen=True, slots=True)
class TrustLine:
    """One figure of the data confidence, with the rows behind it."""

    label: str
    count: int
    share: Decimal | None
    url: str
    is_combined: bool = False


@dataclass(frozen=True, slots=True)
class TrustRow:
    """A department's data confidence."""

    unit: Unit
    url: str
    reported: int
    lines: list[TrustLine]


TRUST_LABELS = {
    "": gettext_lazy("All four"),
    Mark.EVIDENCE: gettext_lazy("With evidence"),
    Mark.SETTLED: gettext_lazy("Without an open question"),
    Mark.APPROVED: gettext_lazy("Verified"),
    Mark.ON_TIME: gettext_lazy("Sent on time"),
}


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


def unit_lines(here: PlanPage, year: YearOverview, sort: str) -> list[UnitLine]:
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


def every_year(here: PlanPage, year: YearOverview) -> dict[int, YearOverview]:
    """Return the overviews of the plan's years; ``year`` is that of the page."""
    return {
        each: year if each == here.year else overview(here.figures.of_year(each))
        for each in here.plan.years
    }


def year_lines(here: PlanPage, years: Mapping[int, YearOverview]) -> list[YearLine]:
    """Return the plan's years, each with its score and its counts."""
    return [
        YearLine(
            here.span(each),
            here.periods.get(each),
            _heat_cell(here, each, found, found.summary, here.url_in(each, "dashboard")),
            here.url_in(each, "indicator_list"),
            each == here.year,
        )
        for each, found in years.items()
    ]


def heat_rows(here: PlanPage, years: Mapping[int, YearOverview]) -> list[HeatRow]:
    """Return departments by years."""
    units = years[here.year].units
    ids = {unit.id for unit in units}
    return [
        HeatRow(
            unit.short,
            here.unit_url(unit),
            [
                _heat_cell(
                    here,
                    each,
                    found,
                    found.by_unit.get(unit.number, EMPTY_SUMMARY),
                    here.url_in(each, "department", unit.number) if unit.number else "",
                )
                for each, found in years.items()
            ],
        )
        for unit in units
        if unit.parent_id not in ids
    ]


def objective_heat(here: PlanPage, years: Mapping[int, YearOverview]) -> list[HeatRow]:
    """Return strategic objectives by years."""
    return [
        HeatRow(
            _("Objective %(code)s") % {"code": code},
            here.url("objective", code),
            [
                _heat_cell(
                    here,
                    each,
                    found,
                    found.by_objective.get(code, EMPTY_SUMMARY),
                    here.url_in(each, "objective", code),
                )
                for each, found in years.items()
            ],
        )
        for code in years[here.year].by_objective
    ]


def heat_total(here: PlanPage, years: Mapping[int, YearOverview]) -> list[HeatCell]:
    """Return the plan's own row of a heat table."""
    return [
        _heat_cell(here, each, found, found.summary, here.url_in(each, "indicator_list"))
        for each, found in years.items()
    ]


def _heat_cell(
    here: PlanPage, year: int, overview: YearOverview, summary: Summary, url: str
) -> HeatCell:
    # The years so far of a year that nobody reported in yet would only repeat the year before.
    nothing_yet = summary.reported == 0 or year not in overview.reported_years
    return HeatCell(summary, here.is_early(year) and summary.due > 0 and nothing_yet, url)


def objective_lines(here: PlanPage, year: YearOverview) -> list[ObjectiveLine]:
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


def progress(here: PlanPage, summary: Summary, found: YearConfidence) -> Progress | None:
    """Return how the year's reports came in; None before the year is opened."""
    period = here.periods.get(here.year)
    if period is None or period.state == Period.State.PLANNED or not summary.due:
        return None
    today = timezone.localdate()
    is_open = period.state == Period.State.OPEN
    total, days = 0, []
    for day, count in found.sent:
        total += count
        days.append((day, count, total))
    closes_on = period.closes_on
    picture = charts.steps(
        [(day, so_far) for day, _count, so_far in days],
        ceiling=summary.due,
        opens_on=period.opens_on,
        closes_on=closes_on,
        today=today if is_open else None,
    )
    return Progress(
        summary.reported,
        summary.due,
        closes_on,
        is_open,
        (closes_on - today).days if closes_on else None,
        days,
        found.undated,
        picture,
    )


def trust_lines(found: Confidence, url: str) -> list[TrustLine]:
    """Return the combined share and the four it is made of, each leading to its rows."""
    joint = "&" if "?" in url else "?"
    return [
        TrustLine(
            str(label),
            found.marks.get(Mark(mark), 0) if mark else found.all_four,
            found.share(Mark(mark) if mark else None),
            f"{url}{joint}trust={mark or 'all'}",
            is_combined=not mark,
        )
        for mark, label in TRUST_LABELS.items()
    ]


def trust_rows(here: PlanPage, year: YearOverview, found: YearConfidence) -> list[TrustRow]:
    """Return the data confidence of the departments that reported anything."""
    ids = {unit.id for unit in year.units}
    rows = []
    for unit in year.units:
        own = found.by_unit.get(unit.number, NOTHING_REPORTED)
        if unit.parent_id in ids or not unit.number or not own.reported:
            continue
        url = here.yearly_url("department", unit.number)
        rows.append(TrustRow(unit, url, own.reported, trust_lines(own, url)))
    return rows
