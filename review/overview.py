"""Who has reported: every unit of a plan's year with what is still missing from it."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models import Period
from findings.plan_year import PlanYear
from indicators import periods
from indicators.achievement import EMPTY_SUMMARY, Status, Summary, roll_up
from indicators.figures import Figure, Unit
from indicators.models import Notice, Realization
from indicators.periods import Door
from indicators.steps import is_said

State = Realization.State
# What a roll-up does not expect from anybody.
NOT_DUE = (Status.NO_TARGET, Status.UNPLANNED)
REMINDERS = (Notice.Kind.REMINDER, Notice.Kind.OVERDUE)


OVER = (Period.State.CLOSED, Period.State.PUBLISHED)


def states(here: PlanYear) -> dict[int, str]:
    """Return the states of the values that say something, by indicator; one query."""
    stored = Realization.objects.filter(
        indicator__activity__plan=here.plan, year=here.year
    ).order_by()
    columns = ("indicator_id", "state", "value", "text", "absence")
    return {row: state for row, state, *said in stored.values_list(*columns) if is_said(*said)}


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
    Group.SENT: _("Waiting for approval"),
    Group.APPROVED: _("Approved"),
    Group.NOTHING: _("Nothing expected"),
}


@dataclass(slots=True)
class UnitLine:
    """One unit that owns indicators; counts are of the rows that are due."""

    unit: Unit
    door: Door
    summary: Summary = EMPTY_SUMMARY
    due: int = 0
    entered: int = 0
    sent: int = 0
    # Also of rows without a target: they are approved as well.
    to_approve: int = 0
    blocking: int = 0
    days_late: int = 0
    # The year was closed before everything came.
    is_shut: bool = False
    reminded_at: datetime.datetime | None = None

    @property
    def missing(self) -> int:
        return self.due - self.sent

    @property
    def group(self) -> Group:
        if self.missing:
            return Group.LATE if self.days_late or self.is_shut else Group.WAITING
        if self.to_approve:
            return Group.SENT
        return Group.APPROVED if self.due else Group.NOTHING

    @property
    def can_be_reminded(self) -> bool:
        """Whether somebody could still send what is missing."""
        return bool(self.missing) and self.door.is_open


class Overview:
    """The units of a plan's year in plan order, by where they stand."""

    def __init__(self, here: PlanYear) -> None:
        self.here = here
        self.period: Period | None = here.periods.get(here.year)

    @cached_property
    def lines(self) -> list[UnitLine]:
        """Return a line for every unit with indicators; four queries besides the figures'."""
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
        lines = [UnitLine(unit, doors[unit.id], summaries[unit.id]) for unit in units]
        for line in lines:
            self._count(line, rows[line.unit.id])
        return lines

    def _count(self, line: UnitLine, rows: Iterable[Figure]) -> None:
        for row in rows:
            state = self._states.get(row.id)
            line.to_approve += state == State.SUBMITTED
            if row.achievement.status in NOT_DUE:
                continue
            line.due += 1
            line.entered += state is not None
            line.sent += state in (State.SUBMITTED, State.APPROVED)
        line.blocking = self._blocking[line.unit.number]
        if line.missing and line.door.is_open:
            line.days_late = line.door.days_late(timezone.localdate())
        line.is_shut = bool(line.missing) and self._is_over and not line.door.is_open
        line.reminded_at = self._reminded.get(line.unit.id)

    @property
    def _is_over(self) -> bool:
        return self.period is not None and self.period.state in OVER

    @cached_property
    def _states(self) -> dict[int, str]:
        return states(self.here)

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
        """Return the next unit with something to approve, beginning again at the top."""
        waiting = [line for line in self.lines if line.to_approve]
        places = [line.unit.number for line in self.lines]
        at = places.index(number) if number in places else -1
        later = [line for line in waiting if places.index(line.unit.number) > at]
        others = [line for line in waiting if line.unit.number != number]
        return next(iter(later or others), None)
