"""A plan's years beside each other: the plan, its departments and objectives, and who reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from activities.models import Period
from indicators.achievement import EMPTY_SUMMARY, Reading, Summary
from indicators.results import may_stand
from pages.plan_page import PlanPage
from reports.dashboard import YearOverview, overview


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A unit's year: a score, or how many targets wait for their realization.

    ``is_early`` while nobody can miss a value of the year yet.
    """

    summary: Summary
    is_awaited: bool
    is_early: bool = False
    url: str = ""

    @property
    def shows_score(self) -> bool:
        """Whether the score may stand among others: of a running year where enough is in."""
        return may_stand(self.summary.reporting_rate, is_early=self.is_early)

    @property
    def is_partial(self) -> bool:
        return 0 < self.summary.reported < self.summary.due


@dataclass(frozen=True, slots=True)
class HeatRow:
    name: str
    url: str
    cells: list[HeatCell]


@dataclass(frozen=True, slots=True)
class YearLine:
    """A year of the plan (in the cumulative view: the years up to it) with its counts."""

    label: str
    period: Period | None
    cell: HeatCell
    list_url: str
    is_current: bool


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
    is_early = here.is_early(year)
    return HeatCell(summary, is_early and summary.due > 0 and nothing_yet, is_early, url)


@dataclass(frozen=True, slots=True)
class RunningYear:
    """Another year that is being reported, with how much of it is in."""

    year: int
    reported: int
    due: int
    url: str


def running_years(here: PlanPage) -> list[RunningYear]:
    """Return the years besides the page's own that units are reporting now."""
    found = []
    for year, period in sorted(here.periods.items()):
        if period.state == Period.State.OPEN and year != here.year and year in here.plan.years:
            summary = overview(here.yearly.under(Reading.REPORTED).of_year(year)).summary
            url = here.url_in(year, "dashboard")
            found.append(RunningYear(year, summary.reported, summary.due, url))
    return found


def year_before(here: PlanPage) -> YearOverview | None:
    """Return the overview of the year before alone; None in the plan's first year."""
    if here.year == here.plan.first_year:
        return None
    return overview(here.yearly.of_year(here.year - 1))
