"""Turning a file into lines of raw cells, whatever its form.

Each reader knows one file form and nothing of plans; ``imports.layouts`` knows what the lines
mean. Which reader a file gets is judged by its content. Whatever a file does to a reader, the
caller gets lines or an UnreadableFile: one sentence that names the file and the remedy.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from activities.sentences import Sentence
from activities.sentences import noop as _
from imports.readers.limits import DEFAULT, Limits

__all__ = ["MERGED", "File", "FileLine", "Limits", "Raw", "UnreadableFile", "read", "text_of"]


@dataclass(frozen=True, slots=True)
class Raw:
    """A cell that is more than its text.

    ``number`` is an Excel number (a percentage in points), ``problem`` why the cell cannot be
    used, ``note`` what a person should check in it. A merged cell's text is in another cell.
    """

    text: str
    number: Decimal | None = None
    is_percent: bool = False
    is_merged: bool = False
    problem: Sentence | None = None
    note: Sentence | None = None
    hides_format: bool = False
    """Whether the file does not tell if the number is a percentage."""


RawCell = str | Raw
MERGED = Raw("", is_merged=True)


def text_of(cell: RawCell) -> str:
    """Return what a cell shows."""
    return cell if isinstance(cell, str) else cell.text


@dataclass(frozen=True, slots=True)
class FileLine:
    """One row of a file: where it stands, and its cells.

    ``sheet`` is the sheet, table or page it stands on; ``title`` is a sheet's own title where
    that may name the department. ``notes`` are what a person should know about the row.
    """

    number: int
    cells: tuple[RawCell, ...]
    sheet: str = ""
    title: str = ""
    notes: tuple[Sentence, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(cell if isinstance(cell, str) else cell.text for cell in self.cells)

    @property
    def place(self) -> str:
        return f"{self.sheet}:{self.number}" if self.sheet else str(self.number)


class UnreadableFile(Sentence):
    """The file as a whole cannot be read; the sentence names it and the remedy."""


@dataclass(frozen=True, slots=True)
class File:
    """A file's bytes, the name people know it by, and how much of it may be read."""

    name: str
    data: bytes
    limits: Limits

    @property
    def suffix(self) -> str:
        return Path(self.name).suffix.lower()

    def refused(self, text: str, /, **values: object) -> UnreadableFile:
        """Return the error that names this file."""
        return UnreadableFile(text, file=self.name, **values)


Reader = Callable[[File], list[FileLine]]


def read(
    path: Path,
    limits: Limits = DEFAULT,
    *,
    name: str | None = None,
    forms: Container[str] | None = None,
) -> tuple[str, list[FileLine]]:
    """Return the reader's name and the file's lines; raise UnreadableFile.

    ``name`` is what an uploaded file was called, where ``path`` is only where it was put;
    ``forms`` are the readers that a file may need, all where it is left out.
    """
    from imports.readers import cleaning, kinds

    file = _open(path, limits, name or path.name)
    reader_name, reader = kinds.choose(file)
    if forms is not None and reader_name not in forms:
        raise file.refused(
            _("%(file)s is no spreadsheet. Give an Excel file (.xlsx) or a CSV table.")
        )
    try:
        lines = cleaning.clean(reader(file), file)
    except UnreadableFile:
        raise
    except Exception as error:
        # On a damaged file the libraries below raise whatever they stumble over.
        raise file.refused(
            _("%(file)s is damaged or incomplete. Open it in its program and save it again.")
        ) from error
    if not lines:
        raise file.refused(_("%(file)s is empty: there is no text in it."))
    return reader_name, lines


def _open(path: Path, limits: Limits, name: str) -> File:
    try:
        size = path.stat().st_size
        if size > limits.file_bytes:
            raise UnreadableFile(
                _("%(file)s is too large (%(size)s MB; %(limit)s are allowed). Split it."),
                file=name,
                size=size // 1_000_000,
                limit=limits.file_bytes // 1_000_000,
            )
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(
            _("%(file)s could not be opened: %(reason)s."), file=name, reason=error.strerror
        ) from error
    file = File(name, data, limits)
    if not data:
        raise file.refused(_("%(file)s is empty: there is no text in it."))
    return file
