"""The process that looks into a PDF: ``python -m imports.readers.pdf_pages < file``.

It runs on its own, with little memory, because a PDF can keep its reader busy for ever. It prints
a line of JSON for every page: its lines of text and its ruled tables, in the order they stand.
``imports.readers.pdf`` starts it and makes sense of what it prints.
"""

from __future__ import annotations

import io
import json
import logging
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

# Gaps that are a blank, in parts of the letter's size.
BLANK = 0.15
TOUCHING = 0.25
NEAR = 3.0  # points between what counts as one rule
LEAST_COLUMNS = 3
VALUE = re.compile(r"[-–—−]|[-−]?%? ?[-−]?[0-9][0-9., ]*%?")
BETWEEN_DIGITS = re.compile(r"[0-9,.]\s+[0-9]")
SPLIT_WORD = re.compile(r"(?<=\w\w)[-\u00ad\u2010]$")

Box = tuple[float, float, float, float]
Char = dict[str, Any]
BROKEN, RUN_TOGETHER, RAISED, SPLIT = "broken", "run together", "raised", "split"


def main(arguments: Sequence[str]) -> None:
    """Print the pages of the PDF on standard input, or why it cannot be read."""
    memory, most_pages = map(int, arguments)
    limit_memory(memory)
    logging.disable(logging.CRITICAL)
    try:
        for page in read_pages(sys.stdin.buffer.read(), most_pages):
            print(json.dumps(page), flush=True)
    except MemoryError:
        print(json.dumps({"error": "memory"}), flush=True)


def limit_memory(size: int) -> None:
    """Let this process have no more memory than so many bytes, where the system can do that."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_DATA, (size, size))


def read_pages(data: bytes, most_pages: int) -> Iterator[dict[str, Any]]:
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        document = pdfplumber.open(io.BytesIO(data))
        count = len(document.pages)
    except PDFPasswordIncorrect:
        yield {"error": "password"}
        return
    except PdfminerException as error:
        is_locked = any(isinstance(cause, PDFPasswordIncorrect) for cause in error.args)
        yield {"error": "password" if is_locked else "damaged"}
        return
    if count > most_pages:
        yield {"error": "pages"}
        return
    for page in document.pages:
        if sum(map(_is_sideways, page.chars)) > len(page.chars) / 2:
            yield {"error": "rotated"}
            return
        yield {"items": _items(page), "letters": len(page.chars), "pictures": len(page.images)}
        page.close()


def _items(page: Any) -> list[dict[str, Any]]:
    """Return a page's lines of text and tables from top to bottom."""
    tables, open_at = _tables(page)
    boxes = [table.bbox for table in tables]
    chars = list(_unique(page.chars))
    outside = [char for char in chars if not any(_is_inside(char, box) for box in boxes)]
    items = [
        {
            "line": line["text"],
            "top": line["top"],
            "bottom": line["bottom"],
            "filled": (line["x1"] - line["x0"]) / float(page.width),
        }
        for line in _text_lines(outside)
    ]
    items += [
        {
            "table": _rows(table, chars),
            "top": table.bbox[1],
            "is_cut": open_at is not None and abs(table.bbox[3] - open_at) < NEAR,
        }
        for table in tables
    ]
    return sorted(items, key=lambda item: float(item["top"]))


def _tables(page: Any) -> tuple[list[Any], float | None]:
    """Return a page's ruled tables, and the height where a row has no rule below it.

    Where a page ends within a row, some programs draw the rules between its columns only.
    """
    ends = [edge["bottom"] for edge in page.edges if edge["orientation"] == "v"]
    # The ends of a thin rectangle are edges too, but no rules.
    rules = [
        edge["top"]
        for edge in page.edges
        if edge["orientation"] == "h" and edge["x1"] - edge["x0"] > 3 * NEAR
    ]
    lowest = max(ends, default=None)
    is_open = lowest is not None and not any(abs(lowest - rule) < NEAR for rule in rules)
    settings = {"explicit_horizontal_lines": [lowest]} if is_open else {}
    tables = [table for table in page.find_tables(settings) if _width(table) >= LEAST_COLUMNS]
    return tables, lowest if is_open else None


def _unique(chars: Iterable[Char]) -> Iterator[Char]:
    """Yield every letter once: some programs print one twice, a little apart, to make it bold."""
    seen: set[tuple[str, int, int]] = set()
    for char in chars:
        text, x, y = char["text"], round(char["x0"]), round(char["top"])
        near = {(text, x + right, y + down) for right in (-1, 0, 1) for down in (-1, 0, 1)}
        if text.isspace() or seen.isdisjoint(near):
            seen.add((text, x, y))
            yield char


def _text_lines(chars: list[Char]) -> list[dict[str, Any]]:
    """Return the lines that letters make, with their places."""
    from pdfplumber.utils import extract_words

    words = extract_words(chars, x_tolerance_ratio=BLANK, keep_blank_chars=False)
    lines: list[dict[str, Any]] = []
    for word in sorted(words, key=lambda word: (round(word["bottom"]), word["x0"])):
        if lines and abs(word["bottom"] - lines[-1]["bottom"]) < 2:
            lines[-1]["text"] += f" {word['text']}"
            lines[-1]["x1"] = word["x1"]
        else:
            lines.append({key: word[key] for key in ("text", "x0", "x1", "top", "bottom")})
    return lines


def _width(table: Any) -> int:
    return max((len(row.cells) for row in table.rows), default=0)


def _is_inside(item: Char, box: Box) -> bool:
    x, y = (item["x0"] + item["x1"]) / 2, (item["top"] + item["bottom"]) / 2
    return box[0] <= x < box[2] and box[1] <= y < box[3]


def _rows(table: Any, chars: list[Char]) -> list[list[Any]]:
    """Return a table's cells: None where a merged cell goes on, else [text, doubt]."""
    inside = [char for char in chars if _is_inside(char, table.bbox)]
    return [
        _row(row, [char for char in inside if _is_inside(char, row.bbox)]) for row in table.rows
    ]


def _row(row: Any, chars: list[Char]) -> list[Any]:
    by_cell: dict[int, list[Char]] = defaultdict(list)
    for char in chars:
        for index, box in enumerate(row.cells):
            if box is not None and _is_inside(char, box):
                by_cell[index].append(char)
                break
    touching = _touching(by_cell)
    return [
        None if box is None else _cell(by_cell.get(index, []), is_touched=index in touching)
        for index, box in enumerate(row.cells)
    ]


def _touching(by_cell: dict[int, list[Char]]) -> set[int]:
    """Return the cells whose letters run over a border into the next cell's."""
    placed = [
        (char, index)
        for index, chars in by_cell.items()
        for char in chars
        if not char["text"].isspace()
    ]
    placed.sort(key=lambda entry: (round(entry[0]["bottom"] / 3), entry[0]["x0"]))
    touching = set()
    for (left, one), (right, other) in pairwise(placed):
        same_line = abs(left["bottom"] - right["bottom"]) < left["size"] / 2
        gap = right["x0"] - left["x1"]
        if one != other and same_line and -left["size"] < gap < TOUCHING * left["size"]:
            touching |= {one, other}
    return touching


def _cell(chars: list[Char], *, is_touched: bool) -> list[str]:
    """Return a cell's text on one line, and what is doubtful about it ("" for nothing)."""
    from pdfplumber.utils import extract_text

    if not chars:
        return ["", ""]
    lines = extract_text(chars, x_tolerance_ratio=BLANK).strip().split("\n")
    text, is_split = _joined(lines)
    doubt = SPLIT if is_split else ""
    if VALUE.fullmatch(text):
        if len(lines) > 1 or BETWEEN_DIGITS.search(text):
            doubt = BROKEN
        elif _is_uneven(chars):
            doubt = RAISED
    return [text, RUN_TOGETHER if is_touched else doubt]


def _joined(lines: Iterable[str]) -> tuple[str, bool]:
    """Return the lines as one, and whether a word split at a line's end makes it doubtful."""
    text, is_split = "", False
    for line in lines:
        if SPLIT_WORD.search(text) and line[:1].islower():
            text, is_split = SPLIT_WORD.sub("", text) + line, True
        elif text.endswith("/"):
            # With or without a blank after it, nobody can know.
            text, is_split = f"{text} {line}" if text.endswith(" /") else text + line, True
        else:
            text = f"{text} {line}".strip()
    return text, is_split


def _is_uneven(chars: list[Char]) -> bool:
    """Whether letters of one value differ in size, height or direction, like a footnote's mark."""
    seen = [char for char in chars if not char["text"].isspace()]
    sizes = [char["size"] for char in seen]
    bottoms = [char["bottom"] for char in seen]
    return (
        max(sizes) > 1.15 * min(sizes)
        or max(bottoms) - min(bottoms) > 0.15 * max(sizes)
        or any(map(_is_sideways, seen))
    )


def _is_sideways(char: Char) -> bool:
    # Not char["upright"], which a rounding error of the matrix turns round.
    along, across = char["matrix"][:2]
    return abs(across) > abs(along)


if __name__ == "__main__":
    main(sys.argv[1:])
