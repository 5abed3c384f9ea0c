"""What the columns of a unit's own file hold, by their headings in the usual spellings.

Indicator, activity, code and realization are recognised as for any plan table
(``imports.headers``); here is what only a unit's workbook has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from activities import names
from entry.content import PARTS
from imports import headers
from imports.headers import ColumnKind

KEY, CODE, ACTIVITY, INDICATOR, WRITTEN = "key", "code", "activity", "indicator", "written"
PHRASES = {
    phrase: name
    for name, text in {
        KEY: "satir anahtari/row key",
        "women": "kadin/kadinlar/kadin sayisi/women/number of women/female",
        "men": "erkek/erkekler/erkek sayisi/men/number of men/male",
        "others": "diger/diger sayisi/others/number of others/other",
        "deviation_reason": "sapma nedeni/sapma nedenleri/sapmanin nedeni/sapma gerekcesi/"
        "deviation reason/reason for deviation",
        "measure_to_take": "alinacak onlem/alinacak onlemler/onlem/onlemler/measure to take/"
        "measures to take",
    }.items()
    for phrase in text.split("/")
}
_OF_A_PLAN = {
    ColumnKind.CODE: CODE,
    ColumnKind.ACTIVITY: ACTIVITY,
    ColumnKind.INDICATOR: INDICATOR,
    ColumnKind.REALIZATION: WRITTEN,
}


@dataclass(frozen=True, slots=True)
class Head:
    """A row of headings: which column holds what, and which are not taken."""

    at: dict[str, int] = field(default_factory=dict)
    other_years: frozenset[int] = frozenset()
    left: dict[int, str] = field(default_factory=dict)
    """Headings that nobody knows, by column."""

    @property
    def has_rows(self) -> bool:
        """Whether rows can be found by it: by key, name or code."""
        return any(name in self.at for name in (KEY, INDICATOR, CODE))

    @property
    def is_complete(self) -> bool:
        return self.has_rows and WRITTEN in self.at


def read_head(texts: Sequence[str], year: int) -> Head:
    """Return what a row says as headings in a year; the first column of a kind is taken."""
    at: dict[str, int] = {}
    bare: int | None = None
    other_years, left = set(), {}
    for column, text in enumerate(texts):
        name, of_year = _meaning(text)
        if name is None:
            if text and headers.recognise(text) is None:
                left[column] = text
        elif of_year not in (None, year):
            other_years.add(of_year)
        elif name == WRITTEN and of_year is None:
            bare = column if bare is None else bare
        else:
            at.setdefault(name, column)
    if bare is not None:
        at.setdefault(WRITTEN, bare)
    return Head(at, frozenset(year for year in other_years if year), left)


def _meaning(text: str) -> tuple[str | None, int | None]:
    """Return what a heading says and of which year, None for no year."""
    if not text or len(text) > headers.LONGEST:
        return None, None
    known = headers.recognise(text)
    if known is not None and known.kind in _OF_A_PLAN:
        return _OF_A_PLAN[known.kind], known.year
    words = names.fold(text).split()
    years = [word for word in words if headers.YEAR.fullmatch(word)]
    name = PHRASES.get(" ".join(word for word in words if word not in years))
    if name not in PARTS:
        return (name, None) if not years else (None, None)
    return name, int(years[0]) if years else None
