"""Saying the sentences of the core in templates."""

from __future__ import annotations

from django import template

from activities import wording
from activities.sentences import Sentence

register = template.Library()


@register.filter
def say(sentence: Sentence | None) -> str:
    """Say a sentence in the active language; "" for none."""
    return "" if sentence is None else wording.say(sentence)
