"""Who has reported: every unit of a plan's year with what is still missing from it."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models import Period
from findings.plan_year import PlanYear
from indicators import periods
from indicators.achievement import EMPTY_SUMMARY, Summary, roll_up
from indicators.figures import Figure, Unit
from indicators.models import Notice
from indicators.periods import Door
from indicators.progress import NOTHING, Counts
from mail.recipients import Coordinators, called

if TYPE_CHECKING:
    from accounts.models import User

REMINDERS = (Notice.Kind.REMINDER, Notice.Kind.OVERDUE)


class Group(StrEnum):
    """Where a unit stands on its way to being approved."""

    LATE = "late"
    WAITING = "waiting"
    SENT = "sent"
    APPROVED = "approved"
    NOTHING = "nothing"


GROUP_LABELS = {
    Group.LATE: _("Late"),
    Group.WAITING: _("Values awaited"),
    Group.SENT: _("Waiting to be verified"),
    Group.APPROVED: _("Verified"),
    Group.NOTHING: _("Nothing expected"),
}


@dataclass(slots=True)
class UnitLine:
    """One unit that owns indicators, with the words of progress of its own rows.

    ``for_another`` counts the values that wait for somebody else than the person who looks.
    ``people`` names the coordinators who can be written to, of a unit that has not sent all.
    """

    unit: Unit
    door: Door
    summary: Summary = EMPTY_SUMMARY
    counts: Counts = NOTHING
    for_another: int = 0
    blocking: int = 0
    days_late: int = 0
    reminded_at: datetime.datetime | None = None
    people: tuple[str, ...] = ()

    @property
    def group(self) -> Group:
        if self.counts.to_send:
            return Group.LATE if self.counts.late else Group.WAITING
        if self.counts.to_verify:
            return Group.SENT
        return Group.APPROVED if self.counts.due else Group.NOTHING

    @property
    def to_verify(self) -> int:
        """Return how many values wait for the verdict of the person who looks."""
        return max(self.counts.to_verify - self.for_another, 0)

    @property
    def can_be_reminded(self) -> bool:
        """Whether somebody could still send what has not come, and can be written to."""
        return bool(self.counts.to_send) and self.door.is_open and bool(self.people)

    @property
    def is_nobodys(self) -> bool:
        """Whether something has not come and nobody can be written to about it."""
        return bool(self.counts.to_send) and not self.people

    @property
    def is_shut(self) -> bool:
        """Whether something has not come and nobody can send it any more."""
        return bool(self.counts.late) and not self.door.is_open


class ReviewOverview:
    """The units of a plan's year in plan order, by where they stand.

    With a ``person`` the lines tell what of the waiting values is not hers to verify.
    """

    def __init__(self, here: PlanYear, person: User | None = None) -> None:
        self.here, self.person = here, person
        self.period: Period | None = here.period

    @cached_property
    def lines(self) -> list[UnitLine]:
        """Return a line for every unit with indicators, in plan order."""
        rows: defaultdict[int, list[Figure]] = defaultdict(list)
        for row in self.here.figures.rows:
            rows[row.unit.id].append(row)
        units = [unit for unit in self.here.figures.units.values() if unit.id in rows]
        doors = periods.doors(
            self.period, self.here.year, [(unit.id, unit.parent_id) for unit in units]
        )
        summaries = roll_up(
            self.here.figures.rows,
            lambda row: row.unit.id,
            unreported=self.here.figures.unreported,
        )
        return [self._line(unit, doors[unit.id], summaries[unit.id]) for unit in units]

    def _line(self, unit: Unit, door: Door, summary: Summary) -> UnitLine:
        counts = self.here.progress.by_unit.get(unit.id, NOTHING)
        awaits = counts.to_send and door.is_open
        return UnitLine(
            unit,
            door,
            summary,
            counts,
            for_another=self._for_another[unit.id],
            blocking=self._blocking[unit.number],
            days_late=door.days_late(timezone.localdate()) if awaits else 0,
            reminded_at=self._reminded.get(unit.id),
            people=self._people.get(unit.id, ()),
        )

    @cached_property
    def _people(self) -> dict[int, tuple[str, ...]]:
        """Return who is written to about what units have not sent; two queries if anything."""
        awaited = [unit for unit, counts in self.here.progress.by_unit.items() if counts.to_send]
        found = Coordinators(awaited)
        return {unit: tuple(called(person) for person in found.of(unit)) for unit in awaited}

    @cached_property
    def _for_another(self) -> Counter[int]:
        """Return how many rows of each unit wait for somebody else; a query if anything waits."""
        if self.person is None or not self.here.progress.plan_counts.to_verify:
            return Counter()
        standing = self.here.progress.by_id
        return Counter(standing[id].unit for id in self.here.for_another(self.person))

    @cached_property
    def _blocking(self) -> Counter[str]:
        return Counter(unit for _ids, unit, _over in self.here.findings.marks.findings)

    @cached_property
    def _reminded(self) -> dict[int, datetime.datetime]:
        if self.period is None:
            return {}
        sent = Notice.objects.filter(period=self.period, kind__in=REMINDERS)
        return dict(sent.order_by().values_list("department_id").annotate(last=Max("queued_at")))

    @cached_property
    def groups(self) -> list[tuple[Group, list[UnitLine]]]:
        """Return the groups that are not empty, the late first."""
        found = [(group, [line for line in self.lines if line.group is group]) for group in Group]
        return [(group, lines) for group, lines in found if lines]

    def count(self, group: Group) -> int:
        return sum(line.group is group for line in self.lines)

    @property
    def late(self) -> list[UnitLine]:
        """Return the late units that can still be reminded."""
        return [line for line in self.lines if line.group is Group.LATE and line.can_be_reminded]

    def next_after(self, number: str) -> UnitLine | None:
        """Return the next unit with something to approve, beginning again at the top.

        A unit whose waiting values are all for somebody else is none.
        """
        waiting = [line for line in self.lines if line.to_verify]
        places = [line.unit.number for line in self.lines]
        at = places.index(number) if number in places else -1
        later = [line for line in waiting if places.index(line.unit.number) > at]
        others = [line for line in waiting if line.unit.number != number]
        return next(iter(later or others), None)
