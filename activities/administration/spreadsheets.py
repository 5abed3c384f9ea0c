"""The files that come in and go out: nothing in them becomes a formula."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

from django.utils.translation import gettext as _
from import_export.formats import base_formats
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

# Spreadsheets read these as a formula, the full-width ones too.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
UNPACKED_LIMIT = 50 * 1024 * 1024


def defuse(text: str) -> str:
    """Return a text that a spreadsheet opening a CSV file takes for a text.

    A lone dash and a negative number mean nothing but themselves and stay as they are.

    >>> defuse("=1+1"), defuse("-"), defuse("-5,5")
    ("'=1+1", '-', '-5,5')
    """
    if not text.lstrip(" ").startswith(FORMULA_STARTS) or text == "-":
        return text
    digits = text[1:].replace(",", "", 1).replace(".", "", 1)
    if text.startswith("-") and digits.isascii() and digits.isdigit():
        return text
    return f"'{text}"


class SafeCSV(base_formats.CSV):
    """Comma-separated values that never become a formula; marked as UTF-8 for Excel."""

    def export_data(self, dataset: Any, **kwargs: Any) -> str:
        file = io.StringIO(newline="")
        writer = csv.writer(file)
        for row in (dataset.headers, *dataset):
            writer.writerow([defuse(v) if isinstance(v, str) else v for v in row])
        return file.getvalue()


class SafeXLSX(base_formats.XLSX):
    """A workbook whose texts stay texts: openpyxl would write "=…" as a live formula."""

    def export_data(self, dataset: Any, **kwargs: Any) -> bytes:
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.freeze_panes = "A2"
        for row in (dataset.headers, *dataset):
            sheet.append([_xlsx_cell(sheet, value) for value in row])
        file = io.BytesIO()
        book.save(file)
        return file.getvalue()

    def create_dataset(self, in_stream: bytes) -> Any:
        with zipfile.ZipFile(io.BytesIO(in_stream)) as packed:
            if sum(part.file_size for part in packed.infolist()) > UNPACKED_LIMIT:
                raise ValueError(_("The file is too large once it is unpacked."))
        return super().create_dataset(in_stream)


def _xlsx_cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", value)
    if not text.startswith(FORMULA_STARTS):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.quotePrefix = True  # it stays a text when somebody edits the cell
    return cell
