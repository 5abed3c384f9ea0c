"""Links from a word on a page to its entry in the glossary."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from help.glossary import BY_KEY

register = template.Library()


@register.simple_tag
def explained(key: str) -> SafeString:
    """Link to what a word means: a small question mark, heard as a question.

    A KeyError on a word that the glossary lacks is meant: a test opens every page.
    """
    entry = BY_KEY[key]
    question = _("What does “%(word)s” mean?") % {"word": entry.term}
    return format_html(
        '<a class="explain no-print" href="{}"><span aria-hidden="true">?</span>'
        '<span class="heard">{}</span></a>',
        entry.url,
        question,
    )
