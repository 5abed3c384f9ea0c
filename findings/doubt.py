"""Between which means a score lies, depending on how the open questions are answered.

Source: docs/domain.md, "Range of doubt". All open blocking questions are answered together, once
"as written" and once as their check proposes. What further questions the answers would raise, and
what the questions that hold nothing up would change, is not in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, cast

from findings.checks.finding import Answer
from findings.year import KEEPS_READING, RaisedFinding, YearFindings
from indicators.achievement import Measurement, Result
from indicators.editions import freezing
from indicators.figures import Figure, Figures

Proposal = Mapping[int, Measurement]


@dataclass(frozen=True, slots=True)
class RangeOfDoubt:
    """The mean score of some rows as written and as proposed, fractions; None where unrated.

    ``questions`` counts the open blocking ones about the rows, ``moved`` names those of the rows
    that a proposal reads differently; without any, both means are one.
    """

    as_written: Decimal | None
    as_proposed: Decimal | None
    questions: int
    moved: tuple[int, ...]

    @property
    def low(self) -> Decimal | None:
        return min(self._known, default=None)

    @property
    def high(self) -> Decimal | None:
        return max(self._known, default=None)

    @property
    def is_open(self) -> bool:
        """Whether the answers make a difference."""
        return self.low != self.high

    @property
    def _known(self) -> list[Decimal]:
        return [mean for mean in (self.as_written, self.as_proposed) if mean is not None]


class YearDoubt:
    """The ranges of a year's rows; no query besides those of its findings."""

    def __init__(self, findings: YearFindings) -> None:
        self.findings = findings

    @cached_property
    def questions(self) -> list[RaisedFinding]:
        """Return the questions that hold a value up and that nobody has settled."""
        return [one for one in self.findings.raised if one.blocks]

    @cached_property
    def as_written(self) -> Proposal:
        """Return the rows that "as written" reads differently: a level below its baseline does."""
        return self._combined(as_written(one) for one in self.questions)

    @cached_property
    def as_proposed(self) -> Proposal:
        """Return the rows that the proposals read differently; without one, as written."""
        return self._combined(proposed(one) or as_written(one) for one in self.questions)

    @cached_property
    def plan(self) -> RangeOfDoubt | None:
        """Return the range of the findings' own rows."""
        return self.of(self.findings.figures.rows)

    @cached_property
    def by_unit(self) -> dict[str, RangeOfDoubt]:
        """Return the ranges by unit number, a department's with its branches; most have none."""
        units: defaultdict[str, list[Figure]] = defaultdict(list)
        for row in self.findings.figures.rows:
            for number in {row.unit.number, row.department.number}:
                units[number].append(row)
        found = {number: self.of(rows) for number, rows in units.items()}
        return {number: one for number, one in found.items() if one is not None}

    def of(self, rows: Iterable[Figure]) -> RangeOfDoubt | None:
        """Return the range of any rows of the year; None where no open question concerns them.

        So a year without open blocking questions has no range. Rows of another reading move only
        where they hold the numbers that were asked about.
        """
        rows = list(rows)
        ids = {row.id for row in rows}
        about = [one for one in self.questions if any(row.id in ids for row in one.figures)]
        if not about:
            return None
        written, proposal = (
            {row.id: after[row.id] for row in rows if self._is_asked(row) and row.id in after}
            for after in (self.as_written, self.as_proposed)
        )
        return RangeOfDoubt(
            self._mean(rows, written),
            self._mean(rows, proposal),
            len(about),
            tuple(row.id for row in rows if written.get(row.id) != proposal.get(row.id)),
        )

    def _mean(self, rows: Iterable[Figure], proposal: Proposal) -> Decimal | None:
        return self.findings.summary_of(self.findings.reread(rows, proposal)).mean

    @cached_property
    def _asked(self) -> Proposal:
        return {row.id: row.measurement for row in self.findings.figures.rows}

    def _is_asked(self, row: Figure) -> bool:
        return self._asked.get(row.id) == row.measurement

    def _combined(self, answers: Iterable[Answer | None]) -> dict[int, Measurement]:
        """Return what the answers make of the rows together; each changes its own fields."""
        found: dict[int, Measurement] = {}
        for answer in answers:
            for key, after in cast("Proposal", answer.proposal if answer else {}).items():
                now = self._asked[key]
                changed = {
                    one.name: getattr(after, one.name)
                    for one in fields(Measurement)
                    if getattr(after, one.name) != getattr(now, one.name)
                }
                found[key] = replace(found.get(key, now), **changed)
        return found


def to_freeze(figures: Figures) -> dict[str, Any] | None:
    """Return what an edition keeps of the open questions about results that are not verified.

    How many they are, and what those results make together with all of them answered as written
    and as proposed; None without any. No verified result is blocked by a question.
    """
    doubt = YearDoubt(YearFindings(figures))
    unverified = {row.id for row in figures.rows if row.result is Result.REPORTED}
    about = [one for one in doubt.questions if unverified & {row.id for row in one.figures}]
    if not about:
        return None
    written, proposal = (
        freezing.unverified(
            doubt.findings.reread(
                figures.rows, {id: after for id, after in answered.items() if id in unverified}
            )
        )
        for answered in (doubt.as_written, doubt.as_proposed)
    )
    return {"questions": len(about), "as_written": written, "as_proposed": proposal}


def as_written(finding: RaisedFinding) -> Answer | None:
    """Return the answer that all is right as written; None where it has no name of its own."""
    return next((one for one in finding.answers if one.code in KEEPS_READING), None)


def proposed(finding: RaisedFinding) -> Answer | None:
    """Return the answer that a check suspects: its first, if it reads anything differently.

    None where it asks for a number that nobody knows yet, as instead of a text.
    """
    first = finding.answers[0]
    return first if first.proposal and first.code not in KEEPS_READING else None
