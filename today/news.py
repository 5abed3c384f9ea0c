"""What is new for everybody: the editions that were published, newest first."""

from __future__ import annotations

from django.db.models import F

from activities.models import Municipality, Period
from indicators.models import Edition

LISTED = 5


def editions(municipality: Municipality) -> list[Edition]:
    """Return the last editions of published years of public plans; one query."""
    found = Edition.objects.filter(
        plan__municipality=municipality,
        plan__is_public=True,
        plan__periods__year=F("year"),
        plan__periods__state=Period.State.PUBLISHED,
    )
    return list(found.defer("content").select_related("plan").order_by("-published_at")[:LISTED])
