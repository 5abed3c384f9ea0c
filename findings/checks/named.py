"""Checks of what a row is called: one thing, named so that everybody counts the same."""

from __future__ import annotations

import re
from functools import lru_cache

from activities import names
from activities.sentences import Sentence
from activities.sentences import noop as _
from findings.checks.finding import Answer, Check, CheckedRow, Finding, finding_of, of_row


@of_row()
def check_double_barrelled(row: CheckedRow) -> Finding | None:
    """ "/" in a name."""
    if "/" not in row.name:
        return None
    sentence = Sentence(
        _("“%(name)s” names two things. Is only one of them counted?"), name=row.name
    )
    answers = (
        Answer("one_thing", Sentence(_("One thing is counted"))),
        Answer("split", Sentence(_("Two are; the indicator will be split")), settles=False),
    )
    return finding_of(Check.DOUBLE_BARRELLED, [row], sentence, answers)


# Words that say how something is counted, and words that only join; all folded.
EMPTY_WORDS = frozenset(
    {"sayi", "sayisi", "sayilari", "adet", "adedi", "oran", "orani", "oranlari", "toplam"}
    | {"toplami", "yuzde", "yuzdesi", "miktar", "miktari"}
    | {"ve", "veya", "ya", "ile", "icin", "da", "de", "bir"}
)


@of_row()
def check_vague(row: CheckedRow) -> Finding | None:
    """A name with at most one content word: "Toplantı sayısı"."""
    if _has_content(row.name):
        return None
    sentence = Sentence(
        _("“%(name)s” hardly says what is counted. Does a reader understand it?"),
        name=row.name,
    )
    answers = (
        Answer("clear", Sentence(_("It is clear"))),
        Answer("rename", Sentence(_("The name will be completed")), settles=False),
    )
    return finding_of(Check.VAGUE, [row], sentence, answers)


def _has_content(name: str) -> bool:
    """Whether a name has two content words."""
    found = 0
    for word in name.split():
        found += _content(word)
        if found >= 2:
            return True
    return False


@lru_cache(maxsize=16_384)
def _content(word: str) -> int:
    """Return how many content words a printed word holds; an ending after ' is none."""
    stem = re.split("['’]", word, maxsplit=1)[0]
    parts = names.fold(stem).split()
    return sum(not part.isdigit() and part not in EMPTY_WORDS for part in parts)
