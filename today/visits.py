"""When a person was here last, so that what came since can be marked."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from today.models import Visit

if TYPE_CHECKING:
    from accounts.models import User
    from activities.models import Municipality

# A page that is loaded anew within this time belongs to the same visit.
SAME = datetime.timedelta(minutes=30)


def since(person: User, municipality: Municipality) -> datetime.datetime | None:
    """Note that a person is here and return when her visit before this one ended.

    None on the first. Two queries.
    """
    now = timezone.now()
    found, is_first = Visit.objects.get_or_create(
        person=person, municipality=municipality, defaults={"seen_at": now}
    )
    if not is_first:
        if now - found.seen_at > SAME:
            found.before_at = found.seen_at
        found.seen_at = now
        found.save(update_fields=["seen_at", "before_at"])
    return found.before_at
