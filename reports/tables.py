"""The plan's table as it was published, with the ratio and the status beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from activities import names
from activities.models import Activity
from indicators.achievement import Badge, Status, badges
from indicators.explanations import Explanation, explain
from indicators.figures import Figure, Figures, Unit
from indicators.models import Indicator, Target


@dataclass(frozen=True, slots=True)
class Span:
    """A unit cell that spans the rows below it, as in the printed table."""

    text: str
    rows: int


@dataclass(frozen=True, slots=True)
class TargetCell:
    year: int
    value: Decimal | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One indicator's row. A span is None where the cell above reaches down to it.

    ``limits`` are the plan's bands. Nothing else belongs to a row, so it may be written once.
    """

    figure: Figure
    targets: tuple[TargetCell, ...]
    limits: tuple[Decimal, ...]
    responsible: Span | None
    supporting: Span | None

    @property
    def explanation(self) -> Explanation:
        """Return the arithmetic in the active language."""
        return explain(
            self.figure.measurement,
            self.figure.achievement,
            is_percent=self.figure.is_percent,
            kind_confirmed=self.figure.kind_confirmed,
            limits=self.limits,
        )

    @property
    def badges(self) -> tuple[Badge, ...]:
        return badges(self.figure.measurement, self.figure.achievement)


@dataclass(frozen=True, slots=True)
class Block:
    """An activity with its rows."""

    code: str
    title: str
    rows: list[TableRow]


@dataclass(frozen=True, slots=True)
class UnitBlocks:
    """A unit's part of the table."""

    unit: Unit
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class Filter:
    """What the reader narrowed the table to; an empty part leaves all."""

    status: str = ""
    badge: str = ""
    text: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.status or self.badge or self.text)

    def narrow(self, rows: Iterable[Figure]) -> list[Figure]:
        wanted = names.fold(self.text)
        return [
            row
            for row in rows
            if (not self.status or row.achievement.status == self.status)
            and (not self.badge or self.badge in badges(row.measurement, row.achievement))
            and (not wanted or wanted in _searched(row))
        ]


def read_filter(status: str, badge: str, text: str) -> Filter:
    """Return a filter from an address; values that do not exist count as none."""
    return Filter(
        status if status in set(Status) else "",
        badge if badge in set(Badge) else "",
        text.strip()[:100],
    )


def _searched(row: Figure) -> str:
    # A code keeps its dots for the eye but not in the key; both sides are folded alike.
    return names.fold(f"{row.code} {row.title} {row.name}")


def lone_row(figures: Figures, figure: Figure, indicator: Indicator) -> TableRow:
    """Return an indicator's row outside the table, from the loaded indicator; no query."""
    activity = indicator.activity
    return TableRow(
        figure,
        (),
        figures.bands.limits,
        Span(indicator.own_responsible_text or activity.responsible_text, 1),
        Span(indicator.own_supporting_text or activity.supporting_text, 1),
    )


def unit_blocks(figures: Figures, rows: list[Figure]) -> list[UnitBlocks]:
    """Return the rows as units with activities, in printed order; three queries."""
    builder = _Builder(figures, rows)
    return [
        UnitBlocks(unit, list(builder.blocks(group)))
        for unit, group in groupby(rows, key=lambda row: row.unit)
    ]


class _Builder:
    """Brings the printed cells and the other years' targets to the figures."""

    def __init__(self, figures: Figures, rows: list[Figure]) -> None:
        self.limits = figures.bands.limits
        self.years = list(figures.plan.years)
        # Some rows are asked for by id; most of a plan is cheaper to read with the whole.
        chosen = {row.id for row in rows}
        whole = len(chosen) * 2 > len(figures.rows)
        indicators = Indicator.objects.of_plan(figures.plan)
        activities = Activity.objects.filter(plan=figures.plan)
        targets = Target.objects.filter(indicator__activity__plan=figures.plan)
        if not whole:
            indicators = indicators.filter(id__in=chosen)
            activities = activities.filter(id__in={row.activity_id for row in rows})
            targets = targets.filter(indicator__in=chosen)
        self.own = {
            key: (responsible, supporting)
            for key, responsible, supporting in indicators.values_list(
                "id", "own_responsible_text", "own_supporting_text"
            )
        }
        self.printed = {
            key: (responsible, supporting)
            for key, responsible, supporting in activities.values_list(
                "id", "responsible_text", "supporting_text"
            )
        }
        self.targets = {
            (indicator, year): TargetCell(year, value, text)
            for indicator, year, value, text in targets.values_list(
                "indicator_id", "year", "value", "text"
            )
        }

    def blocks(self, rows: Iterable[Figure]) -> Iterator[Block]:
        for _activity, group in groupby(rows, key=lambda row: row.activity_id):
            figures = list(group)
            units = zip(self._spans(figures, 0), self._spans(figures, 1), strict=True)
            yield Block(
                figures[0].code,
                figures[0].title,
                [
                    TableRow(figure, self._targets(figure), self.limits, *spans)
                    for figure, spans in zip(figures, units, strict=True)
                ],
            )

    def _targets(self, figure: Figure) -> tuple[TargetCell, ...]:
        return tuple(self.targets.get((figure.id, year)) or TargetCell(year) for year in self.years)

    def _spans(self, rows: list[Figure], column: int) -> list[Span | None]:
        """Return a unit column: the text where it begins, None where it goes on."""
        spans: list[Span | None] = []
        for text, group in groupby(rows, key=lambda row: self._unit_text(row, column)):
            length = len(list(group))
            spans += [Span(text, length), *[None] * (length - 1)]
        return spans

    def _unit_text(self, figure: Figure, column: int) -> str:
        return self.own[figure.id][column] or self.printed[figure.activity_id][column]
