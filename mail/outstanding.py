"""What the units still have to send for a period, until when, and where they do it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.urls import reverse

from activities.models import Period
from indicators import periods
from indicators.figures import Figures, Unit
from indicators.periods import Door
from indicators.progress import YearProgress

# When people are reminded: days before the deadline; after it once, then every week.
BEFORE = (14, 7, 1)
FIRST_AFTER, THEN_EVERY = 1, 7
# A cron that did not run for a day or two makes up for it.
CATCH_UP = 2


@dataclass(frozen=True, slots=True)
class Awaited:
    """What a unit has to report in a period; ``to_send`` of the ``due`` are not sent yet.

    ``deadline`` is None where the period has none.
    """

    unit: Unit
    due: int
    to_send: int
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
        counts = YearProgress(
            self.period.plan, self.period.year, self.period, today=self.today
        ).by_unit
        return {
            unit.id: Awaited(
                unit,
                counts[unit.id].due,
                counts[unit.id].to_send,
                self._doors[unit.id].until,
                self._url(unit),
            )
            for unit in self._units.values()
            if unit.id in counts and counts[unit.id].due and self._doors[unit.id].is_open
        }

    def address(self, unit: int) -> str:
        """Return where a unit writes its values of the year, whether or not it can now."""
        found = self._units.get(unit)
        return absolute(reverse("home")) if found is None else self._url(found)

    @property
    def is_open(self) -> bool:
        """Whether any unit can write."""
        return any(door.is_open for door in self._doors.values())

    @cached_property
    def _units(self) -> dict[int, Unit]:
        return Figures(self.period.plan, self.period.year).units

    @cached_property
    def _doors(self) -> dict[int, Door]:
        units = [(unit.id, unit.parent_id) for unit in self._units.values()]
        return periods.doors(self.period, self.period.year, units, today=self.today)

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
