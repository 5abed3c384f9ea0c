"""Taking back what was pasted last: which values it overwrote, and whether that can still be done.

The session remembers the versions, the history holds the values; so it is offered to the person
who pasted, until she pastes again, signs out, or all of it was sent or written over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from entry.actions import Outcome, Overwritten, Result
from entry.rows import EntryRow

KEY = "pasted"


@dataclass(frozen=True, slots=True)
class Undo:
    """The last paste on a page: when it was, and the rows that it can still be taken back in."""

    at: datetime
    rows: list[Overwritten]


def remember(
    request: HttpRequest, url: str, results: Mapping[int, Result], seen: Mapping[int, int]
) -> None:
    """Keep which versions a paste made of which; ``seen`` are those before, 0 for none."""
    versions = [
        [pk, seen.get(pk, 0), result.value.version]
        for pk, result in results.items()
        if result.outcome is Outcome.SAVED and result.value is not None
    ]
    if versions:
        at = timezone.now().isoformat()
        request.session[KEY] = {"url": url, "at": at, "versions": versions}


def forget(request: HttpRequest) -> None:
    request.session.pop(KEY, None)


def last_of(request: HttpRequest, url: str, rows: Sequence[EntryRow]) -> Undo | None:
    """Return what was pasted last on a page, with every row it wrote; None for nothing."""
    kept = request.session.get(KEY)
    if not kept or kept["url"] != url:
        return None
    lines = {row.pk: row.line for row in rows}
    found = [
        Overwritten(pk, lines[pk].door, before, after)
        for pk, before, after in kept["versions"]
        if pk in lines
    ]
    return Undo(datetime.fromisoformat(kept["at"]), found)


def offered(request: HttpRequest, url: str, rows: Sequence[EntryRow]) -> Undo | None:
    """Return the last paste while any of its rows can still be taken back."""
    undo = last_of(request, url, rows)
    if undo is None:
        return None
    as_pasted = {row.pk: row.seen for row in rows if row.is_editable}
    left = [each for each in undo.rows if as_pasted.get(each.pk) == each.after]
    return Undo(undo.at, left) if left else None
