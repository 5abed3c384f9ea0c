"""How the values of indicators that count people split into women, men and others.

Each indicator stands for itself: people of different indicators are never added up, because the
same person may be counted at several of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from indicators.figures import Figure
from indicators.models import COUNTED_STATES, Indicator, Realization
from pages.plan_page import PlanPage

PARTS = ("women", "men", "others")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a value and its share as a fraction; None where there is none."""

    name: str
    value: Decimal | None
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class SplitRow:
    figure: Figure
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class People:
    """The year's indicators of people: split, and not split."""

    split: list[SplitRow]
    not_split: list[Figure]

    @property
    def total(self) -> int:
        return len(self.split) + len(self.not_split)


def people(here: PlanPage) -> People:
    """Return what a year's values say of women and men, under the reading; two queries."""
    figures = here.figures
    counts = set(
        Indicator.objects.of_plan(here.plan)
        .in_use()
        .filter(counts_people=True)
        .values_list("pk", flat=True)
    )
    values = Realization.objects.filter(
        indicator__activity__plan=here.plan,
        indicator__counts_people=True,
        year=here.year,
        state__in=COUNTED_STATES[figures.reading],
        value__isnull=False,
    ).exclude(women=None, men=None, others=None)
    found = {each[0]: each[1:] for each in values.values_list("indicator_id", "value", *PARTS)}
    split = [_row(row, *found[row.id]) for row in figures.rows if row.id in found]
    return People(split, [row for row in figures.rows if row.id in counts and row.id not in found])


def _row(row: Figure, value: Decimal, *parts: Decimal | None) -> SplitRow:
    return SplitRow(
        row,
        tuple(
            Part(name, part, part / value if part is not None and value else None)
            for name, part in zip(PARTS, parts, strict=True)
        ),
    )
