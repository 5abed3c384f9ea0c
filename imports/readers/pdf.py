"""PDF files with a text layer and ruled tables.

Every page's content comes from a process of its own (pdf_pages.py), which is stopped when it
takes too long. Here the pages are put together: running titles go, a heading of two lines becomes
one, and a row that a page break cut in two is stitched. A text in doubt gets a note; a number in
doubt is refused.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Timer
from time import monotonic
from typing import Any

from activities.sentences import Sentence
from activities.sentences import noop as _
from imports.readers import MERGED, File, FileLine, Limits, Raw, RawCell, text_of
from imports.readers.pdf_pages import BROKEN, RAISED, RUN_TOGETHER, SPLIT, VALUE

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r"\d+(?:\.\d+)+")
NUMBERED = re.compile(r"\d+(?:\.\d+)*\s*[.)]")
DIGITS = re.compile(r"\d+")
WIDE = 0.6  # of the page: a line that may go on in the next one
NEAR = 0.9  # of a line's height: the gap to the line that goes on

REFUSALS = {
    "password": _("%(file)s is protected with a password. Save it without the password."),
    "pages": _("%(file)s has more than %(pages)s pages. Save only the pages with the tables."),
    "rotated": _("%(file)s: the pages lie on their side. Turn them and save the file again."),
    "memory": _(
        "%(file)s is too complicated to read. Use the Word or Excel file it was made from."
    ),
    "damaged": _("%(file)s is damaged or incomplete. Open it in its program and save it again."),
}
PROBLEMS = {
    BROKEN: _("“%(text)s” may be two numbers or a broken one in this PDF; use Word or Excel."),
    RAISED: _("“%(text)s” holds letters of another size in this PDF, like a footnote's mark."),
    RUN_TOGETHER: _("“%(text)s” runs into the next column in this PDF; use Word or Excel."),
}
Row = list[RawCell]
Item = dict[str, Any]


def read(file: File) -> list[FileLine]:
    """Return the lines between the tables and the rows of the tables, page by page."""
    pages = list(_pages(file))
    if not any(page["letters"] for page in pages):
        raise file.refused(
            _("%(file)s holds only pictures of pages. Use the Word or Excel file it was made from.")
        )
    if not any("table" in item for page in pages for item in page["items"]):
        raise file.refused(
            _(
                "%(file)s has no table with ruled lines. Use the Word or Excel file it was made "
                "from."
            )
        )
    return _Stitcher().lines(_without_running_titles([page["items"] for page in pages]))


# --- the other process --------------------------------------------------------------------------


def _pages(file: File) -> list[dict[str, Any]]:
    """Return what the other process says of each page; raise UnreadableFile."""
    limits = file.limits
    command = [sys.executable, "-m", "imports.readers.pdf_pages"]
    with subprocess.Popen(
        [*command, str(limits.pdf_bytes), str(limits.pages)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        watch = _Watch(process, limits)
        try:
            pages = list(_output(process, file.data, watch))
        finally:
            watch.stop()
    for page in pages:
        if "error" in page:
            raise file.refused(REFUSALS[page["error"]], pages=limits.pages)
    if watch.has_killed:
        raise file.refused(
            _("%(file)s takes too long to read. Use the Word or Excel file it was made from.")
        )
    if process.returncode:
        raise file.refused(REFUSALS["damaged"])
    return pages


def _output(
    process: subprocess.Popen[bytes], data: bytes, watch: _Watch
) -> Iterator[dict[str, Any]]:
    assert process.stdin and process.stdout
    with suppress(OSError):  # a process that died early tells it by its return code
        process.stdin.write(data)
        process.stdin.close()
    for line in process.stdout:
        watch.restart()
        yield json.loads(line)


class _Watch:
    """Stops a process that is silent for too long, or takes too long in all."""

    def __init__(self, process: subprocess.Popen[bytes], limits: Limits) -> None:
        self.process = process
        self.limits = limits
        self.end = monotonic() + limits.pdf_seconds
        self.has_killed = False
        self.timer = self._started(limits.page_seconds)

    def restart(self) -> None:
        self.timer.cancel()
        seconds = min(self.limits.page_seconds, self.end - monotonic())
        self.timer = self._started(max(seconds, 0))

    def stop(self) -> None:
        """Stop the process too, should it still run."""
        self.timer.cancel()
        if self.process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=1)
            self.process.kill()

    def _started(self, seconds: float) -> Timer:
        timer = Timer(seconds, self._kill)
        timer.daemon = True
        timer.start()
        return timer

    def _kill(self) -> None:
        self.has_killed = True
        self.process.kill()


# --- lines of text ------------------------------------------------------------------------------


def _without_running_titles(pages: list[list[Item]]) -> list[list[Item]]:
    """Return the pages without the lines that most of them print at the same height."""
    keys = Counter(key for page in pages for key in {_running_key(item) for item in page})
    most = max(2, (len(pages) + 1) // 2)
    return [
        _joined_headings([item for item in page if keys[_running_key(item)] < most])
        for page in pages
    ]


def _running_key(item: Item) -> tuple[int, str]:
    """Return what is alike in a running title; tables and numbered headings all differ."""
    if "table" in item or NUMBERED.match(item["line"]):
        return -1, str(id(item))
    return round(item["top"] / 4), DIGITS.sub("#", item["line"])


def _joined_headings(items: list[Item]) -> list[Item]:
    """Return the items with a heading that was too long for one line put together."""
    joined: list[Item] = []
    for item in items:
        above = joined[-1] if joined else {}
        if "line" in item and "line" in above and _goes_on(above, item):
            joined[-1] = {**item, "line": f"{above['line']} {item['line']}"}
        else:
            joined.append(item)
    return joined


def _goes_on(above: Item, item: Item) -> bool:
    height = above["bottom"] - above["top"]
    return (
        above["filled"] > WIDE
        and item["top"] - above["bottom"] < NEAR * height
        and not NUMBERED.match(item["line"])
    )


# --- rows ---------------------------------------------------------------------------------------


class _Stitcher:
    """Walks through the pages, joining the rows that page breaks cut in two."""

    def __init__(self) -> None:
        self.result: list[FileLine] = []
        self.header: tuple[str, ...] = ()
        self.width = 0
        self.last_row = -1
        """Where the last row of a table that is no header stands in the result."""
        self.is_open = False
        """Whether the table above may go on: nothing has been printed below it."""
        self.is_cut = False
        """Whether its last row surely goes on: there is no rule below it."""

    def lines(self, pages: list[list[Item]]) -> list[FileLine]:
        for number, items in enumerate(pages, start=1):
            self._take_page(items, f"Sayfa {number}")
        return self.result

    def _take_page(self, items: list[Item], page: str) -> None:
        count = 0
        for item in items:
            if "line" in item:
                count += 1
                self.is_open, self.last_row = False, -1
                self.result.append(FileLine(count, (item["line"],), page))
                continue
            rows = [_row(cells) for cells in item["table"]]
            goes_on = self.is_open and rows and len(rows[0]) == self.width
            if rows and not goes_on:
                self.header, self.width = _texts(rows[0]), len(rows[0])
            self._take_rows(rows, page, count, goes_on=bool(goes_on))
            count += len(rows)
            self.is_open, self.is_cut = True, item["is_cut"]

    def _take_rows(self, rows: list[Row], page: str, count: int, *, goes_on: bool) -> None:
        may_be_cut = goes_on
        for number, row in enumerate(rows, start=count + 1):
            is_header = _texts(row) == self.header
            if may_be_cut and not is_header and self.last_row >= 0:
                may_be_cut = False
                if self.is_cut or _has_only_texts(row):
                    self._stitch(row)
                    continue
                row = self._mended(row)
            if not is_header:
                self.last_row = len(self.result)
            self.result.append(FileLine(number, tuple(row), page))

    def _stitch(self, row: Row) -> None:
        """Join a row to the row above it, of which it is the rest."""
        above = self.result[self.last_row]
        cells = tuple(map(_continued, above.cells, row))
        notes = (*above.notes, _note_of_cut())
        self.result[self.last_row] = replace(above, cells=cells, notes=notes)

    def _mended(self, row: Row) -> Row:
        """Return a page's first row as it is to be used."""
        above = _texts(self.result[self.last_row].cells)
        texts = _texts(row)
        if _is_code(texts[0]):
            return row
        if any(above) and not any(map(VALUE.fullmatch, above)):
            # The numbers of the row above may stand in this one.
            return [_refused(cell) for cell in row]
        if texts[0]:
            self._continue_activity(texts[0])
            return ["", *row[1:]]
        return row

    def _continue_activity(self, text: str) -> None:
        """Join the rest of a first cell to the last one that holds anything."""
        for place in range(self.last_row, -1, -1):
            line = self.result[place]
            if len(line.cells) == self.width and text_of(line.cells[0]):
                cells = (_continued(line.cells[0], text), *line.cells[1:])
                notes = (*line.notes, _note_of_cut())
                self.result[place] = replace(line, cells=cells, notes=notes)
                return


def _row(cells: list[list[str] | None]) -> Row:
    return [MERGED if cell is None else _raw(*cell) for cell in cells]


def _raw(text: str, doubt: str) -> RawCell:
    if not doubt:
        return text
    if doubt == SPLIT:
        message = _("“%(text)s” was put together from two lines; compare it with the file.")
        return Raw(text, note=Sentence(message, text=text))
    return Raw(text, problem=Sentence(PROBLEMS[doubt], text=text))


def _refused(cell: RawCell) -> RawCell:
    text = text_of(cell)
    if not VALUE.fullmatch(text):
        return cell
    message = _("“%(text)s” may belong to the row above, which a page break cut in two.")
    return Raw(text, problem=Sentence(message, text=text))


def _continued(cell: RawCell, rest: RawCell) -> RawCell:
    """Return a cell with its rest from the next page; two values make no value."""
    above, below = text_of(cell), text_of(rest)
    if not above or not below:
        return cell if above or cell is MERGED else rest
    whole = f"{above} {below}"
    if VALUE.fullmatch(above) or VALUE.fullmatch(below):
        return _raw(whole, BROKEN)
    return replace(cell, text=whole) if isinstance(cell, Raw) else whole


def _has_only_texts(row: Row) -> bool:
    """Whether a page's first row can only be the rest of the row above it."""
    texts = _texts(row)
    if not any(texts) or _is_code(texts[0]) or any(map(VALUE.fullmatch, texts)):
        return False
    # Not a heading over the whole width.
    return sum(cell is not MERGED for cell in row) > 1


def _note_of_cut() -> Sentence:
    return Sentence(_("A page break cut this row in two; compare its texts with the file."))


def _is_code(text: str) -> bool:
    return CODE.match(text) is not None


def _texts(cells: Iterable[RawCell]) -> tuple[str, ...]:
    return tuple(map(text_of, cells))
