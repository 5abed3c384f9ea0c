"""What the database holds of a plan and of the municipality's units, loaded at once.

Queries do not grow with the rows.
"""

from __future__ import annotations

from collections import defaultdict
from typing import cast

from activities.models import (
    Activity,
    Alias,
    Department,
    Institution,
    Objective,
    Period,
    Plan,
    PlanDepartment,
)
from imports.units import KnownUnit
from indicators.kinds import OVER
from indicators.models import Indicator, Realization, Target


class StoredPlan:
    """A plan's rows, by what a file's row is found by; six queries. Empty for a new plan."""

    def __init__(self, plan: Plan) -> None:
        of_plan = {"plan_id": plan.pk}
        below = {f"indicator__activity__{name}": key for name, key in of_plan.items()}
        activities = Activity.objects.filter(**of_plan)
        self.activities = {(one.department_id, one.code): one for one in activities}
        self.indicators = list(Indicator.objects.filter(activity__plan_id=plan.pk))
        targets = Target.objects.filter(**below)
        self.targets = {(one.indicator_id, one.year): one for one in targets}
        realizations = Realization.objects.filter(**below)
        self.realizations = {(one.indicator_id, one.year): one for one in realizations}
        self.objectives = {one.code: one for one in Objective.objects.filter(**of_plan)}
        self.periods = {one.year: one for one in Period.objects.filter(**of_plan)}
        self._index_activities()
        self._index_indicators()

    def _index_activities(self) -> None:
        activities = self.activities.values()
        self.by_id = {one.pk: one for one in activities}
        self.by_title: dict[tuple[int, str], list[Activity]] = defaultdict(list)
        for one in activities:
            self.by_title[one.department_id, one.title_key].append(one)
        self._last_activity = max((one.position for one in activities), default=0)

    def _index_indicators(self) -> None:
        self.by_name: dict[int, dict[str, Indicator]] = defaultdict(dict)
        self._last_indicator: dict[int, int] = defaultdict(int)
        for one in self.indicators:
            self.by_name[one.activity_id][one.name_key] = one
            key = id(self.by_id[one.activity_id])
            self._last_indicator[key] = max(self._last_indicator[key], one.position)

    def indicators_of(self, activity: Activity) -> dict[str, Indicator]:
        """Return an activity's stored indicators by their search key; {} for a new activity."""
        return self.by_name.get(activity.pk or 0, {})

    def is_over(self, year: int) -> bool:
        """Whether a year is closed or published."""
        return year in self.periods and self.periods[year].state in OVER

    def settled_years(self, indicator: Indicator) -> list[int]:
        """Return the years that are over, or of which an indicator's value is verified."""
        over = {year for year in self.periods if self.is_over(year)}
        approved = Realization.State.APPROVED
        return sorted(
            over
            | {
                year
                for (pk, year), value in self.realizations.items()
                if pk == indicator.pk and value.state == approved
            }
        )

    def next_activity(self) -> int:
        """Return the position of the plan's next activity; another one at each call."""
        self._last_activity += 1
        return self._last_activity

    def next_indicator(self, activity: Activity) -> int:
        """Return the position of an activity's next indicator; another one at each call."""
        # By identity: an activity that is not saved yet has no key.
        self._last_indicator[id(activity)] += 1
        return self._last_indicator[id(activity)]


class StoredUnits:
    """Every unit and institution of the plan's municipality with its spellings, and the numbers.

    Another municipality's are never looked at, be they named alike.
    """

    def __init__(self, plan: Plan) -> None:
        """Load them; five queries."""
        self._municipality = plan.municipality
        own = {"municipality_id": plan.municipality_id}
        departments = (
            Department.objects.filter(**own).select_related("parent").prefetch_related("aliases")
        )
        self.departments = {one.pk: one for one in departments}
        institutions = Institution.objects.filter(**own).prefetch_related("aliases")
        self.institutions = {one.pk: one for one in institutions}
        places = PlanDepartment.objects.filter(plan_id=plan.pk)
        self.numbers = {place.department_id: place.number for place in places}

    def known(self) -> list[KnownUnit]:
        """Return the units as the matcher of names knows them."""
        return [
            *map(_known_department, self.departments.values()),
            *map(_known_institution, self.institutions.values()),
        ]

    @property
    def spellings(self) -> set[str]:
        """Return the keys of all spellings there are."""
        units: list[Department | Institution] = [
            *self.departments.values(),
            *self.institutions.values(),
        ]
        return {alias.key for unit in units for alias in unit.aliases.all()}

    def spelling(self, text: str, **unit: int) -> Alias:
        """Return a new spelling of a unit, not saved yet."""
        return Alias(text=text, municipality=self._municipality, **unit)

    def row(self, unit: KnownUnit) -> Department | Institution:
        """Return the row of a unit that came from here."""
        kind, key = cast("tuple[str, int]", unit.id)
        return self.institutions[key] if kind == "institution" else self.departments[key]


def _known_department(unit: Department) -> KnownUnit:
    return KnownUnit(
        ("department", unit.pk),
        unit.name,
        "branch" if unit.parent_id else "department",
        tuple(alias.text for alias in unit.aliases.all()),
        unit.short_name,
        ("department", unit.parent_id) if unit.parent_id else None,
    )


def _known_institution(unit: Institution) -> KnownUnit:
    aliases = tuple(alias.text for alias in unit.aliases.all())
    return KnownUnit(("institution", unit.pk), unit.name, "institution", aliases)
