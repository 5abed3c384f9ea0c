"""What waits for a reviewer in a year that is open: what to verify, who is late, what is asked."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activities.models import Municipality, Period
from entry.road import Reached, RoadStep
from indicators.achievement import counted_once
from indicators.figures import Unit
from indicators.progress import Counts, Standing, progress_of_many
from pages.plan_page import PlanPage
from review.overview import Group, ReviewOverview, UnitLine
from review.questions import Kind, kinds
from review.queue import ReviewRow
from review.whole_year import WholeYear
from today.stages import Piece, pieces

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a unit sent that nobody has judged: clean, asked and unexplained add up to it.

    ``for_another`` is not among these: the person who looks entered it and may not verify it.
    """

    unit: Unit
    sent_at: datetime.datetime | None
    clean: int
    asked: int
    unexplained: int
    for_another: int = 0

    @property
    def count(self) -> int:
        return self.clean + self.asked + self.unexplained


@dataclass(frozen=True, slots=True)
class Reminding:
    """Whom one press of the button writes to, and whom it does not reach.

    ``nobody`` are late units without anybody to write to, ``told`` those reminded today already,
    ``shut`` those that cannot send any more.
    """

    units: list[UnitLine] = field(default_factory=list)
    nobody: list[UnitLine] = field(default_factory=list)
    told: list[UnitLine] = field(default_factory=list)
    shut: list[UnitLine] = field(default_factory=list)

    @property
    def people(self) -> list[str]:
        """Return the names of those who are written to, each once."""
        return list(dict.fromkeys(name for line in self.units for name in line.people))


class YearWork:
    """An open year of a plan as its reviewers find it; no score, which is not final yet."""

    def __init__(self, here: PlanPage, person: User) -> None:
        self.here, self.person = here, person
        self.overview = ReviewOverview(here)
        self.whole = WholeYear(here, person)

    @property
    def period(self) -> Period | None:
        return self.here.period

    @property
    def counts(self) -> Counts:
        return self.here.progress.plan_counts

    @cached_property
    def pieces(self) -> list[Piece]:
        return pieces(self.here.progress.rows)

    @property
    def days_left(self) -> int | None:
        """Return the days until the last day, negative after it; None without one."""
        until = self.period.closes_on if self.period else None
        return (until - timezone.localdate()).days if until else None

    @property
    def days_late(self) -> int:
        return max(-(self.days_left or 0), 0)

    @cached_property
    def waiting(self) -> list[Waiting]:
        """Return the units with something for this person to verify, the first sent first."""
        return [each for each in self._waiting if each.count]

    @property
    def for_another(self) -> int:
        """Return how many values wait for somebody else's verdict."""
        return sum(each.for_another for each in self._waiting)

    @cached_property
    def _waiting(self) -> list[Waiting]:
        of_unit: dict[int, list[Standing]] = {}
        for each in self.here.progress.rows:
            of_unit.setdefault(each.unit, []).append(each)
        counted = {row.id for own in of_unit.values() for row in counted_once(own)}
        rows = [row for row in self.whole.waiting if row.figure.id in counted]
        found = [_waiting(each.unit, each.rows) for each in self.whole.by_unit(rows)]
        return sorted(found, key=lambda each: (each.sent_at is None, each.sent_at))

    @property
    def to_verify(self) -> int:
        return sum(each.count for each in self.waiting)

    @cached_property
    def late(self) -> list[UnitLine]:
        """Return the units that keep the year waiting: late, or with something back."""
        lines = self.overview.lines
        return [line for line in lines if line.group is Group.LATE or line.counts.returned]

    @cached_property
    def reminding(self) -> Reminding:
        found = Reminding()
        today = timezone.localdate()
        for line in self.overview.lines:
            if line.group is not Group.LATE:
                continue
            told = line.reminded_at and timezone.localdate(line.reminded_at) == today
            if line.is_shut:
                found.shut.append(line)
            elif line.is_nobodys:
                found.nobody.append(line)
            else:
                (found.told if told else found.units).append(line)
        return found

    @cached_property
    def kinds(self) -> list[Kind]:
        """Return the open questions that hold values up, by kind."""
        return [kind for kind in kinds(self.here, self.person) if kind.is_blocking]

    @property
    def questions(self) -> int:
        return sum(len(kind.findings) for kind in self.kinds)

    @property
    def jobs(self) -> int:
        """Return how many things wait: units to look through, late ones, kinds of question."""
        return len(self.waiting) + len(self.late) + len(self.kinds)

    @property
    def road(self) -> list[RoadStep]:
        """Return the steps of the year; one of them goes on."""
        period, counts = self.period, self.counts
        is_past = self.days_left is not None and self.days_left < 0
        # Nobody waits for the last day once everything is in.
        is_in = is_past or counts.is_all_sent
        steps = [
            (_("The year is opened"), _day(period.opens_on if period else None), True),
            (_("Entering and sending"), _day(period.closes_on if period else None), is_in),
            (_("Verification"), f"{counts.verified}/{counts.due}", counts.verified == counts.due),
            (
                _("Closing"),
                _("late: %(late)s, returned: %(returned)s")
                % {"late": counts.late, "returned": counts.returned},
                False,
            ),
            (_("Publication"), _("everybody can read it on the public pages"), False),
        ]
        going_on = next(at for at, (_name, _told, done) in enumerate(steps) if not done)
        return [
            RoadStep(
                name,
                told,
                Reached.NOW if at == going_on else Reached.DONE if done else Reached.LATER,
            )
            for at, (name, told, done) in enumerate(steps)
        ]


def _day(day: datetime.date | None) -> str:
    return date_format(day, "j F") if day else ""


def _waiting(unit: Unit, rows: Iterable[ReviewRow]) -> Waiting:
    clean = asked = unexplained = for_another = 0
    sent = []
    for row in rows:
        if row.is_for_another:
            for_another += 1
            continue
        if row.value and row.value.submitted_at:
            sent.append(row.value.submitted_at)
        if row.blocking or row.questions:
            asked += 1
        elif row.lacks_reason:
            unexplained += 1
        else:
            clean += 1
    return Waiting(unit, min(sent, default=None), clean, asked, unexplained, for_another)


@dataclass(frozen=True, slots=True)
class ClosedYear:
    """A year that is closed and not published yet, with how much of it is in and verified."""

    period: Period
    counts: Counts


def running(municipality: Municipality) -> tuple[list[Period], list[ClosedYear]]:
    """Return the open years of a municipality, and those between closing and publication.

    One query, three more where any is closed.
    """
    wanted = (Period.State.OPEN, Period.State.CLOSED)
    found = [
        period
        for period in Period.objects.filter(plan__municipality=municipality, state__in=wanted)
        .select_related("plan")
        .order_by("year", "plan")
        if period.year in period.plan.years
    ]
    closed = [period for period in found if period.state == Period.State.CLOSED]
    progress = progress_of_many(closed) if closed else {}
    return (
        [period for period in found if period.state == Period.State.OPEN],
        [ClosedYear(period, progress[period.pk].plan_counts) for period in closed],
    )
