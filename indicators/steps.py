"""The steps of a value: written as a draft, sent, returned, approved; each in the history.

Every function takes the row's lock before it looks, so that of two people the second sees what
the first did. Callers run them inside a transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone

from activities.models import Period
from activities.sentences import Sentence
from activities.sentences import noop as _
from indicators.cells import DASHES
from indicators.models import Realization

if TYPE_CHECKING:
    from accounts.models import User

State = Realization.State
# What its unit can still write on.
EDITABLE = (State.DRAFT, State.RETURNED)
REASON_NEEDED = _("The value is approved: say why it changes.")
REASON_NEEDED_PUBLISHED = _("The year %(year)s is published: say why its value changes.")


def locked(ids: Collection[int]) -> list[Realization]:
    """Return realizations held until the transaction ends, in one order for everybody."""
    rows = Realization.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    return list(rows)


def store(value: Realization, reason: str = "") -> None:
    """Save a realization as its next version, with the reason in its history."""
    value.version += 0 if value._state.adding else 1
    if reason:
        value._change_reason = reason  # type: ignore[attr-defined]
    value.save()


def submit(values: Iterable[Realization], person: User) -> list[Realization]:
    """Send what can be sent; what was sent or approved already stays as it is."""
    sent = []
    for value in values:
        if value.state not in EDITABLE or not is_entered(value):
            continue
        value.state = State.SUBMITTED
        value.submitted_at, value.submitted_by = timezone.now(), person
        value.decided_at = value.decided_by = None
        store(value)
        sent.append(value)
    return sent


def approve(values: Iterable[Realization], person: User, *, blocked: Collection[int]) -> int:
    """Approve what was sent and return how many; an open blocking finding keeps a value back.

    ``blocked`` holds the indicators that such a finding concerns (``Questions.blocked``).
    """
    count = 0
    for value in values:
        if value.state != State.SUBMITTED or value.indicator_id in blocked:
            continue
        value.state = State.APPROVED
        value.decided_at, value.decided_by = timezone.now(), person
        store(value)
        count += 1
    return count


def return_to_unit(values: Iterable[Realization], person: User, note: str) -> list[Realization]:
    """Return sent or approved values to their unit with a note, which is required."""
    if not note.strip():
        raise Sentence(_("Write what the unit should look at."))
    returned = []
    for value in values:
        if value.state not in (State.SUBMITTED, State.APPROVED):
            continue
        value.state, value.note = State.RETURNED, note.strip()
        value.decided_at, value.decided_by = timezone.now(), person
        store(value, note.strip())
        returned.append(value)
    return returned


def correct(value: Realization, period: Period | None, reason: str) -> None:
    """Save a changed number of any state; approved or published ones need a reason.

    Raise Sentence without one. The value keeps its state: who may do this decides.
    """
    missing = reason_needed(period, is_approved=value.state == State.APPROVED)
    if missing is not None and not reason.strip():
        raise missing
    store(value, reason.strip())


def reason_needed(period: Period | None, *, is_approved: bool) -> Sentence | None:
    """Return the sentence that asks why a value changes, None where nobody has to say."""
    if period is not None and period.state == Period.State.PUBLISHED:
        return Sentence(REASON_NEEDED_PUBLISHED, year=period.year)
    return Sentence(REASON_NEEDED) if is_approved else None


def is_entered(value: Realization | None) -> bool:
    """Whether somebody said anything of a value; see ``is_said``."""
    return value is not None and is_said(value.value, value.text, value.absence)


def is_said(value: Decimal | None, text: str, absence: str) -> bool:
    """Whether anything was said: a number, also 0, a text, or why there is none; not a dash."""
    written = text.strip()
    return value is not None or bool(absence) or (bool(written) and written not in DASHES)
