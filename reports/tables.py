"""The plan's table as it was published, with the ratio and the status beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
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


@dataclass(slots=True)
class TableRow:
    """One indicator's row. A span is None where the cell above reaches down to it."""

    figure: Figure
    targets: list[TargetCell]
    explanation: Explanation
    badges: tuple[Badge, ...]
    responsible: Span | None = None
    supporting: Span | None = None


@dataclass(slots=True)
class Block:
    """An activity with its rows."""

    code: str
    title: str
    rows: list[TableRow] = field(default_factory=list)


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
        self.figures = figures
        self.years = list(figures.plan.years)
        # A few rows are asked for by id; a whole plan is cheaper to read in one go.
        chosen = {row.id for row in rows}
        some = {"id__in": chosen} if len(chosen) < 500 else {}
        indicators = Indicator.objects.of_plan(figures.plan).filter(**some)
        self.own = {
            key: (responsible, supporting)
            for key, responsible, supporting in indicators.values_list(
                "id", "own_responsible_text", "own_supporting_text"
            )
        }
        activities = Activity.objects.filter(plan=figures.plan)
        if some:
            activities = activities.filter(id__in={row.activity_id for row in rows})
        self.printed = {
            key: (responsible, supporting)
            for key, responsible, supporting in activities.values_list(
                "id", "responsible_text", "supporting_text"
            )
        }
        targets = Target.objects.filter(indicator__in=indicators.values("id"))
        self.targets = {
            (indicator, year): TargetCell(year, value, text)
            for indicator, year, value, text in targets.values_list(
                "indicator_id", "year", "value", "text"
            )
        }

    def blocks(self, rows: Iterable[Figure]) -> Iterator[Block]:
        for _activity, group in groupby(rows, key=lambda row: row.activity_id):
            figures = list(group)
            block = Block(figures[0].code, figures[0].title)
            block.rows = [self._row(figure) for figure in figures]
            self._span(block.rows)
            yield block

    def _row(self, figure: Figure) -> TableRow:
        return TableRow(
            figure,
            [self.targets.get((figure.id, year)) or TargetCell(year) for year in self.years],
            explain(
                figure.measurement,
                figure.achievement,
                is_percent=figure.is_percent,
                kind_confirmed=figure.kind_confirmed,
                limits=self.figures.bands.limits,
            ),
            badges(figure.measurement, figure.achievement),
        )

    def _span(self, rows: list[TableRow]) -> None:
        for column, name in enumerate(("responsible", "supporting")):
            start = 0
            for text, group in groupby(rows, key=lambda row: self._unit_text(row, column)):
                length = len(list(group))
                setattr(rows[start], name, Span(text, length))
                start += length

    def _unit_text(self, row: TableRow, column: int) -> str:
        figure = row.figure
        return self.own[figure.id][column] or self.printed[figure.activity_id][column]
