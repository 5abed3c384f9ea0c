"""A plan in one year with all that is known and asked about it; it knows no request.

Commands, mails and tests use it as it is; ``pages.plan_page.PlanPage`` puts the frame of a page
around it.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from activities.models import Period, Plan
from findings.confidence import Deadline, Handling, read_periods
from findings.year import Marks, RaisedFinding, YearFindings
from indicators import steps, tags
from indicators.achievement import Reading, Status
from indicators.cumulative import OVER, CumulativeFigures, StoredFigures
from indicators.figures import Figure, Figures, Unit
from indicators.models import Indicator, Realization
from indicators.progress import YearProgress

if TYPE_CHECKING:
    from accounts.models import User

# Years of which nobody expects every realization yet.
NOT_YET = (Period.State.PLANNED, Period.State.OPEN)


class PlanYear:
    """A plan's year under one reading.

    ``figures`` are the years so far where they are ``cumulative``, ``yearly`` those of the year
    alone. ``tag`` ("sdg:5.1") leaves only the indicators that carry it. ``backed`` is for who
    says of values how they came in, or looks at all years.
    """

    def __init__(
        self,
        plan: Plan,
        year: int,
        *,
        reading: Reading = Reading.REPORTED,
        tag: str = "",
        cumulative: bool = False,
        backed: bool = False,
    ) -> None:
        self.plan = plan
        self.year = year
        self.reading = reading
        self.is_cumulative = cumulative and len(plan.years) > 1
        self.yearly = (StoredFigures if backed else Figures)(plan, year, reading=reading, tag=tag)
        self.figures = self.yearly
        if self.is_cumulative:
            so_far = CumulativeFigures(plan, year, reading=reading, tag=tag)
            so_far.over = frozenset(y for y, one in self.periods.items() if one.state in OVER)
            self.figures, self.yearly = so_far, so_far.of_year_alone()

    def span(self, year: int | None = None) -> str:
        """Return the years that figures up to a year are of: "2024", or "2024–2025"."""
        first, last = self.plan.first_year, year or self.year
        return f"{first}–{last}" if self.is_cumulative and last > first else str(last)

    @cached_property
    def _calendar(self) -> tuple[dict[int, Period], dict[int, Deadline]]:
        return read_periods(self.plan)

    @property
    def periods(self) -> Mapping[int, Period]:
        """Return the plan's periods by year; a year without one has not begun."""
        return self._calendar[0]

    @property
    def period(self) -> Period | None:
        """Return the year's own period; None where nobody has made one."""
        return self.periods.get(self.year)

    def last_day(self, unit: Unit) -> datetime.date | None:
        """Return until when a unit may report in the year; None without a deadline."""
        deadline = self._calendar[1].get(self.year)
        return deadline.of_unit(unit) if deadline else None

    def handling(self, *years: int) -> Handling:
        """Return how the values of some years came in, the year's own if none is named."""
        return Handling(self.plan, years or [self.year], self._calendar[1])

    @cached_property
    def units_by_number(self) -> dict[str, Unit]:
        return {unit.number: unit for unit in self.figures.units.values()}

    @cached_property
    def findings(self) -> YearFindings:
        """Return the year's findings, which ask about what was reported under any reading."""
        if self.figures.tag:
            # The checks compare rows over the whole plan; only what they found is narrowed.
            whole = Figures(self.plan, self.year)
            whole.units = self.figures.units
            return _TaggedFindings(whole, self.figures)
        if self.reading is Reading.REPORTED:
            return YearFindings(self.yearly)
        return YearFindings(self.yearly.under(Reading.REPORTED))

    @cached_property
    def progress(self) -> YearProgress:
        """Return what of the whole plan's year is due, said, sent, verified and in doubt."""
        return YearProgress(self.plan, self.year, self.period, in_doubt=self.findings.blocked)

    def for_another(self, person: User) -> frozenset[int]:
        """Return the rows whose verdict waits for somebody else, because this person entered them.

        They are not hers to do; what a question holds up waits for its answer first. One query,
        none for who is nobody in particular and reads for a proof.
        """
        if person.pk is None:
            return frozenset()
        entered = Realization.objects.filter(
            indicator__activity__plan=self.plan, year=self.year, entered_by=person
        )
        allows_own = self.plan.allows_own_approval
        return frozenset(
            value.indicator_id
            for value in entered
            if (stands := self.progress.by_id.get(value.indicator_id))
            and stands.awaits_verdict
            and not stands.is_in_doubt
            and steps.is_for_another(value, person, allows_own=allows_own)
        )

    def is_early(self, year: int) -> bool:
        """Whether nobody can miss a realization of the year yet."""
        period = self.periods.get(year)
        return period is None or period.state in NOT_YET

    @property
    def is_running(self) -> bool:
        """Whether the year shown can still change of itself: nobody can miss a value yet."""
        return self.is_early(self.year)

    def is_awaited(self, year: int, row: Figure) -> bool:
        """Whether an indicator's realization is simply still to come."""
        return self.is_early(year) and row.achievement.status is Status.NOT_REPORTED


class _TaggedFindings(YearFindings):
    """The findings of the whole plan, those left that concern an indicator with the tag."""

    def __init__(self, figures: Figures, narrowed: Figures) -> None:
        super().__init__(figures)
        self.narrowed = narrowed
        self._whole = YearFindings(figures)

    @cached_property
    def raised(self) -> list[RaisedFinding]:
        asked = self._whole.raised
        return [one for one in asked if any(row.id in self._ids for row in one.figures)]

    @cached_property
    def marks(self) -> Marks:
        # Not what this one finds: the marks are kept for the whole plan.
        found = self._whole.marks.findings
        return Marks(tuple(one for one in found if self._ids.intersection(one[0])))

    @cached_property
    def _ids(self) -> frozenset[int]:
        if "rows" in vars(self.narrowed):  # Loaded already; else their ids are enough.
            return frozenset(row.id for row in self.narrowed.rows)
        wanted = tags.carrying(self.narrowed.tag)
        carrying = Indicator.objects.of_plan(self.figures.plan).filter(wanted)
        return frozenset(carrying.values_list("id", flat=True))
