"""What of a plan is deleted and what stays: rows that hold something are taken out of use instead.

Source: docs/domain.md, "Planned rows".
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from activities.models import Activity, Period, Plan
from activities.sentences import Sentence
from activities.sentences import noop as _
from indicators import kinds
from indicators.models import FindingAnswer, Indicator, Realization, Target

if TYPE_CHECKING:
    from accounts.models import User

HAS_VALUES = _("“%(name)s” has values or answers. It is taken out of use, and its values stay.")
IS_PLANNED = _(
    "“%(name)s” has a target of a year that is over. It is taken out of use, and stays readable."
)
IS_COUNTED_AT = _("Other indicators are counted at “%(name)s”.")
HAS_ROWS = _("The activity has indicators that are not deleted. They are taken out of use.")
WHY_RETIRED = _("Say why the indicators are taken out of use.")


def why_not_delete(indicator: Indicator) -> Sentence | None:
    """Return why an indicator stays, None if nothing hangs on it; four queries."""
    own = {"name": indicator.name}
    if (
        Realization.objects.filter(indicator=indicator).exists()
        or FindingAnswer.objects.filter(indicators=indicator).exists()
    ):
        return Sentence(HAS_VALUES, **own)
    if _settled_targets().filter(indicator=indicator).exists():
        return Sentence(IS_PLANNED, **own)
    return Sentence(IS_COUNTED_AT, **own) if indicator.counts_for.exists() else None


def why_not_delete_activity(activity: Activity) -> Sentence | None:
    """Return why an activity stays, None if nothing hangs on it or its indicators; one query."""
    own = {"indicator": OuterRef("pk")}
    kept = activity.indicators.filter(
        Exists(Realization.objects.filter(**own))
        | Exists(FindingAnswer.objects.filter(indicators=OuterRef("pk")))
        | Exists(_settled_targets().filter(**own))
        | Q(counts_for__isnull=False)
    )
    return Sentence(HAS_ROWS) if kept.exists() else None


def _settled_targets() -> QuerySet[Target]:
    over = Period.objects.filter(
        plan=OuterRef("indicator__activity__plan"), year=OuterRef("year"), state__in=kinds.OVER
    )
    return Target.objects.filter(Exists(over), value__isnull=False)


@transaction.atomic
def retire_all(activity: Activity, person: User, reason: str) -> Sequence[Indicator]:
    """Take every indicator of an activity out of use; return them.

    All or none: raise Sentence where the reason is missing, or a row may not be by this person.
    """
    if not reason.strip():
        raise Sentence(WHY_RETIRED)
    rows = list(activity.indicators.in_use().select_for_update(of=("self",)).order_by("pk"))
    plan: Plan = activity.plan
    for row in rows:
        after = copy(row)
        after.retired_on = timezone.localdate()
        found = kinds.effects_of(row, after, plan)
        why = kinds.why_not_rewrite(row, after, person, found, reason)
        if why is not None:
            raise why
        after._change_reason = reason.strip()  # type: ignore[attr-defined]
        after.save()
    return rows
