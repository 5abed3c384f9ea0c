"""Where a person searches: the municipality where she stands, its plans and its units' places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.http import HttpRequest
from django.urls import reverse

from accounts import current
from accounts.models import User
from accounts.rights import Right
from activities.models import Municipality, Plan, PlanDepartment
from indicators.start_year import start_years
from pages import frame


@dataclass
class Ground:
    """What of a municipality a person may search; without one nothing of any is found.

    ``opened`` says with which year each plan opens, by its id.
    """

    person: User
    municipality: Municipality | None
    plans: list[Plan] = field(default_factory=list)
    opened: Mapping[int, int] = field(default_factory=dict)

    @property
    def are_several(self) -> bool:
        """Whether a hit has to say of which plan it is."""
        return len(self.plans) > 1

    @property
    def leading(self) -> Plan | None:
        """Return the plan whose pages and questions are searched: the one the menu leads to."""
        return frame.leading(self.plans)

    @cached_property
    def places(self) -> dict[tuple[int, int], PlanDepartment]:
        """Return each unit's place in each plan, by the ids of both; one query."""
        found = PlanDepartment.objects.filter(plan__in=self.plans).select_related("department")
        return {(place.plan_id, place.department_id): place for place in found}

    @cached_property
    def by_id(self) -> dict[int, Plan]:
        return {plan.pk: plan for plan in self.plans}

    def url(self, plan: int, name: str, *args: object) -> str:
        """Return a page of a plan in the year it opens with."""
        return reverse(name, args=[self.by_id[plan].slug, self.opened[plan], *args])

    def where(self, plan: int, department: int) -> tuple[str, ...]:
        """Return in words where something of a unit stands."""
        place = self.places.get((plan, department))
        unit = f"{place.number} {place.department.short}" if place else ""
        return tuple(filter(None, (unit, str(self.by_id[plan]) if self.are_several else "")))


def ground_of(request: HttpRequest, person: User) -> Ground:
    """Return what a person may search where she stands; up to six queries."""
    municipality = current.enter(request)
    if municipality is None or not person.may(Right.READ):
        return Ground(person, None)
    plans = list(municipality.plans.select_related("revision_row"))
    return Ground(person, municipality, plans, start_years(plans))
