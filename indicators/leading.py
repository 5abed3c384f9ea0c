"""The plan that work goes on in, among several of a municipality."""

from __future__ import annotations

from collections.abc import Sequence

from activities.models import Plan
from indicators.models import Indicator


def leading(plans: Sequence[Plan]) -> Plan | None:
    """Return the newest plan that has an indicator in use, else the newest; None for none.

    A plan that was only just made does not push away the one that people work in. One query, none
    where there is no choice.
    """
    newest_first = sorted(plans, key=lambda each: (-each.first_year, each.pk))
    if len(newest_first) > 1:
        rows = Indicator.objects.in_use().filter(activity__plan__in=newest_first).order_by()
        filled = set(rows.values_list("activity__plan", flat=True).distinct())
        newest_first = [each for each in newest_first if each.pk in filled] or newest_first
    return newest_first[0] if newest_first else None
