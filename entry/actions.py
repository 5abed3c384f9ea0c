"""What is written from the entry page: values, evidence, and sending.

Each looks and writes under the rows' locks, so that of two people on one cell the second is
told. Versions decide, never clocks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from django.db import IntegrityError, transaction

from accounts.models import User
from activities.models import Activity, Period
from activities.revisions import CalendarMoved
from activities.wording import say
from entry.content import Content, Refused, Typed, explains, of, put, read
from indicators import periods, steps
from indicators.models import Realization
from indicators.periods import Door


class Outcome(StrEnum):
    SAVED = "saved"
    UNCHANGED = "unchanged"  # nothing was written, because all of it is stored already
    REFUSED = "refused"
    CONFLICT = "conflict"
    CLOSED = "closed"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person sends for one indicator; ``seen`` is the version she saw, 0 for none."""

    pk: int
    is_percent: bool
    counts_people: bool
    door: Door
    typed: Typed
    seen: int


@dataclass(slots=True)
class Result:
    """What became of an entry; ``value`` is what is stored now."""

    outcome: Outcome
    value: Realization | None
    typed: Typed = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    mine: Content | None = None

    @property
    def is_kept(self) -> bool:
        return self.outcome in (Outcome.SAVED, Outcome.UNCHANGED)


# A row that somebody else made, then a year that somebody else closed.
ATTEMPTS = 2


def save(entries: Sequence[Entry], year: int, person: User) -> dict[int, Result]:
    """Save what can be saved in one transaction; return what became of each entry.

    A year that is closed in the same instant is closed for all of them: nothing is written, and
    each is told.
    """
    for _attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return _save(entries, year, person)
        except IntegrityError:
            # Somebody made one of the rows between the look and the write; now it is there.
            continue
        except CalendarMoved:
            entries = [replace(entry, door=_door_now(entry.pk, year)) for entry in entries]
    with transaction.atomic():
        return _save(entries, year, person)


def _door_now(indicator: int, year: int) -> Door:
    """Return the door of an indicator's unit as it stands now; two queries, one more if closed."""
    activity = Activity.objects.select_related("department", "plan__revision_row").get(
        indicators=indicator
    )
    period = Period.objects.filter(plan=activity.plan, year=year).first()
    unit = activity.department
    calendar = activity.plan.revision_row.calendar
    return periods.door(period, year, unit.pk, unit.parent_id, calendar=calendar)


def _save(entries: Sequence[Entry], year: int, person: User) -> dict[int, Result]:
    stored = steps.locked_of([entry.pk for entry in entries], year)
    return {entry.pk: _save_one(entry, stored.get(entry.pk), year, person) for entry in entries}


def _save_one(entry: Entry, value: Realization | None, year: int, person: User) -> Result:
    before = of(value)
    try:
        content = read(
            entry.typed,
            before,
            is_percent=entry.is_percent,
            counts_people=entry.counts_people,
        )
    except Refused as refused:
        if value is not None and _came_already(entry, value, year):
            return Result(Outcome.UNCHANGED, value)
        if closed := _closed(entry, value):
            return closed
        return Result(Outcome.REFUSED, value, entry.typed, refused.errors)
    if content == before:
        # Also a retry of what arrived the first time: its answer was lost, not the value.
        return Result(Outcome.UNCHANGED, value)
    only_explains = explains(content, before)
    if closed := _closed(entry, value, only_explains=only_explains):
        return closed
    if value is not None and _is_stale(entry, value):
        if content == _seen(entry, value, year) or _came_already(entry, value, year):
            return Result(Outcome.UNCHANGED, value)
        return Result(Outcome.CONFLICT, value, entry.typed, mine=content)
    value = value or Realization(indicator_id=entry.pk, year=year)
    put(content, value)
    if only_explains:
        steps.explained(value)
    else:
        steps.written_by(value, person)
    # A reason that was asked for comes through a door that is shut.
    steps.store(value, through=entry.door if entry.door.is_open else None)
    return Result(Outcome.SAVED, value)


def _closed(
    entry: Entry, value: Realization | None, *, only_explains: bool = False
) -> Result | None:
    """Return why nothing is written: the door is closed, or the value was sent."""
    ask = steps.why_not_explain if only_explains else steps.why_not_save
    why = ask(entry.door, value)
    if why is None:
        return None
    outcome = Outcome.SENT if entry.door.is_open else Outcome.CLOSED
    return Result(outcome, value, entry.typed, {"written": say(why)})


def _is_stale(entry: Entry, value: Realization) -> bool:
    """Whether somebody wrote since the person looked; a row that says nothing is as good as none.

    Evidence and comments make such rows.
    """
    if entry.seen == 0 and of(value) == Content():
        return False
    return entry.seen != value.version


def _came_already(entry: Entry, value: Realization, year: int) -> bool:
    """Whether what is typed over what the person saw is stored: its answer was lost."""
    seen = _seen(entry, value, year) if _is_stale(entry, value) else None
    if seen is None:
        return False
    try:
        meant = read(
            entry.typed, seen, is_percent=entry.is_percent, counts_people=entry.counts_people
        )
    except Refused:
        return False
    return meant == of(value)


def _seen(entry: Entry, value: Realization, year: int) -> Content | None:
    """Return what the person saw, None if that is not known: she may have changed nothing."""
    return _held(entry.seen, value)


def _held(version: int, value: Realization) -> Content | None:
    """Return what a value held in a version, nothing in version 0; None if that is not known."""
    if version == 0:
        return Content()
    rows = Realization.history.filter(id=value.pk, version=version)
    row = rows.order_by("-history_id").first()
    return None if row is None else of(row)


def held_in(versions: Mapping[int, int]) -> dict[int, Content]:
    """Return what values held in a version each, by value; what is not known is left out.

    One query, none where nothing is asked.
    """
    if not versions:
        return {}
    rows = Realization.history.filter(id__in=versions, version__in=set(versions.values()))
    return {
        row.id: of(row) for row in rows.order_by("history_id") if row.version == versions[row.id]
    }


@dataclass(frozen=True, slots=True)
class Overwritten:
    """A row that was written over: from which version (0 for none) to which."""

    pk: int
    door: Door
    before: int
    after: int


def restore(rows: Sequence[Overwritten], year: int, person: User, why: str) -> dict[int, Result]:
    """Write back what rows held before, each by its version; return what became of each.

    A row that somebody wrote since, or that was sent, stays as it is and is told. ``why`` is
    the reason that the history keeps.
    """
    try:
        with transaction.atomic():
            return _restore(rows, year, person, why)
    except CalendarMoved:
        rows = [replace(row, door=_door_now(row.pk, year)) for row in rows]
    with transaction.atomic():
        return _restore(rows, year, person, why)


def _restore(rows: Sequence[Overwritten], year: int, person: User, why: str) -> dict[int, Result]:
    stored = steps.locked_of([row.pk for row in rows], year)
    return {row.pk: _restore_one(row, stored.get(row.pk), person, why) for row in rows}


def _restore_one(row: Overwritten, value: Realization | None, person: User, reason: str) -> Result:
    if value is None or value.version != row.after:
        return Result(Outcome.CONFLICT, value)
    why = steps.why_not_save(row.door, value)
    if why is not None:
        return Result(Outcome.SENT if row.door.is_open else Outcome.CLOSED, value)
    before = _held(row.before, value)
    if before is None:
        return Result(Outcome.CONFLICT, value)
    put(before, value)
    steps.written_by(value, person)
    steps.store(value, reason, through=row.door)
    return Result(Outcome.SAVED, value)


def row_of(pk: int, year: int, person: User) -> Realization:
    """Return the value that evidence or a comment hangs on, made without a number if missing."""
    row, _new = Realization.objects.get_or_create(
        indicator_id=pk, year=year, defaults={"entered_by": person}
    )
    return row
