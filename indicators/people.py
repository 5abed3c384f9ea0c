"""Indicators that count people, and those that hide small numbers: what is proposed and decided.

Proposed is what a row's name suggests (``people_words``), the same whatever was reached. A person
decides on many at once; what she leaves out is decided, too, and not proposed again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from simple_history.utils import bulk_update_with_history

from activities import revisions
from activities.models import Plan
from activities.sentences import Sentence
from activities.sentences import noop as _
from indicators.editions import sealing
from indicators.models import EditionSeal, Indicator, IndicatorQuerySet
from indicators.people_words import ends_in_people, suggests_people, tells_much
from indicators.small_decisions import (
    DECIDED_HIDDEN,
    STAYS_HIDDEN,
    decided_hidden,
    published_hidden,
)

if TYPE_CHECKING:
    from accounts.models import User

PERCENT = _("“%(name)s” is a percent and no number of people.")
STORED = ["counts_people", "hides_small_numbers", "people_decided"]
BATCH = 500


@dataclass(frozen=True, slots=True)
class Said:
    """Whether a row counts people, and whether its small numbers are hidden from the public."""

    counts: bool
    hides: bool


def said_of(indicator: Indicator) -> Said:
    return Said(indicator.counts_people, indicator.hides_small_numbers)


def proposal(indicator: Indicator) -> Said:
    """Return what a row's name suggests: a number of people is hidden where it is small."""
    counts = not indicator.is_percent and ends_in_people(indicator.name)
    return Said(counts, counts)


def is_asked(indicator: Indicator) -> bool:
    """Whether a row is proposed: its name speaks of people or tells much, and nobody decided."""
    if indicator.people_decided or indicator.counts_people or indicator.hides_small_numbers:
        return False
    speaks = suggests_people(indicator.name) or tells_much(indicator.name)
    return speaks and not indicator.is_percent


def rows_of(plan: Plan) -> IndicatorQuerySet:
    """Return the rows that can be decided on: those in use, of the percents only hidden ones."""
    rows = Indicator.objects.of_plan(plan).in_use()
    return rows.filter(~Q(measure=Indicator.Measure.PERCENT) | Q(hides_small_numbers=True))


def asked_of(plan: Plan) -> list[Indicator]:
    """Return the rows that nobody decided on and whose names speak of people; one query."""
    return [row for row in rows_of(plan).in_printed_order() if is_asked(row)]


def locked(plan: Plan) -> dict[int, str]:
    """Return why small numbers of rows stay hidden, as a template of a sentence; three queries.

    What a seal hides was hidden after publishing, and stays so, too.
    """
    seals = EditionSeal.objects.filter(edition__plan=plan).values_list("withheld", flat=True)
    sealed = {row for withheld in seals for row, _what, _year in withheld["cells"]}
    return {
        **dict.fromkeys(decided_hidden(plan), DECIDED_HIDDEN),
        **dict.fromkeys(published_hidden(plan) | sealed, STAYS_HIDDEN),
    }


@transaction.atomic
def decide(plan: Plan, wanted: Mapping[int, Said], person: User, reason: str = "") -> int:
    """Store what a person said of rows, each decided from now on; return how many changed.

    All or none: raise Sentence where what was published hidden would be shown, or where a percent
    would count people. Editions of which other numbers are hidden now are sealed anew.
    """
    held = list(rows_of(plan).select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk"))
    stays = locked(plan)
    changed = []
    for row in held:
        said = wanted[row.pk]
        if row.hides_small_numbers and not said.hides and row.pk in stays:
            raise Sentence(stays[row.pk], name=row.name)
        if said.counts and row.is_percent:
            raise Sentence(PERCENT, name=row.name)
        if row.people_decided and said == said_of(row):
            continue
        row.counts_people, row.hides_small_numbers = said.counts, said.hides
        row.people_decided = True
        changed.append(row)
    if changed:
        # A bulk update sends no signals, so figures and seals kept elsewhere would not notice.
        revisions.bump(Plan.objects.filter(pk=plan.pk))
        bulk_update_with_history(
            changed, Indicator, STORED, default_user=person, batch_size=BATCH,
            default_change_reason=reason or None,
        )  # fmt: skip
        sealing.seal_anew(plan)
    return len(changed)
