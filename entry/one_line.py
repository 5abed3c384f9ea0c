"""One line of an entry page, with all that saving its cell needs, in one query.

What a person may not enter does not exist for her: every way in raises Http404.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from accounts.models import Membership, User
from accounts.rights import Right, roles_with
from activities.models import Activity, Department, Period, Plan, PlanDepartment
from entry.desk import Desk, Last, Line
from entry.prepared import Prepared
from findings.checks.finding import as_cell
from findings.year import DeskFindings, GivenAnswer
from indicators import periods
from indicators.achievement import Result
from indicators.cells import Cell
from indicators.corrected import corrections
from indicators.figures import OWN_FIELDS, DeskFigures, Unit
from indicators.models import FindingAnswer, Indicator, Realization, result_of
from indicators.periods import Door
from indicators.progress import SENT


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
        """Return the line with a value, and the questions it raises; no query unless answered.

        One more where a sent number was written over.
        """
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
            corrections([value]).get(value.pk) if value is not None else None,
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
    found = _found(rows, person, year, number)
    # Whether she may is decided above; the steps that follow ask what else she may do here.
    person.stands_in = found.desk.plan.municipality_id
    if year not in found.desk.plan.years or not (rows[0]["is_own"] or found.desk.reviews):
        raise Http404
    return found


def _found(rows: list[dict[str, Any]], person: User, year: int, number: str) -> Found:
    """Build the models of what the query brought; its rows differ in the target alone."""
    row = rows[0]
    indicator = _built(Indicator, "", row)
    activity = indicator.activity = _built(Activity, "activity__", row)
    activity.plan = _built(Plan, "activity__plan__", row)
    activity.department = _built(Department, "activity__department__", row)
    reviews = row["reviews"] or person.is_superuser
    return Found(
        Desk(activity.plan, year, number, person, reviews),
        indicator,
        _unit(activity.department, row["own_number"] or ""),
        _door(activity.department, year, row),
        _targets(indicator, rows),
        row["is_answered"],
        _last(row),
        row["evidence_count"],
        row["comment_count"],
    )


def _unit(department: Department, number: str) -> Unit:
    return Unit(department.pk, number, department.name, department.short, department.parent_id)


def _door(department: Department, year: int, row: Mapping[str, Any]) -> Door:
    period = _built(Period, "period__", row) if row["period__id"] is not None else None
    calendar = row["activity__plan__revision_row__calendar"]
    return periods.door(period, year, department.pk, department.parent_id, calendar=calendar)


def _targets(indicator: Indicator, rows: Iterable[Mapping[str, Any]]) -> dict[int, Cell]:
    return {
        row["targets__year"]: as_cell(
            row["targets__value"], row["targets__text"] or "", is_percent=indicator.is_percent
        )
        for row in rows
        if row["targets__year"] is not None
    }


def _last(row: Mapping[str, Any]) -> Last | None:
    if row["last__id"] is None:
        return None
    return Last(
        row["last__value"], row["last__text"] or "", row["last__absence"] or "", row["last__state"]
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
    own = Membership.units.through.objects.filter(of_unit, membership__person_id=person)
    everywhere = Membership.objects.filter(
        person_id=person,
        municipality=OuterRef("activity__plan__municipality"),
        role__in=roles_with(Right.ENTER),
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
            reviews=Exists(everywhere),
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
    *("last__id", "last__value", "last__text", "last__absence", "last__state"),
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
            **{name: getattr(row, name) for name in OWN_FIELDS},
            "planned__value": target.value if target else None,
            "planned__text": target.text if target else "",
            "realized__value": value.value if value else None,
            "realized__text": value.text if value else "",
            "realized__absence": value.absence if value else "",
            "result": result_of(value.value, value.state) if value else Result.NOT_REPORTED,
            # At the desk every state counts, so nothing is left out of the reading.
            "is_unverified": False,
            "activity__code": activity.code,
            "activity__title": activity.title,
            "activity__responsible_text": activity.responsible_text,
            "activity__department_id": activity.department_id,
        }


class _RowFindings(DeskFindings):
    """What one line raises by itself; a query only where somebody has answered something."""

    def __init__(self, figures: _OneRow, found: Found) -> None:
        super().__init__(figures)
        self.of = found

    def _beside(self) -> tuple[dict[tuple[int, int], Cell], dict[int, Cell]]:
        pk, last = self.of.indicator.pk, self.of.last
        targets = {(pk, year): cell for year, cell in self.of.targets.items()}
        if last is None or last.state not in SENT:
            return targets, {}
        cell = as_cell(last.value, last.text, is_percent=self.of.indicator.is_percent)
        return targets, {pk: cell}

    def _answers(self) -> Iterable[GivenAnswer]:
        return super()._answers() if self.of.is_answered else []
