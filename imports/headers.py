"""Recognising the headers of a plan table in their usual spellings.

A header is known only if every word of it is understood: "Gerçekleşme oranı" is not the
realization, "Ölçü birimi" not a department. What is not known is left to a person. Nothing here
imports Django.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Generic, TypeVar

from activities import names

YEAR = re.compile(r"(?:19|20)[0-9]{2}")
LONGEST = 80
FEWEST = 3
"""How many columns besides targets make a row a header row."""
Place = TypeVar("Place")


class ColumnKind(StrEnum):
    """What a column holds."""

    DEPARTMENT = "department"
    DEPARTMENT_NUMBER = "department number"
    BRANCH = "branch"
    BRANCH_NUMBER = "branch number"
    CODE = "code"
    ACTIVITY = "activity"
    RESPONSIBLE = "responsible"
    SUPPORTING = "supporting"
    INDICATOR = "indicator"
    BASELINE = "baseline"
    TARGET = "target"
    REALIZATION = "realization"
    WOMEN = "women"
    MEN = "men"
    OTHERS = "others"
    REASON = "reason"
    MEASURE = "measure"
    """The measure to take after a deviation, not what is measured."""
    WEIGHT = "weight"
    UNIT = "unit"
    """The unit of measure."""
    AIM = "aim"
    YEAR = "year"
    """The year of a row, where each year has a row of its own."""
    RATIO = "typed ratio"
    STATUS = "status"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column's meaning. A value's year is None where the header names none."""

    kind: ColumnKind
    year: int | None = None

    def __str__(self) -> str:
        if self.kind is ColumnKind.TARGET and self.year:
            return str(self.year)
        return f"{self.kind} {self.year}" if self.year else str(self.kind)


Mapped = Mapping[str, str]
"""What a person said of headers nobody knows: {"2024 yılı": "target 2024", "Not": "ignored"}."""

_PHRASES: dict[ColumnKind, str] = {
    ColumnKind.DEPARTMENT: "birim/birimi/birim adi/daire/dairesi/daire adi/daire baskanligi/"
    "daire baskanliklari/dairesi baskanligi/mudurluk/mudurlugu/mudurluk adi/departman/"
    "department/department name",
    ColumnKind.DEPARTMENT_NUMBER: "birim no/birim numarasi/daire no/department number/"
    "department no",
    ColumnKind.BRANCH: "sube/sube adi/sube mudurlugu/alt birim/alt birimi/branch/branch name",
    ColumnKind.BRANCH_NUMBER: "sube no/sube numarasi/branch number/branch no",
    ColumnKind.CODE: "kod/kodu/faaliyet kodu/faaliyet no/faaliyet numarasi/eylem kodu/eylem no/"
    "eylem numarasi/code/activity code",
    ColumnKind.ACTIVITY: "faaliyet/faaliyetler/faaliyet adi/faaliyetin adi/faaliyet basligi/"
    "faaliyet tanimi/eylem/eylemler/eylem adi/eylem faaliyet/faaliyet eylem/activity/"
    "activity title/activity name",
    ColumnKind.INDICATOR: "gosterge/gostergeler/gosterge adi/gostergenin adi/gostergesi/"
    "performans gostergesi/performans gostergeleri/faaliyet gostergesi/izleme gostergesi/"
    "izleme gostergeleri/basari gostergesi/indicator/indicator name",
    ColumnKind.BASELINE: "mevcut/mevcut durum/mevcut durumu/mevcut deger/mevcut degeri/baz deger/"
    "baz degeri/baz yil degeri/baz yili degeri/baslangic/baslangic degeri/baslangic durumu/"
    "baslangic deger/plan donemi baslangic degeri/baseline/baseline value",
    ColumnKind.TARGET: "hedef/hedefi/hedefler/hedefleri/hedeflenen/hedef deger/hedef degeri/"
    "hedeflenen deger/planlanan/target/targets/target value",
    ColumnKind.IGNORED: "gerceklesme orani/achievement ratio/gerceklesme durumu/achievement status/"
    "mevcutla toplam/total with baseline/satir anahtari/row key",
    ColumnKind.REALIZATION: "gerceklesme/gerceklesmesi/gerceklesmeler/gerceklesmeleri/gerceklesen/"
    "gerceklesme degeri/gerceklesen deger/realization/realisation/actual/realized/realized value",
}
# What our own templates print for reading only.
BEFORE = {"onceki gerceklesme", "previous realization"}
PHRASES = {phrase: kind for kind, text in _PHRASES.items() for phrase in text.split("/")}

# "Sorumlu Birim/Kurum", "Destekçi Kurum ve Kuruluşlar": the first word and words like these.
_FIRST = {
    "sorumlu": ColumnKind.RESPONSIBLE,
    "responsible": ColumnKind.RESPONSIBLE,
    "destekci": ColumnKind.SUPPORTING,
    "destekleyen": ColumnKind.SUPPORTING,
    "destekleyici": ColumnKind.SUPPORTING,
    "isbirligi": ColumnKind.SUPPORTING,
    "paydas": ColumnKind.SUPPORTING,
    "paydaslar": ColumnKind.SUPPORTING,
    "supporting": ColumnKind.SUPPORTING,
    "supporters": ColumnKind.SUPPORTING,
}
_FURTHER_WORDS = (
    "birim birimi birimler birimleri kurum kurumu kurumlar kurulus kurulusu kuruluslar daire "
    "dairesi baskanligi mudurluk mudurlugu sube ve veya paydas paydaslar yapilacak unit units "
    "institution institutions s"
)
_FURTHER = frozenset(_FURTHER_WORDS.split())
# Beside the number of a year these say nothing more.
_YEAR_WORDS = {"yil", "yili", "yilinin", "yilin", "sonu", "yilsonu", "year"}
_WITH_YEAR = {ColumnKind.TARGET, ColumnKind.REALIZATION, ColumnKind.BASELINE}


@lru_cache(maxsize=4096)
def recognise(text: str) -> FileColumn | None:
    """Return what a header says its column holds; None if it is not surely known.

    >>> recognise("Hedef 2024") == recognise("2024 YILI HEDEFİ")
    True
    >>> recognise("Hedef 2024").year
    2024
    """
    if not text or len(text) > LONGEST:
        return None
    words = names.fold(names.repair(text)).split()
    years = [word for word in words if YEAR.fullmatch(word)]
    if len(years) > 1:
        return None
    if not years:
        return _without_year(words, text)
    rest = [word for word in words if word not in years and word not in _YEAR_WORDS]
    return _with_year(" ".join(rest), int(years[0]), text)


def _with_year(phrase: str, year: int, text: str) -> FileColumn | None:
    if phrase in BEFORE:
        return FileColumn(ColumnKind.IGNORED)
    kind = PHRASES.get(phrase) if phrase else ColumnKind.TARGET
    if kind not in _WITH_YEAR or "%" in text:
        return None
    return FileColumn(kind, None if kind is ColumnKind.BASELINE else year)


def _without_year(words: list[str], text: str) -> FileColumn | None:
    kind = PHRASES.get(" ".join(words)) or _unit_kind(words)
    # Which year a bare "Hedef" is for, nobody can know; with a % it may be the ratio.
    if kind is None or kind is ColumnKind.TARGET or "%" in text:
        return None
    return FileColumn(kind)


def _unit_kind(words: list[str]) -> ColumnKind | None:
    if words[:2] == ["is", "birligi"]:
        words = ["isbirligi", *words[2:]]
    first, *further = words or [""]
    return _FIRST.get(first) if _FURTHER.issuperset(further) else None


def from_mapping(text: str) -> FileColumn | None:
    """Return the column a mapping's value names, like "activity" or "target 2024".

    None if it names none.
    """
    word, _blank, year = text.strip().lower().rpartition(" ")
    if not YEAR.fullmatch(year):
        word, year = text.strip().lower(), ""
    word = word or (ColumnKind.TARGET if year else "")
    if word not in set(ColumnKind) or (word == ColumnKind.TARGET and not year):
        return None
    return FileColumn(ColumnKind(word), int(year) if year else None)


@dataclass(frozen=True, slots=True)
class Header:
    """A header row: what is known of its columns, and what is not."""

    texts: tuple[str, ...]
    columns: dict[int, FileColumn] = field(default_factory=dict)
    unread: dict[int, str] = field(default_factory=dict)
    repeated: tuple[str, ...] = ()

    @property
    def kinds(self) -> set[ColumnKind]:
        return {column.kind for column in self.columns.values()}

    def index(self, kind: ColumnKind) -> int | None:
        """Return where the first column of a kind stands; None if there is none."""
        return next((i for i, column in self.columns.items() if column.kind is kind), None)


def read_header(texts: Sequence[str], mapped: Mapped | None = None) -> Header | None:
    """Return a row's columns if it is a header row, None for any other row."""
    if any(text[:1] == "%" or (text.isdigit() and not YEAR.fullmatch(text)) for text in texts):
        return None  # a row of values, which most are
    known = {names.fold(header): column for header, column in (mapped or {}).items()}
    header = Header(tuple(texts))
    repeated = []
    for index, text in enumerate(texts):
        column = _column(text, known)
        if column is None:
            if text:
                header.unread[index] = text
        elif column.kind is not ColumnKind.IGNORED and column in header.columns.values():
            repeated.append(text)
        elif column.kind is not ColumnKind.IGNORED:
            header.columns[index] = column
    if len(header.kinds - {ColumnKind.TARGET}) < FEWEST:
        return None
    _tell_branch_from_department(header, repeated)
    return Header(header.texts, header.columns, header.unread, tuple(repeated))


def _column(text: str, known: Mapping[str, str]) -> FileColumn | None:
    if not text or len(text) > LONGEST:
        return None
    if known:
        stated = known.get(names.fold(text))
        if stated is not None:
            return from_mapping(stated)
    return recognise(text)


def _tell_branch_from_department(header: Header, repeated: list[str]) -> None:
    """Read "Müdürlük" beside "Daire Başkanlığı" as the branch."""
    if ColumnKind.BRANCH in header.kinds:
        return
    for index, text in enumerate(header.texts):
        if text in repeated and "mudur" in names.fold(text):
            header.columns[index] = FileColumn(ColumnKind.BRANCH)
            repeated.remove(text)
            return


# --- headers of two rows ------------------------------------------------------------------------


def is_group_row(texts: Sequence[str]) -> bool:
    """Whether a row only groups or divides columns: "Hedef", "2024 2025 2026", "Gerçekleşme"."""
    filled = [text for text in texts if text]
    return bool(filled) and all(_is_group(text) for text in filled)


def _is_group(text: str) -> bool:
    column = recognise(text)
    if column is None:
        return PHRASES.get(names.fold(text)) is ColumnKind.TARGET
    return column.kind in _WITH_YEAR


def combine(above: Sequence[str], below: Sequence[str]) -> tuple[str, ...]:
    """Return the headers that two rows make together, a group's word carried to the right."""
    width = max(len(above), len(below))
    above = (*above, *[""] * (width - len(above)))
    below = (*below, *[""] * (width - len(below)))
    texts, group = [], ""
    for index in range(width):
        group = above[index] or group
        texts.append(_combined(above[index], group, below[index]))
    return tuple(texts)


def _combined(above: str, group: str, below: str) -> str:
    if not below:
        return above
    together = f"{group} {below}".strip()
    if recognise(together) is None and recognise(below) is not None:
        return below
    return together


class Reader(Generic[Place]):
    """Finds the header rows among a table's rows, also where two rows make one header.

    A header is given out with the row after it, which may still divide its columns.
    """

    def __init__(self, mapped: Mapped | None = None) -> None:
        self.mapped = mapped
        self.group: Sequence[str] | None = None
        self.waiting: tuple[Header, Place] | None = None
        self.took_row = False
        """Whether the last row was a header row or a part of one."""

    def take(self, texts: Sequence[str], place: Place) -> list[tuple[Header, Place]]:
        """Take the next row that holds anything; return the header that is complete with it."""
        ready = self._divided(texts) if self.waiting and is_group_row(texts) else None
        if ready is not None:
            self.took_row = True
            return [ready]
        complete = self.finish()
        header = read_header(texts, self.mapped)
        if header is not None:
            self.waiting = (self._grouped(header), place)
        is_group = header is None and is_group_row(texts)
        self.group = texts if is_group else None
        self.took_row = is_group or header is not None
        return complete

    def finish(self) -> list[tuple[Header, Place]]:
        """Return the header that was waiting for another row."""
        complete = [self.waiting] if self.waiting else []
        self.waiting = None
        return complete

    def _divided(self, texts: Sequence[str]) -> tuple[Header, Place] | None:
        """Return the waiting header divided by the row below it; None if that cannot be."""
        assert self.waiting is not None
        header, place = self.waiting
        combined = read_header(combine(header.texts, texts), self.mapped)
        if combined is None or not combined.kinds >= header.kinds:
            return None
        self.waiting = None
        return combined, place

    def _grouped(self, header: Header) -> Header:
        """Return the header with the words of the row above it, where that tells more."""
        if self.group is None:
            return header
        combined = read_header(combine(self.group, header.texts), self.mapped)
        if combined is None or len(combined.columns) < len(header.columns):
            return header
        return combined
