"""The units that a person may write for now, wherever she begins."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from accounts.rights import Right
from activities.models import Extension, Period, PlanDepartment
from indicators.progress import Counts, progress_of_many

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class OpenUnit:
    """A unit's place in a plan in whose year it can write, and how far it has come."""

    place: PlanDepartment
    year: int
    closes_on: datetime.date | None
    counts: Counts


def open_units(person: User, *, own: bool = False) -> list[OpenUnit]:
    """Return where a person can write now, in the plans' order; three queries, five with any.

    ``own`` leaves only the units given to her, also of who may write for all.
    """
    found = open_places(person, own=own)
    if not found:
        return []
    progress = progress_of_many([period for _place, period in found])
    return [
        OpenUnit(place, period.year, period.closes_on, progress[period.pk].of(place.department_id))
        for place, period in found
    ]


def open_places(person: User, *, own: bool = False) -> list[tuple[PlanDepartment, Period]]:
    """Return the places a person may write in now where she stands, with the period.

    A department stands for its branches, too. ``own`` as above; three queries.
    """
    here = person.stands_in
    places = (
        PlanDepartment.objects.filter(plan__municipality=here)
        .select_related("plan", "department")
        .order_by("plan", "number_key")
    )
    if person.may(Right.ENTER) and not own:
        places = places.filter(department__parent=None)
    else:
        places = places.filter(department__in=person.units)
    granted = Extension.objects.filter(
        until__gte=timezone.localdate(), period__plan__municipality=here
    )
    extended = set(granted.values_list("period_id", "department_id"))
    periods = (
        Period.objects.filter(
            Q(state=Period.State.OPEN)
            | Q(state=Period.State.CLOSED, pk__in={period for period, _unit in extended}),
            plan__municipality=here,
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
