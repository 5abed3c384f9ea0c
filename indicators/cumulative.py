"""A plan's figures over its years so far: counts add up, levels and ratios take the last value.

``over_years`` is a plain function on plain values; ``CumulativeFigures`` brings the numbers and
lets every roll-up work on them. Rules: docs/domain.md, "Over the years".
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple, Self, TypeVar

from django.db.models import DateTimeField, Exists, F, OuterRef, Value

from activities.models import Period, Plan
from indicators.achievement import Direction, Kind, Measurement, Reading, ReportedAs, Result
from indicators.figures import Figure, Figures, Unit, is_left_out
from indicators.models import COUNTED_STATES, Evidence, Realization, Target, result_of

# Kinds that start from zero each January.
SUMMED = (Kind.COUNT, Kind.DELIVERABLE)
OVER = (Period.State.CLOSED, Period.State.PUBLISHED)


@dataclass(frozen=True, slots=True)
class YearNumbers:
    """An indicator's target and realization of one year; ``is_over``: its period is closed."""

    target: Decimal | None = None
    realization: Decimal | None = None
    is_over: bool = False

    @property
    def is_reported(self) -> bool:
        return self.realization is not None


def over_years(kept: Measurement, years: Sequence[YearNumbers]) -> Measurement:
    """Return the one measurement that an indicator's years come to.

    ``kept`` gives kind, direction and baseline; its own numbers are not looked at. Counts and
    deliverables are sums, their baseline taken once for each target in the sum. A level and a
    ratio are the last reported value against the last target; a level reported as increment is
    the sum of its increments.
    """
    counted = counted_years(kept, years)
    targets = [year.target for year in counted if year.target is not None]
    done = [year.realization for year in _realized(kept, years, counted)]
    values = [value for value in done if value is not None]
    baseline = kept.baseline
    if kept.kind in SUMMED:
        target = sum(targets, Decimal(0)) if targets else None
        if baseline is not None:
            baseline *= max(len(targets), 1)
    else:
        target = targets[-1] if targets else None
    adds_up = kept.kind in SUMMED or (
        kept.kind == Kind.LEVEL and kept.reported_as == ReportedAs.INCREMENT
    )
    realization = None
    if values:
        realization = sum(values, Decimal(0)) if adds_up else values[-1]
    return Measurement(baseline, target, realization, kept.kind, kept.direction, kept.reported_as)


def counted_years(kept: Measurement, years: Sequence[YearNumbers]) -> list[YearNumbers]:
    """Return the years whose targets count.

    A year that is not over waits for its report. Where less is better, a year without a report
    is left out for good: its missing number would be taken for a zero, and praised. Nothing
    reported in any year leaves all targets, which then are not reported.
    """
    reported = [year for year in years if year.is_reported]
    if not reported:
        return list(years)
    if kept.kind in SUMMED and kept.direction == Direction.DECREASE:
        return [year for year in reported if year.target is not None] or reported
    return [year for year in years if year.is_over or year.is_reported]


def _realized(
    kept: Measurement, years: Sequence[YearNumbers], counted: Sequence[YearNumbers]
) -> Sequence[YearNumbers]:
    """Return the years whose realizations count: where less is better, only against a limit."""
    less_is_better = kept.kind in SUMMED and kept.direction == Direction.DECREASE
    return counted if less_is_better else years


@dataclass(frozen=True, slots=True, kw_only=True)
class CumulativeFigure(Figure):
    """One indicator over the years; ``baseline_once`` is the baseline as printed."""

    baseline_once: Decimal | None


class Cell(NamedTuple):
    """What is stored of a target or realization; the last three only of a realization."""

    value: Decimal | None
    text: str
    absence: str = ""
    state: str = ""
    submitted_at: datetime.datetime | None = None
    is_proven: bool = False


EMPTY = Cell(None, "")
NO_CELLS: Mapping[tuple[str, int], Cell] = {}
T = TypeVar("T", bound="StoredFigures")


@dataclass(frozen=True, slots=True)
class Stored:
    """All that the years of a plan hold: its indicators, and their cells by kind and year."""

    indicators: list[dict[str, Any]]
    cells: Mapping[int, Mapping[tuple[str, int], Cell]]


class StoredFigures(Figures):
    """A plan's figures in one year, out of one loading for all years and readings: two queries."""

    def of_year(self, year: int) -> Self:
        return self._sharing(type(self), year, self.reading)

    def under(self, reading: Reading) -> Self:
        return self._sharing(type(self), self.year, reading)

    def _sharing(self, kind: type[T], year: int, reading: Reading) -> T:
        other = kind(
            self.plan,
            year,
            reading=reading,
            method=self.method,
            unreported=self.unreported,
            tag=self.tag,
        )
        other.units = self.units
        other.source = self.source
        return other

    @cached_property
    def source(self) -> StoredFigures:
        """Return the figures that load what all of them share."""
        return self

    @cached_property
    def stored(self) -> Stored:
        if self.source is not self:
            return self.source.stored
        cells: defaultdict[int, dict[tuple[str, int], Cell]] = defaultdict(dict)
        indicators = [dict(values) for values in super()._values()]
        for kind, indicator, year, *written in _written(self.plan):
            cells[indicator][kind, year] = Cell(*written)
        return Stored(indicators, cells)

    def target(self, indicator: int, year: int) -> Cell:
        """Return what is stored of an indicator's target."""
        return self.stored.cells.get(indicator, NO_CELLS).get(("target", year), EMPTY)

    def last_targets(self) -> dict[int, Decimal] | None:
        last = self.plan.last_year
        if self.year == last:
            return None
        cells = {row.id: self.target(row.id, last).value for row in self.rows}
        return {key: value for key, value in cells.items() if value is not None}

    def realization(self, indicator: int, year: int) -> Cell:
        """Return what is stored of a realization, if the reading counts it."""
        cell = self._reported(indicator, year)
        return cell if cell.state in COUNTED_STATES[self.reading] else EMPTY

    def result(self, indicator: int, year: int) -> Result:
        """Return where an indicator's number of a year stands, whatever the reading."""
        cell = self._reported(indicator, year)
        return result_of(cell.value, cell.state)

    def is_unverified(self, indicator: int, year: int) -> bool:
        """Whether a number was reported that the reading does not count."""
        return is_left_out(self.result(indicator, year), self.reading)

    def _reported(self, indicator: int, year: int) -> Cell:
        return self.stored.cells.get(indicator, NO_CELLS).get(("realization", year), EMPTY)

    def _values(self) -> Iterable[dict[str, Any]]:
        for values in self.stored.indicators:
            yield {**values, **self._cells_of(values)}

    def _cells_of(self, values: dict[str, Any]) -> dict[str, Any]:
        target = self.target(values["id"], self.year)
        done = self.realization(values["id"], self.year)
        return {
            "planned__value": target.value,
            "planned__text": target.text,
            "realized__value": done.value,
            "realized__text": done.text,
            "realized__absence": done.absence,
            "result": self.result(values["id"], self.year),
            "is_unverified": self.is_unverified(values["id"], self.year),
        }


class CumulativeFigures(StoredFigures):
    """A plan's figures from its first year to ``year``; what is over, the plan's periods say."""

    @property
    def years(self) -> range:
        return range(self.plan.first_year, self.year + 1)

    @cached_property
    def reported_years(self) -> list[int]:
        """Return those of the years in which anything is reported."""
        ids = [values["id"] for values in self.stored.indicators]
        return [
            year
            for year in self.years
            if any(self.realization(one, year).value is not None for one in ids)
        ]

    def of_year_alone(self) -> StoredFigures:
        """Return the last year for itself, sharing what was loaded."""
        return self._sharing(StoredFigures, self.year, self.reading)

    @cached_property
    def over(self) -> frozenset[int]:
        """Return the years that nobody reports for any more; one query."""
        if isinstance(self.source, CumulativeFigures) and self.source is not self:
            return self.source.over
        return frozenset(one.year for one in self.plan.periods.all() if one.state in OVER)

    def _cells_of(self, values: dict[str, Any]) -> dict[str, Any]:
        targets = [self.target(values["id"], year) for year in self.years]
        done = [self.realization(values["id"], year) for year in self.years]
        kept = Measurement(
            values["baseline"],
            None,
            None,
            Kind(values["kind"]),
            Direction(values["direction"]),
            ReportedAs(values["reported_as"]),
        )
        numbers = [
            YearNumbers(target.value, realized.value, year in self.over)
            for target, realized, year in zip(targets, done, self.years, strict=True)
        ]
        found = over_years(kept, numbers)
        return {
            "baseline": found.baseline,
            "baseline_once": values["baseline"],
            "planned__value": found.target,
            "planned__text": _last(targets).text,
            "realized__value": found.realization,
            "realized__text": _last(done).text,
            "realized__absence": "" if found.realization is not None else _last(done).absence,
            "result": self.result(values["id"], self.year),
            "is_unverified": found.realization is None
            and any(self.is_unverified(values["id"], year) for year in self.years),
        }

    def _figure(self, values: dict[str, Any], unit: Unit, department: Unit) -> CumulativeFigure:
        figure = super()._figure(values, unit, department)
        given = {one.name: getattr(figure, one.name) for one in fields(figure)}
        return CumulativeFigure(**given, baseline_once=values["baseline_once"])


def _last(cells: Sequence[Cell]) -> Cell:
    """Return the last cell in which anything is written."""
    return next((cell for cell in reversed(cells) if cell != EMPTY), EMPTY)


def _written(plan: Plan) -> Any:
    """Return every target and counted realization: kind, indicator, year and the cell's parts."""
    nothing = Value(None, output_field=DateTimeField())
    targets = (
        Target.objects.filter(indicator__activity__plan=plan)
        .order_by()
        .annotate(
            cell=Value("target"), why=Value(""), at=nothing, where=Value(""), proven=Value(False)
        )
    )
    realizations = (
        Realization.objects.filter(
            indicator__activity__plan=plan, state__in=COUNTED_STATES[Reading.REPORTED]
        )
        .order_by()
        .annotate(
            cell=Value("realization"),
            why=F("absence"),
            at=F("submitted_at"),
            where=F("state"),
            proven=Exists(Evidence.objects.filter(realization=OuterRef("pk"))),
        )
    )
    columns = ("cell", "indicator_id", "year", "value", "text", "why", "where", "at", "proven")
    return targets.values_list(*columns).union(realizations.values_list(*columns), all=True)
