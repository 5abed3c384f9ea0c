"""Saying a sentence of the core in the active language."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as translate

from activities import formats
from activities.sentences import Listed, Sentence


def say(sentence: Sentence) -> str:
    """Return a sentence in the active language, its amounts written as in tables."""
    text = translate(sentence.text)
    if not sentence.values:
        return text
    language = get_language() or "tr"
    return text % {name: _said(value, language) for name, value in sentence.values.items()}


def _said(value: object, language: str) -> object:
    if isinstance(value, Listed):
        return "".join(str(_said(part, language)) for part in value.parts)
    return formats.amount(value, language) if isinstance(value, Decimal) else value
