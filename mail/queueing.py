"""What is to be sent, written down as notices: once for each person and thing, and no more."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from activities import names
from activities.models import Department, Period
from indicators.models import Notice, Realization
from mail.language import in_mail_language
from mail.outstanding import Awaited, Outstanding, days_left, step
from mail.recipients import Coordinators, called

if TYPE_CHECKING:
    from accounts.models import User

Kind = Notice.Kind
DEADLINE_KINDS = (Kind.REMINDER, Kind.OVERDUE)
# The reminder that goes out in any case; earlier ones a person can turn off.
LAST_CALL = 1
# A message that nobody reads to its end says nothing.
LISTED = 40


def is_essential(kind: str, left: int | None) -> bool:
    """Whether a notice goes to people who turned off reminders; ``left`` in days."""
    if kind == Kind.REMINDER:
        return left is not None and left <= LAST_CALL
    return kind != Kind.APPROVED


# --- What a person's act brings about ---


def notify_opened(
    period: Period, *, by: User | None = None, today: datetime.date | None = None
) -> int:
    """Tell the coordinators of units with something due that the period is open, once ever."""
    outstanding = Outstanding(period, today or timezone.localdate())
    return _store(_opened(outstanding, Coordinators(outstanding.units), by))


def notify_returned(period: Period, values: Iterable[Realization], *, by: User) -> int:
    """Tell the coordinators which values came back and why; one notice a unit and act."""
    return _store(_about_values(Kind.RETURNED, period, values, by))


def notify_approved(period: Period, values: Iterable[Realization], *, by: User) -> int:
    """Tell the coordinators who want to know which values were approved."""
    return _store(_about_values(Kind.APPROVED, period, values, by))


def notify_asked(period: Period, values: Iterable[Realization], *, by: User) -> int:
    """Tell the coordinators whose deviations need a reason; one notice a unit and act."""
    return _store(_about_values(Kind.REASONS, period, values, by))


def remind(
    period: Period,
    departments: Collection[Department],
    *,
    by: User,
    today: datetime.date | None = None,
) -> int:
    """Remind units that have not sent everything, each person at most once a unit and day."""
    today = today or timezone.localdate()
    outstanding = Outstanding(period, today)
    chosen = {department.pk for department in departments}
    awaited = [each for each in _owing(outstanding) if each.unit.id in chosen]
    people = Coordinators({each.unit.id for each in awaited})
    return _store(
        _reminder(outstanding, each, person, text=called(by))
        for each in awaited
        for person in people.of(each.unit.id)
        if _wants(person, outstanding, each)
    )


# --- What the calendar brings about ---


@dataclass
class Queued:
    """What a run of the calendar wrote down, who cannot be reached, which units have nobody."""

    notices: int = 0
    skipped: dict[int, User] = field(default_factory=dict)
    nobody: list[str] = field(default_factory=list)


def queue_due(today: datetime.date) -> Queued:
    """Queue what is due on a day: openings not told yet, reminders before and after deadlines."""
    queued = Queued()
    reminders: list[Notice] = []
    running = (Period.State.OPEN, Period.State.CLOSED)
    for period in Period.objects.filter(state__in=running).select_related("plan"):
        outstanding = Outstanding(period, today)
        if not outstanding.is_open:
            continue
        people = Coordinators(outstanding.units)
        if period.state == Period.State.OPEN and not _is_late(period, today):
            queued.notices += _store(_opened(outstanding, people, None))
        reminders += _due_reminders(outstanding, people)
        _tell_unreached(queued, outstanding, people)
    queued.notices += _store(_one_mail_a_day(reminders, today))
    return queued


def _tell_unreached(queued: Queued, outstanding: Outstanding, people: Coordinators) -> None:
    owing = _owing(outstanding)
    if not owing:
        return
    queued.skipped |= {person.pk: person for person in people.skipped}
    queued.nobody += [
        f"{each.unit.number} {each.unit.short}" for each in owing if not people.of(each.unit.id)
    ]


def _due_reminders(outstanding: Outstanding, people: Coordinators) -> list[Notice]:
    told = set(
        Notice.objects.filter(period=outstanding.period, kind__in=DEADLINE_KINDS)
        .order_by()
        .values_list("person_id", "key")
    )
    due = []
    for each in _owing(outstanding):
        day = step(each.deadline, outstanding.today)
        # Who has just been told of the opening needs no early reminder beside it.
        if day is None or (
            day <= (outstanding.period.opens_on or day.min) and not _last(each, day)
        ):
            continue
        keys = {_day_key(outstanding, each, d) for d in _days(day, outstanding.today)}
        due += [
            _reminder(outstanding, each, person)
            for person in people.of(each.unit.id)
            if _wants(person, outstanding, each)
            and not any((person.pk, key) in told for key in keys)
        ]
    return due


def _one_mail_a_day(reminders: list[Notice], today: datetime.date) -> list[Notice]:
    """Return the reminders of people to whom the calendar sent none today."""
    told = set(
        Notice.objects.filter(
            kind__in=DEADLINE_KINDS, text="", key__endswith=f"/{today.isoformat()}"
        )
        .order_by()
        .values_list("person_id", flat=True)
    )
    return [notice for notice in reminders if notice.person_id not in told]


def _owing(outstanding: Outstanding) -> list[Awaited]:
    return [each for each in outstanding.units.values() if each.to_send]


def _wants(person: User, outstanding: Outstanding, awaited: Awaited) -> bool:
    left = days_left(awaited.deadline, outstanding.today)
    return person.wants_reminders or is_essential(_kind(left), left)


def _kind(left: int | None) -> str:
    return Kind.OVERDUE if left is not None and left < 0 else Kind.REMINDER


def _is_late(period: Period, today: datetime.date) -> bool:
    return period.closes_on is not None and period.closes_on < today


def _last(awaited: Awaited, day: datetime.date) -> bool:
    left = days_left(awaited.deadline, day)
    return left is not None and left <= LAST_CALL


def _days(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    return [first + datetime.timedelta(days=n) for n in range((last - first).days + 1)]


# --- Notices ---


def _day_key(outstanding: Outstanding, awaited: Awaited, day: datetime.date) -> str:
    return f"{outstanding.period.pk}/{awaited.unit.id}/{day.isoformat()}"


def _reminder(
    outstanding: Outstanding, awaited: Awaited, person: User, *, text: str = ""
) -> Notice:
    """Return a reminder; ``text`` names the reviewer who asks for it, "" if the calendar does."""
    return Notice(
        person=person,
        kind=_kind(days_left(awaited.deadline, outstanding.today)),
        period=outstanding.period,
        department_id=awaited.unit.id,
        key=_day_key(outstanding, awaited, outstanding.today),
        text=text,
    )


def _opened(outstanding: Outstanding, people: Coordinators, by: User | None) -> list[Notice]:
    told = {person.pk: person for unit in outstanding.units for person in people.of(unit)}
    return [
        Notice(
            person=person,
            kind=Kind.OPENED,
            period=outstanding.period,
            key=str(outstanding.period.pk),
            text=called(by) if by else "",
        )
        for person in told.values()
    ]


def _about_values(
    kind: str, period: Period, values: Iterable[Realization], by: User
) -> list[Notice]:
    """Return a notice for each unit's values and each of its coordinators; three queries."""
    found = (
        Realization.objects.filter(pk__in=[value.pk for value in values])
        .select_related("indicator__activity")
        .order_by("indicator__activity__position", "indicator__position", "pk")
    )
    by_unit: dict[int, list[Realization]] = {}
    for value in found:
        by_unit.setdefault(value.indicator.activity.department_id, []).append(value)
    people = Coordinators(by_unit)
    return [
        Notice(
            person=person,
            kind=kind,
            period=period,
            department_id=unit,
            key=f"{unit}/{_act(own)}",
            text=_listed(kind, own, by),
        )
        for unit, own in by_unit.items()
        for person in people.of(unit)
        if person.wants_reminders or is_essential(kind, None)
    ]


def _act(values: list[Realization]) -> str:
    """Return a mark of one act: a value's version grows with every step it takes."""
    seen = ",".join(f"{value.pk}.{value.version}" for value in values)
    return sha256(seen.encode()).hexdigest()[:32]


def _listed(kind: str, values: list[Realization], by: User) -> str:
    """Return the indicators as lines, below each note those it was written for."""
    by_note: dict[str, list[str]] = {}
    for value in values:
        note = value.note.strip() if kind == Kind.RETURNED else ""
        by_note.setdefault(note, []).append(line_of(value))
    if kind == Kind.REASONS:
        # Which of them are still asked for is looked up when it is sent.
        return "\n".join(by_note[""])
    with in_mail_language():
        blocks = []
        for note, lines in by_note.items():
            if note:
                name = names.repair(called(by))
                blocks.append(_("Note by %(name)s:") % {"name": name} + f"\n{note}")
            blocks.append(shortened("\n".join(lines)))
    return "\n\n".join(blocks)


def line_of(value: Realization) -> str:
    """Return an indicator as a line of a list, for a value that holds it."""
    indicator = value.indicator
    return f"• {indicator.activity.code} {names.repair(indicator.name)}"


def shortened(text: str) -> str:
    """Return a list without what would not be read to its end, in the active language."""
    lines = text.split("\n")
    rest = len(lines) - LISTED
    if rest <= 0:
        return text
    return "\n".join([*lines[:LISTED], _("… and %(count)s more indicators") % {"count": rest}])


def _store(notices: Iterable[Notice]) -> int:
    """Write down the notices that are not there yet and return how many those are."""
    wanted = {(notice.person_id, notice.kind, notice.key): notice for notice in notices}
    if not wanted:
        return 0
    there = Notice.objects.filter(
        person__in={person for person, _kind, _key in wanted},
        key__in={key for _person, _kind, key in wanted},
    )
    known = set(there.order_by().values_list("person_id", "kind", "key"))
    new = [notice for mark, notice in wanted.items() if mark not in known]
    # Somebody else may write down the same at this moment.
    Notice.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    return len(new)
