"""Rich text files: paragraphs and table rows, read from the control words that make them.

Only what a table needs is understood; pictures, headers, fonts and other destinations are passed
over. A file without a table is refused, as before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from activities.sentences import noop as _
from imports.readers import MERGED, File, FileLine, RawCell

MOST_BYTES = 5_000_000
DEEPEST = 500
TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])"
    rb"|([^\\{}\r\n]+)|[\r\n]+",
    re.DOTALL,
)
UNREAD = {
    b"fonttbl",
    b"colortbl",
    b"stylesheet",
    b"listtable",
    b"listoverridetable",
    b"info",
    b"pict",
    b"object",
    b"header",
    b"headerl",
    b"headerr",
    b"headerf",
    b"footer",
    b"footerl",
    b"footerr",
    b"footerf",
    b"footnote",
    b"annotation",
    b"fldinst",
    b"generator",
    b"themedata",
    b"rsidtbl",
    b"xmlnstbl",
    b"pgptbl",
    b"bkmkstart",
    b"bkmkend",
}
LETTERS = {
    b"tab": " ",
    b"line": "\n",
    b"emdash": "—",
    b"endash": "–",
    b"bullet": "•",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
}
SYMBOLS = {b"~": "\u00a0", b"_": "-", b"-": "", b"\\": "\\", b"{": "{", b"}": "}"}


@dataclass(slots=True)
class _Group:
    is_unread: bool = False
    skip: int = 1
    """How many letters stand behind a Unicode one for programs that do not know it."""


@dataclass(slots=True)
class _Text:
    """What is being read: the paragraph or cell so far, and the row it belongs to."""

    file: File
    codec: str = "cp1254"
    pieces: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    merged: list[bool] = field(default_factory=list)
    is_merged: bool = False
    in_table: bool = False
    rows: int = 0
    tables: int = 0
    paragraphs: int = 0
    lines: list[FileLine] = field(default_factory=list)


def read(file: File) -> list[FileLine]:
    """Return a line for every paragraph and table row that holds anything."""
    if len(file.data) > MOST_BYTES or rb"\row" not in file.data:
        raise file.refused(_("%(file)s is a rich text file. Save it in Word as .docx."))
    text = _Text(file)
    groups = [_Group()]
    skip = 0
    for found in TOKEN.finditer(file.data):
        word, number, code, symbol, brace, plain = found.groups()
        if brace == b"{":
            if len(groups) > DEEPEST:
                raise ValueError("groups inside groups without an end")
            groups.append(_Group(groups[-1].is_unread, groups[-1].skip))
        elif brace == b"}":
            if len(groups) > 1:
                groups.pop()
        elif symbol == b"*" or (word in UNREAD):
            groups[-1].is_unread = True
        elif groups[-1].is_unread:
            continue
        elif word == b"u":
            text.pieces.append(_letter(int(number or 0)))
            skip = groups[-1].skip
        elif word == b"uc":
            groups[-1].skip = int(number or 1)
        elif word is not None:
            _take_word(text, word, number)
        elif code is not None:
            skip = _take_bytes(text, bytes([int(code, 16)]), skip)
        elif symbol is not None:
            text.pieces.append(SYMBOLS.get(symbol, ""))
        elif plain is not None:
            skip = _take_bytes(text, plain, skip)
    return text.lines


def _letter(number: int) -> str:
    number %= 65536
    return "" if 0xD800 <= number < 0xE000 else chr(number)


def _take_bytes(text: _Text, data: bytes, skip: int) -> int:
    """Add letters but those that only repeat a Unicode one; return how many are still to skip."""
    kept = data[skip:]
    if kept:
        text.pieces.append(kept.decode(text.codec, "replace"))
    return max(skip - len(data), 0)


def _take_word(text: _Text, word: bytes, number: bytes | None) -> None:
    if word in LETTERS:
        text.pieces.append(LETTERS[word])
    elif word == b"ansicpg" and number in (b"1252", b"1254", b"1250", b"1251"):
        text.codec = f"cp{number.decode()}"
    elif word == b"par":
        _end_paragraph(text)
    elif word == b"intbl":
        text.in_table = True
    elif word == b"pard":
        text.in_table = False
    elif word == b"trowd":
        text.merged, text.is_merged = [], False
    elif word in (b"clvmrg", b"clmrg"):
        text.is_merged = True
    elif word == b"cellx":
        text.merged.append(text.is_merged)
        text.is_merged = False
    elif word in (b"cell", b"nestcell"):
        text.cells.append(_said(text))
        if len(text.cells) > text.file.limits.columns:
            raise ValueError("a row without an end")
    elif word == b"row":
        _end_row(text)


def _said(text: _Text) -> str:
    said = "".join(text.pieces).strip()
    text.pieces = []
    return said


def _end_paragraph(text: _Text) -> None:
    if text.in_table or text.cells:
        text.pieces.append("\n")
        return
    said = _said(text)
    text.paragraphs += 1
    text.rows = 0
    if said:
        text.lines.append(FileLine(text.paragraphs, (said,)))


def _end_row(text: _Text) -> None:
    if not text.rows or (text.lines and len(text.lines[-1].cells) != len(text.cells)):
        text.tables, text.rows = text.tables + 1, 0
    text.rows += 1
    merged = [*text.merged, *[False] * len(text.cells)]
    cells: list[RawCell] = [
        MERGED if is_merged and not cell else cell
        for cell, is_merged in zip(text.cells, merged, strict=False)
    ]
    if any(text.cells):
        text.lines.append(FileLine(text.rows, tuple(cells), f"Tablo {text.tables}"))
    text.cells, text.pieces = [], []
