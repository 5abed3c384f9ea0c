"""Sentences whose numbers lead to their rows."""

from __future__ import annotations

import re
from dataclasses import dataclass

PLACE = re.compile(r"%(?:\((\w+)\)s|%)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sentence; ``query`` narrows the list of indicators to the number's rows."""

    text: str
    query: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence in the active language, in pieces so that its numbers can be links."""

    pieces: tuple[Piece, ...]

    def __str__(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @property
    def numbers(self) -> tuple[Piece, ...]:
        """Return the numbers that open to their rows."""
        return tuple(piece for piece in self.pieces if piece.query)


def line(template: str, **values: Piece | str) -> Line:
    """Put numbers into a translated sentence as ``%`` does, keeping them apart."""
    found, at = [], 0
    for place in PLACE.finditer(template):
        found.append(Piece(template[at : place.start()]))
        value = values[place[1]] if place[1] else "%"
        found.append(value if isinstance(value, Piece) else Piece(value))
        at = place.end()
    found.append(Piece(template[at:]))
    return Line(tuple(piece for piece in found if piece.text))


def with_query(url: str, query: str) -> str:
    """Add to the query of an address."""
    if not query:
        return url
    return f"{url}{'&' if '?' in url else '?'}{query}"
