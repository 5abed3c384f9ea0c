"""How a shape of file is read: plain data that a person can see, change, keep and give on.

A layout is guessed (``imports.guessing``), saved, or shipped (``imports/shapes``), and
``imports.tabled`` follows it. As JSON its columns are named as a spreadsheet does. Nothing here
imports Django.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from activities.names import fold
from activities.sentences import Sentence
from activities.sentences import noop as _
from imports.headers import YEAR, ColumnKind

VERSION = 1


class UnitFrom(StrEnum):
    """Where the unit of a row stands."""

    COLUMN = "column"
    HEADING = "heading"
    BLOCK = "block"
    SHEET = "sheet"
    RESPONSIBLE = "responsible"
    FILE = "file"


class CodesFrom(StrEnum):
    """Where an activity's code stands; ORDER proposes one."""

    COLUMN = "column"
    TITLE = "title"
    INDICATOR = "indicator"
    ORDER = "order"


class Numbers(StrEnum):
    """Whether 1.200,5 or 1,200.5 is how the file writes numbers."""

    TURKISH = "turkish"
    ENGLISH = "english"


class WithoutIndicator(StrEnum):
    """What becomes of activities without an indicator."""

    DELIVERABLE = "deliverable"
    ACTIVITY = "activity"


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds, and why that is thought. ``kind`` None: it is not read.

    ``looks_like`` says what a column is that has no home, ``ordinal`` which year of the plan a
    value's is where the heading only counts them.
    """

    kind: ColumnKind | None
    year: int | None = None
    ordinal: int | None = None
    looks_like: str = ""
    why: Sentence | None = field(default=None, compare=False)
    says_twice: bool = field(default=False, compare=False)
    """Whether it is not read because another column says the same."""

    @property
    def key(self) -> tuple[ColumnKind | None, int | None, int | None]:
        return self.kind, self.year, self.ordinal

    def __str__(self) -> str:
        if self.kind is None:
            counted = f"year {self.ordinal}" if self.ordinal else ""
            said = ("unread", self.looks_like, str(self.year or ""), counted)
            return " ".join(filter(None, said))
        if self.ordinal:
            return f"{self.kind} year {self.ordinal}"
        if self.looks_like:
            return self.looks_like
        return f"{self.kind} {self.year}" if self.year else str(self.kind)


UNREAD = Column(None)


def column_from(text: str) -> Column | None:
    """Return the column that a layout's word names, as ``str`` writes it; None for nonsense."""
    words = text.strip().lower().split()
    if not words:
        return UNREAD
    year = ordinal = None
    if YEAR.fullmatch(words[-1]):
        year = int(words.pop())
    elif len(words) > 2 and words[-2] == "year" and words[-1].isdigit():
        ordinal = int(words[-1])
        words = words[:-2]
    if words[:1] == ["unread"]:
        return Column(None, year, ordinal, " ".join(words[1:]))
    if words == ["progress"]:
        return Column(ColumnKind.RATIO, looks_like="progress")
    kind = " ".join(words) or ("target" if year else "")
    return Column(ColumnKind(kind), year, ordinal) if kind in set(ColumnKind) else None


@dataclass(frozen=True, slots=True)
class Head:
    """A header of one or more rows: its texts as written, and what its columns hold."""

    rows: tuple[tuple[str, ...], ...]
    columns: Mapping[int, Column]

    @property
    def texts(self) -> tuple[str, ...]:
        """Return one heading for each column, the words of its rows together."""
        width = max(len(row) for row in self.rows)
        stacks = ([row[at] for row in self.rows if at < len(row)] for at in range(width))
        return tuple(" ".join(dict.fromkeys(filter(None, stack))) for stack in stacks)

    def index(self, kind: ColumnKind) -> int | None:
        """Return where the first column of a kind stands; None if there is none."""
        return next((at for at, column in self.columns.items() if column.kind is kind), None)

    def all(self, kind: ColumnKind) -> list[int]:
        """Return where the columns of a kind stand."""
        return [at for at, column in sorted(self.columns.items()) if column.kind is kind]

    @property
    def kinds(self) -> set[ColumnKind]:
        return {column.kind for column in self.columns.values() if column.kind is not None}


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is read. ``year`` is whose value a column without a year holds.

    ``first_year`` and ``last_year`` are the plan's, where the file tells them; ``no_rows`` holds
    the places ("Sheet:8") of rows that are none. ``why`` gives a reason for each guess.
    """

    heads: tuple[Head, ...] = ()
    name: str = ""
    cards: bool = False
    unit_from: UnitFrom = UnitFrom.COLUMN
    unit_name: str = ""
    codes_from: CodesFrom = CodesFrom.COLUMN
    numbers: Numbers = Numbers.TURKISH
    without_indicator: WithoutIndicator = WithoutIndicator.DELIVERABLE
    year: int | None = None
    first_year: int | None = None
    last_year: int | None = None
    no_rows: frozenset[str] = frozenset()
    why: Mapping[str, Sentence] = field(default_factory=dict, compare=False)

    @property
    def kinds(self) -> set[ColumnKind]:
        return {kind for head in self.heads for kind in head.kinds}

    def year_of(self, column: Column) -> int | None:
        """Return the year of a value column; None where nothing tells it."""
        if column.year is not None:
            return column.year
        if column.ordinal is not None:
            return self.first_year + column.ordinal - 1 if self.first_year else None
        return self.year

    def with_columns(self, columns: Mapping[str, str]) -> Layout:
        """Return the layout with what a person said of columns by their headings."""
        said = {fold(heading): column_from(word) for heading, word in columns.items()}
        heads = tuple(
            replace(
                head,
                columns={
                    at: said.get(fold(head.texts[at])) or column
                    for at, column in head.columns.items()
                },
            )
            for head in self.heads
        )
        return replace(self, heads=heads)


# --- JSON ---------------------------------------------------------------------------------------


class BadLayout(Sentence):
    """A layout's file cannot be used; the sentence says why."""


def to_json(layout: Layout) -> dict[str, Any]:
    """Return a layout as plain data, in the order a person reads it."""
    return {
        "version": VERSION,
        "name": layout.name,
        "cards": layout.cards,
        "heads": [
            {
                "rows": [list(row) for row in head.rows],
                "columns": {
                    letters(at): str(column) for at, column in sorted(head.columns.items())
                },
            }
            for head in layout.heads
        ],
        "unit": {"from": str(layout.unit_from), "name": layout.unit_name},
        "codes": str(layout.codes_from),
        "numbers": str(layout.numbers),
        "without_indicator": str(layout.without_indicator),
        "year": layout.year,
        "first_year": layout.first_year,
        "last_year": layout.last_year,
        "no_rows": sorted(layout.no_rows),
    }


def from_json(told: object) -> Layout:
    """Return the layout of plain data; raise BadLayout with the part that is wrong."""
    if not isinstance(told, Mapping):
        raise BadLayout(_("A layout is a JSON object with “heads”."))
    unit = told.get("unit") or {}
    if not isinstance(unit, Mapping):
        raise BadLayout(_("“%(part)s” of the layout cannot be used."), part="unit")
    return Layout(
        heads=tuple(_head(each) for each in _list(told, "heads")),
        name=str(told.get("name", ""))[:100],
        cards=bool(told.get("cards", False)),
        unit_from=_one_of(UnitFrom, unit.get("from") or "column", "unit"),
        unit_name=str(unit.get("name") or "")[:200],
        codes_from=_one_of(CodesFrom, told.get("codes") or "column", "codes"),
        numbers=_one_of(Numbers, told.get("numbers") or "turkish", "numbers"),
        without_indicator=_one_of(
            WithoutIndicator, told.get("without_indicator") or "deliverable", "without_indicator"
        ),
        year=_year(told, "year"),
        first_year=_year(told, "first_year"),
        last_year=_year(told, "last_year"),
        no_rows=frozenset(str(each) for each in _list(told, "no_rows")),
    )


def loads(text: str) -> Layout:
    """Return the layout of a JSON file's text; raise BadLayout."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadLayout(_("The layout is no JSON file.")) from error
    return from_json(told)


def _list(told: Mapping[str, Any], name: str) -> Sequence[Any]:
    found = told.get(name) or []
    if not isinstance(found, list):
        raise BadLayout(_("“%(part)s” of the layout cannot be used."), part=name)
    return found


def _one_of(choices: type[Any], word: object, part: str) -> Any:
    try:
        return choices(word)
    except ValueError as error:
        raise BadLayout(
            _("“%(word)s” is none of what “%(part)s” of a layout may say: %(known)s."),
            word=str(word)[:40],
            part=part,
            known=", ".join(str(each) for each in choices),
        ) from error


def _year(told: Mapping[str, Any], name: str) -> int | None:
    year = told.get(name)
    if year is None or (isinstance(year, int) and 1900 <= year <= 2100):
        return year
    raise BadLayout(_("“%(part)s” of the layout cannot be used."), part=name)


def _head(told: object) -> Head:
    if not isinstance(told, Mapping) or not isinstance(told.get("columns"), Mapping):
        raise BadLayout(_("“%(part)s” of the layout cannot be used."), part="heads")
    rows = _list(told, "rows")
    if not rows or not all(isinstance(row, list) and row for row in rows):
        raise BadLayout(_("“%(part)s” of the layout cannot be used."), part="rows")
    columns = {}
    for name, word in told["columns"].items():
        at, column = _index(str(name)), column_from(str(word))
        if at is None or column is None:
            raise BadLayout(
                _("The layout says “%(word)s” of column %(name)s, which names nothing."),
                word=str(word)[:40],
                name=str(name)[:10],
            )
        columns[at] = column
    return Head(tuple(tuple(str(text) for text in row) for row in rows), columns)


def letters(at: int) -> str:
    """Return a column's letters, counted from 0.

    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    name = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        name = chr(65 + rest) + name
    return name


def _index(name: str) -> int | None:
    if not name.isascii() or not name.isalpha() or len(name) > 3:
        return None
    at = 0
    for letter in name.upper():
        at = at * 26 + ord(letter) - 64
    return at - 1


def stripped(texts: Iterable[str]) -> tuple[str, ...]:
    """Return a row's texts without the empty ones at its end, as heads keep them."""
    row = [text.strip() for text in texts]
    while row and not row[-1]:
        row.pop()
    return tuple(row)
