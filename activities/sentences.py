"""Sentences for people, made where Django must not be needed.

The pure modules raise or return a sentence with its values; ``activities.wording.say`` puts it
into the reader's language.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


def noop(text: str) -> str:
    """Return the text unchanged; the name under which it is imported marks it."""
    return text


@dataclass(frozen=True, slots=True)
class Listed:
    """Words and amounts said one after another, as one value of a sentence.

    ``written`` is what it stands for where sentences are compared, and stays however it is said.
    """

    written: str
    parts: tuple[str | Decimal, ...]

    def __str__(self) -> str:
        return self.written


class Sentence(ValueError):
    """A sentence to be translated, and its values; raised where somebody must be told.

    Decimals among the values are amounts: whoever says the sentence writes them as in tables.
    """

    def __init__(self, text: str, /, **values: object) -> None:
        super().__init__(text, values)
        self.text = text
        self.values = values

    def __str__(self) -> str:
        return self.text % self.values if self.values else self.text

    # Findings keep sentences as values: they are compared, and kept in the cache.

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sentence):
            return NotImplemented
        return (self.text, self.values) == (other.text, other.values)

    def __hash__(self) -> int:
        return hash(self.text)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (self.text, self.values)


def _rebuilt(text: str, values: dict[str, object]) -> Sentence:
    return Sentence(text, **values)
