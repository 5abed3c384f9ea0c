"""What waits for a coordinator: each of her units whose year is open, with what it lacks."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from activities.models import Period, PlanDepartment
from entry.desk import UnitSheet
from entry.groups import UnitProgress
from entry.listing import WideLine, rows_of, wide_lines
from entry.rows import EntryRow
from indicators.periods import Door
from pages.asked import AskedReasons, asked_reasons
from pages.open_units import open_places
from pages.plan_page import PlanPage
from today.stages import Piece, pieces

if TYPE_CHECKING:
    from accounts.models import User

# Opens the page of a plan's year, each once a request.
Opener = Callable[[str, int], PlanPage]


def once(opener: Opener) -> Opener:
    """Return an opener that opens each page once and then hands it out again."""
    return cache(opener)


@dataclass(frozen=True, slots=True)
class Step:
    """Where the work of a unit begins: the address, and which list it is the first of."""

    kind: str
    url: str


class OwnUnit:
    """A unit of a coordinator in a year that it can write in."""

    def __init__(self, here: PlanPage, place: PlanDepartment, person: User) -> None:
        self.here, self.place = here, place
        self.sheet = UnitSheet(here, place.number, person)
        self.url = self.sheet.desk.url

    @property
    def year(self) -> int:
        return self.here.year

    @property
    def period(self) -> Period | None:
        return self.sheet.period

    @property
    def door(self) -> Door:
        return self.sheet.door

    @cached_property
    def rows(self) -> list[EntryRow]:
        return rows_of(self.sheet)

    @cached_property
    def wide(self) -> list[WideLine]:
        """Return the open questions about several rows at once."""
        return [each for each in wide_lines(self.sheet) if each.finding.is_open]

    @cached_property
    def progress(self) -> UnitProgress:
        return UnitProgress(self.rows, len(self.wide))

    @cached_property
    def pieces(self) -> list[Piece]:
        return pieces(row.standing for row in self.rows)

    @property
    def days_left(self) -> int | None:
        """Return the days until the last day, negative after it; None without one."""
        until = self.door.until
        return (until - timezone.localdate()).days if until else None

    @property
    def days_late(self) -> int:
        return self.door.days_late(timezone.localdate())

    @property
    def gone(self) -> str | None:
        """Return how much of the time is over in percent; None where that is not known."""
        period, until = self.period, self.door.until
        opened = period.opens_on if period else None
        if opened is None or until is None or until <= opened:
            return None
        part = (timezone.localdate() - opened) / (until - opened)
        return f"{100 * min(max(part, 0), 1):.3f}"

    @property
    def today(self) -> datetime.date:
        return timezone.localdate()

    @cached_property
    def returned(self) -> list[EntryRow]:
        return [row for row in self.rows if row.is_returned]

    @cached_property
    def asking(self) -> list[EntryRow]:
        """Return the rows that a question is open about, which can be answered."""
        return self.progress.asking

    @cached_property
    def missing(self) -> list[EntryRow]:
        """Return the empty rows; one that came back empty is among the returned."""
        return [row for row in self.progress.missing if not row.is_returned]

    @cached_property
    def lacking(self) -> list[EntryRow]:
        """Return the rows whose deviation needs its reason before they can be sent."""
        back = {row.pk for row in self.returned}
        return [row for row in self.progress.lacking if row.pk not in back]

    @cached_property
    def ready(self) -> list[EntryRow]:
        """Return what is said and can be sent."""
        back = {row.pk for row in self.returned}
        return [row for row in self.progress.ready if row.pk not in back]

    @property
    def jobs(self) -> int:
        """Return how many things wait: what came back, is asked, is empty or lacks its reason."""
        return len(self.returned) + self.progress.findings + len(self.missing) + len(self.lacking)

    @property
    def first(self) -> Step | None:
        """Return where to go on, in the order in which things hold up others; None if done."""
        row = f"{self.url}#v%s"
        if self.returned:
            return Step("returned", row % self.returned[0].pk)
        if self.wide:
            return Step("asked", self.wide[0].url)
        if self.asking:
            return Step("asked", row % self.asking[0].pk)
        if self.missing:
            return Step("missing", row % self.missing[0].pk)
        if self.lacking:
            return Step("lacking", row % self.lacking[0].pk)
        if self.ready:
            return Step("ready", reverse("entry_send", args=self._address))
        return None

    @property
    def _address(self) -> tuple[str, int, str]:
        return self.here.plan.slug, self.year, self.place.number


@dataclass(frozen=True, slots=True)
class OwnWork:
    """All that waits for a coordinator where she stands."""

    units: list[OwnUnit]
    asked: list[AskedReasons]

    @property
    def jobs(self) -> int:
        return sum(unit.jobs for unit in self.units) + sum(each.count for each in self.asked)

    @property
    def leading(self) -> OwnUnit | None:
        """Return the first unit with something to do: its button is the page's main one."""
        return next((unit for unit in self.units if unit.first), None)


def own_work(person: User, opener: Opener) -> OwnWork:
    """Return what waits for a person's own units; without any nothing is asked."""
    if not person.units_here:
        return OwnWork([], [])
    units = [
        OwnUnit(opener(place.plan.slug, period.year), place, person)
        for place, period in open_places(person, own=True)
        # A period can outlast its year's place in the plan.
        if period.year in place.plan.years
    ]
    return OwnWork(units, asked_reasons(person))
