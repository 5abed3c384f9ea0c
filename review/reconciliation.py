"""Shared activities and twin rows side by side: the same, different, or shared?"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from findings import answers
from findings.checks.finding import COUNTED_TWICE
from findings.offers import Question, question
from findings.year import Asked, Shift
from indicators.achievement import Reading
from indicators.figures import Figure
from indicators.models import COUNTED_STATES, Realization, Target
from pages.plan_year import PlanYear

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

    question: Question
    rows: list[SideRow]
    shifts: list[Shift]
    is_counted_once: bool

    @property
    def moved(self) -> list[Shift]:
        return [shift for shift in self.shifts if shift.is_one]

    @property
    def twice(self) -> str:
        return COUNTED_TWICE


def pairs(here: PlanYear, person: User) -> list[Pair]:
    """Return the shared activities, then the twin rows; two queries besides the findings'."""
    found = [asked for asked in here.questions.asked if asked.finding.check in answers.COUNTABLE]
    found.sort(key=lambda asked: answers.COUNTABLE[::-1].index(asked.finding.check))
    ids = {figure.id for asked in found for figure in asked.figures}
    targets = _written(Target.objects.filter(indicator__in=ids))
    counted = COUNTED_STATES[Reading.REPORTED]
    realized = _written(Realization.objects.filter(indicator__in=ids, state__in=counted))
    return [
        Pair(
            question(here.questions, asked, person),
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
                for figure in asked.figures
            ],
            once(here, asked),
            any(answers.recounted(asked, once=False)),
        )
        for asked in found
    ]


def once(here: PlanYear, asked: Asked, *, counts_once: bool = True) -> list[Shift]:
    """Return what counting the rows once, or each by itself again, would change."""
    counted = answers.recounted(asked, once=counts_once)
    ids = {figure.id for figure in asked.figures}
    return here.questions.shifts(ids, counted=counted) if counted else []


def _written(rows: object) -> dict[tuple[int, int], Written]:
    listed = rows.order_by().values_list(  # type: ignore[attr-defined]
        "indicator_id", "year", "value", "text"
    )
    return {(indicator, year): (value, text) for indicator, year, value, text in listed}
