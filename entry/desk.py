"""Whose entry page it is, what is written on it, and whether anything can be written now.

What a person may not enter does not exist for her: every way in raises Http404.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.urls import reverse

from accounts.models import User
from accounts.rights import Right
from activities.models import Plan
from findings.plan_year import PlanYear
from findings.year import DeskFindings
from indicators import periods
from indicators.corrected import Correction, corrections
from indicators.figures import DeskFigures, Figure, bands_of
from indicators.models import Comment, Evidence, Indicator, Realization
from indicators.periods import Door
from indicators.progress import looked_at


class Desk:
    """The entry page of a unit in a plan's year, as one person may use it."""

    def __init__(
        self, plan: Plan, year: int, number: str, person: User, reviews: bool = False
    ) -> None:
        self.plan, self.year, self.number = plan, year, number
        self.person, self.reviews = person, reviews
        # Every row asks for these.
        self.url = reverse("entry", args=[plan.slug, year, number])
        self.limits = bands_of(plan).limits


@dataclass(frozen=True, slots=True)
class Last:
    """What the year before brought, in any state."""

    value: Decimal | None
    text: str
    absence: str
    state: str


@dataclass(slots=True)
class Line:
    """One indicator at the desk: its figure, its stored value and what stands beside them.

    ``is_looked_at`` says whether a reviewer has begun with what was sent, None where nobody asked.
    """

    figure: Figure
    value: Realization | None
    last: Last | None
    door: Door
    unit_name: str = ""
    counts_people: bool = False
    evidence: int = 0
    comments: int = 0
    correction: Correction | None = None

    @property
    def is_looked_at(self) -> bool | None:
        return getattr(self.value, "is_looked_at", None)

    @property
    def pk(self) -> int:
        return self.figure.id


Year = TypeVar("Year", bound=PlanYear)


class UnitSheet(Generic[Year]):
    """A unit's lines with those of its branches, in printed order; nine queries at most."""

    def __init__(self, here: Year, number: str, person: User) -> None:
        unit = here.units_by_number.get(number)
        if unit is None or not person.may(Right.ENTER, unit.id):
            raise Http404
        self.here, self.unit = here, unit
        self.desk = Desk(here.plan, here.year, number, person, person.may(Right.CHANGE_PLANNED))
        self.units = [
            each for each in here.figures.units.values() if unit.id in (each.id, each.parent_id)
        ]
        self.figures = DeskFigures(here.plan, here.year, units=[each.id for each in self.units])
        self.figures.units = here.figures.units
        self.findings = DeskFindings(self.figures)
        self.period = here.periods.get(here.year)
        self.doors = periods.doors(
            self.period,
            here.year,
            [(each.id, each.parent_id) for each in self.units],
            calendar=here.plan.revision_row.calendar,
        )

    @property
    def door(self) -> Door:
        """Return the unit's own door, or an open one of its branches."""
        own = self.doors[self.unit.id]
        return own if own.is_open else next((d for d in self.doors.values() if d.is_open), own)

    def lines(self) -> list[Line]:
        """Return a line for every indicator; three queries, a fourth for corrected numbers."""
        values, last = self._values()
        corrected = corrections(values.values())
        about = self._about()
        return [
            Line(
                figure,
                values.get(figure.id),
                last.get(figure.id),
                self.doors[figure.unit.id],
                *about.get(figure.id, ("", False)),
                evidence=getattr(values.get(figure.id), "evidence_count", 0),
                comments=getattr(values.get(figure.id), "comment_count", 0),
                correction=corrected.get(getattr(values.get(figure.id), "pk", 0)),
            )
            for figure in self.figures.rows
        ]

    def _values(self) -> tuple[dict[int, Realization], dict[int, Last]]:
        year = self.here.year
        found = (
            Realization.objects.filter(
                indicator__activity__department_id__in=self.figures.own,
                indicator__activity__plan=self.here.plan,
                year__in=(year - 1, year),
            )
            .select_related("entered_by", "decided_by")
            .annotate(
                evidence_count=_counted(Evidence, "realization", "pk"),
                comment_count=_counted(Comment, "realization", "pk"),
                is_looked_at=looked_at(),
            )
            .order_by("pk")
        )
        values: dict[int, Realization] = {}
        last: dict[int, Last] = {}
        for row in found:
            if row.year == year:
                values[row.indicator_id] = row
            else:
                last[row.indicator_id] = Last(row.value, row.text, row.absence, row.state)
        return values, last

    def _about(self) -> dict[int, tuple[str, bool]]:
        rows = Indicator.objects.of_plan(self.here.plan).filter(
            activity__department_id__in=self.figures.own
        )
        return {
            pk: (unit, people)
            for pk, unit, people in rows.order_by().values_list("id", "unit", "counts_people")
        }


def _counted(model: Any, field: str, outer: str) -> Any:
    rows = model.objects.filter(**{field: OuterRef(outer)}).order_by().values(field)
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)
