"""A plan's objectives and goals with what each contains, to be told apart without titles."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from activities.models import Activity, Objective, Plan
from indicators.models import Indicator

NAMED = 2  # activities that show what an objective is about


@dataclass(frozen=True, slots=True)
class ObjectiveLine:
    """An objective or a goal, and what stands below it; ``first`` are activities' titles."""

    objective: Objective
    goals: int
    activities: int
    indicators: int
    first: tuple[str, ...]

    @property
    def is_goal(self) -> bool:
        return self.objective.parent_id is not None


def lines(plan: Plan) -> list[ObjectiveLine]:
    """Return the objectives by code, each with its goals behind it; three queries."""
    objectives = list(
        Objective.objects.filter(plan=plan).select_related("parent").order_by("code_key")
    )
    goals = Counter(each.parent_id for each in objectives)
    titles = _titles(objectives, plan)
    indicators = _indicators(objectives, plan)
    return [
        ObjectiveLine(
            each,
            goals[each.pk],
            len(titles[each.pk]),
            indicators[each.pk],
            tuple(titles[each.pk][:NAMED]),
        )
        for each in objectives
    ]


def _above(objectives: Iterable[Objective]) -> dict[int, list[int]]:
    """Return for each objective itself and the one above it."""
    return {
        each.pk: [each.pk, each.parent_id] if each.parent_id else [each.pk] for each in objectives
    }


def _titles(objectives: Iterable[Objective], plan: Plan) -> defaultdict[int, list[str]]:
    above = _above(objectives)
    found: defaultdict[int, list[str]] = defaultdict(list)
    rows = Activity.objects.filter(plan=plan).order_by("code_key", "position", "pk")
    for objective, title in rows.values_list("objective", "title"):
        for each in above[objective]:
            found[each].append(title)
    return found


def _indicators(objectives: Iterable[Objective], plan: Plan) -> Counter[int]:
    above = _above(objectives)
    found: Counter[int] = Counter()
    rows = Indicator.objects.of_plan(plan).in_use().order_by()
    for objective, count in rows.values_list("activity__objective").annotate(n=Count("pk")):
        for each in above[objective]:
            found[each] += count
    return found
