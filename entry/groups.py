"""The lines of a page by activity, and how far the entry has come over them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from entry.rows import EntryRow
from indicators import steps
from indicators.progress import Counts, count


@dataclass(frozen=True, slots=True)
class ActivityRows:
    """The lines of one activity; ``unit`` is named where another unit's begin."""

    unit: str
    code: str
    title: str
    rows: list[EntryRow]


def grouped(rows: Iterable[EntryRow]) -> list[ActivityRows]:
    """Return the rows by activity, in printed order."""
    groups: list[ActivityRows] = []
    last: tuple[int, int] | None = None
    unit = None
    for row in rows:
        key = (row.figure.unit.id, row.figure.activity_id)
        if key != last:
            own = row.figure.unit
            heading = f"{own.number}. {own.name}" if own.id != unit else ""
            groups.append(ActivityRows(heading, row.figure.code, row.figure.title, []))
            last, unit = key, own.id
        groups[-1].rows.append(row)
    return groups


class UnitProgress:
    """How far the entry has come, over the lines of a page."""

    def __init__(self, rows: list[EntryRow], wide: int = 0) -> None:
        self.rows = rows
        self.wide = wide

    @cached_property
    def counts(self) -> Counts:
        """Return the words of progress of these lines, as the list and the review say them."""
        return count(row.standing for row in self.rows)

    @property
    def percent(self) -> str:
        """Return the width of the bar for an SVG attribute."""
        counts = self.counts
        return str(round(100 * counts.said / counts.due)) if counts.due else "0"

    @cached_property
    def findings(self) -> int:
        """Count the open questions, with those that are about several rows at once."""
        return self.wide + sum(row.open_questions for row in self.rows)

    @property
    def unconfirmed(self) -> int:
        return sum(row.is_unconfirmed for row in self.rows)

    @property
    def has_hints(self) -> bool:
        """Whether anything is left to do before sending, besides entering."""
        return any(
            row.is_returned
            or row.open_questions
            or row.is_lacking
            or row.is_unconfirmed
            or row.is_reason_awaited
            for row in self.rows
        )

    @property
    def asked(self) -> list[EntryRow]:
        """Return the sent rows whose reason a reviewer asked for and nobody has written."""
        return [row for row in self.rows if row.is_reason_awaited]

    @property
    def is_done(self) -> bool:
        """Whether nothing is left for the unit to write or to send."""
        return self.counts.is_all_sent and not self.asked

    @property
    def writable(self) -> list[EntryRow]:
        """Return the lines that can still be written on, such as those without a target."""
        return [row for row in self.rows if row.is_editable]

    @property
    def recallable(self) -> list[EntryRow]:
        return [row for row in self.rows if row.can_be_recalled]

    @property
    def sent_at(self) -> datetime.datetime | None:
        """Return when the last of these lines was sent."""
        times = [row.value.submitted_at for row in self.rows if row.value]
        return max((each for each in times if each), default=None)

    @property
    def explained(self) -> int:
        """Count the lines that say why they are off their target."""
        return sum(
            bool(row.content.deviation_reason) and not row.content.absence for row in self.rows
        )

    @property
    def without_figure(self) -> int:
        return sum(bool(row.content.absence) for row in self.rows)

    @property
    def asking(self) -> list[EntryRow]:
        return [row for row in self.rows if row.open_questions]

    @property
    def lacking(self) -> list[EntryRow]:
        return [row for row in self.rows if row.is_lacking]

    @property
    def missing(self) -> list[EntryRow]:
        return [row for row in self.rows if row.is_missing]

    @property
    def ready(self) -> list[EntryRow]:
        """Return what can be sent."""
        return [
            row
            for row in self.rows
            if steps.why_not_send(row.value, row.line.door, row.reason.achievement) is None
        ]
