"""The file that was given back, with the cells coloured and commented that could not be read."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from entry.workbook.preview import BookLine
from imports.readers import FileLine

COLOUR = PatternFill("solid", start_color="F4B6B0", end_color="F4B6B0")
AUTHOR = "YEAP İzleme"
NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
LONGEST_TITLE = 31
WIDE, HIGH = 320, 120
"""Of a comment, in pixels."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A cell, counted from 1, and what is said of it."""

    sheet: str
    line: int
    column: int
    sentence: str


def marks_of(lines: Iterable[BookLine]) -> list[Mark]:
    """Return a mark for every cell that was not taken and could be."""
    found = []
    for line in lines:
        file = line.file
        for name, sentence in line.errors.items():
            # What has no column of its own is told at the number.
            cell = file.cells.get(name) or file.cells.get("written", file.label)
            found.append(Mark(file.sheet, cell.line, cell.column, sentence))
        why = _("It is not clear which row of the page this is.") if line.match.is_asked else ""
        if why or line.match.why_not:
            label = file.label
            found.append(Mark(file.sheet, label.line, label.column, why or line.match.why_not))
    return found


def marked(data: bytes, lines: Sequence[FileLine], marks: Sequence[Mark]) -> bytes:
    """Return the workbook with its marks; a table of another form, or a damaged one, as a new one.

    The readers have looked at the file before, so that its size is known to be within limits.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl's, about what it leaves out
            book = load_workbook(io.BytesIO(data), keep_links=False)
            return _saved(book, {sheet.title: sheet for sheet in book.worksheets}, marks)
    except Exception:
        # On a part that our readers never look at the library raises whatever it stumbles over.
        return _saved(*_anew(lines), marks)


def _anew(lines: Sequence[FileLine]) -> tuple[Workbook, dict[str, Worksheet]]:
    """Return a workbook of the lines that were read, each cell as it was written, by sheet."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheets: dict[str, Worksheet] = {}
    for line in lines:
        if line.sheet not in sheets:
            title = NOT_IN_TITLES.sub(" ", line.sheet)[:LONGEST_TITLE].strip("' ")
            sheets[line.sheet] = book.create_sheet(title or _("Table"))
        sheet = sheets[line.sheet]
        for column, text in enumerate(line.texts, start=1):
            if text:
                cell = sheet.cell(line.number, column)
                cell.value = text
                cell.data_type = "s"  # also what begins like a formula
    return book, sheets


def _saved(book: Workbook, sheets: Mapping[str, Worksheet], marks: Sequence[Mark]) -> bytes:
    for mark in marks:
        cell = sheets[mark.sheet].cell(mark.line, mark.column)
        cell.fill = COLOUR
        cell.comment = Comment(mark.sentence, AUTHOR, height=HIGH, width=WIDE)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
