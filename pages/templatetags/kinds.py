"""Tags of the pages that ask how indicators are counted."""

from __future__ import annotations

from django import template

from activities.sentences import Sentence
from activities.wording import say
from indicators.achievement import Direction, Kind
from indicators.choices import DIRECTIONS, KINDS
from indicators.kinds import Settings, choice_of
from pages.kind_rows import KIND_LABELS

register = template.Library()


@register.simple_tag
def kind_label(code: str) -> str:
    """Return the words of a choice."""
    return str(KIND_LABELS[code])


@register.simple_tag
def chosen_of(tally: list[tuple[str, int]]) -> int:
    """Return how many rows have a choice."""
    return sum(count for _code, count in tally)


@register.simple_tag
def settings_words(wanted: Settings) -> str:
    """Say how a number is to be read; the usual direction goes without saying."""
    code = choice_of(wanted.kind, wanted.reported_as)
    words = str(KIND_LABELS[code]) if code else str(KINDS[Kind(wanted.kind)])
    if wanted.direction == Direction.INCREASE:
        return words
    return f"{words} · {DIRECTIONS[Direction(wanted.direction)]}"


@register.simple_tag
def said(sentence: Sentence) -> str:
    """Say a sentence in the reader's language."""
    return say(sentence)
