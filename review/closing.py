"""What a year lacks when somebody closes it, or has closed it: each count with its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy

from activities import revisions
from activities.models import Period
from findings.plan_year import PlanYear
from indicators import steps
from indicators.figures import Figure, Unit
from indicators.models import Realization
from indicators.progress import Counts, Standing

State = Realization.State
NOT_OVER = (Period.State.PLANNED, Period.State.OPEN)


class Lack(StrEnum):
    """In which way a row is not finished. A row can lack its reason besides.

    One that was sent without a figure, for a reason, lacks nothing: it is told because it is due
    and not among the reported.
    """

    MISSING = "missing"
    DRAFT = "draft"
    RETURNED = "returned"
    UNEXPLAINED = "unexplained"
    ABSENT = "absent"


LACK_LABELS = {
    Lack.MISSING: gettext_lazy("Nothing entered"),
    Lack.DRAFT: gettext_lazy("Typed and not sent"),
    Lack.RETURNED: gettext_lazy("Returned to its unit"),
    Lack.UNEXPLAINED: gettext_lazy("Deviation without a reason"),
    Lack.ABSENT: gettext_lazy("No figure, with its reason"),
}


@dataclass(frozen=True, slots=True)
class LackingRows:
    """The rows that lack one thing; ``label`` says what."""

    lack: Lack
    label: str
    rows: list[Figure]

    @property
    def is_shown(self) -> bool:
        """Whether the count is told: a lack also where there is none of it."""
        return bool(self.rows) or self.lack is not Lack.ABSENT

    @property
    def is_open(self) -> bool:
        """Whether something is left to do about these rows."""
        return bool(self.rows) and self.lack is not Lack.ABSENT


@dataclass(frozen=True, slots=True)
class SilentUnit:
    """A unit that has not sent everything that is due, or has something on its desk."""

    unit: Unit
    counts: Counts


@dataclass(frozen=True, slots=True)
class Closing:
    """What is not finished; ``seen`` is the plan's revision it was found at."""

    seen: int
    counts: Counts
    lacking: list[LackingRows]
    silent: list[SilentUnit]

    @property
    def returned_units(self) -> list[Unit]:
        """Return the units that have rows back and could not answer in a closed year."""
        found = {
            row.unit.id: row.unit
            for group in self.lacking
            if group.lack is Lack.RETURNED
            for row in group.rows
        }
        return list(found.values())

    @property
    def is_complete(self) -> bool:
        return not self.silent and not any(group.is_open for group in self.lacking)


def closing(here: PlanYear) -> Closing:
    """Return what the year lacks now; one query besides findings and progress."""
    seen = revisions.current(here.plan)
    rows, standing = here.findings.figures.rows, here.progress.by_id
    stored = {
        value.indicator_id: value
        for value in Realization.objects.filter(
            indicator__activity__plan=here.plan, year=here.year
        ).only("indicator_id", "deviation_reason", "reason_waived")
    }

    def unexplained(row: Figure) -> bool:
        value = stored.get(row.id)
        waived = value is not None and bool(value.reason_waived)
        return not waived and steps.lacks_reason(value, row.achievement.value)

    found = {
        Lack.MISSING: [row for row in rows if _is(standing.get(row.id), Lack.MISSING)],
        Lack.DRAFT: [row for row in rows if _is(standing.get(row.id), Lack.DRAFT)],
        Lack.RETURNED: [row for row in rows if _is(standing.get(row.id), Lack.RETURNED)],
        Lack.UNEXPLAINED: [row for row in rows if unexplained(row)],
        Lack.ABSENT: [row for row in rows if _is(standing.get(row.id), Lack.ABSENT)],
    }
    return Closing(
        seen,
        here.progress.plan_counts,
        [LackingRows(lack, str(LACK_LABELS[lack]), group) for lack, group in found.items()],
        [
            SilentUnit(unit, counts)
            for unit in here.figures.units.values()
            if (counts := here.progress.by_unit.get(unit.id)) and (counts.to_send or counts.at_desk)
        ],
    )


def _is(stands: Standing | None, lack: Lack) -> bool:
    if stands is None:
        return False
    if lack is Lack.ABSENT:
        return stands.is_due and stands.is_sent and not stands.is_reported
    if lack is Lack.RETURNED:
        return stands.is_returned
    if lack is Lack.DRAFT:
        return stands.is_at_desk and not stands.is_returned
    # What was returned and says nothing is told once.
    return stands.is_missing and not stands.is_returned


@dataclass(frozen=True, slots=True)
class Reopened:
    """One time that a closed year was opened again for everybody, by whom and why."""

    when: datetime
    who: str
    reason: str


@dataclass(frozen=True, slots=True)
class Past:
    """When a year was last closed, None where that is not recorded, and how often opened again."""

    closed_at: datetime | None
    reopened: list[Reopened]


def past(period: Period) -> Past:
    """Return what the history says of a year's closing and opening again; one query."""
    before: str | None = None
    closed_at, reopened = None, []
    records = period.history.select_related("history_user").order_by("history_date", "history_id")
    for record in records:
        if record.state == Period.State.CLOSED and before != record.state:
            closed_at = record.history_date
        if record.state in NOT_OVER and before == Period.State.CLOSED:
            person = record.history_user
            who = (person.get_full_name() or person.get_username()) if person else ""
            why = record.history_change_reason or ""
            reopened.append(Reopened(record.history_date, who, why))
        before = record.state
    return Past(closed_at, reopened)
