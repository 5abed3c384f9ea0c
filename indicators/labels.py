"""The words and signs of statuses and badges, keyed by their values in ``achievement``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# The order is that of bars and legends: due indicators first, then those without a target.
STATUS_LABELS: dict[str, _StrPromise] = {
    "achieved": _("Achieved"),
    "mostly": _("Largely achieved"),
    "partly": _("Partly achieved"),
    "low": _("Low"),
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
