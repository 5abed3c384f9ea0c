"""Whether a unit's values of a year can be written now, and why not; opening and closing it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from simple_history.utils import update_change_reason

from accounts.rights import Right
from activities import revisions
from activities.models import Department, Extension, Period, Plan
from activities.sentences import Sentence
from activities.sentences import noop as _
from indicators import editions, small_decisions
from indicators.achievement import Reading
from indicators.figures import Figures
from indicators.publishing import Comparison

if TYPE_CHECKING:
    from accounts.models import User
    from indicators.models import Edition

State = Period.State


@dataclass(frozen=True, slots=True)
class Door:
    """Whether a unit can write its values of a year.

    ``until`` is the deadline: of an open period, after which values still come in and count as
    late; of an extension, after which nothing does. ``why`` says why it is closed and who opens.
    ``calendar`` is the number of the plan's calendar it was read at, None where nobody read it:
    what is written through a door is written only while it still stands there. ``is_published``
    says that nothing of the year is said any more by its unit.
    """

    is_open: bool
    until: datetime.date | None = None
    why: Sentence | None = None
    calendar: int | None = None
    is_published: bool = False

    def days_late(self, today: datetime.date) -> int:
        """Return how many days the deadline is past; 0 before it and without one."""
        return max((today - self.until).days, 0) if self.until else 0


NOT_OPEN = _("The year %(year)s is not open yet. The reviewers or an administrator open it.")
CLOSED = _(
    "The year %(year)s is closed. The reviewers or an administrator can open it again for a unit."
)
PUBLISHED = _(
    "The year %(year)s is published. Only an administrator corrects it, giving a reason; the "
    "correction is shown as an erratum."
)


def door(
    period: Period | None,
    year: int,
    department_id: int,
    parent_id: int | None = None,
    *,
    calendar: int | None = None,
) -> Door:
    """Return whether a unit can write; one query for a closed period, none else."""
    return doors(period, year, [(department_id, parent_id)], calendar=calendar)[department_id]


def doors(
    period: Period | None,
    year: int,
    units: Iterable[tuple[int, int | None]],
    *,
    today: datetime.date | None = None,
    granted: Mapping[int, datetime.date] | None = None,
    calendar: int | None = None,
) -> dict[int, Door]:
    """Return each unit's door by its id; the units come with that of the one above them.

    ``granted`` holds the extensions that still run, by unit; where it is not given, a closed
    period costs a query, none else does.
    """
    if period is None or period.state == State.PLANNED:
        return dict.fromkeys((unit for unit, _above in units), _shut(None, year, NOT_OPEN))
    if period.state == State.PUBLISHED:
        return dict.fromkeys((unit for unit, _above in units), _shut(period, year, PUBLISHED))
    if period.state == State.OPEN:
        is_open = Door(True, period.closes_on, None, calendar)
        return dict.fromkeys((unit for unit, _above in units), is_open)
    if granted is None:
        granted = running([period], today).get(period.pk, {})
    shut = _shut(period, year, CLOSED)
    found = {}
    for unit, above in units:
        days = [granted[one] for one in (unit, above) if one is not None and one in granted]
        found[unit] = Door(True, max(days), None, calendar) if days else shut
    return found


def _shut(period: Period | None, year: int, why: str) -> Door:
    return Door(
        False,
        period.closes_on if period else None,
        Sentence(why, year=str(year)),
        is_published=period is not None and period.state == State.PUBLISHED,
    )


def running(
    closed: Iterable[Period], today: datetime.date | None = None
) -> dict[int, dict[int, datetime.date]]:
    """Return the extensions that still run, by period and unit; one query."""
    rows = Extension.objects.filter(
        period__in=list(closed), until__gte=today or timezone.localdate()
    )
    found: dict[int, dict[int, datetime.date]] = {}
    for period, unit, until in rows.values_list("period_id", "department_id", "until"):
        found.setdefault(period, {})[unit] = until
    return found


OPENED_AGAIN_WHY = _("Say why the year is opened again.")


def open_period(
    plan: Plan,
    year: int,
    *,
    opens_on: datetime.date,
    closes_on: datetime.date | None,
    reason: str = "",
) -> Period:
    """Open a year for everybody, or change the dates of an open one; raise Sentence if it cannot.

    A closed year opens again with a reason, which stands in its history; a published one does not.
    """
    with transaction.atomic():
        period = _locked(plan, year)
        if period.state == State.PUBLISHED:
            raise Sentence(PUBLISHED, year=year)
        if closes_on is not None and closes_on < opens_on:
            raise Sentence(_("The deadline lies before the day of opening."))
        if period.is_reopened_by(State.OPEN):
            if not reason.strip():
                raise Sentence(OPENED_AGAIN_WHY)
            period._change_reason = reason.strip()  # type: ignore[attr-defined]
        period.state, period.opens_on, period.closes_on = State.OPEN, opens_on, closes_on
        period.save()
    return period


def close_period(plan: Plan, year: int, *, seen: int | None = None) -> Period:
    """Close an open year; what is typed after that is refused and kept on the person's screen.

    ``seen`` is the plan's revision at which somebody looked at what is missing.
    """
    with transaction.atomic():
        period = _locked(plan, year, seen)
        if period.state != State.OPEN:
            raise Sentence(_("The year %(year)s is not open."), year=year)
        period.state = State.CLOSED
        period.save()
    return period


def reopen_for(
    plan: Plan,
    year: int,
    department: Department,
    *,
    until: datetime.date,
    reason: str,
    person: User,
) -> Extension:
    """Open a closed year again for one unit, up to and including a day."""
    if not reason.strip():
        raise Sentence(OPENED_AGAIN_WHY)
    if until < timezone.localdate():
        raise Sentence(_("The day lies in the past."))
    with transaction.atomic():
        period = _locked(plan, year)
        if period.state != State.CLOSED:
            raise Sentence(_("Only a closed year is opened again for a unit."))
        extension, _new = Extension.objects.update_or_create(
            period=period,
            department=department,
            defaults={"until": until, "reason": reason.strip(), "granted_by": person},
        )
        update_change_reason(extension, reason.strip())
    return extension


def publish(
    plan: Plan,
    year: int,
    *,
    person: User | None,
    override_reason: str = "",
    seen: int | None = None,
) -> Edition:
    """Publish a closed year: freeze its verified values, and open the plan to the public.

    Raise Sentence where a condition of ``indicators.publishing`` does not hold and no
    administrator gives a reason, where too little is verified for any reason, and where a small
    number of people is not decided on. ``seen`` is the plan's revision somebody looked at.
    """
    with transaction.atomic():
        period = _locked(plan, year, seen)
        if period.state != State.CLOSED:
            raise Sentence(_("Only a closed year can be published."))
        edition = _frozen(plan, year, person, override_reason=override_reason)
        period.state = State.PUBLISHED
        period.save()
        _open_to_public(plan)
    return edition


NO_REASON_AGAIN = _("Say why a further edition is published.")
NOT_AGAIN = _("Only an administrator publishes a further edition of a published year.")


def publish_again(
    plan: Plan,
    year: int,
    *,
    person: User | None,
    reason: str,
    override_reason: str = "",
    seen: int | None = None,
) -> Edition:
    """Publish a further edition of a published year, with what was corrected since.

    An administrator does, with a reason that the public reads, under the same conditions.
    """
    with transaction.atomic():
        period = _locked(plan, year, seen)
        if period.state != State.PUBLISHED:
            raise Sentence(_("Only a published year gets a further edition."))
        if person is None or not person.may(Right.PUBLISH_AGAIN):
            raise Sentence(NOT_AGAIN)
        if not reason.strip():
            raise Sentence(NO_REASON_AGAIN)
        edition = _frozen(plan, year, person, override_reason=override_reason, reason=reason)
        _open_to_public(plan)
    return edition


UNDECIDED = _(
    "Before publishing, say of each small number of people whether it is shown: %(names)s."
)
LISTED = 5  # a sentence names so many rows


def _frozen(
    plan: Plan, year: int, person: User | None, *, override_reason: str, reason: str = ""
) -> Edition:
    """Freeze what may be published; the period and the plan's revision are held."""
    plan = Plan.objects.select_related("municipality").get(pk=plan.pk)
    figures = Figures(plan, year)
    comparison = compared(figures, figures.under(Reading.APPROVED))
    override_reason = override_reason.strip()
    if comparison.emptiness is not None:
        raise comparison.emptiness
    if comparison.failing is None:
        override_reason = ""  # The public is not told of an exception that there is none of.
    elif person is None or not person.may(Right.PUBLISH_ANYWAY) or not override_reason:
        raise comparison.failing
    _refuse_undecided(plan, year)
    return editions.freeze(
        plan, year, person=person, reason=reason.strip(), override_reason=override_reason
    )


def _refuse_undecided(plan: Plan, year: int) -> None:
    rows = small_decisions.undecided(plan, year)
    if rows:
        names = ", ".join(f"{code} {name}" for code, name in rows[:LISTED])
        raise Sentence(UNDECIDED, names=f"{names} …" if len(rows) > LISTED else names)


def compared(reported: Figures, verified: Figures) -> Comparison:
    """Return what is verified of a year beside what was reported."""
    return Comparison(
        reported=reported.summary.reported,
        verified=verified.summary.reported,
        mean_reported=reported.summary.mean,
        mean_verified=verified.summary.mean,
    )


def _open_to_public(plan: Plan) -> None:
    """Let the public see the plan's published years; its other years stay unseen."""
    stored = Plan.objects.get(pk=plan.pk)
    if not stored.is_public:
        stored.is_public = True
        stored.save()


PLAN_CHANGED = _("Something in the plan changed since you looked. Look at the list again.")


def _locked(plan: Plan, year: int, seen: int | None = None) -> Period:
    """Return the year's period, held until the transaction ends; made where there is none.

    The plan's revision is held, too, so that nobody writes a value until then. Raise Sentence
    where it is not the one that was seen.
    """
    Period.objects.get_or_create(plan=plan, year=year)
    period = Period.objects.select_for_update().get(plan=plan, year=year)
    revisions.bump(Plan.objects.filter(pk=plan.pk))
    if seen is not None and revisions.current(Plan.objects.get(pk=plan.pk)) != seen + 1:
        raise Sentence(PLAN_CHANGED)
    return period
