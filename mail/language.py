"""The language in which people are written to: the municipality's, whoever acts."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation


def in_mail_language() -> translation.override:
    return translation.override(settings.LANGUAGE_CODE)
