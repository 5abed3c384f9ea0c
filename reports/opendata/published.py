"""What of a published year everybody may read: the frozen edition without small numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from activities.models import Plan
from indicators import editions
from indicators.editions import FrozenFigures
from indicators.figures import Figure, Figures
from indicators.models import Indicator

SMALL = Decimal(5)
"""Values above 0 and below this identify people, where a service on violence counts them."""


@dataclass(frozen=True, slots=True)
class PublicRow:
    """An indicator as everybody may see it; a suppressed one has no number of the year."""

    figure: Figure
    suppressed: bool = False


def edition_of(plan: Plan, year: int) -> FrozenFigures | None:
    """Return the edition everybody may read; None for what is not public or not published."""
    if not plan.is_public or year not in plan.years:
        return None
    return editions.published(plan, year)


def public_rows(figures: Figures) -> list[PublicRow]:
    """Return an edition's rows without what could identify people; one query."""
    return list(_public_rows(figures))


def _public_rows(figures: Figures) -> Iterator[PublicRow]:
    # A setting that was made after the edition was frozen holds at once.
    marked = Indicator.objects.of_plan(figures.plan).filter(hides_small_numbers=True)
    hides_now = set(marked.values_list("id", flat=True))
    for row in figures.rows:
        hides = row.hides_small_numbers or row.id in hides_now
        value = row.measurement.realization
        if hides and value is not None and 0 < value < SMALL:
            yield PublicRow(_withheld(row), suppressed=True)
        else:
            yield PublicRow(row)


def _withheld(row: Figure) -> Figure:
    """Return a row without its realization and what could be reckoned back to it."""
    return replace(
        row,
        measurement=replace(row.measurement, realization=None),
        achievement=replace(row.achievement, value=None),
        realization_text="",
    )
