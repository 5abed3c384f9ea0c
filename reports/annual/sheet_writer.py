"""Writing the report's sheets with openpyxl, which makes each style once."""

from __future__ import annotations

from typing import Any

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from reports.exports.rows import clean
from reports.exports.workbook import A4, STARTS_FORMULA, Cell, Sheet, Style, letters, text_xml


class SheetWriter:
    """Writes sheets into a workbook; each style is made once."""

    def __init__(self) -> None:
        self.styles: dict[Style, dict[str, Any]] = {}

    def write(self, place: Any, sheet: Sheet) -> None:
        for number, row in enumerate(sheet.rows, start=1):
            for column, cell in enumerate(row.cells, start=1):
                self._cell(place.cell(number, column), cell)
            if row.height:
                place.row_dimensions[number].height = row.height
        for merged in sheet.merged:
            place.merge_cells(merged)
        for column, width in enumerate(sheet.widths, start=1):
            place.column_dimensions[letters(column)].width = width
        if sheet.header_row:
            place.freeze_panes = f"A{sheet.header_row + 1}"
            place.print_title_rows = f"{sheet.header_row}:{sheet.header_row}"
        place.page_setup.orientation, place.page_setup.paperSize = "landscape", A4
        place.page_setup.fitToHeight = 0
        place.sheet_properties.pageSetUpPr.fitToPage = True
        place.oddFooter.left.text = clean(sheet.footer)[:200].replace("&", "&&")
        place.oddFooter.right.text = "&P / &N"

    def _cell(self, place: Any, cell: Cell) -> None:
        for name, value in self._style(cell.style).items():
            setattr(place, name, value)
        content = cell.content
        if content is None or content == "":
            return
        if isinstance(content, str):
            text = text_xml(content)
            place.value = text
            # Else a text that begins with = would be a formula, and #N/A an error.
            place.data_type = "s"
            place.quotePrefix = len(text) > 1 and text.startswith(STARTS_FORMULA)
        else:
            place.value = content

    def _style(self, style: Style) -> dict[str, Any]:
        if style not in self.styles:
            side = Side("thin", "FF8A8A8A")
            self.styles[style] = {
                "font": Font(name="Calibri", size=style.size, bold=style.is_bold),
                "number_format": style.number_format,
                "alignment": Alignment(
                    horizontal=style.align or None,
                    vertical=style.vertical,
                    indent=style.indent,
                    wrap_text=style.is_wrapped,
                ),
                **({"border": Border(side, side, side, side)} if style.has_border else {}),
                **(
                    {"fill": PatternFill("solid", f"FF{style.fill}", f"FF{style.fill}")}
                    if style.fill
                    else {}
                ),
            }
        return self.styles[style]
