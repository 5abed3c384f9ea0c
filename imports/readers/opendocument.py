"""OpenDocument files, as LibreOffice and Pardus save them: sheets (.ods) and texts (.odt).

Both keep their tables in one XML part, which is read as it streams by. The library that reads old
Excel files would read sheets too, but it does not see which numbers are percentages.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from activities.sentences import Sentence
from activities.sentences import noop as _
from imports.readers import MERGED, File, FileLine, Raw, RawCell
from imports.readers.cleaning import too_wide
from imports.readers.xlsx import NO_FORMAT, PER_CENT, number_cell

CONTENT = "content.xml"
NUMBERS = {"float", "currency", "percentage"}
# What holds text that is not the document's: comments, deleted text, drawings' descriptions.
UNREAD = {
    "office:annotation",
    "text:tracked-changes",
    "text:note",
    "svg:title",
    "svg:desc",
    "draw:frame",
}
CELLS = {"table:table-cell", "table:covered-table-cell"}
PARAGRAPHS = {"text:p", "text:h"}


def read(file: File) -> list[FileLine]:
    """Return the rows of every visible table, and of a text the paragraphs between them."""
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        content = archive.read(CONTENT)
    handler = _Handler(file)
    handler.parse(content)
    if not any(any(line.texts) for line in handler.lines):
        raise file.refused(_("%(file)s is empty: there is no text in it."))
    return handler.lines


@dataclass(slots=True)
class _Table:
    name: str
    row: int = 0
    cells: list[RawCell] = field(default_factory=list)
    times: int = 1
    is_shown: bool = True


@dataclass(slots=True)
class _Cell:
    kind: str
    value: str
    times: int
    is_covered: bool
    has_formula: bool
    paragraphs: list[str] = field(default_factory=list)


class _Handler:
    """Gathers the lines; a table inside a table's cell is read as that cell's text."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.lines: list[FileLine] = []
        self.is_sheet = False
        self.hidden_styles: set[str] = set()
        self.style = ""
        self.tables: list[_Table] = []
        self.cell: _Cell | None = None
        self.pieces: list[str] | None = None
        self.unread = 0
        self.count = 0
        self.cells_left = file.limits.cells

    def parse(self, content: bytes) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.Parse(content, True)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self.unread or name in UNREAD:
            self.unread += 1
        elif name in PARAGRAPHS:
            self.pieces = []
        elif name in CELLS:
            self._start_cell(name, attributes)
        elif name == "table:table-row":
            self._start_row(attributes)
        elif name == "table:table":
            self._start_table(attributes)
        elif name == "office:spreadsheet":
            self.is_sheet = True
        elif name == "style:style":
            self.style = attributes.get("style:name", "")
        elif name == "style:table-properties" and attributes.get("table:display") == "false":
            self.hidden_styles.add(self.style)
        elif self.pieces is not None:
            self._take_blank(name, attributes)

    def end(self, name: str) -> None:
        if self.unread:
            self.unread -= 1
        elif name in PARAGRAPHS:
            self._end_paragraph()
        elif name in CELLS:
            self._end_cell()
        elif name == "table:table-row":
            self._end_row()
        elif name == "table:table" and self.tables:
            self.tables.pop()

    def characters(self, text: str) -> None:
        if self.pieces is not None and not self.unread:
            self.pieces.append(text)

    def _take_blank(self, name: str, attributes: dict[str, str]) -> None:
        assert self.pieces is not None
        if name == "text:s":
            self.pieces.append(" " * min(int(attributes.get("text:c", 1)), 100))
        elif name == "text:tab":
            self.pieces.append(" ")
        elif name == "text:line-break":
            self.pieces.append("\n")

    def _end_paragraph(self) -> None:
        text = "".join(self.pieces or ()).strip()
        self.pieces = None
        if self.cell is not None:
            self.cell.paragraphs.append(text)
        elif text and not self.tables:
            self._add(FileLine(self._next(), (text,)))

    # --- tables ---

    def _start_table(self, attributes: dict[str, str]) -> None:
        name = attributes.get("table:name", "")
        if not self.is_sheet:
            name = f"Tablo {1 + len({line.sheet for line in self.lines if line.sheet})}"
        is_shown = attributes.get("table:style-name", "") not in self.hidden_styles
        self.tables.append(_Table(name, is_shown=is_shown))
        if not is_shown:
            message = _("The sheet “%(sheet)s” is hidden and was not read.")
            self._add(FileLine(1, (), name, name, (Sentence(message, sheet=name),)))

    def _start_row(self, attributes: dict[str, str]) -> None:
        if len(self.tables) == 1:
            table = self.tables[0]
            table.row += 1
            table.cells = []
            table.times = _number(attributes, "table:number-rows-repeated")

    def _end_row(self) -> None:
        if len(self.tables) != 1:
            return
        table = self.tables[0]
        while table.cells and table.cells[-1] == "":
            table.cells.pop()
        cells, first = tuple(table.cells), table.row
        table.row += table.times - 1
        if not cells or not table.is_shown:
            return
        if table.times > self.file.limits.rows:
            raise self._too_many_rows()
        self._charge((table.times - 1) * len(cells))
        title = table.name if self.is_sheet else ""
        for number in range(first, first + table.times):
            self._add(FileLine(number, cells, table.name, title))

    # --- cells ---

    def _start_cell(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.tables) != 1:
            return
        self.cell = _Cell(
            attributes.get("office:value-type", ""),
            attributes.get("office:value")
            or attributes.get("office:date-value")
            or attributes.get("office:boolean-value")
            or "",
            _number(attributes, "table:number-columns-repeated"),
            name == "table:covered-table-cell",
            "table:formula" in attributes,
        )

    def _end_cell(self) -> None:
        if self.cell is None or len(self.tables) != 1:
            return
        cell, table = self.cell, self.tables[0]
        self.cell = None
        raw = MERGED if cell.is_covered and not cell.paragraphs else self._raw(cell)
        if raw == "":
            # The empty cells to the right edge of a sheet; only those before a text count.
            table.cells.extend([""] * min(cell.times, self.file.limits.columns + 1))
            return
        if len(table.cells) + cell.times > self.file.limits.columns and raw is not MERGED:
            raise too_wide(self.file, table.name)
        times = min(cell.times, self.file.limits.columns)
        self._charge(times)
        table.cells.extend([raw] * times)

    def _raw(self, cell: _Cell) -> RawCell:
        text = "\n".join(filter(None, cell.paragraphs)).strip()
        if not self.is_sheet or cell.kind not in (*NUMBERS, "date", "boolean", "time"):
            if cell.has_formula and text.startswith(("#", "Err:")):
                message = _("Excel shows the error %(text)s here; correct the formula.")
                return Raw(text, problem=Sentence(message, text=text))
            return text
        if cell.kind in NUMBERS and cell.value:
            return number_cell(cell.value, PER_CENT if cell.kind == "percentage" else NO_FORMAT)
        message = _(
            "Excel turned this cell into the date %(text)s. Set its format to Text and type "
            "the code or number again."
        )
        if cell.kind == "boolean":
            text = "DOĞRU" if cell.value == "true" else "YANLIŞ"
            message = _("“%(text)s” is yes or no in Excel; a number or a text belongs here.")
        return Raw(text or cell.value, problem=Sentence(message, text=text or cell.value))

    # --- how much ---

    def _next(self) -> int:
        self.count += 1
        return self.count

    def _add(self, line: FileLine) -> None:
        if len(self.lines) > self.file.limits.rows:
            raise self._too_many_rows()
        self.lines.append(line)

    def _charge(self, cells: int) -> None:
        self.cells_left -= cells
        if self.cells_left < 0:
            raise self.file.refused(
                _("%(file)s has more than %(limit)s cells. Split it into several files."),
                limit=self.file.limits.cells,
            )

    def _too_many_rows(self) -> Exception:
        return self.file.refused(
            _("%(file)s has more than %(limit)s rows. Split it into several files."),
            limit=self.file.limits.rows,
        )


def _number(attributes: dict[str, str], name: str) -> int:
    """Return how often a row or cell is repeated."""
    return max(int(attributes.get(name, 1)), 1)


def _refuse_doctype(*_declared: object) -> NoReturn:
    raise ValueError("a document type")
