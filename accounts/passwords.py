"""Passwords that a guesser in a town hall tries first are refused, with a sentence.

What a password hides is what is left of it without the words everybody knows: the office's, the
municipality's, the product's, the person's own, years and runs of keys. A word and a year is no
password, however long; the same word among others does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from activities import names
from activities.models import Municipality

WORDS_FILE = Path(__file__).with_name("office_words.txt")
# So many different signs must be left when the known words are taken out.
SIGNS_LEFT = 5
# A word of fewer letters stands in too many others.
SHORTEST_WORD = 3
# A figure that stands for a letter; 1 stands for either.
ALIKE = (str.maketrans("013457@$!", "oieastasi"), str.maketrans("013457@$!", "oleastasi"))
YEAR = re.compile(r"(?:19|20)\d\d")
ROWS = (
    "0123456789",
    "9876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
)


class OfficeWordsValidator:
    """For AUTH_PASSWORD_VALIDATORS."""

    def validate(self, password: str, user: Any = None) -> None:
        words = {*office_words(), *words_of(municipalities()), *words_of(own_words(user))}
        if hidden(password, words) < SIGNS_LEFT:
            raise ValidationError(
                _(
                    "This is easy to guess: it is made of words that everybody tries here, of a "
                    "name or a year. Take three or four words that have nothing to do with each "
                    "other."
                ),
                code="office_words",
            )

    def get_help_text(self) -> str:
        return _(
            "Three or four words that have nothing to do with each other are good; the name of "
            "the municipality, of a unit or a year is not."
        )


def hidden(password: str, words: Iterable[str]) -> int:
    """Return how many different signs are left of a password without the words; words are folded.

    Read as written, and with the figures that stand for letters.
    """
    known = sorted(words, key=len, reverse=True)
    bare = YEAR.sub(" ", password)
    read = [names.fold(password), *(names.fold(bare.translate(table)) for table in ALIKE)]
    return min(len(set(_without(text, known))) for text in read)


def _without(text: str, known: Iterable[str]) -> str:
    """Return what is left of a folded text; a gap stays, so that its ends do not make a word."""
    for word in known:
        text = text.replace(word, " ")
    text = YEAR.sub(" ", text)
    for row in ROWS:
        for start in range(len(row) - 2):
            text = text.replace(row[start : start + 3], " ")
    return "".join(sign for sign in text if sign.isalnum())


@cache
def office_words() -> frozenset[str]:
    lines = WORDS_FILE.read_text(encoding="utf-8").splitlines()
    return words_of(line for line in lines if not line.startswith("#"))


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of texts, folded, and each text as one word."""
    found: set[str] = set()
    for text in texts:
        words = re.findall(r"[a-z0-9]+", names.fold(text))
        found |= {*words, "".join(words)}
    return frozenset(word for word in found if len(word) >= SHORTEST_WORD)


def municipalities() -> list[str]:
    """Return the names of the municipalities that are at home here; one query."""
    return [
        name for pair in Municipality.objects.values_list("name", "short_name") for name in pair
    ]


def own_words(user: Any) -> list[str]:
    """Return what a person is called, as far as she is known yet."""
    if user is None:
        return []
    address = str(getattr(user, "email", "") or "")
    given = (getattr(user, name, "") for name in ("username", "first_name", "last_name"))
    return [*map(str, given), address.partition("@")[0]]
