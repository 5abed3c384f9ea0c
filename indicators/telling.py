"""Putting the sentences of the core into the active language."""

from __future__ import annotations

from django.utils.translation import gettext as translate

from activities.sentences import Sentence


def tell(sentence: Sentence) -> str:
    text = translate(sentence.text)
    return text % sentence.values if sentence.values else text
