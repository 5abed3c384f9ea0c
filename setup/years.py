"""A plan's years as the settings list them."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from activities.models import Period, Plan
from indicators.progress import Counts, progress_of_many


@dataclass(frozen=True, slots=True)
class PlanYearLine:
    """A year: its state, how much of it was sent, and where its state is changed."""

    period: Period
    counts: Counts

    @property
    def is_begun(self) -> bool:
        return self.period.state != Period.State.PLANNED

    @property
    def url(self) -> str:
        return reverse("period", args=[self.period.plan.slug, self.period.year])


def years_of(plan: Plan) -> list[PlanYearLine]:
    """Return the plan's years; four queries, whatever their number."""
    found = list(plan.periods.select_related("plan").order_by("year"))
    progress = progress_of_many(found)
    return [PlanYearLine(each, progress[each.pk].plan_counts) for each in found]
