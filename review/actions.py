"""What reviewers do: approve, return, correct, close; each in one transaction.

Values are locked first and the plan's revision after them, as everybody who saves does; holding
the revision keeps all other writers of the plan out until the transaction ends.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from activities import revisions
from activities.models import Department, Period, Plan
from activities.sentences import Sentence
from activities.sentences import noop as _
from activities.wording import say
from findings.year import RaisedFinding, YearFindings
from indicators import periods, steps
from indicators.figures import Figure, Figures
from indicators.models import Indicator, Realization
from indicators.periods import Door
from mail import queueing

if TYPE_CHECKING:
    from accounts.models import User

State = Realization.State


NOTHING_CHOSEN = _("Choose at least one row.")
WAIVER_MISSING = _("Write why no reason is asked.")


@dataclass(slots=True)
class Outcome:
    """What became of the values a reviewer judged.

    ``changed`` holds, by the value's id, the version that was seen where it is not the stored
    one any more; ``blocked`` the open findings that kept values from being approved, ``kept``
    the other reasons by indicator.
    """

    done: list[Realization] = field(default_factory=list)
    changed: dict[int, int] = field(default_factory=dict)
    blocked: dict[str, RaisedFinding] = field(default_factory=dict)
    kept: dict[int, Sentence] = field(default_factory=dict)

    def add(self, taken: steps.Taken) -> None:
        """Add what became of a step for some of the values."""
        self.done += taken.done
        self.kept |= taken.kept


def approve(
    plan: Plan, year: int, seen: Mapping[int, int], person: User, waiver: str = ""
) -> Outcome:
    """Approve values in the versions that were seen; raise Sentence in a published year.

    ``waiver`` is why no reason is asked of those that deviate and give none.
    """
    with transaction.atomic():
        outcome, fresh = _look(plan, year, seen)
        period = _unpublished(plan, year)
        findings = _held_findings(plan, year)
        grounds = steps.Grounds(
            findings.blocked,
            {row.id: row.achievement.value for row in findings.figures.rows},
            waiver,
            plan.allows_own_approval,
        )
        taken = steps.approve(fresh, person, grounds)
        outcome.done = taken.done
        for indicator, why in taken.kept.items():
            if why.text != steps.QUESTION_OPEN:
                outcome.kept[indicator] = why
                continue
            for finding in findings.by_indicator[indicator]:
                if finding.blocks:
                    outcome.blocked[finding.key] = finding
        if period is not None and outcome.done:
            queueing.notify_approved(period, outcome.done, by=person)
    return outcome


@dataclass(frozen=True, slots=True)
class Notes:
    """What a reviewer writes with a step: at a row, by the value's id, or for all the others."""

    common: str = ""
    own: Mapping[int, str] = field(default_factory=dict)

    def of(self, value: Realization) -> str:
        return self.own.get(value.pk, "").strip() or self.common

    def grouped(self, values: Iterable[Realization]) -> dict[str, list[Realization]]:
        """Return the values by what is written for them."""
        found: dict[str, list[Realization]] = {}
        for value in values:
            found.setdefault(self.of(value), []).append(value)
        return found


def return_to_unit(
    plan: Plan, year: int, seen: Mapping[int, int], person: User, notes: Notes
) -> Outcome:
    """Return values in the versions that were seen; raise Sentence where one has no note.

    What a closed year would keep the unit from mending is among ``kept``.
    """
    with transaction.atomic():
        outcome, fresh = _look(plan, year, seen)
        period = _unpublished(plan, year)
        doors = _doors(period, year, fresh)
        for note, values in notes.grouped(fresh).items():
            outcome.add(steps.return_to_unit(values, person, note, doors=doors))
        if period is not None and outcome.done:
            queueing.notify_returned(period, outcome.done, by=person)
    return outcome


def take_back(
    plan: Plan, year: int, seen: Mapping[int, int], person: User, notes: Notes
) -> Outcome:
    """Take back approvals in the versions that were seen; raise Sentence where one has no note."""
    with transaction.atomic():
        outcome, fresh = _look(plan, year, seen)
        period = _unpublished(plan, year)
        for note, values in notes.grouped(fresh).items():
            outcome.add(steps.take_back(values, person, note, period=period))
    return outcome


def ask_reason(plan: Plan, year: int, seen: Mapping[int, int], person: User) -> Outcome:
    """Ask for the reasons that are missing, and tell the coordinators; raise Sentence if published.

    What was asked for already is neither asked for nor told again.
    """
    with transaction.atomic():
        outcome, fresh = _look(plan, year, seen)
        period = _unpublished(plan, year)
        rows = Figures(plan, year).rows
        achievements = {row.id: row.achievement.value for row in rows}
        outcome.done = steps.ask_reason(fresh, person, period, achievements)
        if period is not None and outcome.done:
            queueing.notify_asked(period, outcome.done, by=person)
    return outcome


def _look(plan: Plan, year: int, seen: Mapping[int, int]) -> tuple[Outcome, list[Realization]]:
    """Lock the values, then the plan; return those that are still as they were seen."""
    outcome = Outcome()
    rows = steps.locked(list(seen))
    _hold(plan)
    fresh = [value for value in rows if value.version == seen[value.pk]]
    outcome.changed = {
        value.pk: seen[value.pk] for value in rows if value.version != seen[value.pk]
    }
    return outcome, fresh


def _doors(period: Period | None, year: int, values: Iterable[Realization]) -> dict[int, Door]:
    """Return the doors of the values' units, by indicator; two queries at most."""
    units = {
        indicator: (department, above)
        for indicator, department, above in Indicator.objects.filter(
            pk__in=[value.indicator_id for value in values]
        ).values_list("pk", "activity__department_id", "activity__department__parent_id")
    }
    doors = periods.doors(period, year, units.values())
    return {indicator: doors[department] for indicator, (department, _above) in units.items()}


def _hold(plan: Plan) -> None:
    revisions.bump(Plan.objects.filter(pk=plan.pk))


def _held_findings(plan: Plan, year: int) -> YearFindings:
    """Return the findings as they are now; inside a transaction nothing kept is used."""
    return YearFindings(Figures(plan, year))


def _unpublished(plan: Plan, year: int) -> Period | None:
    period = Period.objects.filter(plan=plan, year=year).first()
    if period is not None and period.state == Period.State.PUBLISHED:
        raise Sentence(periods.PUBLISHED, year=year)
    return period


# --- Correcting a value ---

CHANGED = _("Somebody changed the value meanwhile. Look at it again.")
STILL_BLOCKED = _("It cannot be verified before this is answered: %(question)s")


def supposed(
    findings: YearFindings, row: Figure, value: Decimal
) -> tuple[YearFindings, list[RaisedFinding]]:
    """Return the findings there would be with another value, and the row's new blocking ones."""
    after = findings.supposing({row.id: replace(row.measurement, realization=value)})
    known = {finding.digest for finding in findings.by_indicator.get(row.id, ())}
    raised = [
        finding
        for finding in after.by_indicator.get(row.id, ())
        if finding.blocks and finding.digest not in known
    ]
    return after, raised


def correct(
    plan: Plan,
    year: int,
    indicator: Indicator,
    number: Decimal,
    *,
    seen: int,
    reason: str,
    person: User,
) -> Realization:
    """Write another number over a value that was sent or approved, or where there is none.

    ``seen`` is the version that was shown, 0 for none. In a published year only administrators
    may, and the value is approved with it, as the edition holds approved values only. Raise
    Sentence where something stands against it.
    """
    with transaction.atomic():
        rows = Realization.objects.select_for_update().filter(indicator=indicator, year=year)
        value = rows.first()
        _hold(plan)
        period = Period.objects.filter(plan=plan, year=year).first()
        if period is None or period.state == Period.State.PLANNED:
            raise Sentence(periods.NOT_OPEN, year=year)
        if (value.version if value is not None else 0) != seen:
            raise Sentence(CHANGED)
        value = value or _new(indicator, year, person)
        is_approving = steps.is_approved_with(value, period)
        steps.correct(value, number, person, period, reason)
        if is_approving:
            _refuse_blocked(plan, year, indicator)
    return value


def _new(indicator: Indicator, year: int, person: User) -> Realization:
    value = Realization(indicator=indicator, year=year)
    steps.handed_over(value, person)
    return value


def _refuse_blocked(plan: Plan, year: int, indicator: Indicator) -> None:
    for finding in _held_findings(plan, year).by_indicator.get(indicator.pk, ()):
        if finding.blocks:
            raise Sentence(STILL_BLOCKED, question=say(finding.sentence))


# --- Closing ---


@dataclass(frozen=True, slots=True)
class MoreTime:
    """Until when and why units may write in the year that is closed."""

    units: Iterable[Department]
    until: datetime.date | None
    reason: str


NO_DAY = _("Say until when the unit has more time.")


def close(plan: Plan, year: int, *, seen: int, more: MoreTime, person: User) -> Period:
    """Close a year as it was looked at, and open it again for some units in the same step."""
    with transaction.atomic():
        period = periods.close_period(plan, year, seen=seen)
        for unit in more.units:
            if more.until is None:
                raise Sentence(NO_DAY)
            periods.reopen_for(
                plan, year, unit, until=more.until, reason=more.reason, person=person
            )
    return period
