"""Marking what people wrote in Turkish where the page speaks another language."""

from __future__ import annotations

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.filter
def turkish(text: object) -> SafeString:
    """Return a name or a text of the plan, marked for screen readers on pages in English.

    On a Turkish page the whole page says so already.
    """
    words = text if isinstance(text, SafeString) else str(text)
    if not words or (get_language() or "tr").startswith("tr"):
        return conditional_escape(words)
    return format_html('<span lang="tr">{}</span>', words)
