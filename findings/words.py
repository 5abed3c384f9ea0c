"""Putting the sentences of the core, and what an answer would change, into words."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from activities import formats
from activities.wording import say
from findings.answers import AnswerChange
from findings.checks.finding import Answer
from indicators.choices import DIRECTIONS, KINDS, REPORTED_AS

FIELD_LABELS = {
    "kind": _("Kind"),
    "direction": _("Direction"),
    "reported_as": _("Reported as"),
    "baseline": _("Baseline"),
    "target": _("Target"),
    "realization": _("Realization"),
}
# What an answer says of any row, where its own words name the row's numbers.
OF_ANY_ROW = {
    "increment": _("Added this year"),
    "total": _("The total"),
    "target_is_increment": _("The target is to be added"),
    "nothing_done": _("Nothing was done"),
    "repair": _("Yes; put it right"),
}
SETTINGS: dict[str, Any] = {
    "kind": KINDS,
    "direction": DIRECTIONS,
    "reported_as": REPORTED_AS,
}


def of_any_row(answers: Collection[Answer]) -> str:
    """Return what one answer to several questions says, without the numbers of one of them."""
    labels = {say(answer.label) for answer in answers}
    first = next(iter(answers))
    if len(labels) == 1 and not first.label.values:
        return labels.pop()
    return str(OF_ANY_ROW.get(first.code) or say(first.label))


def tell_change(change: AnswerChange) -> tuple[str, str]:
    """Return what is there and what will be, in words or as a number; "—" for none."""
    labels = SETTINGS.get(change.field)
    language, is_percent = get_language() or "tr", change.figure.is_percent
    before, after = (
        str(labels[value])
        if labels
        else formats.amount(cast(Any, value), language, percent=is_percent) or "—"
        for value in (change.before, change.after)
    )
    return before, after
