"""The plan's table as a Word document: a heading and a table for every department and branch.

The tables are written as XML, because python-docx looks through a whole table for every cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext as _
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle

from reports.errata import no_errata
from reports.exports import columns
from reports.exports.columns import Column
from reports.exports.rows import PrintedTable, clean, heading, language
from reports.tables import Block, Span, TableRow, UnitBlocks

WIDTH, HEIGHT, MARGIN = Mm(297), Mm(210), Mm(12)
FONT, FONT_SIZE, CELL_SIZE = "Calibri", Pt(10), Pt(8)
CELL_STYLE, HEADER_STYLE = "Plan cell", "Plan header"
MAKER = "YEAP İzleme"
LANGUAGES = {"tr": "tr-TR", "en": "en-GB"}


def write(printed: PrintedTable, target: IO[bytes]) -> None:
    document = Document()
    _set_up(document, printed)
    shown = _columns(printed)
    document.add_heading(clean(printed.title), 0)
    for note in printed.notes:
        document.add_paragraph(clean(note))
    for part in printed.parts:
        document.add_heading(clean(heading(part.department)), 1)
        for unit in part.units:
            if unit.unit is not part.department:
                document.add_heading(clean(heading(unit.unit)), 2)
            _add_table(document, printed, unit, shown)
    _add_errata(document, printed)
    document.save(target)


def _add_errata(document: Any, printed: PrintedTable) -> None:
    """Write what was corrected since the edition, a line each: a table would be read back."""
    if printed.source is None or not printed.source.is_official:
        return
    document.add_heading(_("Corrections since publication"), 1)
    for line in map(str, printed.errata) if printed.errata else [no_errata()]:
        document.add_paragraph(clean(line))


def _columns(printed: PrintedTable) -> list[Column]:
    return [
        columns.activity(),
        *columns.units(),
        columns.indicator(),
        *columns.planned(printed.years),
        columns.realization(printed.year),
        *columns.rated(),
    ]


# --- the page -----------------------------------------------------------------------------------


def _set_up(document: Any, printed: PrintedTable) -> None:
    """Make the page A4 on its side, with page numbers, and name the document."""
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = WIDTH, HEIGHT
    section.left_margin = section.right_margin = section.top_margin = MARGIN
    section.bottom_margin = Mm(15)
    section.footer_distance = Mm(7)
    set_up_styles(document)
    _add_footer(section.footer.paragraphs[0], printed)
    properties = document.core_properties
    properties.title = clean(printed.title)[:255]
    properties.author = clean(printed.plan.municipality.name)[:255] or MAKER
    properties.comments = ""
    properties.language = document_language()


def set_up_styles(document: Any) -> None:
    styles = document.styles
    styles["Normal"].font.name, styles["Normal"].font.size = FONT, FONT_SIZE
    # For spelling and for reading aloud.
    spoken = f"<w:lang {nsdecls('w')} w:val={quoteattr(document_language())}/>"
    styles["Normal"].element.get_or_add_rPr().append(parse_xml(spoken))
    for name, is_bold in ((CELL_STYLE, False), (HEADER_STYLE, True)):
        style: ParagraphStyle = styles.add_style(name, 1)
        style.base_style = styles["Normal"]
        style.font.size, style.font.bold = CELL_SIZE, is_bold
        style.paragraph_format.space_after = Pt(0)


def _add_footer(paragraph: Any, printed: PrintedTable) -> None:
    paragraph.add_run(f"{clean(printed.title)} · ").font.size = CELL_SIZE
    for field, after in (("PAGE", " / "), ("NUMPAGES", "")):
        paragraph._p.append(
            parse_xml(
                f'<w:fldSimple {nsdecls("w")} w:instr="{field}"><w:r><w:rPr>'
                f'<w:sz w:val="{_half_points()}"/></w:rPr><w:t>1</w:t></w:r></w:fldSimple>'
            )
        )
        paragraph.add_run(after).font.size = CELL_SIZE


def _half_points() -> int:
    return round(CELL_SIZE.pt * 2)


def document_language() -> str:
    return LANGUAGES.get(language()[:2], language())


# --- a table ------------------------------------------------------------------------------------


def _add_table(
    document: Any, printed: PrintedTable, unit: UnitBlocks, shown: Sequence[Column]
) -> None:
    widths = column_widths(shown)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = [header_xml(shown, widths)]
    for block in unit.blocks:
        rows.extend(_rows(printed, block, shown, widths))
    # What screen readers call the table by.
    name = _("Indicators of %(unit)s") % {"unit": heading(unit.unit)}
    table = parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableGrid"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="50" w:type="dxa"/><w:right w:w="50" w:type="dxa"/>'
        '</w:tblCellMar><w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" '
        'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblCaption w:val={quoteattr(clean(name))}/></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
    document.element.body.insert_element_before(table, "w:sectPr")


def column_widths(shown: Sequence[Column]) -> list[int]:
    """Return the columns' widths in twentieths of a point; together they fill the page."""
    usable = (WIDTH - 2 * MARGIN) / Pt(1) * 20
    total = sum(column.width for column in shown)
    return [int(usable * column.width / total) for column in shown]


def header_xml(shown: Sequence[Column], widths: Sequence[int]) -> str:
    cells = "".join(
        cell_xml(str(column.header), width, shading="E9E9E9", style=HEADER_STYLE, align="center")
        for column, width in zip(shown, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>"


def _rows(
    printed: PrintedTable, block: Block, shown: Sequence[Column], widths: Sequence[int]
) -> Iterator[str]:
    activity = Span(f"{block.code}. {block.title}", len(block.rows))
    for number, row in enumerate(block.rows):
        spans = [None if number else activity, row.responsible, row.supporting]
        cells = [
            *(spanned_xml(span, width) for span, width in zip(spans, widths, strict=False)),
            *(
                cell_xml(text, width, align="right" if column.is_number else "")
                for text, width, column in zip(
                    _texts(printed, row), widths[3:], shown[3:], strict=True
                )
            ),
        ]
        yield f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"


def _texts(printed: PrintedTable, row: TableRow) -> list[str]:
    return [
        row.figure.name,
        *map(str, [*printed.planned(row), printed.realized(row.figure)]),
        printed.ratio_text(row),
        printed.remarked_status(row),
        printed.said(row).deviation,
    ]


def spanned_xml(span: Span | None, width: int) -> str:
    """Return a cell that spans rows, or the piece of one that comes from above (None)."""
    if span is None:
        return cell_xml("", width, merge="<w:vMerge/>")
    merge = '<w:vMerge w:val="restart"/>' if span.rows > 1 else ""
    return cell_xml(span.text, width, merge=merge)


def cell_xml(
    text: str,
    width: int,
    *,
    merge: str = "",
    shading: str = "",
    style: str = CELL_STYLE,
    align: str = "",
) -> str:
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{shading}"/>' if shading else ""
    justify = f'<w:jc w:val="{align}"/>' if align else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{merge}{shade}</w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style.replace(" ", "")}"/>{justify}</w:pPr>'
        f"{_run(text)}</w:p></w:tc>"
    )


def _run(text: str) -> str:
    if not text:
        return ""
    lines = escape(clean(text)).split("\n")
    broken = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    return f"<w:r>{broken}</w:r>"
