"""Whom people turn to who cannot get in or find a page missing."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Contact:
    """A municipality's contact; every part may be empty."""

    name: str
    email: str
    phone: str

    def __bool__(self) -> bool:
        return bool(self.name or self.email or self.phone)


def contact_of(request: HttpRequest | None = None) -> Contact:
    """Return whom to write to or call; one for the whole installation, from the environment."""
    return Contact(settings.CONTACT_NAME, settings.CONTACT_EMAIL, settings.CONTACT_PHONE)
