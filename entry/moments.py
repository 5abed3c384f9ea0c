"""When something happened, as a line says it."""

from __future__ import annotations

import datetime

from django.utils import timezone
from django.utils.formats import date_format


def moment(when: datetime.datetime | None) -> str:
    """Return a time of today as "14:32", another day as "5 Kasım"; "" for none."""
    if when is None:
        return ""
    local = timezone.localtime(when)
    today = timezone.localdate()
    if local.date() == today:
        return date_format(local, "H:i")
    return date_format(local, "j F" if local.year == today.year else "j F Y")
