"""Marking sentences for translation where Django must not be needed.

The pure modules raise a sentence and its values; whoever shows it translates it.
"""

from __future__ import annotations


def noop(text: str) -> str:
    """Return the text unchanged; the name under which it is imported marks it."""
    return text


class Sentence(ValueError):
    """An error told in a sentence for the person who wrote the file or typed the value."""

    def __init__(self, text: str, /, **values: object) -> None:
        super().__init__(text, values)
        self.text = text
        self.values = values

    def __str__(self) -> str:
        return self.text % self.values
