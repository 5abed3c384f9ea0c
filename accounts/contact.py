"""Whom people turn to who cannot get in or find a page missing."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest

from activities.models import Municipality


@dataclass(frozen=True, slots=True)
class Contact:
    """A municipality's contact; every part may be empty."""

    name: str
    email: str
    phone: str

    def __bool__(self) -> bool:
        return bool(self.name or self.email or self.phone)


def contact_of(
    request: HttpRequest | None = None, *, municipality: Municipality | None = None
) -> Contact:
    """Return whom to write to or call: the municipality's contact, else the installation's.

    The municipality is the one given, the one that the request is about, or the only one there
    is. One query at most; where the database does not answer, the installation's.
    """
    found = municipality or getattr(request, "_municipality", None) or _only()
    if found is not None:
        own = Contact(found.contact_name, found.contact_email, found.contact_phone)
        if own:
            return own
    return Contact(settings.CONTACT_NAME, settings.CONTACT_EMAIL, settings.CONTACT_PHONE)


def _only() -> Municipality | None:
    """Return the only municipality; None where there are several, or none that can be asked."""
    try:
        first = list(Municipality.objects.order_by()[:2])
    except DatabaseError:
        return None
    return first[0] if len(first) == 1 else None
