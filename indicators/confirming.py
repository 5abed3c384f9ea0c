"""How many indicators are read, confirmed together: looked at first, then stored.

The rules are those of one alone (``indicators.kinds``): each row is refused, or asks for a reason,
by itself, and what it makes of every year is known before anything is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from simple_history.utils import bulk_update_with_history

from activities import revisions
from activities.models import Period, Plan
from activities.sentences import Sentence
from activities.sentences import noop as _
from indicators import kinds
from indicators.kinds import Settings, YearEffect
from indicators.models import Indicator, Realization, Target

if TYPE_CHECKING:
    from accounts.models import User

CHANGED = _("Somebody said meanwhile how it is counted. Look at it again.")
STORED = ["kind", "direction", "reported_as", "kind_confirmed"]
BATCH = 500


@dataclass(frozen=True, slots=True)
class Look:
    """What another reading of an indicator's numbers would change.

    ``why_not`` says why this person may never store it, ``asks`` for the reason it needs; both
    None where it is stored without a word.
    """

    indicator: Indicator
    wanted: Settings
    effects: list[YearEffect]
    why_not: Sentence | None
    asks: Sentence | None

    @property
    def changes(self) -> list[YearEffect]:
        return [each for each in self.effects if each.changes]

    @property
    def mark(self) -> str:
        """Return how the indicator is read now, as a form remembers it."""
        return mark_of(self.indicator)


@dataclass(slots=True)
class Confirmed:
    """What became of a confirmation: the rows stored, and by id why others were not."""

    done: list[Indicator] = field(default_factory=list)
    kept: dict[int, Sentence] = field(default_factory=dict)


class PlanResults:
    """The targets, values and periods that readings are judged by; three queries."""

    def __init__(self, plan: Plan, indicators: Iterable[Indicator]) -> None:
        self.plan = plan
        ids = [indicator.pk for indicator in indicators]
        self.targets: defaultdict[int, dict[int, Decimal | None]] = defaultdict(dict)
        self.values: defaultdict[int, dict[int, Realization]] = defaultdict(dict)
        for row in Target.objects.filter(indicator__in=ids):
            self.targets[row.indicator_id][row.year] = row.value
        for value in Realization.objects.filter(indicator__in=ids):
            self.values[value.indicator_id][value.year] = value
        self.states = dict(Period.objects.filter(plan=plan).values_list("year", "state"))

    def effects(self, indicator: Indicator, wanted: Settings) -> list[YearEffect]:
        after = copy(indicator)
        kinds.put(wanted, after, "")
        return kinds.effects_among(
            indicator,
            after,
            self.plan,
            targets=self.targets[indicator.pk],
            values=self.values[indicator.pk],
            states=self.states,
        )

    def look(self, indicator: Indicator, wanted: Settings, person: User) -> Look:
        """Return what a reading would change, and whether the person may store it."""
        effects = self.effects(indicator, wanted)
        ask = partial(
            kinds.why_not,
            indicator,
            wanted,
            person,
            unit=indicator.activity.department_id,
            changed=kinds.settled(effects),
        )
        why_not = ask(reason=kinds.ANY_REASON)
        return Look(indicator, wanted, effects, why_not, None if why_not else ask(reason=""))


def look(plan: Plan, wanted: Mapping[int, Settings], person: User) -> list[Look]:
    """Return what each wanted reading would change, in printed order; four queries.

    An indicator of another plan, or one that is retired, is left out; so is a reading that
    stands already.
    """
    found = Indicator.objects.of_plan(plan).in_use().filter(pk__in=wanted).in_printed_order()
    return _looks(plan, list(found.select_related("activity")), wanted, person)


def _looks(
    plan: Plan, rows: list[Indicator], wanted: Mapping[int, Settings], person: User
) -> list[Look]:
    results = PlanResults(plan, rows)
    return [
        results.look(row, wanted[row.pk], person)
        for row in rows
        if not (row.kind_confirmed and kinds.settings_of(row) == wanted[row.pk])
    ]


def mark_of(indicator: Indicator) -> str:
    """Return how an indicator is read now, as a form remembers it over the confirming page."""
    settings = kinds.settings_of(indicator)
    parts = (settings.kind, settings.direction, settings.reported_as)
    return ".".join((*parts, str(int(indicator.kind_confirmed))))


@transaction.atomic
def confirm_all(
    plan: Plan,
    wanted: Mapping[int, Settings],
    person: User,
    *,
    reason: str = "",
    told: str = "",
    seen: Mapping[int, str] | None = None,
) -> Confirmed:
    """Store how indicators are read; what may not be, or asks for a reason not given, is kept.

    The reason goes only to the rows that ask for one, ``told`` to the others' histories. ``seen``
    holds the marks that the person looked at: what was changed since is kept, too.
    """
    rows = Indicator.objects.of_plan(plan).in_use().filter(pk__in=wanted)
    held = list(rows.select_for_update(of=("self",)).select_related("activity").order_by("pk"))
    outcome = Confirmed()
    for each in _looks(plan, held, wanted, person):
        row = each.indicator
        why = each.why_not or (None if reason.strip() else each.asks)
        if why is None and seen is not None and seen.get(row.pk) != mark_of(row):
            why = Sentence(CHANGED)
        if why is not None:
            outcome.kept[row.pk] = why
            continue
        kinds.put(each.wanted, row, reason.strip() if each.asks else told)
        outcome.done.append(row)
    if outcome.done:
        # A bulk update sends no signals, so figures kept elsewhere would not notice.
        revisions.bump(Plan.objects.filter(pk=plan.pk))
        bulk_update_with_history(
            outcome.done, Indicator, STORED, default_user=person, batch_size=BATCH
        )
    return outcome
