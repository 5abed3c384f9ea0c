"""Where entering begins: the units that a person may write for now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, cast

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import User
from activities.models import Extension, Period, PlanDepartment
from entry.views.access import at_desk
from indicators import steps as steps
from indicators.models import Indicator, Realization


@require_GET
@at_desk
def entry_home(request: HttpRequest) -> HttpResponse:
    """Lead a coordinator to her unit's open year; several are listed with their progress."""
    person = cast(User, request.user)
    found = _open_units(person)
    if len(found) == 1 and not person.is_reviewer:
        place, period = found[0]
        return redirect("entry", place.plan.slug, period.year, place.number)
    due, entered = _progress_of(found)
    lines = [
        {
            "place": place,
            "year": period.year,
            "closes_on": period.closes_on,
            "entered": entered[place.plan_id, period.year, place.department_id],
            "total": due[place.plan_id, place.department_id],
        }
        for place, period in found
    ]
    return TemplateResponse(request, "entry/entry_home.html", {"lines": lines})


def _open_units(person: User) -> list[tuple[PlanDepartment, Period]]:
    """Return the places a person may write in now, with the period; a department, not its parts."""
    places = PlanDepartment.objects.select_related("plan", "department").order_by(
        "plan", "number_key"
    )
    if person.is_reviewer:
        places = places.filter(department__parent=None)
    else:
        places = places.filter(department__in=person.departments.all())
    granted = Extension.objects.filter(until__gte=timezone.localdate())
    extended = set(granted.values_list("period_id", "department_id"))
    periods = Period.objects.filter(
        Q(state=Period.State.OPEN)
        | Q(state=Period.State.CLOSED, pk__in={period for period, _unit in extended})
    ).order_by("year")
    of_plan: dict[int, list[Period]] = {}
    for period in periods:
        of_plan.setdefault(period.plan_id, []).append(period)
    return [
        (place, period)
        for place in places
        for period in of_plan.get(place.plan_id, [])
        if period.state == Period.State.OPEN
        or {(period.pk, place.department_id), (period.pk, place.department.parent_id)} & extended
    ]


def _progress_of(
    found: Iterable[tuple[PlanDepartment, Period]],
) -> tuple[Counter[Any], Counter[Any]]:
    """Count indicators and entered values by plan, year and unit, branches in their department."""
    plans = {place.plan_id for place, _period in found}
    due: Counter[Any] = Counter()
    entered: Counter[Any] = Counter()
    unit = ("activity__plan", "activity__department", "activity__department__parent")
    rows = Indicator.objects.in_use().filter(activity__plan__in=plans)
    for plan, own, above, n in rows.order_by().values_list(*unit).annotate(n=Count("pk")):
        for one in {own, above} - {None}:
            due[plan, one] += n
    stored = Realization.objects.filter(
        ~Q(value=None) | ~Q(text="") | ~Q(absence=""),
        indicator__activity__plan__in=plans,
        indicator__retired_on=None,
    )
    of_value = [f"indicator__{name}" for name in unit]
    counted = stored.order_by().values_list(*of_value, "year").annotate(n=Count("pk"))
    for plan, own, above, year, n in counted:
        for one in {own, above} - {None}:
            entered[plan, year, one] += n
    return due, entered
