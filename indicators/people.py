"""Indicators that count people: which they are, and how their values split by sex."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from activities.models import Plan
from indicators.models import Indicator


def count_people(plan: Plan, ids: Collection[int]) -> int:
    """Say of indicators in use that they count people; return of how many it was not said yet."""
    with transaction.atomic():
        found = list(
            Indicator.objects.of_plan(plan)
            .in_use()
            .select_for_update(of=("self",))
            .filter(pk__in=set(ids), counts_people=False)
            .exclude(measure=Indicator.Measure.PERCENT)
            .order_by("pk")
        )
        for indicator in found:
            indicator.counts_people = True
            indicator.save()
    return len(found)
