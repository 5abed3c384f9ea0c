"""What was written over a number that had been sent: from what, by whom, when and why.

A reviewer's or an administrator's number over a sent one keeps the state and the words that stood
beside the old one, so pages tell the unit of it, and of which number its reason was written.
Source: docs/domain.md, "The steps of a value".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from activities import formats
from indicators.achievement import Reading
from indicators.changes import words_of
from indicators.models import COUNTED_STATES, Realization

SENT = COUNTED_STATES[Reading.REPORTED]
DELETED = "-"


@dataclass(frozen=True, slots=True)
class Held:
    """What stood in place of a number: itself, what was written, or why there is none."""

    value: Decimal | None
    text: str
    absence: str

    @property
    def absence_label(self) -> str:
        return str(Realization.Absence(self.absence).label) if self.absence else ""

    def shown(self, *, is_percent: bool) -> str:
        """Return it as a sentence quotes it; "—" for nothing."""
        if self.value is not None:
            return formats.amount(self.value, get_language() or "tr", percent=is_percent)
        return self.absence_label or self.text or "—"


@dataclass(frozen=True, slots=True)
class Correction:
    """The last time that a number was written over one that had been sent.

    ``reason`` is what the person wrote; ``who`` is "" where it is not known. ``reason_for`` is the
    number that the deviation reason which stands beside it was written for, None where that is the
    number of today or no reason stands there.
    """

    before: Held
    after: Held
    when: datetime
    who: str
    reason: str
    reason_for: Held | None = None


def may_be_corrected(value: Realization | None) -> bool:
    """Whether a sent value may have been written over since; who says so looks at its history."""
    if value is None or value.state not in SENT or value.version == 1:
        return False
    # Of some it is not known when they were sent.
    return value.submitted_at is None or value.entered_at > value.submitted_at


def corrections(values: Iterable[Realization | None]) -> dict[int, Correction]:
    """Return the values that were written over after they were sent, by their ids.

    One query, none where nothing was written since the sending.
    """
    ids = [value.pk for value in values if value is not None and may_be_corrected(value)]
    if not ids:
        return {}
    records = Realization.history.filter(id__in=ids).select_related("history_user")
    ordered = records.order_by("id", "history_date", "history_id")
    found = {pk: _last(each) for pk, each in groupby(ordered, key=attrgetter("id"))}
    return {pk: correction for pk, correction in found.items() if correction is not None}


def _last(records: Iterable[Any]) -> Correction | None:
    """Return the last correction that stands; what came back to its unit's desk begins anew."""
    found, reason_for, before = None, None, None
    for record in records:
        if record.history_type == DELETED or record.state not in SENT:
            found = reason_for = None
        elif before is not None and before.state in SENT:
            was, is_now = _held(before), _held(record)
            if record.deviation_reason != before.deviation_reason:
                reason_for = None
            elif was != is_now and record.deviation_reason and reason_for is None:
                reason_for = was
            if was != is_now:
                found = _correction(record, was, is_now)
        before = record
    if found is None:
        return None
    return replace(found, reason_for=reason_for if reason_for != found.after else None)


def _correction(record: Any, before: Held, after: Held) -> Correction:
    person = record.history_user
    return Correction(
        before,
        after,
        record.history_date,
        (person.get_full_name() or person.get_username()) if person else "",
        words_of(record.history_change_reason or ""),
    )


def _held(record: Any) -> Held:
    # Of a number its spelling says nothing more.
    return Held(record.value, "" if record.value is not None else record.text, record.absence)


def reason_words(correction: Correction | None, *, is_asked: bool, is_percent: bool) -> str:
    """Return the sentence beside a reason that was written for another number; "" where it fits.

    ``is_asked`` says whether the number of today asks for a reason.
    """
    if correction is None or correction.reason_for is None:
        return ""
    told = _("Written for %(number)s, before the number was corrected.") % {
        "number": correction.reason_for.shown(is_percent=is_percent)
    }
    if is_asked:
        return told
    return " ".join((told, _("The number of today asks for no reason.")))
