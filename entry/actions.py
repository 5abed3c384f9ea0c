"""What is written from the entry page: values, settings, evidence, and sending.

Each looks and writes under the rows' locks, so that of two people on one cell the second is
told. Versions decide, never clocks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activities.wording import say
from entry.content import Content, Refused, Typed, of, put, read
from indicators import steps
from indicators.achievement import Direction, Kind, ReportedAs
from indicators.models import Indicator, Realization
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


def save(entries: Sequence[Entry], year: int, person: User) -> dict[int, Result]:
    """Save what can be saved in one transaction; return what became of each entry."""
    try:
        with transaction.atomic():
            return _save(entries, year, person)
    except IntegrityError:
        # Somebody made one of the rows between the look and the write; now it is there.
        with transaction.atomic():
            return _save(entries, year, person)


def _save(entries: Sequence[Entry], year: int, person: User) -> dict[int, Result]:
    stored = _stored([entry.pk for entry in entries], year)
    return {entry.pk: _save_one(entry, stored.get(entry.pk), year, person) for entry in entries}


def _stored(pks: Collection[int], year: int) -> dict[int, Realization]:
    """Return the values held until the transaction ends, in one order for everybody."""
    rows = (
        Realization.objects.select_for_update()
        .filter(indicator_id__in=pks, year=year)
        .order_by("pk")
    )
    return {row.indicator_id: row for row in rows}


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
        if closed := _closed(entry, value):
            return closed
        return Result(Outcome.REFUSED, value, entry.typed, refused.errors)
    if content == before:
        # Also a retry of what arrived the first time: its answer was lost, not the value.
        return Result(Outcome.UNCHANGED, value)
    if closed := _closed(entry, value):
        return closed
    if value is not None and _is_stale(entry, value):
        if content == _seen(entry, value, year):
            return Result(Outcome.UNCHANGED, value)
        return Result(Outcome.CONFLICT, value, entry.typed, mine=content)
    value = value or Realization(indicator_id=entry.pk, year=year)
    put(content, value)
    value.entered_by, value.entered_at = person, timezone.now()
    steps.store(value)
    return Result(Outcome.SAVED, value)


def _closed(entry: Entry, value: Realization | None) -> Result | None:
    """Return why nothing is written: the door is closed, or the value was sent."""
    if not entry.door.is_open:
        assert entry.door.why is not None
        return Result(Outcome.CLOSED, value, entry.typed, {"written": say(entry.door.why)})
    if value is not None and value.state not in steps.EDITABLE:
        sentence = _("The value was sent and waits for review; ask for it to be returned.")
        return Result(Outcome.SENT, value, entry.typed, {"written": sentence})
    return None


def _is_stale(entry: Entry, value: Realization) -> bool:
    """Whether somebody wrote since the person looked; a row that says nothing is as good as none.

    Evidence and comments make such rows.
    """
    if entry.seen == 0 and of(value) == Content():
        return False
    return entry.seen != value.version


def _seen(entry: Entry, value: Realization, year: int) -> Content | None:
    """Return what the person saw, None if that is not known: she may have changed nothing."""
    if entry.seen == 0:
        return Content()
    rows = Realization.history.filter(id=value.pk, version=entry.seen)
    row = rows.order_by("-history_id").first()
    return None if row is None else of(row)


def row_of(pk: int, year: int, person: User) -> Realization:
    """Return the value that evidence or a comment hangs on, made without a number if missing."""
    row, _new = Realization.objects.get_or_create(
        indicator_id=pk, year=year, defaults={"entered_by": person}
    )
    return row


# --- How a number is read, confirmed once ---

KIND_CHOICES: Mapping[str, tuple[Kind, ReportedAs]] = {
    "count": (Kind.COUNT, ReportedAs.TOTAL),
    "level": (Kind.LEVEL, ReportedAs.TOTAL),
    "added": (Kind.LEVEL, ReportedAs.INCREMENT),
    "ratio": (Kind.RATIO, ReportedAs.TOTAL),
    "deliverable": (Kind.DELIVERABLE, ReportedAs.TOTAL),
}


def confirm_kind(pk: int, choice: str, direction: str) -> bool:
    """Store how an indicator's number is read; False for a choice that there is not."""
    if choice not in KIND_CHOICES or direction not in ("", *Direction):
        return False
    with transaction.atomic():
        indicator = Indicator.objects.select_for_update().get(pk=pk)
        kind, reported_as = KIND_CHOICES[choice]
        wanted = (kind, reported_as, direction or indicator.direction, True)
        names = ("kind", "reported_as", "direction", "kind_confirmed")
        if wanted != tuple(getattr(indicator, name) for name in names):
            for name, each in zip(names, wanted, strict=True):
                setattr(indicator, name, each)
            reason: Any = _("Confirmed on the entry page")
            indicator._change_reason = reason  # type: ignore[attr-defined]
            indicator.save()
    return True


# --- Sending ---


def hold(pks: Collection[int], year: int) -> None:
    """Hold values until the transaction ends, before what may be sent is looked at."""
    _stored(pks, year)


def send(pks: Collection[int], year: int, person: User) -> list[Realization]:
    """Send values that are held already; return those that were sent."""
    return steps.submit(_stored(pks, year).values(), person)
