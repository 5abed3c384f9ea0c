"""The year that a plan opens with: the last one of which enough is known.

A year that has just been opened says nothing yet, so the one before stays in front until 80 % of
what is due in the new one is reported. Source: docs/domain.md, "Coverage and the headline".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import F

from activities.models import Plan
from indicators.achievement import Reading
from indicators.models import COUNTED_STATES, Realization
from indicators.progress import count, is_covered, standings


def start_year(plan: Plan) -> int:
    """Return the year to begin with; up to three queries."""
    return start_years([plan])[plan.pk]


def start_years(plans: Iterable[Plan]) -> dict[int, int]:
    """Return the year to begin with by the plan's id; up to three queries for all of them.

    The last year that is covered; where none is, the last one with a reported number, else the
    plan's first. Only where several years have reports is anything counted.
    """
    plans = list(plans)
    reported = _reported_years(plans)
    several = [(plan, year) for plan, years in reported.items() if len(years) > 1 for year in years]
    covered: defaultdict[int, set[int]] = defaultdict(set)
    for (plan, year), rows in (standings(several) if several else {}).items():
        if is_covered(count(rows).coverage):
            covered[plan].add(year)
    return {
        plan.pk: max(covered[plan.pk] or reported.get(plan.pk, set()), default=plan.first_year)
        for plan in plans
    }


def _reported_years(plans: list[Plan]) -> dict[int, set[int]]:
    """Return the years of each plan in which a number counts as reported; one query."""
    rows = Realization.objects.filter(
        indicator__activity__plan__in=plans,
        indicator__retired_on=None,
        value__isnull=False,
        state__in=COUNTED_STATES[Reading.REPORTED],
        year__gte=F("indicator__activity__plan__first_year"),
        year__lte=F("indicator__activity__plan__last_year"),
    )
    found: defaultdict[int, set[int]] = defaultdict(set)
    for plan, year in rows.order_by().values_list("indicator__activity__plan", "year").distinct():
        found[plan].add(year)
    return dict(found)
