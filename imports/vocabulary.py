"""What the words of a heading say, in the languages that plans are written in.

The words are data: ``imports/shapes/headings.toml``. Nothing here imports Django.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

WORDS = Path(__file__).parent / "shapes" / "headings.toml"
LONGEST_PHRASE = 4


class Family:
    """The words and phrases of one meaning, whatever the language."""

    def __init__(self, entries: Sequence[str]) -> None:
        self.phrases = frozenset(entry for entry in entries if not entry.endswith("*"))
        self.stems = tuple(entry[:-1] for entry in entries if entry.endswith("*"))

    def has(self, phrase: str) -> bool:
        return phrase in self.phrases or (
            phrase.startswith(self.stems) and self._is_stemmed(phrase)
        )

    def _is_stemmed(self, phrase: str) -> bool:
        """Whether a stem and the phrase have as many words: "is birligi*" is no "is"."""
        blanks = phrase.count(" ")
        return any(phrase.startswith(stem) and stem.count(" ") == blanks for stem in self.stems)


@cache
def families() -> dict[str, Family]:
    """Return the families by their name, read once."""
    with WORDS.open("rb") as file:
        told = tomllib.load(file)
    return {
        name: Family([entry.strip() for text in languages.values() for entry in text.split("|")])
        for name, languages in told.items()
    }


def read(words: Sequence[str]) -> tuple[set[str], list[str]]:
    """Return the families that a heading's folded words belong to, and the words of none.

    The longest phrase counts: "hedef kitle" is the group, not the target.
    """
    found: set[str] = set()
    unknown: list[str] = []
    place = 0
    while place < len(words):
        length = _take(words, place, found)
        if not length:
            unknown.append(words[place])
        place += length or 1
    return found, unknown


def _take(words: Sequence[str], place: int, found: set[str]) -> int:
    """Add the families of the longest phrase at a place; return its length, 0 for none."""
    for length in range(min(LONGEST_PHRASE, len(words) - place), 0, -1):
        phrase = " ".join(words[place : place + length])
        names = set(_families_of(phrase))
        if names:
            found |= names
            return length
    return 0


def _families_of(phrase: str) -> Iterator[str]:
    return (name for name, family in families().items() if family.has(phrase))
