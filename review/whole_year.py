"""Sent values of all units of a year: what can be verified, and which reasons are missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from activities.sentences import Sentence
from findings.plan_year import PlanYear
from indicators import steps
from indicators.figures import Figure, Unit
from indicators.models import Realization
from indicators.publishing import POINTS_APART
from mail.recipients import Coordinators, called
from review.queue import ReviewRow, grounds_of

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class UnitRows:
    """A unit's own rows on a page of the whole year; ``people`` are its coordinators by name.

    ``people`` is empty where nobody can be written to.
    """

    unit: Unit
    rows: list[ReviewRow]
    people: tuple[str, ...] = ()

    @property
    def to_ask(self) -> int:
        """Return how many reasons nobody has asked for yet."""
        return sum(is_to_ask(row) for row in self.rows)


def is_to_ask(row: ReviewRow) -> bool:
    return row.value is not None and steps.is_to_be_asked(row.value, row.figure.achievement.value)


class WholeYear:
    """What was sent of a year; one query besides those of figures and findings."""

    def __init__(self, here: PlanYear, person: User) -> None:
        self.here, self.person = here, person
        # What was sent is judged as it was reported, whatever the page's reading.
        self.figures = here.findings.figures

    @cached_property
    def rows(self) -> list[ReviewRow]:
        """Return the sent and the verified rows in printed order."""
        values = self._values()
        grounds = grounds_of(self.here)
        rows = []
        for figure in self.figures.rows:
            value = values.get(figure.id)
            if value is None:
                continue
            row = ReviewRow(figure, value)
            row.mark_open(self.here.findings.by_indicator.get(figure.id, ()))
            if row.waits:
                row.why_not = steps.why_not_approve(value, self.person, grounds)
            rows.append(row)
        return rows

    def _values(self) -> dict[int, Realization]:
        found = Realization.objects.filter(
            indicator__activity__plan=self.here.plan, year=self.here.year, state__in=steps.SENT
        ).select_related("reason_asked_by")
        return {value.indicator_id: value for value in found}

    @cached_property
    def by_value(self) -> dict[int, ReviewRow]:
        """Return the rows by their value's id."""
        return {row.value.pk: row for row in self.rows if row.value is not None}

    @cached_property
    def known(self) -> frozenset[int]:
        """Return the ids of all values of the year, those that left the list meanwhile too."""
        values = Realization.objects.filter(
            indicator__activity__plan=self.here.plan, year=self.here.year
        )
        return frozenset(values.values_list("pk", flat=True))

    @cached_property
    def figures_by_id(self) -> dict[int, Figure]:
        return {row.id: row for row in self.figures.rows}

    def tick(self, values: Iterable[int]) -> None:
        """Tick the rows of these values' ids and no others."""
        chosen = set(values)
        for pk, row in self.by_value.items():
            row.is_selected = pk in chosen

    @property
    def waiting(self) -> list[ReviewRow]:
        return [row for row in self.rows if row.waits]

    @property
    def verifiable(self) -> list[ReviewRow]:
        """Return what this person can verify now, whatever its percent."""
        return [row for row in self.rows if row.may_be_approved]

    @property
    def ticked(self) -> int:
        return sum(row.is_selected for row in self.rows)

    @cached_property
    def verifiable_mean(self) -> Decimal | None:
        """Return the mean score of what can be verified now, a fraction; None of nothing rated."""
        return self.here.findings.summary_of(row.figure for row in self.verifiable).mean

    @property
    def selects_by_outcome(self) -> bool:
        """Whether what can be verified now scores otherwise than what was reported."""
        reported = self.figures.summary.mean
        if self.verifiable_mean is None or reported is None:
            return False
        return abs(self.verifiable_mean - reported) > POINTS_APART

    @property
    def kept(self) -> list[tuple[Sentence, int]]:
        """Return why the other waiting rows are kept, with how many each reason keeps."""
        whys = [row.why_not for row in self.waiting if row.why_not is not None]
        return list(Counter(whys).items())

    @property
    def unexplained(self) -> list[ReviewRow]:
        """Return the rows that lack the reason of their deviation, those under a question too."""
        return [row for row in self.rows if row.is_unexplained]

    @property
    def to_ask(self) -> list[ReviewRow]:
        """Return those of them whose reason nobody has asked for."""
        return [row for row in self.rows if is_to_ask(row)]

    def by_unit(self, rows: Iterable[ReviewRow], *, with_people: bool = False) -> list[UnitRows]:
        """Return rows by the unit that owns them, in the plan's order; two queries for people."""
        found: dict[int, list[ReviewRow]] = {}
        for row in rows:
            found.setdefault(row.figure.unit.id, []).append(row)
        people = Coordinators(found) if with_people else None
        return [
            UnitRows(
                own[0].figure.unit,
                own,
                tuple(called(person) for person in people.of(unit)) if people else (),
            )
            for unit, own in found.items()
        ]
