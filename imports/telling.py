"""Putting the sentences of pure modules into the active language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from activities.sentences import Sentence


def tell(sentence: Sentence) -> str:
    return _(sentence.text) % sentence.values if sentence.values else _(sentence.text)
