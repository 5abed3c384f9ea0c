"""What a heading says its column holds, in any of the languages we know.

``headers.recognise`` knows the spellings of the plan's own forms and is asked first. Here every
word of a heading must be understood, too; which of its meanings wins is a list, read from top to
bottom. Nothing here imports Django.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from activities import names
from imports import vocabulary
from imports.headers import BEFORE, LONGEST, YEAR, ColumnKind, recognise

ORDINAL = re.compile(r"[1-9]")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a heading says. ``kind`` is None where it is understood but has no home.

    ``looks_like`` says what it is then. ``ordinal`` is the 1 of "Year 1"; ``is_bare`` marks a
    target without a year, which may be a goal's title.
    """

    kind: ColumnKind | None
    year: int | None = None
    ordinal: int | None = None
    looks_like: str = ""
    is_bare: bool = False
    is_unsure: bool = False
    """Whether what the column holds has to bear the heading out."""

    @property
    def is_value(self) -> bool:
        return self.kind in VALUES or self.looks_like in ("target", "realization")


VALUES = frozenset((ColumnKind.BASELINE, ColumnKind.TARGET, ColumnKind.REALIZATION))
PARTS = {"women": ColumnKind.WOMEN, "men": ColumnKind.MEN, "others": ColumnKind.OTHERS}
_NO_HOME = ("evidence", "group", "budget", "note", "follower")
_COUNTED = {"realization", "target", "baseline", "women", "men", "others"}
_BESIDE_PARTS = _COUNTED | {"filler", "total", "ratio", "year_number", "count", "part"}
_FILLERS = {"filler", "total", "year_number", "ratio", "institution", "part", "month", "count"}


@lru_cache(maxsize=8192)
def meaning(text: str) -> Meaning | None:
    """Return what a heading says; None where a word of it is not understood.

    >>> meaning("Target 2025").year
    2025
    """
    if not text or len(text) > LONGEST + 40:
        return None
    words = names.fold(names.repair(text)).split()
    years = sorted({int(word) for word in words if YEAR.fullmatch(word)})
    rest = [word for word in words if not YEAR.fullmatch(word)]
    if " ".join(rest) in BEFORE:
        return Meaning(ColumnKind.IGNORED)
    strict = recognise(text)
    if strict is not None and not (strict.kind is ColumnKind.IGNORED and "ratio" in _found(rest)):
        return Meaning(strict.kind, strict.year, is_unsure=strict.kind is ColumnKind.DEPARTMENT)
    found, unknown = vocabulary.read(rest)
    if unknown and not _is_numbering(unknown, found):
        return None
    if not rest and len(years) == 1:
        return Meaning(ColumnKind.TARGET, years[0])
    if not found:
        return None
    if found <= {"year_number"} and not years and len(rest) == 1:
        return Meaning(ColumnKind.YEAR, is_unsure=True)
    if "%" in text and found <= {"filler", "ratio"}:
        return Meaning(ColumnKind.RATIO, years[0] if len(years) == 1 else None)
    return _decided(found, years, _ordinal(rest, found), has_percent="%" in text)


def glance(text: str) -> Meaning | None:
    """Return what a heading seems to say by the words of it that are known; None for nothing."""
    sure = meaning(text)
    if sure is not None or not text or len(text) > LONGEST:
        return sure
    words = names.fold(names.repair(text)).split()
    years = sorted({int(word) for word in words if YEAR.fullmatch(word)})
    found, unknown = vocabulary.read([word for word in words if not YEAR.fullmatch(word)])
    if not found - _FILLERS or len(unknown) > 3:
        return None
    return _decided(found, years, None, has_percent="%" in text)


def _found(words: list[str]) -> set[str]:
    return vocabulary.read(words)[0]


def _is_numbering(unknown: list[str], found: set[str]) -> bool:
    """Whether what is not understood only numbers what is: "Level 0", "1. Yarıyıl"."""
    return bool(found) and all(word.isdigit() and len(word) < 3 for word in unknown)


def _ordinal(words: list[str], found: set[str]) -> int | None:
    """Return which year of the plan "Year 1" or "2. Yıl" is."""
    numbers = [word for word in words if ORDINAL.fullmatch(word)]
    return int(numbers[0]) if "year_number" in found and len(numbers) == 1 else None


def _decided(
    found: set[str], years: list[int], ordinal: int | None, *, has_percent: bool
) -> Meaning | None:
    year = years[0] if len(years) == 1 else None
    text = _text_kind(found, year)
    if text is not None:
        return text
    value = _value_kind(found, has_percent=has_percent)
    if value is None:
        return _rest(found, year, ordinal)
    if not isinstance(value, ColumnKind):
        return Meaning(None, year, ordinal, looks_like=value)
    if len(years) > 1:
        return Meaning(None, looks_like=str(value))
    is_bare = value is ColumnKind.TARGET and year is None and ordinal is None
    ordinal = None if year is not None else ordinal
    return Meaning(value, None if value is ColumnKind.BASELINE else year, ordinal, is_bare=is_bare)


def _text_kind(found: set[str], year: int | None) -> Meaning | None:
    """Return the meaning of what never holds a year's number."""
    if "reason" in found:
        return Meaning(ColumnKind.REASON, year)
    if "measure" in found:
        return Meaning(ColumnKind.MEASURE, year)
    if "weight" in found:
        return Meaning(ColumnKind.WEIGHT)
    if "unit" in found:
        return Meaning(ColumnKind.UNIT)
    for name in ("evidence", "group"):
        if name in found:
            return Meaning(None, looks_like=name)
    if "count" in found and not found & _COUNTED:
        return Meaning(None, looks_like="count")
    if "indicator" in found and year is None:
        if "code" in found:
            return Meaning(None, looks_like="indicator code")
        return Meaning(ColumnKind.INDICATOR)
    if "baseline" in found and "date" not in found:
        return Meaning(ColumnKind.BASELINE)
    if "progress" in found:
        return Meaning(ColumnKind.RATIO, year, looks_like="progress")
    if "status" in found:
        return Meaning(ColumnKind.STATUS, year)
    return None


def _value_kind(found: set[str], *, has_percent: bool) -> ColumnKind | str | None:
    """Return what numbers of a year a column holds; a text where they have no home."""
    is_realization, is_target = "realization" in found, "target" in found
    if "ratio" in found and (is_realization or is_target or has_percent):
        return ColumnKind.RATIO
    if is_realization and is_target and "aim" not in found:
        return ColumnKind.RATIO
    if "part_year" in found or "month" in found:
        return "realization" if is_realization else "target" if is_target else None
    if "aim" in found and not is_realization:
        return None
    is_part = found <= _BESIDE_PARTS
    part = next((kind for name, kind in PARTS.items() if is_part and name in found), None)
    if part is not None:
        return "target" if is_target else part
    if is_realization:
        return "realization" if has_percent else ColumnKind.REALIZATION
    if is_target:
        return ColumnKind.TARGET
    return None


def _rest(found: set[str], year: int | None, ordinal: int | None) -> Meaning | None:
    if "part_year" in found:
        return Meaning(None, year, looks_like="realization" if year else "part")
    if "code" in found:
        return _code(found)
    if "support" in found:
        return Meaning(ColumnKind.SUPPORTING)
    if "responsible" in found:
        return Meaning(ColumnKind.RESPONSIBLE)
    if "carrier" in found:
        return Meaning(ColumnKind.RESPONSIBLE, is_unsure=True)
    for name in _NO_HOME:
        if name in found:
            return Meaning(None, looks_like=name)
    if "date" in found:
        return Meaning(None, looks_like="term")
    if "aim" in found:
        # "Objectif 2024", "Ziel 2024": what is to be reached in a year.
        is_target = year is not None or ordinal is not None
        return Meaning(ColumnKind.TARGET if is_target else ColumnKind.AIM, year, ordinal)
    if "activity" in found:
        return Meaning(ColumnKind.ACTIVITY)
    if "branch" in found:
        return Meaning(ColumnKind.BRANCH)
    if "department" in found:
        return Meaning(ColumnKind.DEPARTMENT, is_unsure=True)
    if "order" in found:
        return Meaning(None, looks_like="order")
    if ordinal is not None and found <= {"year_number", "filler", "part"}:
        return Meaning(ColumnKind.TARGET, None, ordinal)
    if "total" in found and found <= {"total", "filler"}:
        return Meaning(None, year, looks_like="total")
    return None


def _code(found: set[str]) -> Meaning:
    if "order" in found:
        return Meaning(None, looks_like="order")
    if "aim" in found and "activity" not in found:
        return Meaning(None, looks_like="aim code")
    if "department" in found and "activity" not in found:
        return Meaning(ColumnKind.DEPARTMENT_NUMBER)
    return Meaning(ColumnKind.CODE)
