"""A plan's activities with their indicators, as the settings list them: found by words, by unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.http import urlencode

from activities import names
from activities.models import Activity, Plan, PlanDepartment
from indicators.models import Indicator, Target

PER_PAGE = 30


@dataclass(frozen=True, slots=True)
class Narrowing:
    """By what a list is narrowed: words, and a unit by its number in the plan; "" for all."""

    text: str = ""
    unit: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.unit)

    @property
    def query(self) -> str:
        """Return it as an address keeps it."""
        said = {"q": self.text, "unit": self.unit}
        return urlencode({name: text for name, text in said.items() if text})


def narrowing_in(sent: QueryDict) -> Narrowing:
    return Narrowing(sent.get("q", "").strip()[:100], sent.get("unit", "")[:12])


def units_of(plan: Plan) -> list[PlanDepartment]:
    """Return the plan's units in the order of their numbers; one query."""
    return list(plan.units.select_related("department").order_by("number_key"))


def found_activities(plan: Plan, narrowed: Narrowing) -> QuerySet[Activity]:
    """Return the activities that fit: each word in a code, a title, an indicator or a unit."""
    found = Activity.objects.filter(plan=plan)
    for word in names.repair(narrowed.text).split():
        key = names.fold(word)
        rows = Indicator.objects.filter(activity=OuterRef("pk"), name_key__contains=key)
        fits = Q(code__startswith=word)
        if key:
            fits |= (
                Q(title_key__contains=key) | Q(department__name_key__contains=key) | Q(Exists(rows))
            )
        found = found.filter(fits)
    return found.filter(of_unit(narrowed.unit)) if narrowed.unit else found


def narrowed_rows(rows: QuerySet[Indicator], narrowed: Narrowing) -> QuerySet[Indicator]:
    """Return the indicators that fit: each word in a code, a title, a name or a unit."""
    for word in names.repair(narrowed.text).split():
        key = names.fold(word)
        fits = Q(activity__code__startswith=word)
        if key:
            fits |= Q(name_key__contains=key) | Q(activity__title_key__contains=key)
            fits |= Q(activity__department__name_key__contains=key)
        rows = rows.filter(fits)
    return rows.filter(of_unit(narrowed.unit, "activity__")) if narrowed.unit else rows


def of_unit(number: str, to_activity: str = "") -> Q:
    """Return what is a unit's by its number, a department's with that of its branches."""
    places = PlanDepartment.objects.filter(
        plan=OuterRef(f"{to_activity}plan"), department=OuterRef(f"{to_activity}department")
    )
    return Q(Exists(places.filter(Q(number=number) | Q(number__startswith=f"{number}."))))


@dataclass(slots=True)
class PlannedRow:
    """An indicator with its targets, one for each year of the plan; an empty one is not stored."""

    indicator: Indicator
    targets: list[Target]


@dataclass(slots=True)
class PlannedActivity:
    activity: Activity
    rows: list[PlannedRow]


@dataclass(slots=True)
class UnitGroup:
    """The activities of one unit on a page; ``number`` is "" of one without a place in the plan."""

    number: str
    name: str
    activities: list[PlannedActivity]


class PlannedList:
    """A page of a plan's activities by unit; five queries, whatever the page holds."""

    def __init__(self, plan: Plan, narrowed: Narrowing, page: str | None) -> None:
        self.plan, self.narrowed = plan, narrowed
        self.units = units_of(plan)
        order = {place.department_id: at for at, place in enumerate(self.units)}
        ids = list(
            found_activities(plan, narrowed)
            .order_by("position", "pk")
            .values_list("pk", "department_id")
        )
        ids.sort(key=lambda each: order.get(each[1], len(order)))
        self.page: Page[tuple[int, int]] = Paginator(ids, PER_PAGE).get_page(page)

    @property
    def total(self) -> int:
        return self.page.paginator.count

    def groups(self) -> list[UnitGroup]:
        """Return the page's activities under their units, in the order of the plan."""
        shown = [pk for pk, _unit in self.page.object_list]
        activities = Activity.objects.select_related("department", "objective").in_bulk(shown)
        rows = self._rows(shown)
        places = {place.department_id: place for place in self.units}
        found = []
        for unit, of_unit_ids in groupby(shown, key=lambda pk: activities[pk].department):
            place = places.get(unit.pk)
            each = [PlannedActivity(activities[pk], rows.get(pk, [])) for pk in of_unit_ids]
            found.append(UnitGroup(place.number if place else "", unit.name, each))
        return found

    def _rows(self, shown: list[int]) -> Mapping[int, list[PlannedRow]]:
        rows = list(Indicator.objects.filter(activity__in=shown).order_by("position", "pk"))
        targets = {
            (row.indicator_id, row.year): row for row in Target.objects.filter(indicator__in=rows)
        }
        found: dict[int, list[PlannedRow]] = {}
        for row in rows:
            of_years = [
                targets.get((row.pk, year)) or Target(year=year) for year in self.plan.years
            ]
            found.setdefault(row.activity_id, []).append(PlannedRow(row, of_years))
        return found
