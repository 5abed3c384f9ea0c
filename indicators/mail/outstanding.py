"""What the units still have to send for a period, until when, and where they do it."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from activities.models import Extension, Period
from indicators.achievement import Status
from indicators.cells import DASHES
from indicators.figures import Figures, Unit
from indicators.models import Realization

State = Realization.State
NOT_DUE = (Status.NO_TARGET, Status.UNPLANNED)

# When people are reminded: days before the deadline; after it once, then every week.
BEFORE = (14, 7, 1)
FIRST_AFTER, THEN_EVERY = 1, 7
# A cron that did not run for a day or two makes up for it.
CATCH_UP = 2


@dataclass(frozen=True, slots=True)
class Awaited:
    """What a unit has to report in a period; ``missing`` of the ``due`` are not sent yet.

    ``deadline`` is None where the period has none.
    """

    unit: Unit
    due: int
    missing: int
    deadline: datetime.date | None
    url: str


class Outstanding:
    """A period as its units see it on a day; three or four queries."""

    def __init__(self, period: Period, today: datetime.date) -> None:
        self.period = period
        self.today = today

    def of(self, unit: int) -> Awaited | None:
        """Return what a unit owes; None if nothing is due or it cannot write now."""
        return self.units.get(unit)

    @cached_property
    def units(self) -> dict[int, Awaited]:
        """Return the units that can write and have something due, in the plan's order."""
        figures = Figures(self.period.plan, self.period.year)
        rows = [row for row in figures.rows if row.achievement.status not in NOT_DUE]
        due = Counter(row.unit.id for row in rows)
        missing = Counter(row.unit.id for row in rows if row.id not in self._sent)
        return {
            unit.id: Awaited(
                unit, due[unit.id], missing[unit.id], self._deadline(unit), self._url(unit)
            )
            for unit in figures.units.values()
            if due[unit.id] and self._can_write(unit)
        }

    @cached_property
    def _sent(self) -> set[int]:
        """Return the indicators of which something was sent: a number, a text, why there is none.

        A dash says nothing, as on the page of the reviewers.
        """
        said = Q(value__isnull=False) | ~Q(absence="") | ~Q(text__in=["", *DASHES])
        return set(
            Realization.objects.filter(
                said,
                indicator__activity__plan=self.period.plan_id,
                year=self.period.year,
                state__in=(State.SUBMITTED, State.APPROVED),
            ).values_list("indicator_id", flat=True)
        )

    # As indicators.periods.door tells it for one unit, here for all and on a given day.

    @property
    def is_open(self) -> bool:
        """Whether any unit can write."""
        return self.period.state == Period.State.OPEN or (
            self.period.state == Period.State.CLOSED and bool(self._extended)
        )

    @cached_property
    def _extended(self) -> dict[int, datetime.date]:
        granted = Extension.objects.filter(period=self.period, until__gte=self.today)
        return dict(granted.order_by().values_list("department_id", "until"))

    def _can_write(self, unit: Unit) -> bool:
        if self.period.state == Period.State.CLOSED:
            return self._deadline(unit) is not None
        return self.period.state == Period.State.OPEN

    def _deadline(self, unit: Unit) -> datetime.date | None:
        if self.period.state != Period.State.CLOSED:
            return self.period.closes_on
        days = [self._extended.get(unit.id), self._extended.get(unit.parent_id or 0)]
        return max((day for day in days if day is not None), default=None)

    def _url(self, unit: Unit) -> str:
        if not unit.number:
            return absolute(reverse("home"))
        where = [self.period.plan.slug, self.period.year, unit.number]
        return absolute(reverse("entry", args=where))


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def days_left(deadline: datetime.date | None, today: datetime.date) -> int | None:
    """Return the days until the deadline, negative after it; None without one."""
    return None if deadline is None else (deadline - today).days


def step(deadline: datetime.date | None, today: datetime.date) -> datetime.date | None:
    """Return the day of the reminder that is to go out, today or a little before; else None."""
    left = days_left(deadline, today)
    if deadline is None or left is None:
        return None
    if left < 0:
        late = FIRST_AFTER if -left < THEN_EVERY else -left // THEN_EVERY * THEN_EVERY
        day = deadline + datetime.timedelta(days=late)
    else:
        reached = [days for days in BEFORE if days >= left]
        if not reached:
            return None
        day = deadline - datetime.timedelta(days=min(reached))
    return day if (today - day).days <= CATCH_UP else None
