"""The XML of an Excel sheet and of a workbook's shared texts, read as it streams by.

openpyxl's read-only mode knows neither merged ranges nor formulas without a value, its other mode
takes minutes for 50,000 rows, and both build a tree of what a hostile file may hold millions of.
Here nothing is kept but the cells.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, NoReturn
from xml.parsers import expat

from openpyxl.utils import column_index_from_string


class TooMuch(Exception):
    """The sheet holds more of something than is read: "cells", "columns", "text" or "merged"."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """One cell as the XML has it: its type, its value as written and the start of a formula."""

    kind: str
    style: int
    value: str | None
    formula: str | None = None


@dataclass(slots=True)
class RawSheet:
    """A sheet's cells by row and by column, counted from 0, and what is merged or hidden."""

    rows: dict[int, dict[int, Parsed]] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[range] = field(default_factory=list)


class _Names(dict[str, str]):
    """Element names without their prefix, worked out once each."""

    def __missing__(self, name: str) -> str:
        self[name] = local = name.rpartition(":")[2]
        return local


class _Columns(dict[str, int]):
    """Column numbers from 0 by the letters of a cell's address."""

    def __missing__(self, letters: str) -> int:
        self[letters] = number = column_index_from_string(letters) - 1
        return number


class _Handler:
    """What the parsers of both parts share: texts, gathered up to a length."""

    def __init__(self, longest: int) -> None:
        self.longest = longest
        self.names = _Names()
        self.pieces: list[str] | None = None
        self.length = 0
        self.is_phonetic = False

    def parse(self, stream: IO[bytes]) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.ParseFile(stream)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def end(self, name: str) -> None:
        raise NotImplementedError

    def characters(self, text: str) -> None:
        if self.pieces is not None:
            self.length += len(text)
            if self.length > self.longest:
                raise TooMuch("text")
            self.pieces.append(text)

    def gathered(self) -> str:
        text = "".join(self.pieces or ())
        self.pieces = None
        return text


def _refuse_doctype(*_declared: object) -> NoReturn:
    raise ValueError("a document type")


class _Strings(_Handler):
    """Gathers shared texts, the pieces of a formatted one put together."""

    def __init__(self, longest: int, most: int, clean: Callable[[str], str]) -> None:
        super().__init__(longest)
        self.most = most
        self.clean = clean
        self.strings: list[str] = []
        self.current: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = self.names[name]
        if tag == "t" and not self.is_phonetic:
            self.pieces = []
        elif tag == "si":
            self.current, self.length = [], 0
        elif tag == "rPh":
            self.is_phonetic = True

    def end(self, name: str) -> None:
        tag = self.names[name]
        if tag == "t" and self.pieces is not None:
            self.current.append(self.gathered())
        elif tag == "si":
            if len(self.strings) >= self.most:
                raise TooMuch("cells")
            self.strings.append(self.clean("".join(self.current)))
        elif tag == "rPh":
            self.is_phonetic = False


class _Cells(_Handler):
    """Gathers the cells of a sheet that hold anything."""

    def __init__(self, longest: int, most: int, widest: int, most_merged: int) -> None:
        super().__init__(longest)
        self.most, self.widest, self.most_merged = most, widest, most_merged
        self.sheet = RawSheet()
        self.columns = _Columns()
        self.row_number, self.column = 0, -1
        self.row: dict[int, Parsed] = {}
        self.kind, self.style = "n", 0
        self.value: str | None = None
        self.formula: str | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = self.names[name]
        if tag == "c":
            self._start_cell(attributes)
        elif tag in ("v", "f") or (tag == "t" and not self.is_phonetic):
            self.pieces = []
        elif tag == "row":
            self._start_row(attributes)
        elif tag == "mergeCell":
            self._take_merged(attributes["ref"])
        elif tag == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes["min"]), int(attributes["max"])
            self.sheet.hidden_columns.append(range(first - 1, last))
        elif tag == "rPh":
            self.is_phonetic = True

    def end(self, name: str) -> None:
        tag = self.names[name]
        if tag == "v":
            self.value = self.gathered()
        elif tag == "t" and self.pieces is not None:
            self.value = (self.value or "") + self.gathered()
        elif tag == "f":
            self.formula = self.gathered()[:60]
        elif tag == "c":
            self._end_cell()
        elif tag == "row":
            self._end_row()
        elif tag == "rPh":
            self.is_phonetic = False

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes.get("r", self.row_number + 1))
        if number <= self.row_number:
            raise ValueError("the rows are out of order")
        self.row_number, self.column = number, -1
        self.row = {}
        if attributes.get("hidden") in ("1", "true"):
            self.sheet.hidden_rows.append(number)

    def _end_row(self) -> None:
        if self.row:
            self.sheet.rows[self.row_number] = self.row
            self.row = {}

    def _start_cell(self, attributes: dict[str, str]) -> None:
        address = attributes.get("r")
        if address:
            self.column = self.columns[address.rstrip("0123456789")]
        else:
            self.column += 1
        self.kind, self.style = attributes.get("t", "n"), int(attributes.get("s", 0))
        self.value = self.formula = None
        self.length = 0

    def _end_cell(self) -> None:
        if not self.value and (self.formula is None or self.kind == "str"):
            return
        if self.column >= self.widest:
            raise TooMuch("columns")
        self.most -= 1
        if self.most < 0:
            raise TooMuch("cells")
        self.row[self.column] = Parsed(self.kind, self.style, self.value, self.formula)

    def _take_merged(self, reference: str) -> None:
        if len(self.sheet.merged) >= self.most_merged:
            raise TooMuch("merged")
        self.sheet.merged.append(reference)


def read_strings(
    stream: IO[bytes], *, longest: int, most: int, clean: Callable[[str], str]
) -> list[str]:
    """Return a workbook's shared texts; raise TooMuch."""
    handler = _Strings(longest, most, clean)
    handler.parse(stream)
    return handler.strings


def read_cells(
    stream: IO[bytes], *, longest: int, most: int, widest: int, most_merged: int
) -> RawSheet:
    """Return a sheet's cells; raise TooMuch."""
    handler = _Cells(longest, most, widest, most_merged)
    handler.parse(stream)
    return handler.sheet
