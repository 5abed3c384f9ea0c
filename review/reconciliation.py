"""Shared activities and twin rows side by side: the same, different, or shared?"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from findings import answers
from findings.cards import FindingCard, card_of
from findings.checks.finding import COUNTED_TWICE
from findings.plan_year import PlanYear
from findings.year import MeanChange, RaisedFinding
from indicators.achievement import Reading
from indicators.figures import Figure
from indicators.models import COUNTED_STATES, Realization, Target

if TYPE_CHECKING:
    from accounts.models import User

Written = tuple[Decimal | None, str]
NOTHING: Written = (None, "")


@dataclass(frozen=True, slots=True)
class SideRow:
    """One row of a group with its target and its realization of every year."""

    figure: Figure
    years: list[tuple[int, Written, Written]]


@dataclass(frozen=True, slots=True)
class Pair:
    """A question whether rows are one; ``shifts`` are what counting them once would change."""

    card: FindingCard
    rows: list[SideRow]
    shifts: list[MeanChange]
    is_counted_once: bool

    @property
    def can_count_once(self) -> bool:
        """Whether any row has another one that it can be counted with."""
        return bool(answers.partners_of(self.card.finding))

    @property
    def moved(self) -> list[MeanChange]:
        return [shift for shift in self.shifts if shift.is_one]

    @property
    def twice(self) -> str:
        return COUNTED_TWICE


def pairs(here: PlanYear, person: User) -> list[Pair]:
    """Return the shared activities, then the twin rows; two queries besides the findings'."""
    found = [finding for finding in here.findings.raised if finding.check in answers.COUNTABLE]
    found.sort(key=lambda finding: answers.COUNTABLE[::-1].index(finding.check))
    ids = {figure.id for finding in found for figure in finding.figures}
    targets = _written(Target.objects.filter(indicator__in=ids))
    counted = COUNTED_STATES[Reading.REPORTED]
    realized = _written(Realization.objects.filter(indicator__in=ids, state__in=counted))
    return [
        Pair(
            card_of(here.findings, finding, person),
            [
                SideRow(
                    figure,
                    [
                        (
                            year,
                            targets.get((figure.id, year), NOTHING),
                            realized.get((figure.id, year), NOTHING),
                        )
                        for year in here.plan.years
                    ],
                )
                for figure in finding.figures
            ],
            once(here, finding),
            any(answers.recounted(finding, once=False)),
        )
        for finding in found
    ]


def once(here: PlanYear, finding: RaisedFinding, *, counts_once: bool = True) -> list[MeanChange]:
    """Return what counting the rows once, or each by itself again, would change."""
    counted = answers.recounted(finding, once=counts_once)
    ids = {figure.id for figure in finding.figures}
    return here.findings.shifts(ids, counted=counted) if counted else []


def _written(rows: object) -> dict[tuple[int, int], Written]:
    listed = rows.order_by().values_list(  # type: ignore[attr-defined]
        "indicator_id", "year", "value", "text"
    )
    return {(indicator, year): (value, text) for indicator, year, value, text in listed}
