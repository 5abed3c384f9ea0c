"""Writing Excel workbooks: the few parts of the format that a printed table needs, streamed.

openpyxl takes about a third of a second of CPU for a plan of thirteen sheets and a hundred bytes
a cell; here rows are written as they come. Texts are inline strings, which no program takes for
a formula. The tests read the files back with openpyxl.
"""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import IO, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from reports.exports.rows import clean, digits

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

LONGEST_TEXT, LONGEST_FOOTER, LONGEST_SHEET_NAME = 32_767, 200, 31
NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
# Excel reads _x000D_ as a carriage return; a text that happens to hold this is escaped.
LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
STARTS_FORMULA = ("=", "+", "-", "@")
BUILTIN_FORMATS = {"General": 0, "0": 1, "#,##0": 3, "0%": 9, "0.00%": 10}
FIRST_OWN_FORMAT = 164
CHUNK = 1 << 16
A4 = 9

Content = str | Decimal | int | None


@dataclass(frozen=True, slots=True, eq=False)
class Style:
    """How a cell looks; ``fill`` is RRGGBB, an entry cell is not locked.

    Styles are told apart by identity, which is quick: make each once and use it again.
    """

    number_format: str = "General"
    size: int = 9
    is_bold: bool = False
    fill: str = ""
    has_border: bool = True
    align: str = ""
    indent: int = 0
    vertical: str = "top"
    is_locked: bool = True
    is_wrapped: bool = True


class Cell(NamedTuple):
    content: Content
    style: Style


class SheetRow(NamedTuple):
    cells: Sequence[Cell]
    height: float | None = None
    """In points; None leaves it to the program."""


class Hint(NamedTuple):
    """What shows when a cell of the range is chosen; ``choices`` are offered, anything is taken."""

    place: str
    title: str
    text: str
    choices: Sequence[str] = ()


@dataclass(slots=True)
class Sheet:
    """A sheet; ``merged`` may still grow while its rows are written."""

    title: str
    widths: Sequence[float]
    rows: Iterable[SheetRow]
    header_row: int
    """The row that stays in sight and is repeated on every printed page."""
    footer: str = ""
    merged: list[str] = field(default_factory=list)
    is_protected: bool = False
    hints: list[Hint] = field(default_factory=list)


def write(
    sheets: Sequence[Sheet], target: IO[bytes], *, title: str, author: str, language: str
) -> None:
    """Write a workbook; the sheets' rows are taken one by one."""
    styles = _Styles()
    names = sheet_names(sheets)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for number, sheet in enumerate(sheets, start=1):
            with package.open(f"xl/worksheets/sheet{number}.xml", "w") as part:
                for piece in _chunks(_sheet(sheet, styles)):
                    part.write(piece.encode())
        for name, text in _parts(sheets, names, title, author, language):
            package.writestr(name, HEAD + text)
        package.writestr("xl/styles.xml", HEAD + styles.xml())


def address(row: int, column: int) -> str:
    """Return a cell's address, both counted from 1."""
    return f"{letters(column)}{row}"


@lru_cache(maxsize=512)
def letters(column: int) -> str:
    before, last = divmod(column - 1, 26)
    return (letters(before) if before else "") + chr(ord("A") + last)


# --- a sheet ------------------------------------------------------------------------------------


def _sheet(sheet: Sheet, styles: _Styles) -> Iterator[str]:
    top = sheet.header_row
    yield HEAD
    yield f'<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
    yield (
        f'<sheetViews><sheetView workbookViewId="0"><pane ySplit="{top}" topLeftCell="A{top + 1}" '
        f'activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft" '
        f'activeCell="A{top + 1}" sqref="A{top + 1}"/></sheetView></sheetViews>'
        '<sheetFormatPr defaultRowHeight="13"/>'
    )
    widths = enumerate(sheet.widths, start=1)
    columns = (
        f'<col min="{index}" max="{index}" width="{width}" customWidth="1"/>'
        for index, width in widths
    )
    yield f"<cols>{''.join(columns)}</cols><sheetData>"
    for number, row in enumerate(sheet.rows, start=1):
        yield _row(number, row, styles)
    yield "</sheetData>"
    yield from _after_rows(sheet)


def _row(number: int, row: SheetRow, styles: _Styles) -> str:
    cells = (
        _cell(f"{letters(column)}{number}", cell, styles)
        for column, cell in enumerate(row.cells, start=1)
    )
    height = f' ht="{row.height}" customHeight="1"' if row.height else ""
    return f'<row r="{number}"{height}>{"".join(cells)}</row>'


def _cell(place: str, cell: Cell, styles: _Styles) -> str:
    content = cell.content
    if content is None or content == "":
        return f'<c r="{place}" s="{styles.index(cell.style, is_quoted=False)}"/>'
    if isinstance(content, str):
        text = text_xml(content)
        # Excel keeps such a text as it is also when somebody edits it.
        is_quoted = len(text) > 1 and text.startswith(STARTS_FORMULA)
        style = styles.index(cell.style, is_quoted=is_quoted)
        return (
            f'<c r="{place}" s="{style}" t="inlineStr">'
            f'<is><t xml:space="preserve">{escape(text)}</t></is></c>'
        )
    style = styles.index(cell.style, is_quoted=False)
    return f'<c r="{place}" s="{style}"><v>{digits(Decimal(content))}</v></c>'


def text_xml(content: str) -> str:
    text = LOOKS_ESCAPED.sub("_x005F_", clean(content))
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def _after_rows(sheet: Sheet) -> Iterator[str]:
    """Yield what follows the rows, in the order that the format prescribes."""
    if sheet.is_protected:
        yield (
            '<sheetProtection sheet="1" objects="1" scenarios="1" '
            'formatColumns="0" formatRows="0"/>'
        )
    if sheet.merged:
        yield f'<mergeCells count="{len(sheet.merged)}">'
        yield from (f'<mergeCell ref="{reference}"/>' for reference in sheet.merged)
        yield "</mergeCells>"
    if sheet.hints:
        yield f'<dataValidations count="{len(sheet.hints)}">'
        yield from map(_hint, sheet.hints)
        yield "</dataValidations>"
    yield '<pageMargins left="0.4" right="0.4" top="0.4" bottom="0.6" header="0.3" footer="0.3"/>'
    yield f'<pageSetup paperSize="{A4}" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
    footer = clean(sheet.footer)[:LONGEST_FOOTER].replace("&", "&&")
    footer = escape(f"&L{footer}&R&P / &N")
    yield f"<headerFooter><oddFooter>{footer}</oddFooter></headerFooter></worksheet>"


def _hint(hint: Hint) -> str:
    """Return a hint; without an error message a program takes also what the list does not hold."""
    kind = ' type="list"' if hint.choices else ""
    listed = escape('"' + ",".join(clean(each) for each in hint.choices) + '"')
    formula = f"<formula1>{listed}</formula1>" if hint.choices else ""
    return (
        f'<dataValidation{kind} allowBlank="1" showInputMessage="1" sqref={quoteattr(hint.place)} '
        f"promptTitle={quoteattr(hint.title[:32])} prompt={quoteattr(hint.text[:255])}>"
        f"{formula}</dataValidation>"
    )


def _chunks(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the pieces in larger ones."""
    held: list[str] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size > CHUNK:
            yield "".join(held)
            held, size = [], 0
    yield "".join(held)


def sheet_names(sheets: Sequence[Sheet]) -> list[str]:
    """Return names that Excel accepts: short, without its signs, each one once."""
    names: list[str] = []
    taken = set()
    for sheet in sheets:
        plain = NOT_IN_SHEET_NAMES.sub(" ", clean(sheet.title)).strip(" '") or "-"
        name, count = plain[:LONGEST_SHEET_NAME].strip(" '"), 1
        while name.casefold() in taken:
            count += 1
            end = f" ({count})"
            name = plain[: LONGEST_SHEET_NAME - len(end)] + end
        taken.add(name.casefold())
        names.append(name)
    return names


# --- styles -------------------------------------------------------------------------------------


class _Styles:
    """The styles in use, numbered as they are met; number 0 is the workbook's own."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[Style, bool], int] = {(Style(has_border=False), False): 0}

    def index(self, style: Style, *, is_quoted: bool) -> int:
        return self.numbers.setdefault((style, is_quoted), len(self.numbers))

    def xml(self) -> str:
        styles = [style for style, _is_quoted in self.numbers]
        # The first font, fills and border are the ones the format gives their places to.
        fonts = _unique(_font(style) for style in styles)
        fills = _unique([_fill("none"), _fill("gray125"), *(_fill_of(style) for style in styles)])
        borders = _unique(_border(style) for style in styles)
        own = _unique(
            style.number_format for style in styles if style.number_format not in BUILTIN_FORMATS
        )
        formats = {code: FIRST_OWN_FORMAT + place for place, code in enumerate(own)}
        used = "".join(
            _xf(style, is_quoted, fonts, fills, borders, {**BUILTIN_FORMATS, **formats})
            for style, is_quoted in self.numbers
        )
        named = "".join(
            f"<numFmt numFmtId={quoteattr(str(number))} formatCode={quoteattr(code)}/>"
            for code, number in formats.items()
        )
        return (
            f'<styleSheet xmlns="{MAIN}">'
            + (f'<numFmts count="{len(formats)}">{named}</numFmts>' if formats else "")
            + f'<fonts count="{len(fonts)}">{"".join(fonts)}</fonts>'
            + f'<fills count="{len(fills)}">{"".join(fills)}</fills>'
            + f'<borders count="{len(borders)}">{"".join(borders)}</borders>'
            + '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
            + f'</cellStyleXfs><cellXfs count="{len(self.numbers)}">{used}</cellXfs>'
            + '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
            + "</cellStyles></styleSheet>"
        )


def _unique(parts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(parts))


def _xf(
    style: Style,
    is_quoted: bool,
    fonts: list[str],
    fills: list[str],
    borders: list[str],
    formats: dict[str, int],
) -> str:
    align = f' horizontal="{style.align}"' if style.align else ""
    indent = f' indent="{style.indent}"' if style.indent else ""
    wrap = ' wrapText="1"' if style.is_wrapped else ""
    quoted = ' quotePrefix="1"' if is_quoted else ""
    return (
        f'<xf numFmtId="{formats[style.number_format]}" fontId="{fonts.index(_font(style))}" '
        f'fillId="{fills.index(_fill_of(style))}" borderId="{borders.index(_border(style))}" '
        f'xfId="0"{quoted} applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" '
        f'applyAlignment="1" applyProtection="1"><alignment{align} vertical="{style.vertical}"'
        f'{indent}{wrap}/><protection locked="{int(style.is_locked)}"/></xf>'
    )


def _font(style: Style) -> str:
    bold = "<b/>" if style.is_bold else ""
    return f'<font>{bold}<sz val="{style.size}"/><name val="Calibri"/><family val="2"/></font>'


def _fill(pattern: str) -> str:
    return f'<fill><patternFill patternType="{pattern}"/></fill>'


def _fill_of(style: Style) -> str:
    if not style.fill:
        return _fill("none")
    return (
        f'<fill><patternFill patternType="solid"><fgColor rgb="FF{style.fill}"/>'
        '<bgColor indexed="64"/></patternFill></fill>'
    )


def _border(style: Style) -> str:
    if not style.has_border:
        return "<border><left/><right/><top/><bottom/><diagonal/></border>"
    sides = "".join(
        f'<{side} style="thin"><color rgb="FF8A8A8A"/></{side}>'
        for side in ("left", "right", "top", "bottom")
    )
    return f"<border>{sides}<diagonal/></border>"


# --- the other parts ----------------------------------------------------------------------------


def _parts(
    sheets: Sequence[Sheet], names: Sequence[str], title: str, author: str, language: str
) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of every other part of the package."""
    numbers = range(1, len(sheets) + 1)
    yield "[Content_Types].xml", _content_types(numbers)
    yield (
        "_rels/.rels",
        _relations(
            (1, f"{RELATIONS}/officeDocument", "xl/workbook.xml"),
            (2, f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
    )
    yield "docProps/core.xml", _properties(title, author, language)
    yield "xl/workbook.xml", _workbook(sheets, names)
    yield (
        "xl/_rels/workbook.xml.rels",
        _relations(
            *((n, f"{RELATIONS}/worksheet", f"worksheets/sheet{n}.xml") for n in numbers),
            (len(numbers) + 1, f"{RELATIONS}/styles", "styles.xml"),
        ),
    )


def _content_types(numbers: Iterable[int]) -> str:
    parts = {
        "/xl/workbook.xml": f"{OFFICE}.sheet.main+xml",
        "/xl/styles.xml": f"{OFFICE}.styles+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        **{f"/xl/worksheets/sheet{n}.xml": f"{OFFICE}.worksheet+xml" for n in numbers},
    }
    overrides = "".join(
        f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in parts.items()
    )
    return (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relations(*relations: tuple[int, str, str]) -> str:
    inner = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, kind, target in relations
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'


def _properties(title: str, author: str, language: str) -> str:
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    dates = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{now}</dcterms:{name}>'
        for name in ("created", "modified")
    )
    return (
        f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(clean(title))}</dc:title><dc:creator>{escape(clean(author))}"
        f"</dc:creator><dc:language>{escape(language)}</dc:language>{dates}</cp:coreProperties>"
    )


def _workbook(sheets: Sequence[Sheet], names: Sequence[str]) -> str:
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>'
        for number, name in enumerate(names, start=1)
    )
    repeated = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{place}">'
        f"{escape(_quoted(name))}!${sheet.header_row}:${sheet.header_row}</definedName>"
        for place, (sheet, name) in enumerate(zip(sheets, names, strict=True))
    )
    return (
        f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{listed}</sheets><definedNames>{repeated}</definedNames></workbook>"
    )


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
