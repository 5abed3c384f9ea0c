"""The words and signs of statuses and badges, keyed by their values in ``achievement``.

And its limits in words: a sentence takes the number from here, so it cannot disagree with the rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from activities import formats
from indicators import achievement

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# The order is that of bars and legends: due indicators first, then those without a target.
STATUS_LABELS: dict[str, _StrPromise] = {
    "achieved": _("Achieved"),
    "mostly": _("Largely achieved"),
    "partly": _("Partly achieved"),
    "low": _("Low"),
    "unverified": _("Reported, not verified"),
    "not_reported": _("Not reported"),
    "unanswered": _("Awaiting an answer"),
    "unplanned": _("Realized without a target"),
    "no_target": _("No target this year"),
}

# Names both the symbol (#i-met) and the CSS class (.status.met).
STATUS_ICONS: dict[str, str] = {
    "achieved": "met",
    "mostly": "most",
    "partly": "part",
    "low": "low",
    "unverified": "unverified",
    "not_reported": "none",
    "unanswered": "wait",
    "unplanned": "unplanned",
    "no_target": "notarget",
}

BADGE_LABELS: dict[str, _StrPromise] = {
    "exceeded": _("Target exceeded"),
    "behind_baseline": _("Behind the baseline"),
    "deviation": _("Deviation needs a reason"),
}

BADGE_ICONS: dict[str, str] = {
    "exceeded": "up",
    "behind_baseline": "down",
    "deviation": "pen",
}


def exceeded_above() -> str:
    """Return the percentage above which a target counts as exceeded, as it is written: "110%"."""
    return formats.amount(achievement.EXCEEDED_ABOVE * 100, get_language() or "en", percent=True)


def deviation_points() -> str:
    """Return how many points off 100 % go without a reason, as they are written: "10"."""
    return formats.amount(achievement.DEVIATION_ABOVE * 100, get_language() or "en")
