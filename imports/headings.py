"""Telling a department's heading from a title, a remark or a page number.

Plain functions on plain strings; nothing here imports Django.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from activities import names
from imports.headers import ColumnKind, recognise
from imports.table import CODED, PrintedUnit

NUMBERED = re.compile(
    r"(?P<number>\d{1,3}(?:\.\d{1,3})?)(?!\d)\s*(?P<mark>[.)]?)\s*(?P<name>\D.*)", re.DOTALL
)
# "11.1. Aile ve Çocuk Şube Müdürlüğü Hedef Gerçekleşmeleri", "… 2024 yılı gerçekleşmeleri"
TAIL = re.compile(
    r"(?:(?:hedef|hedefler|hedefleri|ve|gerceklesme|gerceklesmeler|gerceklesmeleri|yili|tablosu"
    r"|20\d\d) ?)+"
)
LABEL = re.compile(r"(?P<label>[^:]{1,30}):\s*(?P<name>.+)", re.DOTALL)
CAPTION = re.compile(r"(?:tablo|çizelge)\s*\d+(?:\.\d+)*\s*[.:–-]?\s*", re.IGNORECASE)
MOST_WORDS, MOST_WORDS_UNKNOWN = 16, 8

_UNIT_END_WORDS = (
    "daire dairesi baskanligi baskanlik db mudurlugu mudurluk sube birimi merkezi koordinatorlugu "
    "sekreterligi sefligi musavirligi yonetim yonetimi hizmetleri hizmetler isleri isler"
)
_UNIT_ENDS = frozenset(_UNIT_END_WORDS.split())
_OTHER_WORDS = (
    "tablo sekil grafik cizelge ek not kaynak sayfa toplam genel plan plani rapor raporu eylem "
    "belediyesi devam devami hedef hedefler gerceklesme gerceklesmeler faaliyet yili yil tarih"
)
_NO_UNITS = frozenset(_OTHER_WORDS.split())


class Rank(IntEnum):
    """How surely a line alone is a unit's heading."""

    REMARK = 0
    MAYBE = 1
    NUMBERED = 2
    UNIT = 3


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that stands alone: the unit it would name, and how surely it names one."""

    rank: Rank
    unit: PrintedUnit


@lru_cache(maxsize=4096)
def read_heading(text: str) -> Heading:
    """Return what a line with one cell says."""
    clean = without_label(names.repair(text))
    caption = CAPTION.match(clean)
    name = _without_tail(clean[caption.end() :] if caption else clean)
    numbered = NUMBERED.fullmatch(name)
    unit = (
        PrintedUnit(numbered["number"], numbered["name"].strip())
        if numbered
        else PrintedUnit("", name)
    )
    rank = _rank(unit, has_mark=bool(numbered and (numbered["mark"] or "." in unit.number)))
    return Heading(min(rank, Rank.MAYBE) if caption else rank, unit)


def names_activity(text: str, department: PrintedUnit | None) -> bool:
    """Whether a line alone is an activity over the whole width, not a unit's heading.

    ``department`` is the one whose activities stand above it, if any do.
    """
    found = CODED.fullmatch(names.repair(text))
    if found is None or not found["title"]:
        return False
    first, *further = found["code"].split(".")
    if len(further) > 1:
        return True
    # "8.1 Paylaşmak" is an activity, "11.2. Gönüllüler" below department 11 a branch.
    return (
        department is not None
        and first != department.number
        and read_heading(text).rank < Rank.UNIT
    )


def _without_tail(text: str) -> str:
    """Return a heading without the words that say what the table below it shows."""
    words = text.split(" ")
    for count in range(1, len(words)):
        tail = names.fold(" ".join(words[count:]))
        if "gerceklesme" in tail and TAIL.fullmatch(tail):
            return " ".join(words[:count])
    return text


def without_label(text: str) -> str:
    """Return the name behind "Birim:" or "Daire Başkanlığı:"; other texts as they are."""
    found = LABEL.fullmatch(text)
    return found["name"] if found is not None and is_label(found["label"]) else text


def is_label(text: str) -> bool:
    """Whether a text says that a department's or a branch's name stands beside it."""
    column = recognise(text.strip(" :"))
    return column is not None and column.kind in (ColumnKind.DEPARTMENT, ColumnKind.BRANCH)


def _rank(unit: PrintedUnit, *, has_mark: bool) -> Rank:
    words = names.fold(unit.name).split()
    if not words or len(words) > MOST_WORDS or unit.name[-1] in ";:,!?":
        return Rank.REMARK
    if _ends_as_unit(words):
        return Rank.UNIT
    if unit.number and (has_mark or unit.name[0].isupper()):
        return Rank.NUMBERED
    if (
        len(words) > MOST_WORDS_UNKNOWN
        or unit.name[-1] == "."
        or not _NO_UNITS.isdisjoint(words)
        or any(letter.isdigit() for letter in unit.name)
    ):
        return Rank.REMARK
    return Rank.MAYBE


def _ends_as_unit(words: list[str]) -> bool:
    return words[-1] in _UNIT_ENDS or words[-2:] in (["d", "b"], ["daire", "b"], ["dairesi", "b"])
