"""The limits that explanations name, in the active language; none is typed a second time."""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils.translation import get_language

from activities import formats
from indicators import achievement, inference, labels, publishing, results

HUNDRED = Decimal(100)
PLACE = re.compile(r"%\((\w+)\)s")


def _share(fraction: Decimal) -> str:
    return formats.amount(fraction * HUNDRED, get_language() or "tr", percent=True)


def _plain(value: Decimal) -> str:
    return formats.amount(value, get_language() or "tr")


def limits() -> dict[str, str]:
    """Return every limit by the name under which a text holds its place."""
    bands = achievement.DEFAULT_BANDS
    return {
        "none": _share(achievement.ZERO),
        "cap": _share(achievement.ONE),
        "achieved": _share(bands.achieved),
        "mostly": _share(bands.mostly),
        "partly": _share(bands.partly),
        "exceeded": labels.exceeded_above(),
        "points": labels.deviation_points(),
        "enough": _share(results.ENOUGH),
        "enough_verified": _share(publishing.ENOUGH_VERIFIED),
        "apart": _plain(publishing.POINTS_APART * HUNDRED),
        "smallest": _plain(inference.SMALLEST_SHOWN),
    }


def filled(text: object) -> str:
    """Return a text with the limits in their places; a percent sign of its own stays one."""
    known = limits()
    return PLACE.sub(lambda place: known[place[1]], str(text))
