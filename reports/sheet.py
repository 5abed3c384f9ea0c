"""The sheet on top of a page of a year: its headline, and what is drawn beside it.

The sentences are those of ``reports.headline``. While the headline is provisional the coverage is
the large figure and the score stands small beside it; a complete year shows its score in its
range, and how much of it the year itself brought.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from activities.models import Period
from findings.doubt import YearDoubt
from indicators import ambition
from indicators.achievement import Reading, Summary, summarise
from indicators.ambition import Sign
from indicators.figures import Figure, Unit
from indicators.progress import Counts, count
from indicators.results import may_stand
from pages.lines import Line
from pages.plan_page import PlanPage
from reports import headline, jobs
from reports.headline import Headline, comparable, not_compared


@dataclass(frozen=True, slots=True)
class Time:
    """How much of the time for reporting has gone; a share from 0 to 1, None without both days.

    ``days_left`` is negative once the last day is past, and None without one.
    """

    opens_on: datetime.date | None
    closes_on: datetime.date | None
    today: datetime.date
    is_open: bool

    @property
    def days_left(self) -> int | None:
        return (self.closes_on - self.today).days if self.closes_on else None

    @property
    def gone(self) -> Decimal | None:
        if self.opens_on is None or self.closes_on is None or not self.is_open:
            return None
        whole = max((self.closes_on - self.opens_on).days, 1)
        done = (self.today - self.opens_on).days
        return min(max(Decimal(done) / whole, Decimal(0)), Decimal(1))


@dataclass(frozen=True, slots=True)
class EasySign:
    """A sign of easy targets with its sentence and its share of the rows it was looked for in."""

    count: int
    of: int
    query: str
    said: Line

    @property
    def share(self) -> Decimal:
        return Decimal(self.count) / self.of


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the top of a page shows; ``not_compared`` is "" where nothing is held back.

    ``list_url`` is the page that each number's own query narrows. ``unconfirmed`` counts the
    indicators of whose kind nobody has said that it is right; at ``kinds_url`` that is done, "" for
    who cannot. ``at_desk`` counts what is written and not sent, 0 for who must not know of drafts.
    """

    headline: Headline
    list_url: str
    time: Time | None
    not_compared: str
    unconfirmed: int
    kinds_url: str
    at_desk: int
    is_unit: bool

    @property
    def holds_score(self) -> bool:
        """Whether a unit's score is not written yet: the year runs and too little of it is in."""
        found = self.headline
        return self.is_unit and not may_stand(found.coverage, is_early=found.is_early)

    @property
    def unverified(self) -> int:
        """Return how many were reported and are not verified."""
        return self.headline.counts.unverified

    @property
    def unreported(self) -> int:
        return self.headline.counts.due - self.headline.counts.reported

    @property
    def easy(self) -> list[EasySign]:
        found = []
        for sign, said in self.headline.ambition_lines.items():
            tally = self.headline.ambition.tally(Sign(sign))
            assert tally is not None
            found.append(EasySign(tally.count, tally.of, f"ambition={sign}", said))
        return found


def of_page(
    here: PlanPage,
    rows: Sequence[Figure],
    list_url: str,
    *,
    unit: Unit | None = None,
    before: Summary | None = None,
) -> Sheet:
    """Return the sheet of some rows of the year alone; ``before`` is the year before's summary."""
    found = headline.of_part(here, rows)
    return Sheet(
        found,
        list_url,
        _time(here, unit),
        _not_compared(here, found, before),
        sum(not row.kind_confirmed for row in rows),
        reverse("kinds", args=[here.plan.slug]) if jobs.may_do(here) else "",
        found.counts.at_desk if jobs.may_do(here) else 0,
        unit is not None,
    )


def _time(here: PlanPage, unit: Unit | None) -> Time | None:
    """Return the time there is for a year that has begun; a unit's own where it was given more."""
    period = here.period
    if period is None or period.state == Period.State.PLANNED:
        return None
    last = here.last_day(unit) if unit else period.closes_on
    is_open = period.state == Period.State.OPEN
    return Time(period.opens_on, last, timezone.localdate(), is_open)


def _not_compared(here: PlanPage, found: Headline, before: Summary | None) -> str:
    """Return why a provisional year is not set beside the one before, "" where nobody would."""
    if before is None or not before.reported or not found.counts.due or found.is_complete:
        return ""
    if comparable(before, found.summary):
        return ""
    return not_compared((str(here.year - 1), before), (str(here.year), found.summary))


# --- Units beside each other ---


@dataclass(frozen=True, slots=True)
class UnitScore:
    """What a row of the table of units shows: its summary, its counts, and its score in doubt.

    ``proposed`` and ``supposed`` are the means with the open questions answered as proposed, and
    had nothing moved; None where there are none. ``is_early`` while nobody can miss a value yet.
    ``reported`` is the summary of all that was reported, where the score is of the verified alone.
    """

    summary: Summary
    counts: Counts
    proposed: Decimal | None
    supposed: Decimal | None
    is_early: bool
    reported: Summary | None = None

    @property
    def scored(self) -> int:
        return self.summary.scored

    @property
    def beside(self) -> Summary | None:
        """Return the summary whose mean stands beside the score; None where there is none."""
        found = self.reported
        if found is None or found.mean is None:
            return None
        return found if may_stand(found.reporting_rate, is_early=self.is_early) else None

    @property
    def shows_score(self) -> bool:
        """Whether the score may stand here: of a year still running only where enough is in."""
        return may_stand(self.summary.reporting_rate, is_early=self.is_early)

    @property
    def unverified(self) -> int:
        return self.counts.unverified


def by_unit(here: PlanPage) -> dict[str, UnitScore]:
    """Return where each unit stands in the year alone, a department with its branches; "" all."""
    doubt = YearDoubt(here.findings)
    progress = {row.id: row for row in here.progress.rows}
    groups = _by_number(here.yearly.rows)
    reported = _as_reported(here)
    found = {}
    for number, rows in groups.items():
        asked = doubt.of(rows)
        moved = ambition.nothing_moved(rows, method=here.yearly.method, bands=here.yearly.bands)
        found[number] = UnitScore(
            summarise(rows, unreported=here.yearly.unreported),
            count(progress[row.id] for row in rows if row.id in progress),
            asked.as_proposed if asked and asked.is_open else None,
            moved.supposed,
            here.is_early(here.year),
            summarise(reported[number], unreported=here.yearly.unreported) if reported else None,
        )
    return found


def _by_number(rows: Iterable[Figure]) -> dict[str, list[Figure]]:
    """Return rows by the number of their unit and of its department; all under ""."""
    groups: dict[str, list[Figure]] = {"": list(rows)}
    for row in groups[""]:
        for number in {row.unit.number, row.department.number} - {""}:
            groups.setdefault(number, []).append(row)
    return groups


def _as_reported(here: PlanPage) -> dict[str, list[Figure]]:
    """Return the rows as reported where the page counts the verified alone; none elsewhere."""
    if here.reading is not Reading.APPROVED:
        return {}
    shown = {row.id for row in here.yearly.rows}
    return _by_number(row for row in here.findings.figures.rows if row.id in shown)
