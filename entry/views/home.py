"""Where entering begins: the units that a person may write for now."""

from __future__ import annotations

from typing import cast

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.rights import Right
from activities.models import Extension, Period, PlanDepartment
from entry.views.access import at_desk
from indicators.progress import progress_of_many
from pages.asked import asked_reasons


@require_safe
@at_desk
def entry_home(request: HttpRequest) -> HttpResponse:
    """Lead a coordinator to her unit's open year; several are listed with their progress.

    Reasons that she is asked for are listed above them.
    """
    person = cast(User, request.user)
    found = _open_units(person)
    asked = asked_reasons(person)
    if len(found) == 1 and not person.may(Right.ENTER):
        place, period = found[0]
        if {(each.place, each.year) for each in asked} <= {(place, period.year)}:
            return redirect("entry", place.plan.slug, period.year, place.number)
    progress = progress_of_many([period for _place, period in found])
    lines = [
        {
            "place": place,
            "year": period.year,
            "closes_on": period.closes_on,
            "counts": progress[period.pk].of(place.department_id),
        }
        for place, period in found
    ]
    return TemplateResponse(request, "entry/entry_home.html", {"lines": lines, "asked": asked})


def _open_units(person: User) -> list[tuple[PlanDepartment, Period]]:
    """Return the places a person may write in now, with the period; a department, not its parts."""
    places = PlanDepartment.objects.select_related("plan", "department").order_by(
        "plan", "number_key"
    )
    if person.may(Right.ENTER):
        places = places.filter(department__parent=None)
    else:
        places = places.filter(department__in=person.departments.all())
    granted = Extension.objects.filter(until__gte=timezone.localdate())
    extended = set(granted.values_list("period_id", "department_id"))
    periods = (
        Period.objects.filter(
            Q(state=Period.State.OPEN)
            | Q(state=Period.State.CLOSED, pk__in={period for period, _unit in extended})
        )
        .select_related("plan")
        .order_by("year")
    )
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
