"""Taking back what came last by a paste or from the unit's workbook, and whether it still can be.

The session remembers the versions, the history holds the values; so it is offered to the person
who did it, until she does it again, signs out, or all of it was sent or written over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from entry.actions import Outcome, Overwritten, Result
from entry.rows import EntryRow

KEY = "pasted"


@dataclass(frozen=True, slots=True)
class Undo:
    """The last paste on a page: when it was, and the rows that it can still be taken back in.

    ``is_workbook`` says that the rows came from the unit's workbook.
    """

    at: datetime
    rows: list[Overwritten]
    is_workbook: bool = False

    @property
    def why(self) -> str:
        """Return what the history says of taking it back."""
        if self.is_workbook:
            return _("What came from the workbook was taken back")
        return _("What was pasted was taken back")


def remember(
    request: HttpRequest,
    url: str,
    results: Mapping[int, Result],
    seen: Mapping[int, int],
    *,
    is_workbook: bool = False,
) -> None:
    """Keep which versions a paste made of which; ``seen`` are those before, 0 for none."""
    versions = [
        [pk, seen.get(pk, 0), result.value.version]
        for pk, result in results.items()
        if result.outcome is Outcome.SAVED and result.value is not None
    ]
    if versions:
        at = timezone.now().isoformat()
        request.session[KEY] = {
            "url": url,
            "at": at,
            "versions": versions,
            "is_workbook": is_workbook,
        }


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
    at = datetime.fromisoformat(kept["at"])
    return Undo(at, found, kept.get("is_workbook", False))


def offered(request: HttpRequest, url: str, rows: Sequence[EntryRow]) -> Undo | None:
    """Return the last paste while any of its rows can still be taken back."""
    undo = last_of(request, url, rows)
    if undo is None:
        return None
    as_pasted = {row.pk: row.seen for row in rows if row.is_editable}
    left = [each for each in undo.rows if as_pasted.get(each.pk) == each.after]
    return replace(undo, rows=left) if left else None
