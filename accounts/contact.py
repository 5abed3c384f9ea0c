"""Whom people turn to who cannot get in or find a page missing."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from accounts import current
from activities.models import Municipality


@dataclass(frozen=True, slots=True)
class Contact:
    """A municipality's contact; every part may be empty."""

    name: str
    email: str
    phone: str

    def __bool__(self) -> bool:
        return bool(self.name or self.email or self.phone)


def contact_of(request: HttpRequest | None = None) -> Contact:
    """Return whom to write to or call: the municipality's contact, else the installation's.

    The municipality is the one that the request shows; for a stranger the only one there is. The
    installation's contact comes from the environment. At most one query.
    """
    municipality = current.shown(request) if request is not None else None
    if municipality is None:
        found = list(Municipality.objects.order_by("pk")[:2])
        municipality = found[0] if len(found) == 1 else None
    own = _contact(municipality) if municipality is not None else None
    return own or Contact(settings.CONTACT_NAME, settings.CONTACT_EMAIL, settings.CONTACT_PHONE)


def _contact(municipality: Municipality) -> Contact:
    return Contact(
        municipality.contact_name, municipality.contact_email, municipality.contact_phone
    )
