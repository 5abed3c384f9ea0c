"""The reasons that reviewers ask a person for, wherever she signs in."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from activities.models import Period, Plan, PlanDepartment
from indicators import steps
from indicators.models import Realization

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class AskedRow:
    """One sent number whose reason is asked for."""

    indicator: int
    code: str
    name: str
    asked_at: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class AskedReasons:
    """The reasons of a unit's year that are asked for, and where they are written."""

    place: PlanDepartment
    year: int
    rows: tuple[AskedRow, ...]

    @property
    def count(self) -> int:
        return len(self.rows)

    @property
    def plan(self) -> Plan:
        return self.place.plan


def asked_reasons(person: User) -> list[AskedReasons]:
    """Return the reasons asked of a person's units where she stands; one query, three with any.

    They come by year. A published year takes none any more. A branch is told by itself.
    """
    units = person.units_here
    if not units:
        return []
    found = (
        Realization.objects.filter(
            reason_asked_at__isnull=False,
            state__in=steps.SENT,
            indicator__retired_on=None,
            indicator__activity__department__in=units,
        )
        .order_by("year", "indicator__activity__position", "indicator__position")
        .values_list(
            "year",
            "indicator__activity__plan",
            "indicator__activity__department",
            "indicator_id",
            "indicator__activity__code",
            "indicator__name",
            "reason_asked_at",
        )
    )
    rows: dict[tuple[int, int, int], list[AskedRow]] = {}
    for year, plan, unit, pk, code, name, asked_at in found:
        asked = AskedRow(pk, code, name, asked_at)
        rows.setdefault((plan, unit, year), []).append(asked)
    if not rows:
        return []
    periods = Period.objects.filter(
        plan__in={plan for plan, _unit, _year in rows}, state=Period.State.PUBLISHED
    )
    published = set(periods.values_list("plan_id", "year"))
    places = _places(rows)
    return [
        AskedReasons(places[plan, unit], year, tuple(own))
        for (plan, unit, year), own in rows.items()
        if (plan, year) not in published and (plan, unit) in places
    ]


def _places(keys: Iterable[tuple[int, int, int]]) -> dict[tuple[int, int], PlanDepartment]:
    wanted = Q(pk__in=())
    for plan, unit, _year in keys:
        wanted |= Q(plan=plan, department=unit)
    found = PlanDepartment.objects.filter(wanted).select_related("plan", "department")
    return {(place.plan_id, place.department_id): place for place in found}
