"""Whether a file's years are the plan's; a new plan takes them from the file."""

from __future__ import annotations

from collections.abc import Collection

from activities.models import Period
from activities.sentences import noop as _
from imports.difference import Difference
from indicators.cells import CellKind


def check_years(difference: Difference, stored: Collection[int]) -> None:
    """Set a new plan's years, refuse strange ones, and add the periods that are not stored."""
    if difference.plan.pk is None and not _take_years(difference):
        return
    _refuse_strange_years(difference)
    missing = [year for year in difference.plan.years if year not in stored]
    difference.new_periods.extend(_new_period(difference, year) for year in missing)


def _take_years(difference: Difference) -> bool:
    """Give a new plan the file's years, or the year that was told; False where there is none.

    Years that a person gave it stay: the file only adds to them.
    """
    table, plan = difference.table, difference.plan
    span = [*table.years, *_reported(difference), *(table.plan_years or ())]
    span = span or ([difference.year] if difference.year else [])
    if span:
        years = [*span, *(year for year in (plan.first_year, plan.last_year) if year)]
        plan.first_year, plan.last_year = min(years), max(years)
    elif table.activities:
        # A file without any row has been told so already.
        message = _("The file names no year; say with --year which it is.")
        difference.fail("1", "", message, "", stops=True)
    return bool(span)


def _refuse_strange_years(difference: Difference) -> None:
    """A value of such a year would be stored where no page shows it."""
    for year in sorted({*difference.table.years, *_valued(difference), difference.year}):
        if year not in difference.plan.years:
            message = _("%(value)s is not a year of the plan.")
            difference.fail("1", str(year), message, str(year), stops=True)


def _reported(difference: Difference) -> list[int]:
    """Return the years that realization columns name."""
    return [year for year in difference.table.realization_years if year is not None]


def _valued(difference: Difference) -> set[int]:
    """Return the years of which the file says a realization; an empty column says none."""
    rows = (row for activity in difference.table.activities for row in activity.indicators)
    return {
        year
        for row in rows
        for year, cell in row.realizations.items()
        if year is not None and cell.kind is not CellKind.EMPTY
    }


def _new_period(difference: Difference, year: int) -> Period:
    """Return a year's period: open where the file reports it, else planned."""
    reported = year == difference.year and difference.table.has_realization
    state = Period.State.OPEN if reported else Period.State.PLANNED
    return Period(plan=difference.plan, year=year, state=state)
