"""What confirming how a plan's indicators are counted would do to its results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from findings.plan_year import PlanYear
from findings.year import MeanChange, YearFindings
from indicators.confirming import Look, look
from indicators.kinds import Settings

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class YearShift:
    """A year some of whose rows would read otherwise: the means of their departments and plan."""

    year: int
    is_settled: bool
    is_published: bool
    rows: int
    shifts: list[MeanChange]


class KindEffects:
    """What a person is about to confirm; four queries, and three for each year that changes."""

    def __init__(self, here: PlanYear, wanted: Mapping[int, Settings], person: User) -> None:
        self.here, self.wanted = here, wanted
        self.looks = look(here.plan, wanted, person)

    @property
    def taken(self) -> list[Look]:
        """Return what would be stored, with a reason where one is asked."""
        return [each for each in self.looks if each.why_not is None]

    @property
    def refused(self) -> list[Look]:
        return [each for each in self.looks if each.why_not is not None]

    @property
    def changing(self) -> list[Look]:
        """Return the rows whose result changes in any year."""
        return [each for each in self.taken if each.changes]

    @property
    def asking(self) -> list[Look]:
        """Return the rows that are stored only with a reason."""
        return [each for each in self.taken if each.asks is not None]

    @cached_property
    def years(self) -> list[YearShift]:
        """Return every year whose results change."""
        return [
            self._shift(year, touched)
            for year in self.here.plan.years
            if (touched := self._touched(year))
        ]

    def _touched(self, year: int) -> list[Look]:
        return [one for one in self.changing if any(each.year == year for each in one.changes)]

    def _shift(self, year: int, touched: Sequence[Look]) -> YearShift:
        figures = self.here.findings.figures.of_year(year)
        ids = {one.indicator.pk for one in touched}
        proposal = {
            row.id: self.wanted[row.id].of(row.measurement) for row in figures.rows if row.id in ids
        }
        effects = [each for one in touched for each in one.changes if each.year == year]
        return YearShift(
            year,
            any(each.is_settled for each in effects),
            any(each.is_published for each in effects),
            len(touched),
            YearFindings(figures).shifts(ids, proposal=proposal),
        )
