"""Whether a file writes 1.200,5 or 1,200.5: decided by its own numbers, asked once.

Nothing here imports Django.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from imports.layout import Numbers

TURKISH = re.compile(r"\d+,(?:\d{1,2}|\d{4,})|\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}")
ENGLISH = re.compile(r"\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,}")
POINT = re.compile(r"\d+\.(?:\d{1,2}|\d{4,})")
COMMA_GROUP = re.compile(r"[1-9]\d{0,2},\d{3}")
DOT_GROUP = re.compile(r"[1-9]\d{0,2}\.\d{3}")
CORE = re.compile(r"\d[\d.,]*\d")
EXAMPLES = 5


@dataclass(slots=True)
class Evidence:
    """What the numbers of a file show; ``doubtful`` are those that can be read two ways."""

    turkish: int = 0
    english: int = 0
    points: int = 0
    commas: int = 0
    dots: int = 0
    shown: str = ""
    doubtful: list[tuple[str, str]] = field(default_factory=list)
    doubtful_count: int = 0

    @property
    def numbers(self) -> Numbers:
        """Return the style that the file's own numbers bear out best."""
        if self.english and not self.turkish:
            return Numbers.ENGLISH
        # One 1,234 may be a decimal; where all have three digits, they are thousands.
        if self.commas > 1 - bool(self.points) and not self.turkish and not self.dots:
            return Numbers.ENGLISH
        return Numbers.TURKISH

    @property
    def is_clear(self) -> bool:
        """Whether the file leaves no doubt; a point alone is a decimal in Turkish files, too."""
        if not self.doubtful_count:
            return not (self.turkish and self.english)
        return bool(self.turkish) and not self.english and not self.commas

    @property
    def needs_asking(self) -> bool:
        return self.doubtful_count > 0 or self.numbers is Numbers.ENGLISH


def evidence(cells: Iterable[tuple[str, str]]) -> Evidence:
    """Return what value cells, each with its place, show of the file's style."""
    found = Evidence()
    for where, text in cells:
        if "," in text or "." in text:
            core = CORE.search(text)
            if core is not None and len(text) <= 40:
                _take(found, where, text, core[0])
    return found


def _take(found: Evidence, where: str, text: str, number: str) -> None:
    if TURKISH.fullmatch(number):
        found.turkish += 1
        found.shown = found.shown or number
    elif ENGLISH.fullmatch(number):
        found.english += 1
        found.shown = found.shown or number
    elif POINT.fullmatch(number):
        found.points += 1
    elif COMMA_GROUP.fullmatch(number) or DOT_GROUP.fullmatch(number):
        if "," in number:
            found.commas += 1
        else:
            found.dots += 1
        found.doubtful_count += 1
        if len(found.doubtful) < EXAMPLES:
            found.doubtful.append((where, text))
