"""A municipality's units as the settings list them, and what keeps a unit from being deleted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction

from accounts.models import Membership, User
from activities.models import Department, Municipality, Plan, PlanDepartment
from mail.recipients import called, reporting_units
from setup.acts import Act
from setup.hanging import pointing, relations
from setup.merging.ways import WAYS

SHOWN = 3  # spellings of a unit in the list
# What is the unit's own and goes with it; everything else keeps it.
ITS_OWN = ("activities.alias.department", "activities.plandepartment.department")


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit as the list shows it.

    ``number`` is its place in the plan, "" outside of it. ``indicators`` are those in use there, a
    department's with its branches'. ``is_unanswered`` says that it reports there and nobody can be
    written to about it, at the department above neither.
    """

    unit: Department
    number: str
    indicators: int
    branches: int
    people: tuple[str, ...]
    spellings: tuple[str, ...]
    is_unanswered: bool

    @property
    def is_branch(self) -> bool:
        return self.unit.parent_id is not None

    @property
    def first_spellings(self) -> tuple[str, ...]:
        return self.spellings[:SHOWN]

    @property
    def more_spellings(self) -> int:
        """Return how many spellings the list does not show."""
        return max(0, len(self.spellings) - SHOWN)


def lines(municipality: Municipality, plan: Plan | None) -> list[UnitLine]:
    """Return the units in the plan's order, branches below their department; eight queries.

    Units without a number stand at the end.
    """
    units = list(Department.objects.filter(municipality=municipality).prefetch_related("aliases"))
    numbers = _numbers(plan)
    order = {
        unit.pk: (unit.pk not in numbers, numbers.get(unit.pk, ("", ""))[0], unit.sort_key)
        for unit in units
    }
    below: defaultdict[int | None, list[Department]] = defaultdict(list)
    for unit in sorted(units, key=lambda each: order[each.pk]):
        below[unit.parent_id].append(unit)
    reporting = reporting_units([plan] if plan else [])
    own = Counter(reporting.indicators)
    alone = {unit.pk for unit in reporting.alone}
    people = _people(municipality)
    return [
        UnitLine(
            unit,
            numbers.get(unit.pk, ("", ""))[1],
            own[unit.pk] + sum(own[branch.pk] for branch in below[unit.pk]),
            len(below[unit.pk]),
            tuple(people[unit.pk]),
            tuple(alias.text for alias in unit.aliases.all()),
            unit.pk in alone,
        )
        for unit in _in_order(below)
    ]


def _in_order(below: dict[int | None, list[Department]]) -> Iterator[Department]:
    for department in below[None]:
        yield department
        yield from below[department.pk]


def _numbers(plan: Plan | None) -> dict[int, tuple[str, str]]:
    """Return each unit's number with its sort key before it; one query."""
    found = PlanDepartment.objects.filter(plan=plan).order_by()
    rows = found.values_list("department_id", "number_key", "number")
    return {unit: (key, number) for unit, key, number in rows}


def _people(municipality: Municipality) -> defaultdict[int, list[str]]:
    """Return who coordinates each unit by name, those whose account is open; one query."""
    links = Membership.units.through.objects.filter(
        membership__municipality=municipality, membership__person__is_active=True
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for link in links.select_related("membership__person").order_by("membership__person__username"):
        found[link.department_id].append(called(link.membership.person))
    return found


def keeping(unit: Department) -> list[str]:
    """Return what hangs on a unit and keeps it from being deleted; seven queries."""
    fields = relations(Department)
    counts = {
        relation: pointing(fields[relation], unit).count()
        for relation in WAYS
        if relation not in ITS_OWN
    }
    return [f"{count} {WAYS[relation].label(count)}" for relation, count in counts.items() if count]


@transaction.atomic
def delete(unit: Department, *, person: User, reason: str) -> bool:
    """Delete a unit with its spellings and numbers; whether nothing kept it."""
    held = Department.objects.select_for_update(of=("self",)).filter(pk=unit.pk).first()
    if held is None or keeping(held):
        return False
    act = Act(person, reason.strip())
    own: Iterable[object] = (*held.aliases.all(), *held.places.all(), held)
    for row in own:
        act.delete(row)  # type: ignore[arg-type]
    return True
