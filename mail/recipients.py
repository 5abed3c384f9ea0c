"""Who is written to: the coordinators of units, those who can be reached by e-mail."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count

from accounts.models import Membership, User
from activities.models import Department, Plan
from indicators.models import Indicator


class Coordinators:
    """The people of some units, a department's people for its branches too; two queries.

    ``skipped`` names those who cannot be written to.
    """

    def __init__(self, units: Collection[int]) -> None:
        self.units = frozenset(units)

    def of(self, unit: int) -> list[User]:
        return [person for person in self._found.get(unit, ()) if is_reachable(person)]

    @cached_property
    def skipped(self) -> list[User]:
        """Return the inactive people and those without an e-mail address."""
        people = {person.pk: person for found in self._found.values() for person in found}
        return [person for person in people.values() if not is_reachable(person)]

    @cached_property
    def _found(self) -> dict[int, list[User]]:
        parents = Department.objects.filter(pk__in=self.units).values_list("pk", "parent_id")
        above = {unit: {unit, parent} - {None} for unit, parent in parents.order_by()}
        links = Membership.units.through.objects.filter(
            department_id__in={each for wanted in above.values() for each in wanted}
        ).select_related("membership__person")
        people: dict[int, dict[int, User]] = {}
        for link in links.order_by("membership__person_id"):
            person = link.membership.person
            people.setdefault(link.department_id, {})[person.pk] = person
        return {
            unit: list(
                {pk: p for each in wanted for pk, p in people.get(each or 0, {}).items()}.values()
            )
            for unit, wanted in above.items()
        }


@dataclass(frozen=True, slots=True)
class Reporting:
    """The units that report in some plans, and those of them without anybody to write to.

    ``indicators`` counts what each has in use, by the unit's id.
    """

    units: list[Department]
    alone: list[Department]
    indicators: Mapping[int, int]


def reporting_units(plans: Collection[Plan]) -> Reporting:
    """Return the units with indicators in use; four queries, none without a plan."""
    if not plans:
        return Reporting([], [], {})
    own = Indicator.objects.in_use().filter(activity__plan__in=plans).order_by()
    counts = dict(own.values_list("activity__department").annotate(n=Count("pk")))
    units = list(Department.objects.filter(pk__in=counts))
    people = Coordinators([unit.pk for unit in units])
    return Reporting(units, [unit for unit in units if not people.of(unit.pk)], counts)


def is_reachable(person: User) -> bool:
    return person.is_active and bool(person.email.strip())


def called(person: User) -> str:
    """Return how a person is named: the full name, else the user name."""
    return person.get_full_name() or person.get_username()
