"""The plan's table as it was published, with the ratio and the status beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.utils.translation import gettext_lazy as _

from activities import typed
from findings.confidence import Mark
from indicators import ambition, since_sent
from indicators.achievement import RATED, Badge, Status, badges, counted_once
from indicators.ambition import Sign
from indicators.cumulative import StoredFigures
from indicators.editions import FrozenFigures
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
    report: str = ""
    finding: str = ""
    trust: str = ""
    ambition: str = ""
    since: str = ""
    unit: str = ""
    objective: str = ""

    @property
    def is_empty(self) -> bool:
        return self == Filter()

    def narrow(self, rows: Iterable[Figure]) -> list[Figure]:
        """Return the rows that fit; what needs more than a row is the caller's.

        A count of reports opens to the rows it counts: none that another one counts.
        """
        wanted = typed.read(self.text)
        rows = [
            row
            for row in rows
            if (not self.unit or self.unit in (row.unit.number, row.department.number))
            and (not self.objective or self.objective in (row.objective_code, row.goal_code))
        ]
        return [
            row
            for row in (counted_once(rows) if self.report else rows)
            if (not self.status or row.achievement.status == self.status)
            and (not self.badge or self.badge in badges(row.measurement, row.achievement))
            and (not self.report or row.achievement.status in REPORTS[self.report])
            and (not wanted.words or wanted.fits(row.title, row.name, codes=(row.code,)))
        ]


# Where an indicator's report stands, in statuses, as the counts beside a score tell it.
DUE = frozenset(Status) - {Status.NO_TARGET, Status.UNPLANNED}
REPORTS: dict[str, frozenset[Status]] = {
    "due": DUE,
    "reported": frozenset(RATED) | {Status.UNANSWERED},
    "verified": DUE,  # Of these the caller leaves what is verified.
    "scored": frozenset(RATED),
    "unexplained": frozenset(RATED),  # Of these the caller leaves those without a reason.
    "not_due": frozenset({Status.NO_TARGET, Status.UNPLANNED}),
}
REPORT_LABELS = {
    "due": _("Due (with a target)"),
    "reported": _("Reported"),
    "verified": _("Verified"),
    "scored": _("With a score"),
    "unexplained": _("Deviation without its reason"),
    "not_due": _("Without a target"),
}
FINDING_LABELS = {
    "open": _("With an open question"),
    "blocking": _("With a blocking question"),
}
AMBITION_LABELS = {
    ambition.KNOWN: _("With a score and a baseline"),
    Sign.MET: _("Target met by the baseline"),
    Sign.NEAR: _("Target close to the baseline"),
    Sign.REACHED: _("Target of the last plan year reached"),
    Sign.EXCEEDED: _("Target exceeded"),
}
SINCE_LABELS = {
    since_sent.ALL: _("Changed after it was sent"),
    since_sent.ANSWERS: _("Changed by the answer to a question"),
    since_sent.OTHERS: _("Corrected after it was sent"),
}
TRUST_FILTERS = {
    "all": _("All four conditions met"),
    "-all": _("Not all four met"),
    Mark.EVIDENCE: _("With evidence"),
    f"-{Mark.EVIDENCE}": _("Without evidence"),
    Mark.SETTLED: _("Without an open question"),
    f"-{Mark.SETTLED}": _("With an open question"),
    Mark.APPROVED: _("Verified"),
    f"-{Mark.APPROVED}": _("Not verified yet"),
    Mark.ON_TIME: _("Sent on time"),
    f"-{Mark.ON_TIME}": _("Sent late, or on an unknown day"),
}


def read_filter(query: Mapping[str, str]) -> Filter:
    """Return a filter from an address; values that do not exist count as none."""

    def one_of(name: str, known: Iterable[str]) -> str:
        value = query.get(name, "")
        return value if value in set(known) else ""

    return Filter(
        status=one_of("status", Status),
        badge=one_of("badge", Badge),
        text=typed.read(query.get("q", "")).text,
        report=one_of("report", REPORTS),
        finding=one_of("finding", FINDING_LABELS),
        trust=one_of("trust", TRUST_FILTERS),
        ambition=one_of("ambition", AMBITION_LABELS),
        since=one_of("since", SINCE_LABELS),
        unit=query.get("unit", "")[:12],
        objective=query.get("objective", "")[:12],
    )


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
    """Return the rows as units with activities, in printed order; at most two queries."""
    builder = _Builder(figures, rows)
    return [
        UnitBlocks(unit, list(builder.blocks(group)))
        for unit, group in groupby(rows, key=lambda row: row.unit)
    ]


class _Builder:
    """Brings the printed cells and the other years' targets to the figures."""

    def __init__(self, figures: Figures, rows: list[Figure]) -> None:
        self.limits = figures.bands.limits
        if isinstance(figures, FrozenFigures):
            frozen = figures.content["plan"]
            self.years = list(range(frozen["first_year"], frozen["last_year"] + 1))
            self.texts, self.targets = _frozen_cells(figures)
        else:
            self.years = list(figures.plan.years)
            self.texts, self.targets = _stored_cells(figures, rows, self.years)

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
        return self.texts[figure.id][column]


Texts = dict[int, tuple[str, str]]
"""The responsible and the supporting units as printed beside an indicator."""
TargetCells = dict[tuple[int, int], TargetCell]


def _frozen_cells(figures: FrozenFigures) -> tuple[Texts, TargetCells]:
    """Return the cells as they were frozen; no query."""
    texts, targets = {}, {}
    for key, row in figures.frozen_rows.items():
        texts[key] = (
            row["own_responsible_text"] or row["responsible_text"],
            row.get("own_supporting_text") or row["supporting_text"],
        )
        for year, (value, text) in row["targets"].items():
            number = None if value is None else Decimal(value)
            targets[key, int(year)] = TargetCell(int(year), number, text)
    return texts, targets


def _stored_cells(
    figures: Figures, rows: list[Figure], years: list[int]
) -> tuple[Texts, TargetCells]:
    """Return the cells as they stand now; at most two queries."""
    # Some rows are asked for by id; most of a plan is cheaper to read with the whole.
    chosen = {row.id for row in rows}
    whole = len(chosen) * 2 > len(figures.rows)
    indicators = Indicator.objects.of_plan(figures.plan)
    targets = Target.objects.filter(indicator__activity__plan=figures.plan)
    if not whole:
        indicators = indicators.filter(id__in=chosen)
        targets = targets.filter(indicator__in=chosen)
    texts = {
        key: (own_responsible or responsible, own_supporting or supporting)
        for key, own_responsible, own_supporting, responsible, supporting in (
            indicators.order_by().values_list(
                "id",
                "own_responsible_text",
                "own_supporting_text",
                "activity__responsible_text",
                "activity__supporting_text",
            )
        )
    }
    if isinstance(figures, StoredFigures):
        return texts, {
            (row.id, year): TargetCell(year, *figures.target(row.id, year)[:2])
            for row in rows
            for year in years
        }
    return texts, {
        (indicator, year): TargetCell(year, value, text)
        for indicator, year, value, text in targets.values_list(
            "indicator_id", "year", "value", "text"
        )
    }
