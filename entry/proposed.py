"""What rows would become before they are saved: each number's ratio, and what would be asked of it.

Looked at as if all of it were saved; nothing is written here. A pasted block and a unit's workbook
are both shown this way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Generic, TypeVar

from activities.wording import say
from entry.content import Content
from entry.rows import EntryRow
from findings.checks.finding import Check
from findings.year import DeskFindings, RaisedFinding
from indicators.achievement import Measurement


@dataclass(slots=True, kw_only=True)
class ProposedLine:
    """One line that came in: its row, what it would become, and what is asked about it."""

    row: EntryRow | None
    new: str
    problem: str = ""
    content: Content | None = None
    is_same: bool = False
    ratio: Decimal | None = None
    questions: list[RaisedFinding] = field(default_factory=list)

    @property
    def is_held(self) -> bool:
        """Whether it could be saved, and is not unless somebody says so."""
        return False

    @property
    def stands(self) -> bool:
        """Whether it would stand in its row, changed or not."""
        return self.row is not None and self.content is not None and not self.is_held

    @property
    def is_good(self) -> bool:
        """Whether it would be saved."""
        return self.stands and not self.is_same

    @property
    def asked(self) -> list[str]:
        return [say(one.sentence) for one in self.questions]

    @property
    def holds(self) -> bool:
        """Whether a question would keep the value from being verified."""
        return any(one.blocks for one in self.questions)


Line = TypeVar("Line", bound=ProposedLine)


class Proposed(Generic[Line]):
    """Lines over a page's rows; two queries."""

    def __init__(self, findings: DeskFindings, lines: Sequence[Line]) -> None:
        self.findings = findings
        self.lines = list(lines)
        self._ask()

    @property
    def good(self) -> int:
        return sum(line.is_good for line in self.lines)

    @property
    def written(self) -> dict[int, Line]:
        """Return the lines that would stand in rows, changed or not, by row."""
        return {line.row.pk: line for line in self.lines if line.row is not None and line.stands}

    @cached_property
    def supposed(self) -> DeskFindings:
        """Return what would be asked if the lines were saved."""
        return self.findings.supposing(self._proposal())

    def _proposal(self) -> dict[int, Measurement]:
        return {
            pk: replace(line.row.figure.measurement, realization=line.content.value)
            for pk, line in self.written.items()
            if line.row is not None and line.content is not None
        }

    def _ask(self) -> None:
        """Give each line its ratio and what is asked about its number alone."""
        written = self.written
        if not written:
            return
        for figure in self.supposed.figures.rows:
            if (line := written.get(figure.id)) is None:
                continue
            line.ratio = figure.achievement.value
            line.questions = [
                one
                for one in self.supposed.by_indicator.get(figure.id, ())
                if one.is_open and len(one.figures) == 1
            ]

    @property
    def slipped(self) -> list[RaisedFinding]:
        """Return what says that the column of the lines slipped by a row."""
        written = self.written
        return [
            one
            for one in (self.supposed.raised if written else ())
            if one.check is Check.ROW_SLIP
            and one.is_open
            and any(figure.id in written for figure in one.figures)
        ]
