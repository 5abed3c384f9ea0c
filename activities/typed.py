"""What somebody typed into a search field: words in any order and any letters, and codes.

Plain functions on plain strings: nothing here imports Django. Every search for words asks here, so
that a list shows what a search found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from activities import names

# Of a longer text only the beginning is searched; whoever shows it says so.
LONGEST = 100
MOST_WORDS = 8
_CODE = re.compile(r"[0-9]+(?:\.[0-9]+)*\.?")


@dataclass(frozen=True, slots=True)
class Word:
    """One typed word as its search key; ``code`` is its sort key where it is a code, else ""."""

    key: str
    code: str

    def is_in(self, text: str, code: str = "") -> bool:
        """Whether a folded text holds the word, or a code (as its sort key) is or begins with it.

        A code holds as a whole part: 4.4 finds 4.4.2 and not 4.40.
        """
        return self.key in text or self.is_code(code) or self.begins_code(code)

    def is_code(self, code: str) -> bool:
        return bool(self.code) and code == self.code

    def begins_code(self, code: str) -> bool:
        return bool(self.code) and code.startswith(f"{self.code}.")

    def begins_a_word_of(self, text: str) -> bool:
        return f" {self.key}" in f" {text}"


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, on one line, and its words; without words it finds nothing.

    ``is_cut`` says that more was typed than is searched.
    """

    text: str
    words: tuple[Word, ...]
    is_cut: bool = False

    def fits(self, *texts: str, codes: Iterable[str] = ()) -> bool:
        """Whether every word is in one of the texts, or is or begins one of the codes."""
        folded, keys = _folded(texts), [names.code_key(code) for code in codes]
        return bool(self.words) and all(
            word.key in folded or any(word.is_in("", key) for key in keys) for word in self.words
        )

    def rank(self, *texts: str, codes: Iterable[str] = ()) -> int:
        """Return how near something that fits is: 0 a code itself, 1 all as beginnings, 2 else."""
        keys = [names.code_key(code) for code in codes]
        if any(word.is_code(key) for word in self.words for key in keys):
            return 0
        folded = _folded(texts)
        return 1 if all(word.begins_a_word_of(folded) for word in self.words) else 2


def read(text: str) -> Typed:
    """Return what was typed, whatever it is: too long, with damaged letters, or nothing."""
    # No more is looked at than can be of use, however much is sent.
    whole = names.repair(text[: 10 * LONGEST])
    kept = whole[:LONGEST].strip()
    words = tuple(dict.fromkeys(word for each in kept.split() for word in _words_of(each)))
    is_cut = len(whole) > LONGEST or len(text) > 10 * LONGEST or len(words) > MOST_WORDS
    return Typed(kept, words[:MOST_WORDS], is_cut)


def _words_of(written: str) -> list[Word]:
    """Return a code as one word, anything else as the words its signs part."""
    if _CODE.fullmatch(written):
        return [Word(names.fold(written), names.code_key(written))]
    return [
        Word(key, names.code_key(key) if key.isdecimal() else "")
        for key in names.fold(written).split()
    ]


def _folded(texts: Iterable[str]) -> str:
    # A word is within one text: the sign between two is in no key.
    return "|".join(map(names.fold, texts)).replace("|", " | ")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, and whether it is what was searched for."""

    text: str
    is_found: bool


def pieces(text: str, words: Iterable[Word]) -> list[Piece]:
    """Return a text in pieces, those apart that the words found, as they are written in it."""
    key, places = _key_with_places(text)
    found = [False] * len(text)
    for word in words:
        at = key.find(word.key) if word.key else -1
        while at >= 0:
            first, last = places[at], places[at + len(word.key) - 1]
            found[first : last + 1] = [True] * (last + 1 - first)
            at = key.find(word.key, at + 1)
    parts: list[Piece] = []
    begin = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or found[at] != found[begin]:
            parts.append(Piece(text[begin:at], found[begin]))
            begin = at
    return parts if text else []


def _key_with_places(text: str) -> tuple[str, list[int]]:
    """Return a text folded letter by letter, and for each letter of it where it comes from."""
    letters: list[str] = []
    places: list[int] = []
    for at, letter in enumerate(text):
        folded = names.fold(letter)
        if not folded and (_is_mark(letter) or letters[-1:] == [" "]):
            # A mark belongs to its letter; between two words there is one blank.
            continue
        for each in folded or " ":
            letters.append(each)
            places.append(at)
    return "".join(letters), places


def _is_mark(letter: str) -> bool:
    return "\u0300" <= letter <= "\u036f"
