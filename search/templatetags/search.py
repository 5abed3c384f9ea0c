"""Marking in a text what was searched for."""

from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from activities.typed import Typed, pieces

register = template.Library()


@register.filter
def marked(text: str, wanted: Typed) -> SafeString:
    """Write a text with the words that were found in it marked."""
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<mark>{}</mark>", piece.text) if piece.is_found else piece.text,)
            for piece in pieces(text, wanted.words)
        ),
    )
