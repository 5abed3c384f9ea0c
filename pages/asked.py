"""The reasons that reviewers ask a person for, wherever she signs in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from activities.models import Period, Plan, PlanDepartment
from indicators import steps
from indicators.models import Realization

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class AskedReasons:
    """How many reasons of a unit's year are asked for, and where they are written."""

    place: PlanDepartment
    year: int
    count: int

    @property
    def plan(self) -> Plan:
        return self.place.plan


def asked_reasons(person: User) -> list[AskedReasons]:
    """Return the reasons asked of a person's units, by year; two queries, three with any.

    A published year takes none any more. A branch is told by itself.
    """
    units = person.unit_ids
    if not units:
        return []
    found = (
        Realization.objects.filter(
            reason_asked_at__isnull=False,
            state__in=steps.SENT,
            indicator__retired_on=None,
            indicator__activity__department__in=units,
        )
        .order_by("year")
        .values_list("year", "indicator__activity__plan", "indicator__activity__department")
        .annotate(n=Count("pk"))
    )
    counts = {(plan, unit, year): n for year, plan, unit, n in found}
    if not counts:
        return []
    published = set(
        Period.objects.filter(state=Period.State.PUBLISHED).values_list("plan_id", "year")
    )
    places = _places(counts)
    return [
        AskedReasons(places[plan, unit], year, n)
        for (plan, unit, year), n in counts.items()
        if (plan, year) not in published and (plan, unit) in places
    ]


def _places(counts: Mapping[tuple[int, int, int], int]) -> dict[tuple[int, int], PlanDepartment]:
    wanted = Q(pk__in=())
    for plan, unit, _year in counts:
        wanted |= Q(plan=plan, department=unit)
    found = PlanDepartment.objects.filter(wanted).select_related("plan", "department")
    return {(place.plan_id, place.department_id): place for place in found}
