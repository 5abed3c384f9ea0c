"""What of a published year everybody may read: the frozen edition without small numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from activities.models import Plan
from indicators import editions
from indicators.achievement_rows import indicator_entry
from indicators.editions import PublicFigures
from indicators.figures import Figure


@dataclass(frozen=True, slots=True)
class SeenRow:
    """An indicator as a reader may see it; a suppressed one has no number of the year."""

    figure: Figure
    suppressed: bool = False
    parts: Mapping[str, Decimal | None] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    waiver: str = ""

    @property
    def standing(self) -> str | None:
        """Return where its number stands; None where that was not recorded."""
        return None if self.figure.result is None else self.figure.result.value

    def entry(self) -> dict[str, object]:
        """Return the indicator as the command lists it; what is withheld is None."""
        found = indicator_entry(self.figure)
        return {**found, "status": None, "rule": None} if self.suppressed else found


def edition_of(plan: Plan, year: int, number: int | None = None) -> PublicFigures | None:
    """Return the figures everybody may read; None for what is not public or not published.

    Of the newest edition, or of the one with a number; raise EditionBroken where it does not fit.
    """
    if not plan.is_public or year not in plan.years:
        return None
    return editions.published(plan, year, number)


def public_rows(figures: PublicFigures) -> list[SeenRow]:
    """Return all of an edition's rows in printed order, without what could identify people."""
    return [
        SeenRow(
            row,
            row.id in figures.hidden,
            figures.parts_of(row),
            figures.reasons_of(row),
            figures.waiver_of(row),
        )
        for row in figures.printed_rows
    ]
