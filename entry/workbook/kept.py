"""The file that a person gave back, between its preview and the day's end.

Her session names it, so that nobody else finds it; she has one at a time.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import HttpRequest

from entry.workbook.reading import NO_HEADINGS, FileTable, read_table
from imports import kept
from imports.readers import FileLine, Limits, UnreadableFile, read
from imports.readers.limits import MEBIBYTE

KEY = "workbook"
FORMS = ("xlsx", "ods", "xls", "csv")
FILE_BYTES = 5 * MEBIBYTE


def limits() -> Limits:
    """Return how much of a unit's file is read: a unit has hundreds of rows at most."""
    return Limits(
        file_bytes=min(FILE_BYTES, settings.IMPORT_LIMITS.file_bytes),
        unpacked_bytes=40 * MEBIBYTE,
        part_bytes=30 * MEBIBYTE,
        inflation=settings.IMPORT_LIMITS.inflation,
        rows=5_000,
        cells=200_000,
        merged_cells=200_000,
    )


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that was given back on a page: where it is put, and what it was called."""

    path: str
    name: str
    digest: str

    @property
    def data(self) -> bytes:
        with default_storage.open(self.path) as stored:
            return bytes(stored.read())

    def lines(self) -> list[FileLine]:
        """Return the file's lines; raise UnreadableFile."""
        path = Path(default_storage.path(self.path))
        return read(path, limits(), name=self.name, forms=FORMS)[1]


def table_of(name: str, lines: list[FileLine], year: int) -> FileTable:
    """Return the rows of the lines; raise UnreadableFile where there are no headings."""
    table = read_table(lines, year)
    if not table.rows and not table.other_years and len(table.sheets_left) == _sheets(lines):
        raise UnreadableFile(NO_HEADINGS, file=name)
    return table


def _sheets(lines: list[FileLine]) -> int:
    return len({line.sheet for line in lines if line.sheet})


def keep(request: HttpRequest, url: str, name: str, data: bytes) -> KeptFile:
    """Put a file aside for a page, in place of the one before."""
    forget(request)
    digest = hashlib.sha256(data).hexdigest()[:16]
    told = {"url": url, "path": kept.put(data), "name": Path(name).name[:200], "digest": digest}
    request.session[KEY] = told
    return KeptFile(told["path"], told["name"], digest)


def last_of(request: HttpRequest, url: str) -> KeptFile | None:
    """Return the file that was given back on a page, None for none or one that is gone."""
    told = request.session.get(KEY)
    if not told or told["url"] != url or not default_storage.exists(told["path"]):
        return None
    return KeptFile(told["path"], told["name"], told["digest"])


def forget(request: HttpRequest) -> None:
    """Delete the file that was put aside."""
    told = request.session.pop(KEY, None)
    if told and default_storage.exists(told["path"]):
        default_storage.delete(told["path"])
