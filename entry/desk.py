"""Whose entry page it is, what is written on it, and whether anything can be written now.

What a person may not enter does not exist for her: every way in raises Http404.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.urls import reverse

from accounts.models import User
from accounts.rights import Right, groups_with
from activities.models import Activity, Department, Period, Plan, PlanDepartment
from entry.prepared import Prepared
from findings.checks.finding import as_cell
from findings.plan_year import PlanYear
from findings.year import DeskFindings, GivenAnswer
from indicators import periods
from indicators.cells import Cell
from indicators.figures import DeskFigures, Figure, Unit, bands_of
from indicators.models import Comment, Evidence, FindingAnswer, Indicator, Realization
from indicators.periods import Door


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


@dataclass(slots=True)
class Line:
    """One indicator at the desk: its figure, its stored value and what stands beside them."""

    figure: Figure
    value: Realization | None
    last: Last | None
    door: Door
    unit_name: str = ""
    counts_people: bool = False
    evidence: int = 0
    comments: int = 0

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
        """Return a line for every indicator; three queries."""
        values, last = self._values()
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
            )
            .order_by("pk")
        )
        values: dict[int, Realization] = {}
        last: dict[int, Last] = {}
        for row in found:
            if row.year == year:
                values[row.indicator_id] = row
            else:
                last[row.indicator_id] = Last(row.value, row.text, row.absence)
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


# --- One line, as saving a cell needs it: in one query ---


@dataclass(slots=True)
class Found:
    """One indicator with all that its line shows, before its value is looked at."""

    desk: Desk
    indicator: Indicator
    unit: Unit
    door: Door
    targets: Mapping[int, Cell]
    is_answered: bool
    last: Last | None
    evidence: int
    comments: int

    def figures(self, value: Realization | None) -> _OneRow:
        return _OneRow(self, value)

    def line(self, value: Realization | None) -> tuple[Line, DeskFindings]:
        """Return the line with a value, and the questions it raises; no query unless answered."""
        figures = self.figures(value)
        line = Line(
            figures.rows[0],
            value,
            self.last,
            self.door,
            self.indicator.unit,
            self.indicator.counts_people,
            self.evidence,
            self.comments,
        )
        return line, _RowFindings(figures, self)


def find(person: User, slug: str, year: int, number: str, pk: int) -> Found:
    """Return an indicator of a unit's entry page; raise Http404 if it is not on it.

    One query, and one more where the period is closed.
    """
    rows = [
        dict(zip(_COLUMNS, values, strict=True))
        for values in _FIND.rows(
            person=person.pk, slug=slug, year=year, last_year=year - 1, number=number, pk=pk
        )
    ]
    if not rows:
        raise Http404
    row = rows[0]
    indicator = _built(Indicator, "", row)
    indicator.activity = _built(Activity, "activity__", row)
    plan = indicator.activity.plan = _built(Plan, "activity__plan__", row)
    department = _built(Department, "activity__department__", row)
    indicator.activity.department = department
    reviews = row["reviews"] or person.is_superuser
    if year not in plan.years or not (row["is_own"] or reviews):
        raise Http404
    period = None
    if row["period__id"] is not None:
        period = _built(Period, "period__", row)
    last = None
    if row["last__id"] is not None:
        last = Last(row["last__value"], row["last__text"] or "", row["last__absence"] or "")
    return Found(
        Desk(plan, year, number, person, reviews),
        indicator,
        Unit(
            department.pk,
            row["own_number"] or "",
            department.name,
            department.short,
            department.parent_id,
        ),
        periods.door(
            period,
            year,
            department.pk,
            department.parent_id,
            calendar=row["activity__plan__revision_row__calendar"],
        ),
        {
            each["targets__year"]: as_cell(
                each["targets__value"],
                each["targets__text"] or "",
                is_percent=indicator.is_percent,
            )
            for each in rows
            if each["targets__year"] is not None
        },
        row["is_answered"],
        last,
        row["evidence_count"],
        row["comment_count"],
    )


ModelRow = TypeVar("ModelRow", bound=models.Model)


def _names(model: type[models.Model], prefix: str) -> list[str]:
    return [f"{prefix}{field.attname}" for field in model._meta.concrete_fields]


def _built(model: type[ModelRow], prefix: str, row: Mapping[str, Any]) -> ModelRow:
    """Return a model's row from the columns that begin with the prefix."""
    fields = [field.attname for field in model._meta.concrete_fields]
    return model.from_db(connection.alias, fields, [row[f"{prefix}{name}"] for name in fields])


def _wanted(
    *, person: int, slug: str, year: int, last_year: int, number: str, pk: int
) -> models.QuerySet[Any, Any]:
    """Return an indicator with all that its line shows, once for every target that it has."""
    of_unit = Q(department_id=OuterRef("activity__department")) | Q(
        department_id=OuterRef("activity__department__parent")
    )
    places = PlanDepartment.objects.filter(plan=OuterRef("activity__plan"))
    own = User.departments.through.objects.filter(of_unit, user_id=person)
    groups = User.groups.through.objects.filter(
        user_id=person, group__name__in=groups_with(Right.ENTER)
    )
    answers = FindingAnswer.indicators.through.objects.filter(
        indicator_id=OuterRef("pk"), findinganswer__year=year
    )
    of_year = Realization.objects.filter(indicator=OuterRef("pk"), year=year)
    return (
        Indicator.objects.in_use()
        .filter(pk=pk, activity__plan__slug=slug)
        .filter(Exists(places.filter(of_unit, number=number)))
        .annotate(
            period=FilteredRelation(
                "activity__plan__periods", condition=Q(activity__plan__periods__year=year)
            ),
            last=FilteredRelation("realizations", condition=Q(realizations__year=last_year)),
        )
        .annotate(
            is_own=Exists(own),
            reviews=Exists(groups),
            is_answered=Exists(answers),
            own_number=Subquery(
                places.filter(department_id=OuterRef("activity__department")).values("number")[:1]
            ),
            evidence_count=_of_value(of_year, "evidence"),
            comment_count=_of_value(of_year, "comments"),
        )
        .order_by("targets__year")
        .values_list(*_COLUMNS)
    )


_COLUMNS = (
    *_names(Indicator, ""),
    *_names(Activity, "activity__"),
    *_names(Plan, "activity__plan__"),
    "activity__plan__revision_row__calendar",
    *_names(Department, "activity__department__"),
    *_names(Period, "period__"),
    *("last__id", "last__value", "last__text", "last__absence"),
    *("targets__year", "targets__value", "targets__text"),
    *("is_own", "reviews", "is_answered", "own_number", "evidence_count", "comment_count"),
)
_FIND = Prepared(
    _wanted,
    person=7_777_777_001,
    pk=7_777_777_002,
    # Still small integers, or Django knows that nothing can be found.
    year=31_111,
    last_year=31_112,
    slug="?slug",
    number="?number",
)


def _of_value(of_year: Any, related: str) -> Any:
    counted = of_year.order_by().values("indicator").annotate(n=Count(related))
    return Coalesce(Subquery(counted.values("n")), 0)


class _OneRow(DeskFigures):
    """The figures of a line whose numbers are known already; no query."""

    def __init__(self, found: Found, value: Realization | None) -> None:
        super().__init__(found.desk.plan, found.desk.year, units=[found.unit.id])
        self.units = {found.unit.id: found.unit}
        self.found, self.value = found, value

    def _values(self) -> Iterable[dict[str, Any]]:
        row, value = self.found.indicator, self.value
        target = self.found.targets.get(self.found.desk.year)
        activity = row.activity
        yield {
            **{name: getattr(row, name) for name in _KEPT},
            "planned__value": target.value if target else None,
            "planned__text": target.text if target else "",
            "realized__value": value.value if value else None,
            "realized__text": value.text if value else "",
            "realized__absence": value.absence if value else "",
            "activity__code": activity.code,
            "activity__title": activity.title,
            "activity__responsible_text": activity.responsible_text,
            "activity__department_id": activity.department_id,
        }


_KEPT = (
    "id",
    "name",
    "position",
    "measure",
    "kind",
    "kind_confirmed",
    "direction",
    "reported_as",
    "weight",
    "baseline",
    "baseline_text",
    "activity_id",
    "own_responsible_text",
    "counted_with_id",
    "hides_small_numbers",
)


class _RowFindings(DeskFindings):
    """What one line raises by itself; a query only where somebody has answered something."""

    def __init__(self, figures: _OneRow, found: Found) -> None:
        super().__init__(figures)
        self.of = found

    def _targets(self) -> dict[tuple[int, int], Cell]:
        return {(self.of.indicator.pk, year): cell for year, cell in self.of.targets.items()}

    def _answers(self) -> Iterable[GivenAnswer]:
        return super()._answers() if self.of.is_answered else []
