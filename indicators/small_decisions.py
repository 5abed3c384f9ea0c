"""What people decide on small numbers before a year is published: hide them, or show them.

Which numbers they are asked about is in ``indicators.small_numbers``. To hide is to set the
indicator's own ``hides_small_numbers``, for every year; to show holds for the one year.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from simple_history.utils import update_change_reason

from activities.models import Plan
from activities.sentences import Sentence
from activities.sentences import noop as _
from indicators import small_numbers
from indicators.models import Edition, Indicator, SmallNumberDecision

if TYPE_CHECKING:
    from accounts.models import User

NO_REASON = _("Say of “%(name)s” why its small numbers are hidden or shown.")
STAYS_HIDDEN = _(
    "“%(name)s” was published with its small numbers hidden; what was hidden stays hidden."
)
DECIDED_HIDDEN = _(
    "That the small numbers of “%(name)s” are hidden was decided on the page of a year; it is "
    "taken back there."
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody wants done with an indicator's small numbers, and why."""

    is_hidden: bool
    reason: str


def decisions(plan: Plan, year: int) -> dict[int, SmallNumberDecision]:
    """Return what was decided for a year, by indicator; one query."""
    found = SmallNumberDecision.objects.filter(indicator__activity__plan=plan, year=year)
    return {each.indicator_id: each for each in found.select_related("decided_by", "indicator")}


def undecided(plan: Plan, year: int) -> list[tuple[str, str]]:
    """Return code and name of each row whose small number of people nobody decided on.

    Of the approved values of a year, as they would be published; five queries.
    """
    decided = SmallNumberDecision.objects.filter(indicator__activity__plan=plan, year=year)
    ids = small_numbers.people_in_small_numbers(
        plan, year, decided=set(decided.values_list("indicator_id", flat=True))
    )
    rows = Indicator.objects.filter(pk__in=ids).in_printed_order()
    return list(rows.values_list("activity__code", "name"))


def decide(plan: Plan, year: int, wanted: Mapping[int, Decision], person: User) -> int:
    """Store what a person decided, by indicator; return of how many rows.

    All of them or none: raise Sentence where a reason is missing, or where a row is to be shown
    that was published hidden.
    """
    with transaction.atomic():
        rows = (
            Indicator.objects.of_plan(plan)
            .select_for_update(of=("self",))
            .filter(pk__in=wanted)
            .order_by("pk")
        )
        for indicator in rows:
            decision = wanted[indicator.pk]
            if not decision.reason.strip():
                raise Sentence(NO_REASON, name=indicator.name)
            SmallNumberDecision.objects.update_or_create(
                indicator=indicator,
                year=year,
                defaults={
                    "is_hidden": decision.is_hidden,
                    "reason": decision.reason.strip(),
                    "decided_by": person,
                },
            )
            _mark(indicator, hides=decision.is_hidden, reason=decision.reason.strip())
    return len(rows)


def take_back(plan: Plan, year: int, indicator_id: int) -> Indicator | None:
    """Forget a decision, so that its row is asked about again; None where there is none.

    Raise Sentence where the row was published hidden.
    """
    with transaction.atomic():
        rows = Indicator.objects.of_plan(plan).select_for_update(of=("self",))
        indicator = rows.filter(pk=indicator_id, small_number_decisions__year=year).first()
        if indicator is None:
            return None
        decision = SmallNumberDecision.objects.get(indicator=indicator, year=year)
        decision.delete()
        if decision.is_hidden:
            _mark(indicator, hides=False, reason=decision.reason)
    return indicator


def _mark(indicator: Indicator, *, hides: bool, reason: str) -> None:
    """Let an indicator hide its small numbers, or show them where no other year hides them."""
    if indicator.hides_small_numbers == hides:
        return
    if not hides:
        if indicator.pk in published_hidden(indicator.activity.plan_id):
            raise Sentence(STAYS_HIDDEN, name=indicator.name)
        if indicator.small_number_decisions.filter(is_hidden=True).exists():
            return
    indicator.hides_small_numbers = hides
    indicator.save()
    update_change_reason(indicator, reason)


def published_hidden(plan: Plan | int) -> set[int]:
    """Return the rows that an edition hides the small numbers of: they stay hidden; one query."""
    contents = Edition.objects.filter(plan=plan).values_list("content", flat=True)
    return {
        row["id"]
        for content in contents
        for row in json.loads(content)["rows"]
        if row["hides_small_numbers"]
    }


def decided_hidden(plan: Plan) -> set[int]:
    """Return the rows that somebody decided to hide before a year was published; one query."""
    rows = SmallNumberDecision.objects.filter(indicator__activity__plan=plan, is_hidden=True)
    return set(rows.values_list("indicator_id", flat=True))
