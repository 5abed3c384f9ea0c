"""How far reported numbers can be relied on: evidence, open findings, approval, punctuality.

The judgement is plain functions on plain values; ``Handling`` brings what is stored, in two
queries. Definition: docs/domain.md, "Data confidence".
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from activities import revisions
from activities.models import Period, Plan
from findings.checks.finding import Severity
from findings.year import YearFindings
from indicators.achievement import RATED, Reading, Status, counted_once
from indicators.cumulative import StoredFigures
from indicators.figures import Figure, Figures, Unit
from indicators.models import COUNTED_STATES, Evidence, Realization


class Mark(StrEnum):
    """What speaks for a reported number."""

    EVIDENCE = "evidence"
    SETTLED = "settled"
    APPROVED = "approved"
    ON_TIME = "on_time"


ALL_FOUR = frozenset(Mark)


@dataclass(frozen=True, slots=True)
class Sent:
    """How a counted value came in; ``on`` is None where no day of sending is known."""

    on: datetime.date | None
    is_approved: bool
    has_evidence: bool


# Of a value that was taken back since the figures were read.
UNKNOWN = Sent(None, False, False)


@dataclass(frozen=True, slots=True)
class Confidence:
    """How many of the reported indicators carry each mark, and how many all four."""

    reported: int = 0
    marks: Mapping[Mark, int] = field(default_factory=dict)
    all_four: int = 0

    def share(self, mark: Mark | None = None) -> Decimal | None:
        """Return the share with a mark, or with all four; None where nothing is reported."""
        if not self.reported:
            return None
        count = self.all_four if mark is None else self.marks.get(mark, 0)
        return Decimal(count) / self.reported


NOTHING_REPORTED = Confidence()


def marks_of(value: Sent, *, deadline: datetime.date | None, is_asked: bool) -> frozenset[Mark]:
    """Return what speaks for a value; without a deadline nothing can be late."""
    on_time = deadline is None or (value.on is not None and value.on <= deadline)
    return frozenset(
        mark
        for mark, holds in (
            (Mark.EVIDENCE, value.has_evidence),
            (Mark.SETTLED, not is_asked),
            (Mark.APPROVED, value.is_approved),
            (Mark.ON_TIME, on_time),
        )
        if holds
    )


def confidence(found: Iterable[frozenset[Mark]]) -> Confidence:
    """Return the counts of a group from the marks of its reported indicators."""
    found = list(found)
    counts = Counter(mark for marks in found for mark in marks)
    return Confidence(
        len(found), {mark: counts[mark] for mark in Mark}, sum(m == ALL_FOUR for m in found)
    )


def fits(trust: str, marks: frozenset[Mark]) -> bool:
    """Whether a value has a mark ("evidence") or lacks it ("-evidence"); "all" is all four."""
    wanted = trust.removeprefix("-")
    has = marks == ALL_FOUR if wanted == "all" else wanted in marks
    return has != trust.startswith("-")


def is_reported(row: Figure) -> bool:
    """Whether the indicator is one of those that a summary counts as reported."""
    return row.achievement.status in RATED or row.achievement.status is Status.UNANSWERED


@dataclass(frozen=True, slots=True)
class Deadline:
    """A year's deadline, and until when single units may still report."""

    closes_on: datetime.date | None = None
    extended: Mapping[int, datetime.date] = field(default_factory=dict)

    def of(self, row: Figure) -> datetime.date | None:
        """Return the last day for an indicator; None where there is no deadline."""
        return self.of_unit(row.unit)

    def of_unit(self, unit: Unit) -> datetime.date | None:
        """Return a unit's last day, by its own extension or that of the department above it."""
        if self.closes_on is None:
            return None
        given = [self.extended.get(each) for each in (unit.id, unit.parent_id) if each]
        return max([self.closes_on, *(day for day in given if day is not None)])


def read_periods(plan: Plan) -> tuple[dict[int, Period], dict[int, Deadline]]:
    """Return a plan's periods and their deadlines by year; one query."""
    rows = plan.periods.annotate(
        extended_unit=F("extensions__department"), extended_until=F("extensions__until")
    )
    periods: dict[int, Period] = {}
    extended: defaultdict[int, dict[int, datetime.date]] = defaultdict(dict)
    for period in rows:
        periods.setdefault(period.year, period)
        if period.extended_unit is not None:
            extended[period.year][period.extended_unit] = period.extended_until
    deadlines = {
        year: Deadline(period.closes_on, extended[year]) for year, period in periods.items()
    }
    return periods, deadlines


class Handling:
    """How the values of some years came in; two queries, whatever their number."""

    def __init__(
        self,
        plan: Plan,
        years: Collection[int],
        deadlines: Mapping[int, Deadline] | None = None,
    ) -> None:
        self.plan = plan
        self.years = tuple(years)
        self.given = deadlines

    @cached_property
    def values(self) -> dict[tuple[int, int], Sent]:
        """Return the counted values by year and indicator."""
        rows = (
            Realization.objects.filter(
                indicator__activity__plan=self.plan,
                year__in=self.years,
                state__in=COUNTED_STATES[Reading.REPORTED],
            )
            .order_by()
            .annotate(proven=Exists(Evidence.objects.filter(realization=OuterRef("pk"))))
            .values_list("year", "indicator_id", "state", "submitted_at", "proven")
        )
        return {
            (year, indicator): Sent(_day(at), _is_approved(state), proven)
            for year, indicator, state, at, proven in rows
        }

    @cached_property
    def deadlines(self) -> Mapping[int, Deadline]:
        return self.given if self.given is not None else read_periods(self.plan)[1]

    def of(self, figures: Figures) -> Mapping[int, Sent]:
        """Return the values of a year by indicator; figures that know them cost no query."""
        if isinstance(figures, StoredFigures):
            cells = {row.id: figures.realization(row.id, figures.year) for row in figures.rows}
            return {
                key: Sent(_day(cell.submitted_at), _is_approved(cell.state), cell.is_proven)
                for key, cell in cells.items()
            }
        return {
            indicator: value
            for (year, indicator), value in self.values.items()
            if year == figures.year
        }

    def marks(self, figures: Figures, findings: YearFindings) -> dict[int, frozenset[Mark]]:
        """Return what speaks for each reported indicator of a year, by its id.

        ``questions`` are those of the same year.
        """
        doubted, values = questioned(findings), self.of(figures)
        deadline = self.deadlines.get(figures.year, Deadline())
        return {
            row.id: marks_of(
                values.get(row.id, UNKNOWN),
                deadline=deadline.of(row),
                is_asked=row.id in doubted,
            )
            for row in figures.rows
            if is_reported(row)
        }


def questioned(findings: YearFindings) -> set[int]:
    """Return the indicators with an open finding that asks for something.

    What a finding only tells for information is no question.
    """
    return {
        row.id
        for finding in findings.raised
        if finding.is_open and finding.severity is not Severity.INFORMATION
        for row in finding.figures
    }


def _is_approved(state: str) -> bool:
    return state == Realization.State.APPROVED


def _day(moment: datetime.datetime | None) -> datetime.date | None:
    return None if moment is None else timezone.localtime(moment).date()


@dataclass(frozen=True, slots=True)
class YearConfidence:
    """A year's confidence for the plan and its parts, and on which days values were sent.

    ``sent`` counts due indicators by day; ``undated`` those of which no day is known.
    """

    plan: Confidence
    by_unit: Mapping[str, Confidence]
    by_objective: Mapping[str, Confidence]
    sent: tuple[tuple[datetime.date, int], ...]
    undated: int


def of_year(
    figures: Figures, findings: YearFindings, handling: Handling | None = None
) -> YearConfidence:
    """Return a year's confidence, kept until a figure of the plan changes.

    Making it runs two queries besides those of the figures and the questions.
    """
    revision = revisions.counted(figures.plan)
    which = (figures.plan.pk, figures.year, figures.reading, figures.tag, revision)
    key = ":".join(str(part) for part in ("confidence", *which))
    handling = handling or Handling(figures.plan, [figures.year])
    return revisions.kept(key, lambda: _of_year(figures, findings, handling))


def _of_year(figures: Figures, findings: YearFindings, handling: Handling) -> YearConfidence:
    marks, values = handling.marks(figures, findings), handling.of(figures)
    units: defaultdict[str, list[Figure]] = defaultdict(list)
    objectives: defaultdict[str, list[Figure]] = defaultdict(list)
    for row in figures.rows:
        for number in {row.unit.number, row.department.number}:
            units[number].append(row)
        for code in {row.objective_code, row.goal_code}:
            objectives[code].append(row)
    days = Counter(
        values.get(row.id, UNKNOWN).on for row in counted_once(figures.rows) if is_reported(row)
    )
    undated = days.pop(None, 0)
    return YearConfidence(
        _of_group(figures.rows, marks),
        {number: _of_group(rows, marks) for number, rows in units.items()},
        {code: _of_group(rows, marks) for code, rows in objectives.items()},
        tuple(sorted((day, count) for day, count in days.items() if day is not None)),
        undated,
    )


def _of_group(rows: Iterable[Figure], marks: Mapping[int, frozenset[Mark]]) -> Confidence:
    return confidence(marks[row.id] for row in counted_once(rows) if row.id in marks)
