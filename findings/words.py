"""Putting the sentences of the core, and what an answer would change, into words."""

from __future__ import annotations

from typing import Any, cast

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from activities import formats
from findings.answers import AnswerChange
from indicators.choices import DIRECTIONS, KINDS, REPORTED_AS

FIELD_LABELS = {
    "kind": _("Kind"),
    "direction": _("Direction"),
    "reported_as": _("Reported as"),
    "baseline": _("Baseline"),
    "target": _("Target"),
    "realization": _("Realization"),
}
SETTINGS: dict[str, Any] = {
    "kind": KINDS,
    "direction": DIRECTIONS,
    "reported_as": REPORTED_AS,
}


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
