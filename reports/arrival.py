"""How a year's values came in: day by day against the deadline, and how well they are backed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy

from activities.models import Period
from findings.confidence import NOTHING_REPORTED, Confidence, Mark, YearConfidence
from imports.reasons import imported_on
from indicators.achievement import Summary
from indicators.figures import Unit
from pages.lines import with_query
from pages.plan_page import PlanPage
from reports import charts
from reports.headline import why_no_arrival


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
    return [
        TrustLine(
            str(label),
            found.marks.get(Mark(mark), 0) if mark else found.all_four,
            found.share(Mark(mark) if mark else None),
            with_query(url, f"trust={mark or 'all'}"),
            is_combined=not mark,
        )
        for mark, label in TRUST_LABELS.items()
    ]


def trust_rows(here: PlanPage, found: YearConfidence) -> list[TrustRow]:
    """Return the data confidence of the departments that reported anything."""
    units = here.yearly.units
    rows = []
    for unit in units.values():
        own = found.by_unit.get(unit.number, NOTHING_REPORTED)
        if unit.parent_id in units or not unit.number or not own.reported:
            continue
        url = here.yearly_url("department", unit.number)
        rows.append(TrustRow(unit, url, own.reported, trust_lines(own, url)))
    return rows


def why_not_shown(here: PlanPage, found: YearConfidence) -> str:
    """Return why nothing is said of how the year came in, "" where it is; at most one query."""
    # Values of several days cannot have come on one: nothing has to be asked.
    if len(found.sent) != 1 or found.undated:
        return ""
    day = imported_on(here.plan, here.year)
    return why_no_arrival(here.year, day) if day else ""
