"""Word documents: paragraphs and table rows in the order they are printed.

python-docx opens the package; the rows are read from the XML itself, because its ``cells`` go
through the whole table for every row and repeat a merged cell's text in every cell it covers.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from activities.sentences import Sentence
from activities.sentences import noop as _
from imports.readers import MERGED, File, FileLine, Raw, RawCell, text_of

PARAGRAPH, TABLE, ROW, CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
TEXT, DELETED, MOVED, BOX = qn("w:t"), qn("w:del"), qn("w:moveFrom"), qn("w:txbxContent")
BREAKS = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): " ", qn("w:noBreakHyphen"): "-"}
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# What may wrap paragraphs, tables, rows and cells without being one.
WRAPPERS = {qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:smartTag"), qn("w:customXml")}
HIDDEN = {DELETED, MOVED, BOX, FALLBACK, TABLE}
DEEPEST = 40

# A cell's first and one past its last grid column, whether it goes on from above, and its text.
Cell = tuple[int, int, bool, str]


def read(file: File) -> list[FileLine]:
    """Return a line for every paragraph and table row that holds anything."""
    body = Document(io.BytesIO(file.data)).element.body
    lines = list(_lines(body))
    if not any(any(line.texts) for line in lines):
        raise file.refused(_("%(file)s is empty: there is no text in it."))
    return lines


def _lines(body: Any) -> Iterator[FileLine]:
    tables = 0
    for number, block in enumerate(_children(body, {PARAGRAPH, TABLE}), start=1):
        if block.tag == PARAGRAPH:
            text = _text(block)
            if text:
                yield FileLine(number, (text,))
        else:
            tables += 1
            yield from _table_lines(block, f"Tablo {tables}")


def _children(parent: Any, tags: set[str], depth: int = 0) -> Iterator[Any]:
    """Yield the children of these kinds, also those inside content controls and insertions."""
    for child in parent:
        if child.tag in tags:
            yield child
        elif child.tag in WRAPPERS and depth < DEEPEST:
            yield from _children(child, tags, depth + 1)


def _table_lines(table: Any, name: str) -> Iterator[FileLine]:
    rows = [list(_cells(row)) for row in _children(table, {ROW}) if not _is_deleted(row)]
    if not rows:
        return
    # Rows with other cell borders than the rest: the row with the most cells sets the columns.
    columns = [(start, end) for start, end, _goes_on, _text in max(rows, key=len)]
    for number, cells in enumerate(rows, start=1):
        placed = _placed(cells, columns)
        yield FileLine(number, placed if _fits(cells, columns) else _doubted(placed), name)


def _is_deleted(row: Any) -> bool:
    properties = row.find(qn("w:trPr"))
    return properties is not None and properties.find(DELETED) is not None


def _cells(row: Any) -> Iterator[Cell]:
    place = _number(row.find(qn("w:trPr")), "w:gridBefore")
    for cell in _children(row, {CELL}):
        properties = cell.find(qn("w:tcPr"))
        width = max(_number(properties, "w:gridSpan"), 1)
        goes_on = _goes_on(properties)
        yield place, place + width, goes_on, "" if goes_on else _cell_text(cell)
        place += width


def _number(properties: Any, name: str) -> int:
    element = properties.find(qn(name)) if properties is not None else None
    return min(int(element.get(qn("w:val"), 0)), 1000) if element is not None else 0


def _goes_on(properties: Any) -> bool:
    """Whether a cell is vertically merged with the one above it."""
    merge = properties.find(qn("w:vMerge")) if properties is not None else None
    return merge is not None and merge.get(qn("w:val"), "continue") == "continue"


def _cell_text(cell: Any) -> str:
    paragraphs = _children(cell, {PARAGRAPH})
    return "\n".join(filter(None, map(_text, paragraphs)))


def _text(paragraph: Any) -> str:
    return "".join(_pieces(paragraph)).strip()


def _pieces(element: Any, depth: int = 0) -> Iterator[str]:
    """Yield a paragraph's texts as printed: insertions, but nothing deleted or in a text box."""
    for child in element:
        if child.tag == TEXT:
            yield child.text or ""
        elif child.tag in BREAKS:
            yield BREAKS[child.tag]
        elif child.tag not in HIDDEN and depth < DEEPEST and len(child):
            yield from _pieces(child, depth + 1)


# --- columns ------------------------------------------------------------------------------------


def _placed(cells: list[Cell], columns: list[tuple[int, int]]) -> tuple[RawCell, ...]:
    """Return a row's texts by column; a wide cell's text stands in the first one it covers."""
    placed: list[RawCell] = [""] * len(columns)
    for start, end, goes_on, text in cells:
        covered = _covered(start, end, columns)
        for position, index in enumerate(covered):
            placed[index] = MERGED if position or goes_on else text
    return tuple(placed)


def _covered(start: int, end: int, columns: list[tuple[int, int]]) -> list[int]:
    """Return the columns whose middle a cell covers, else the one that covers its middle."""
    covered = [
        index for index, (left, right) in enumerate(columns) if start <= (left + right) / 2 < end
    ]
    middle = (start + end) / 2
    return covered or [
        index for index, (left, right) in enumerate(columns) if left <= middle < right
    ]


def _fits(cells: list[Cell], columns: list[tuple[int, int]]) -> bool:
    """Whether every cell has columns of its own."""
    taken = [index for start, end, _on, _text in cells for index in _covered(start, end, columns)]
    filled = [_covered(start, end, columns) for start, end, _on, text in cells if text]
    return len(taken) == len(set(taken)) and all(filled)


def _doubted(cells: tuple[RawCell, ...]) -> tuple[RawCell, ...]:
    """Return the cells so that none of them is used without a person's look at it."""
    problem = Sentence(_("The columns of this row are unclear; draw its cells like the others."))
    return tuple(Raw(text_of(cell), problem=problem) if text_of(cell) else cell for cell in cells)
